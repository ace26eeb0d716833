"""Wide tables of several files, samples chosen by a rule, and decimal marks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cohort_files import find_column
from neopcr.cohort.beside import files_beside, is_joined, located
from neopcr.cohort.build import build_cohort
from neopcr.cohort.samples import choose_samples
from neopcr.config import CohortConfig, Config, FileForm
from neopcr.errors import TableError
from neopcr.workflows._outputs import files_of
from neopcr.workflows._prepare import external_files


def cohort(folder, patients, mode="check", **more):
    config = CohortConfig.model_validate({"patients": patients, **more})
    return build_cohort(config, find_column, landmark=None, mode=mode, base=folder)


def refusal(folder, patients, **more) -> str:
    with pytest.raises(TableError) as caught:
        cohort(folder, patients, **more)
    return str(caught.value)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.csv").write_text("id,age_years\nP1,40\nP2,50\nP3,60\n")
    (tmp_path / "b.csv").write_text("pid,er_status,pcr\nP3,positive,1\nP1,negative,0\nP9,,1\n")
    return tmp_path


PATIENTS = {"path": "a.csv", "id": "id", "join": [{"path": "b.csv", "id": "pid"}]}


def test_columns_and_the_outcome_come_from_a_joined_file(folder):
    found, problems = cohort(folder, PATIENTS)
    assert not problems
    assert found.table["er_status"].tolist() == [0, -1, 1]
    np.testing.assert_array_equal(found.pcr, [0, np.nan, 1])
    reasons = [step.reason for step in found.flow]
    assert "rows of b.csv whose patient is not in the first file, not used: 1" in reasons


def test_what_is_joined_is_part_of_the_fingerprint(folder):
    before, _ = cohort(folder, PATIENTS)
    (folder / "b.csv").write_text("pid,er_status,pcr\nP3,negative,1\nP1,negative,0\nP9,,1\n")
    after, _ = cohort(folder, PATIENTS)
    assert before.fingerprint != after.fingerprint


def test_a_joined_file_is_held_to_one_row_a_patient(folder):
    (folder / "b.csv").write_text("pid,er_status\nP3,positive\nP3,negative\n,positive\n")
    assert "a patient has one row here, but 1 more are" in refusal(folder, PATIENTS)


def test_a_header_in_two_files_is_refused_where_it_is_wanted(folder):
    (folder / "b.csv").write_text("pid,age_years\nP3,60\n")
    said = refusal(folder, PATIENTS)
    assert "b.csv: column 'age_years' is also in a file that it is joined to" in said
    mapped = {**PATIENTS, "columns": {"er_status": "note"}}
    (folder / "a.csv").write_text("id,age_years,note\nP3,60,positive\n")
    found, _ = cohort(folder, mapped)
    assert found.table["er_status"].tolist() == [1]


def test_a_joined_file_without_its_identifier(folder):
    wrong = {**PATIENTS, "join": [{"path": "b.csv", "id": "patient"}]}
    assert "b.csv: it needs column 'patient', to be joined by" in refusal(folder, wrong)


def test_another_event_of_the_same_export_is_joined(folder):
    (folder / "export.csv").write_text(
        "id,redcap_event_name,redcap_repeat_instrument,age_years,pcr\n"
        "P1,before,,40,\nP1,before,labs,,\nP1,after,,,1\nP2,before,,50,\n"
    )
    (folder / "dictionary.csv").write_text(
        "field_name,form_name,field_type,field_label,select_choices_or_calculations\n"
    )
    redcap = {"event": "before", "dictionary": "dictionary.csv"}
    after = {"id": "id", "redcap": {"event": "after"}}
    patients = {
        "path": "export.csv",
        "id": "id",
        "columns": {"age_years": "age_years"},
        "redcap": redcap,
        "join": [after],
    }
    said = refusal(folder, patients)
    assert "column 'age_years' is also in a file that it is joined to" in said
    found, _ = cohort(folder, {**patients, "join": [{**after, "columns": ["pcr"]}]})
    assert found.table["age_years"].tolist() == [40, 50]
    np.testing.assert_array_equal(found.pcr, [1, np.nan])
    assert "rows of repeated instruments, not used: 1" in [step.reason for step in found.flow]


def test_files_beside_are_listed_and_located(folder):
    config = CohortConfig.model_validate(
        {
            "patients": {**PATIENTS, "redcap": {"dictionary": "d.csv", "event": "x"}},
            "imaging": {"path": "i.csv", "join": [{"redcap": {"dictionary": "e.csv"}}]},
        }
    )
    assert files_beside(config) == ("b.csv", "d.csv", "e.csv")
    there = located(config, folder)
    assert files_beside(there) == tuple(str(folder / name) for name in ("b.csv", "d.csv", "e.csv"))
    assert there.imaging.join[0].path == ""
    assert is_joined(config)
    assert not is_joined(CohortConfig.model_validate({"patients": {"path": "a.csv"}}))
    assert is_joined(CohortConfig.model_validate({"patients": {"path": "a.csv", "sheet": "x"}}))


SAMPLES = """\
#Patient Identifier\tSample Identifier\tSample Type
#Identifier\tIdentifier\tType
#STRING\tSTRING\tSTRING
#1\t1\t1
PATIENT_ID\tSAMPLE_ID\tSAMPLE_TYPE\tTIMEPOINT
P1\tS3\tPrimary\tpost-treatment
P1\tS2\tPrimary\tpre-treatment
P1\tS1\tMetastasis\tpre-treatment
P2\tS5\tPrimary\t
P2\tS4\tPrimary\t
P3\tS6\tMetastasis\tBaseline
P4\tS7\t\tsurgery
"""


def test_one_sample_a_patient_by_the_rule(tmp_path):
    path = tmp_path / "data_clinical_sample.txt"
    path.write_text(SAMPLES)
    rows, notes = choose_samples(path, FileForm(), ())
    assert rows["SAMPLE_ID"].to_pylist() == ["S2", "S4", "S6", "S7"]
    assert notes == (
        "samples beside the one that was chosen of each patient: 3",
        "patients whose sample is not of the primary tumour: 1",
        "patients whose sample was taken on or after therapy: 1",
    )


def test_a_sample_file_without_fields_goes_by_the_identifier(tmp_path):
    path = tmp_path / "s.txt"
    path.write_text("PATIENT_ID\tSAMPLE_ID\nP1\tB\nP1\tA\n")
    rows, _ = choose_samples(path, FileForm(), ())
    assert rows["SAMPLE_ID"].to_pylist() == ["A"]
    path.write_text("PATIENT_ID\tOTHER\nP1\tB\n")
    with pytest.raises(TableError, match="a sample file has a column SAMPLE_ID"):
        choose_samples(path, FileForm(), ())


def numbers(folder: Path, text: str, mode="check", **more):
    (folder / "n.csv").write_text("id;age_years;pcr;factor\n" + text.replace("\n", ";1\n"))
    return cohort(folder, {"path": "n.csv", "id": "id", **more}, mode)


def test_a_declared_decimal_comma_is_read(tmp_path):
    found, problems = numbers(tmp_path, "P1;40,5;1\nP2;50;0\nP3;;0\n", decimal=",")
    np.testing.assert_array_equal(found.table["age_years"], [40.5, 50, np.nan])
    assert not problems


def test_a_comma_that_nobody_declared_is_never_guessed(tmp_path):
    found, problems = numbers(tmp_path, "P1;40,5;1\nP2;50;0\n")
    assert [(each.column, each.rule, each.rows.tolist()) for each in problems] == [
        ("age_years", "decimal_comma", [0])
    ]
    assert found.patient_id.tolist() == ["P2"]
    with pytest.raises(TableError) as caught:
        numbers(tmp_path, "P1;40,5;1\nP2;50;0\n", mode="train")
    assert str(caught.value).endswith(
        "age_years must have its numbers written with a decimal point, but 1 of 2 rows does not "
        '(first at row 1). Declare `decimal: ","` in the config, or write decimal points.'
    )


def test_a_point_where_commas_are_declared_is_not_a_thousand(tmp_path):
    _, problems = numbers(tmp_path, "P1;40,5;1\nP2;50.5;0\n", decimal=",")
    assert [(each.rule, each.rows.tolist()) for each in problems] == [("decimal_point", [1])]


def test_factors_are_read_with_the_declared_mark(tmp_path):
    columns = {"age_years": {"source": "age_years", "times": ["factor"]}}
    found, problems = numbers(tmp_path, "P1;40,5;1\nP2;50.5;0\n", decimal=",", columns=columns)
    assert [(each.rule, each.rows.tolist()) for each in problems] == [("not_a_number", [1])]
    assert found.table["age_years"].tolist() == [40.5]


def test_numbers_that_are_typed_have_no_decimal_mark(tmp_path):
    pq.write_table(pa.table({"id": ["P1"], "age_years": [40.5]}), tmp_path / "a.parquet")
    found, _ = cohort(tmp_path, {"path": "a.parquet", "id": "id", "decimal": ","})
    assert found.table["age_years"].tolist() == [40.5]


def test_an_external_cohort_names_its_own_joined_files(folder):
    block = {"path": "there.csv", "join": [{"path": "there_too.csv", "id": "pid"}]}
    content = {"name": "x", "modalities": ["clinical"], "cohort": {"patients": PATIENTS}}
    config = Config.model_validate({**content, "external": block})
    assert files_beside(external_files(config)) == ("there_too.csv",)
    config = Config.model_validate({**content, "external": {"path": "there.csv"}})
    assert files_beside(external_files(config)) == ("b.csv",)
    assert [path.name for path in files_of(config.cohort, folder)] == ["a.csv", "b.csv"]
