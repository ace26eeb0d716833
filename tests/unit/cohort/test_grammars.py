"""Cells as they are written: what is read, what is refused, and what is noted and told."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from cohort_files import config, write
from neopcr.cohort.build import build_cohort
from neopcr.cohort.complaint import RULES
from neopcr.cohort.contract import read_columns
from neopcr.errors import TableError
from neopcr.modalities import CONTRACT, find_column
from neopcr.oncology.regimen_names import REGIMEN_NAMES

PERCENTS = ("er_percent", "pgr_percent", "ki67_percent", "her2_ihc_percent")


def read(name, cells, scale=1.0):
    return read_columns(pa.table({name: cells}), [CONTRACT[name]], scale={name: scale})


def rules(problems):
    return {each.rule: each.rows.tolist() for each in problems}


def patients(tmp_path, name, cells):
    rows = [f"P{row};{cell};{row % 2}" for row, cell in enumerate(cells)]
    write(tmp_path, "patients.csv", "\n".join([f"patient_id;{name};pcr", *rows]) + "\n")


def built(tmp_path, mode="train", **blocks):
    return build_cohort(config(**blocks), find_column, landmark=None, mode=mode, base=tmp_path)


def notes(cohort):
    return [step.reason for step in cohort.flow if ":" in step.reason]


def test_numbers_text_and_nothing_side_by_side():
    table, problems, noted = read("er_percent", ["30", "30%", "<1%", "20-30%", "", "NA", None, "?"])
    np.testing.assert_array_equal(table["er_percent"], [30, 30, 0.5, 25] + [np.nan] * 4)
    assert rules(problems) == {"not_a_number": [7]}
    assert rules(noted) == {"unit_written": [1], "interval_middle": [2, 3]}


def test_typed_numbers_need_no_grammar():
    table, problems, noted = read("er_percent", pa.array([30.0, None]))
    np.testing.assert_array_equal(table["er_percent"], [30, np.nan])
    assert problems == noted == ()


def test_a_number_out_of_range_stays_out_of_range():
    _, problems, _ = read("er_percent", ["120", "-3", "80%"])
    assert rules(problems) == {"out_of_range": [0, 1]}
    _, problems, _ = read("er_percent", ["0.3", "30%"], scale=100.0)
    assert rules(problems) == {"out_of_range": [1]}, "a percent in a column of fractions"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0%", 0.0), ("<=10%", "interval_straddles_cut"), ("<10%", "interval_straddles_cut"),
        ("1-10%", 5.5), ("5-10%", 7.5), (">10%", 55.0), (">=10%", "interval_straddles_cut"),
        ("0-0.5%", "interval_straddles_cut"), (">0%", "interval_straddles_cut"), ("60-80%", 70.0),
        ("ER 80%", "other_analyte"), ("positive", "call_in_percent_column"),
    ],
)  # fmt: skip
def test_her2_staining_has_cuts_of_its_own(text, expected):
    table, problems, _ = read("her2_ihc_percent", [text])
    found = problems[0].rule if problems else table["her2_ihc_percent"][0]
    assert found == expected


@pytest.mark.parametrize(
    ("text", "score", "note"),
    [
        ("2+", "2+", ""), ("++", "2+", ""), ("IHC 3+", "3+", ""), ("0+", "0", ""),
        ("2+/FISH+", "2+", "rest_unused"), ("2+ (ISH-)", "2+", "rest_unused"),
    ],
)  # fmt: skip
def test_ihc_scores(text, score, note):
    table, problems, noted = read("her2_ihc", [text])
    assert CONTRACT["her2_ihc"].categories[table["her2_ihc"][0]] == score
    assert problems == ()
    assert [each.rule for each in noted] == ([note] if note else [])


def test_an_ihc_score_is_no_call():
    assert rules(read("her2_ihc", ["negative", "HER2 low"]).problems) == {
        "unknown_category": [0, 1]
    }


def test_regimens_are_matched_ambiguous_or_not_known():
    name = "regimen_given_to_c2"
    table, problems, noted = read(name, ["tch-p", "PH", "herbs", "", "tch-p", "unknown", None])
    tcbhp = REGIMEN_NAMES.index("TCbHP")
    assert table[name].tolist() == [tcbhp, -1, -1, -1, tcbhp, -1, -1]
    assert rules(problems) == {"ambiguous_regimen": [1]}
    assert rules(noted) == {"unmatched_regimen": [2]}


def test_prose_is_not_read():
    long = "positive " * 20_000
    for name in ("er_status", "er_percent", "ct_stage", "her2_status", "er_allred", "er_h_score"):
        assert read(name, [long, " " * 100_000 + "x", "," * 100_000]).problems[0].rows.size == 3


def test_every_rule_of_a_grammar_can_be_told_and_no_other_column_has_one():
    texts = ["<=1%", "positive", "PR 5%", "-", "ypT2 ypN1", "PH"]
    names = ("er_percent", "er_percent", "er_percent", "er_status", "ct_stage", "regimen_assigned")
    found = [read(name, [text]).problems[0].rule for name, text in zip(names, texts, strict=True)]
    assert found == [
        "interval_straddles_cut", "call_in_percent_column", "other_analyte", "ambiguous_dash",
        "not_clinical_stage", "ambiguous_regimen",
    ]  # fmt: skip
    assert set(found) <= set(RULES)


def test_what_is_noted_is_told_and_leaves_nobody_out(tmp_path):
    patients(tmp_path, "ki67_percent", ["20-30%", ">90%", "25%", "", *["40"] * 20])
    cohort, problems = built(tmp_path)
    assert problems == ()
    assert notes(cohort) == ["ki67_percent: intervals, read as their middle: 2"]
    np.testing.assert_array_equal(cohort.table["ki67_percent"][:5], [25, 95, 25, np.nan, 40])


@pytest.mark.parametrize("mode", ["train", "check"])
def test_an_unmatched_regimen_is_not_known_and_counted(tmp_path, mode):
    patients(tmp_path, "regimen_assigned", ["herbs", "tea", *["TCHP", "THP"] * 10])
    cohort, problems = built(tmp_path, mode)
    assert problems == ()
    assert notes(cohort) == [
        "regimen_assigned: regimens that are not in the vocabulary, taken as not known: 2"
    ]
    assert len(cohort.row) == 22


@pytest.mark.parametrize("name", PERCENTS)
def test_fractions_in_a_percent_column_stop_a_training_by_name_and_fix(tmp_path, name):
    patients(tmp_path, name, ["0.2", "0.9", "1", "0", ""] * 5)
    with pytest.raises(TableError) as caught:
        built(tmp_path)
    said = str(caught.value)
    assert f": {name} must be a percent" in said
    assert "Declare its unit in the config (`unit: fraction` or `unit: percent`)" in said


@pytest.mark.parametrize("name", PERCENTS)
def test_fractions_in_a_percent_column_are_rejects_of_a_check(tmp_path, name):
    patients(tmp_path, name, ["0.2", "0.9", "1", "0", ""])
    cohort, problems = built(tmp_path, "check")
    assert [(each.column, each.rule, each.rows.tolist()) for each in problems] == [
        (name, "unit_ambiguous", [0, 1, 2, 3])
    ]
    assert len(cohort.row) == 1


@pytest.mark.parametrize("name", PERCENTS)
def test_a_declared_unit_settles_it(tmp_path, name):
    patients(tmp_path, name, ["0.2", "0.5", "1", "0", ""] * 5)
    for unit, factor in (("fraction", 100.0), ("percent", 1.0)):
        columns = {name: {"source": name, "unit": unit}}
        wide = {"path": "patients.csv", "id": "patient_id", "columns": columns}
        cohort, _ = built(tmp_path, patients=wide, outcome={"source": "pcr"})
        expected = np.array([0.2, 0.5, 1, 0, np.nan]) * factor
        np.testing.assert_allclose(cohort.table[name][:5], expected)


@pytest.mark.parametrize("cells", [["<1%", "0", "1"], ["0.5%", "0", ""], ["0", "<1", "1"]])
def test_a_unit_in_the_cells_settles_it(tmp_path, cells):
    patients(tmp_path, "er_percent", cells * 8)
    cohort, problems = built(tmp_path)
    assert problems == ()
    assert np.nanmax(cohort.table["er_percent"]) <= 1


def test_an_ambiguous_regimen_is_refused_with_what_it_may_mean(tmp_path):
    patients(tmp_path, "regimen_assigned", ["PH"] * 12 + ["TCbHP"] * 12)
    with pytest.raises(TableError, match="'PH' may mean TH or HP") as refused:
        built(tmp_path, mode="train")
    assert "12 of 24 rows do not (first at row 1)" in str(refused.value)


def test_a_site_may_name_regimens_in_its_own_way(tmp_path):
    patients(tmp_path, "regimen_assigned", ["our THP", "TCHP", "herbs", ""] * 6)
    mapped = {"regimen_assigned": {"source": "regimen_assigned", "synonyms": {"our THP": "THP"}}}
    files = {"path": "patients.csv", "columns": mapped}
    cohort, problems = built(tmp_path, patients=files)
    names = [REGIMEN_NAMES[code] for code in cohort.table["regimen_assigned"][:2]]
    assert (names, problems) == (["THP", "TCbHP"], ())
    assert "6" in notes(cohort)[0]
