"""REDCap exports: raw and labelled ones read alike; events, repeats and boxes."""

from __future__ import annotations

import pytest

from neopcr.cohort.readers import read_header, read_table
from neopcr.config import FileForm, Redcap
from neopcr.errors import TableError

DICTIONARY = """\
Variable / Field Name,Form Name,Section Header,Field Type,Field Label,"Choices, Calculations, OR Slider Labels"
record_id,demographics,,text,Record ID,
age,demographics,,text,<b>Age</b> at diagnosis,
er,pathology,,radio,ER status,"1, Positive | 0, Negative | 9, Unknown"
her2,pathology,,dropdown,"HER2 (IHC)
score","0, 0 | 1, 1+ | 2, 2+ | 3, 3+"
node,pathology,,yesno,Node positive?,
seen,pathology,,truefalse,Reviewed,
drug,pathology,,checkbox,Drugs,"t, Trastuzumab | P, Pertuzumab | -1, None"
"""
RAW = """\
record_id,redcap_event_name,redcap_repeat_instrument,age,er,her2,node,seen,drug___t,drug___p,drug____1,pathology_complete
P1,baseline_arm_1,,54,1,3,1,1,1,1,0,2
P1,baseline_arm_1,labs,,,,,,0,0,0,
P2,baseline_arm_1,,48,0,2,0,0,0,0,0,2
P2,surgery_arm_1,,,,,,,0,0,0,2
P3,baseline_arm_1,,61,9,0,,,0,0,1,0
"""
LABELS = """\
Record ID,Event Name,Repeat Instrument,Age at diagnosis,ER status,HER2 (IHC) score,Node positive?,Reviewed,Drugs (choice=Trastuzumab),Drugs (choice=Pertuzumab),Drugs (choice=None),Complete?
P1,baseline_arm_1,,54,Positive,3+,Yes,True,Checked,Checked,Unchecked,Complete
P1,baseline_arm_1,labs,,,,,,Unchecked,Unchecked,Unchecked,
P2,baseline_arm_1,,48,Negative,2+,No,False,Unchecked,Unchecked,Unchecked,Complete
P2,surgery_arm_1,,,,,,,Unchecked,Unchecked,Unchecked,Complete
P3,baseline_arm_1,,61,Unknown,0,,,Unchecked,Unchecked,Checked,Incomplete
"""
HERE = [name for name in RAW.partition("\n")[0].split(",") if name != "pathology_complete"]


@pytest.fixture
def project(tmp_path):
    (tmp_path / "dictionary.csv").write_text(DICTIONARY, encoding="utf-8-sig")
    (tmp_path / "raw.csv").write_text(RAW)
    (tmp_path / "labels.csv").write_text(LABELS)
    return tmp_path


def form(project, event="baseline_arm_1", dictionary="dictionary.csv", **more) -> FileForm:
    path = str(project / dictionary) if dictionary else ""
    return FileForm(redcap=Redcap(dictionary=path, event=event, **more))


def refusal(path, written) -> str:
    with pytest.raises(TableError) as caught:
        read_table(path, form=written)
    return str(caught.value)


@pytest.mark.parametrize("export", ["raw.csv", "labels.csv"])
def test_raw_and_labelled_exports_read_alike(project, export):
    table = read_table(project / export, HERE, form(project))
    assert table.column_names == HERE
    assert table.select(HERE[3:]).to_pydict() == {
        "age": ["54", "48", "61"],
        "er": ["Positive", "Negative", "Unknown"],
        "her2": ["3+", "2+", "0"],
        "node": ["Yes", "No", ""],
        "seen": ["True", "False", ""],
        # Nothing is ticked for P2: that is not known, not "no".
        "drug___t": ["1", "", "0"],
        "drug___p": ["1", "", "0"],
        "drug____1": ["0", "", "1"],
    }


def test_a_box_is_known_by_its_sisters_also_where_it_alone_is_asked_for(project):
    table = read_table(project / "raw.csv", ["drug___p"], form(project))
    assert table.to_pydict() == {"drug___p": ["1", "", "0"]}


def test_a_dictionary_of_the_programming_interface(project):
    path = project / "dictionary.csv"
    head, _, rest = DICTIONARY.partition("\n")
    assert head
    path.write_text(
        "field_name,form_name,section_header,field_type,field_label,select_choices_or_calculations\n"
        + rest
    )
    table = read_table(project / "raw.csv", ["er"], form(project))
    assert table["er"].to_pylist() == ["Positive", "Negative", "Unknown"]


def test_rows_of_several_events_wait_for_the_one_that_counts(project):
    assert "it has rows of 2 events. Name the one that counts" in refusal(
        project / "raw.csv", form(project, event="")
    )
    assert "no row is of the event" in refusal(project / "raw.csv", form(project, event="week_3"))
    surgery = read_table(project / "raw.csv", ["record_id"], form(project, event="surgery_arm_1"))
    assert surgery["record_id"].to_pylist() == ["P2"]


def test_a_project_without_events_needs_none(project):
    (project / "plain.csv").write_text("record_id,er\nP1,1\n")
    assert read_table(project / "plain.csv", form=form(project, "")).to_pydict() == {
        "record_id": ["P1"],
        "er": ["Positive"],
    }
    assert "there is no column redcap_event_name" in refusal(project / "plain.csv", form(project))


def test_without_a_dictionary_cells_stay_as_they_are(project):
    table = read_table(project / "raw.csv", ["er", "drug___t"], form(project, dictionary=""))
    assert table.to_pydict() == {"er": ["1", "0", "9"], "drug___t": ["1", "0", "0"]}


def test_forms_that_are_complete_are_told_apart(project):
    (project / "two.csv").write_text("Record ID,Complete?,ER status,Complete?\nP1,2,1,0\n")
    names = ("record_id", "demographics_complete", "er", "pathology_complete")
    assert read_header(project / "two.csv", form(project, "")) == names
    (project / "three.csv").write_text("Record ID,Complete?,Complete?,Complete?\nP1,2,1,0\n")
    names = ("record_id", "complete_1", "complete_2", "complete_3")
    assert read_header(project / "three.csv", form(project, "")) == names


def test_a_label_of_two_fields_goes_by_order_only_if_both_are_there(project):
    more = "start,pathology,,text,Date,\nend,pathology,,text,Date,\n"
    (project / "dictionary.csv").write_text(DICTIONARY + more)
    (project / "both.csv").write_text("Record ID,Date,Date\nP1,2024-01-01,2024-02-01\n")
    assert read_header(project / "both.csv", form(project, "")) == ("record_id", "start", "end")
    (project / "one.csv").write_text("Record ID,Date\nP1,2024-01-01\n")
    said = refusal(project / "one.csv", form(project, ""))
    assert "header 'Date' is the label of 2 fields, and not all are here" in said


def test_a_code_that_is_another_label_is_declared(project):
    (project / "dictionary.csv").write_text(
        DICTIONARY + 'scale,pathology,,radio,Scale,"1, 2 | 2, 1"\n'
    )
    (project / "a.csv").write_text("record_id,scale\nP1,1\n")
    said = refusal(project / "a.csv", form(project, ""))
    assert "a code of field 'scale' is the label of another of its choices. Declare" in said
    for export, cell in (("raw", "2"), ("labels", "1")):
        table = read_table(project / "a.csv", form=form(project, "", export=export))
        assert table["scale"].to_pylist() == [cell]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (None, "there is no such data dictionary"),
        (b"\xff\xfe", "the data dictionary is not UTF-8"),
        (b"a,b\n1,2\n", "has a column 'Variable / Field Name', and this file has none"),
        (b"", "has a column 'Variable / Field Name', and this file has none"),
        (DICTIONARY.encode() + b"short\n", "its rows cannot be read as a data dictionary"),
        (DICTIONARY.encode() + b"x,f,,radio,X,yes|no\n", "a choice of field 'x' has no code"),
        (DICTIONARY.encode() + b"x" * 200_000, "its rows cannot be read as a data dictionary"),
        (b"x" * (17 << 20), "it is too large for a data dictionary"),
    ],
)
def test_a_dictionary_that_is_none(project, content, fault):
    path = project / "dictionary.csv"
    path.unlink() if content is None else path.write_bytes(content)
    assert fault in refusal(project / "raw.csv", form(project))


def test_notes_of_several_lines_stay_in_their_cell(project):
    (project / "notes.csv").write_text('record_id,note\nP1,"first\nsecond, ""third"""\nP2,x\n')
    table = read_table(project / "notes.csv")
    assert table["note"].to_pylist() == ['first\nsecond, "third"', "x"]
