"""From config to cohort: who is left out at which step, what stops a run and what is a reject."""

from __future__ import annotations

import numpy as np
import pytest

from cohort_files import config, find_column, write
from neopcr.cohort.build import build_cohort, read_cohort, require_outcomes
from neopcr.errors import ConfigError, TableError
from neopcr.specs import Cohort, Landmark, Problem

PATIENTS = """patient_id,age_years,er_status,centre,first_dose_date,cycle2_date,surgery_date,pcr,notes
P1,44,positive,A,2024-01-10,2024-01-31,2024-06-01,1,x
P2,45,negative,A,2024-01-10,2024-01-31,2024-06-01,0,x
P3,46,,B,2024-01-10,,2024-02-01,0,x
P4,47,positive,B,2024-01-10,2024-01-31,,,x
P5,48,negative,B,2024-01-10,2024-01-31,2024-06-01,1,x
"""


def built(
    tmp_path, patients=PATIENTS, landmark=Landmark.baseline, mode="train", latest=None, **blocks
):
    write(tmp_path, "patients.csv", patients)
    return build_cohort(
        config(**blocks), find_column, landmark=landmark, mode=mode, base=tmp_path, latest=latest
    )


def steps(cohort):
    return [(step.reason, step.excluded, step.remaining) for step in cohort.flow]


def many(n=40, **cells):
    """Rows of n patients; a keyword replaces cells of its column by row number."""
    lines = ["patient_id,age_years,ki67_percent,er_status,pcr"]
    for row in range(1, n + 1):
        cell = {
            "patient_id": f"P{row}",
            "age_years": str(30 + row % 7),
            "ki67_percent": str(20 + row % 11),
            "er_status": "positive" if row % 3 else "negative",
            "pcr": str(row % 2),
        }
        cell |= {name: given[row] for name, given in cells.items() if row in given}
        lines.append(",".join(cell.values()))
    return "\n".join(lines) + "\n"


def refusal(tmp_path, kind=TableError, **given):
    with pytest.raises(kind) as caught:
        built(tmp_path, **given)
    return str(caught.value)


def test_flow_at_baseline(tmp_path):
    cohort, problems = built(tmp_path)
    assert problems == ()
    assert steps(cohort) == [
        ("rows of the patients' files", 0, 5),
        ("columns that are not of the contract, not used: notes", 0, 5),
        ("rows that break the data contract (see the rejects)", 0, 5),
        ("outcome not known", 1, 4),
        ("at baseline nobody has ended therapy", 0, 4),
    ]
    assert cohort.patient_id.tolist() == ["P1", "P2", "P3", "P5"]
    assert cohort.row.tolist() == [1, 2, 3, 5]
    assert cohort.pcr.tolist() == [1, 0, 0, 1]
    assert cohort.table["er_status"].tolist() == [1, 0, -1, 0]
    assert "pcr" not in cohort.table
    assert cohort.definition == "ypT0/Tis ypN0"


def test_those_who_ended_therapy_are_left_out_at_c1(tmp_path):
    cohort, _ = built(tmp_path, landmark=Landmark.c1)
    assert steps(cohort)[-1] == (
        "no longer on neoadjuvant therapy at c1 (no cycle2_date before surgery)", 1, 3,
    )  # fmt: skip
    assert cohort.patient_id.tolist() == ["P1", "P2", "P5"]


def test_a_dose_after_surgery_is_not_neoadjuvant(tmp_path):
    cohort, _ = built(
        tmp_path, PATIENTS.replace("2024-01-31,2024-06-01,1", "2024-05-31,2024-05-30,1"),
        landmark=Landmark.c1,
    )  # fmt: skip
    assert cohort.patient_id.tolist() == ["P2"]


@pytest.mark.parametrize("landmark", [Landmark.c2, Landmark.c4, Landmark.surgery])
def test_without_dates_therapy_is_not_assessed(tmp_path, landmark):
    cohort, _ = built(tmp_path, landmark=landmark)
    reason = f"no longer on neoadjuvant therapy at {landmark.name}: not assessed"
    assert steps(cohort)[-1] == (reason, 0, 4)


def test_before_surgery_those_who_are_operated_on_remain(tmp_path):
    patients = PATIENTS.replace("P1,44,positive,A,2024-01-10,2024-01-31,2024-06-01", "P1,44,,A,,,")
    cohort, _ = built(tmp_path, patients, landmark=Landmark.presurgery)
    assert cohort.patient_id.tolist() == ["P2", "P3", "P5"]


def test_without_a_landmark_everything_is_kept(tmp_path):
    cohort, _ = built(tmp_path, landmark=None, mode="check")
    assert cohort.patient_id.tolist() == ["P1", "P2", "P3", "P4", "P5"]
    np.testing.assert_array_equal(cohort.pcr, [1, 0, 0, np.nan, 1])
    assert steps(cohort)[-1][0].startswith("rows that break")


def test_conditions_count_the_unknown_apart(tmp_path):
    cohort, _ = built(
        tmp_path,
        keep=[
            {"column": "er_status", "equals": "Positive", "reason": "ER negative"},
            {"column": "age_years", "equals": [44, 47], "reason": "another age"},
            {"column": "centre", "equals": ["A", "B"], "reason": "another centre"},
        ],
    )
    assert steps(cohort)[3:9] == [
        ("ER negative: er_status not known", 1, 4),
        ("ER negative", 2, 2),
        ("another age: age_years not known", 0, 2),
        ("another age", 0, 2),
        ("another centre: centre not known", 0, 2),
        ("another centre", 0, 2),
    ]
    assert cohort.patient_id.tolist() == ["P1"]


@pytest.mark.parametrize(
    ("condition", "fault"),
    [
        ({"column": "ki67_percent", "equals": 20}, "which the cohort does not have"),
        ({"column": "er_status", "equals": "low"}, "It is a category of negative, positive."),
        ({"column": "age_years", "equals": "44"}, "It is a number; write it as one"),
    ],
)
def test_conditions_that_make_no_sense_are_refused(tmp_path, condition, fault):
    assert fault in refusal(tmp_path, ConfigError, keep=[{**condition, "reason": "r"}])


def test_nobody_left_is_refused_with_the_last_step(tmp_path):
    keep = [{"column": "age_years", "equals": 99, "reason": "another age"}]
    message = refusal(tmp_path, keep=keep)
    assert message == (
        f"{tmp_path / 'patients.csv'}: no patient is left of 5 (the last were left out at: another "
        "age). Correct the table, or the config's conditions."
    )
    cohort, _ = built(tmp_path, mode="check", keep=keep)
    assert cohort.row.size == 0


def test_an_outcome_in_other_words(tmp_path):
    patients = "patient_id,age_years,result\nP1,44,RCB-0\nP2,45,RCB-2\nP3,46,\n"
    cohort, _ = built(
        tmp_path, patients,
        outcome={"source": "result", "reached": ["RCB-0"], "residual": ["RCB-1", "RCB-2"],
                 "definition": "RCB-0"},
    )  # fmt: skip
    assert cohort.pcr.tolist() == [1, 0]
    assert cohort.definition == "RCB-0"


def test_an_outcome_that_is_not_there(tmp_path):
    patients = "patient_id,age_years\nP1,44\n"
    assert "the outcome's column is not in its header" in refusal(tmp_path, patients=patients)
    cohort, _ = built(tmp_path, patients, mode="check")
    assert np.isnan(cohort.pcr).all()


# Law 1 -------------------------------------------------------------------------------------------


def test_few_bad_cells_are_rejects_and_counted(tmp_path):
    patients = many(age_years={7: "old", 9: "300"}, er_status={9: "perhaps"}, pcr={3: "yes"})
    cohort, problems = built(tmp_path, patients)
    assert steps(cohort)[1] == ("rows that break the data contract (see the rejects)", 3, 37)
    assert {(each.column, each.rule): each.rows.tolist() for each in problems} == {
        ("age_years", "not_a_number"): [6],
        ("age_years", "out_of_range"): [8],
        ("er_status", "unknown_category"): [8],
        ("pcr", "unknown_outcome"): [2],
    }


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            {"age_years": {5: "old", 6: "x", 7: "y"}},
            "age_years must be a number, but 3 of 40 rows do not (first at row 5). Correct the "
            "table or set the value to missing.",
        ),
        (
            {"age_years": {5: "1", 6: "2", 7: "3"}},
            "age_years must lie in [18, 120], but 3 of 40 rows do not (first at row 5). Correct "
            "the table or set the value to missing.",
        ),
        (
            {"er_status": {1: "", 5: "a", 6: "b", 7: "c"}},
            "er_status must be one of negative, positive, but 3 of 39 rows do not (first at row "
            "5). Correct the table, or recode the values in the config.",
        ),
        (
            {"pcr": {5: "a", 6: "b", 7: "c"}},
            "pcr must be one of the outcome's values, but 3 of 40 rows do not (first at row 5). "
            "Add the values to `reached` or `residual`, or set them to missing.",
        ),
        (
            {"patient_id": {5: "P4"}},
            "patient_id must be unique, but 2 of 40 rows do not (first at row 4). Keep one row a "
            "patient.",
        ),
        (
            {"ki67_percent": dict.fromkeys(range(1, 41), "0.2")},
            "ki67_percent must be a percent, and nothing in it exceeds 1, as if it held "
            "fractions, but 40 of 40 rows do not (first at row 1). Declare its unit in the config "
            "(`unit: fraction` or `unit: percent`).",
        ),
    ],
)
def test_what_stops_a_training(tmp_path, cells, message):
    assert refusal(tmp_path, patients=many(**cells)) == f"{tmp_path / 'patients.csv'}: {message}"


def test_the_same_is_rejected_row_by_row_in_a_check(tmp_path):
    patients = many(
        age_years={5: "old", 6: "x", 7: "y"},
        patient_id={9: "P8", 20: ""},
        ki67_percent=dict.fromkeys(range(1, 41), "0.2") | {11: ""},
    )
    cohort, problems = built(tmp_path, patients, mode="check")
    found = {(each.column, each.rule): (each.rows + 1).tolist() for each in problems}
    assert found["age_years", "not_a_number"] == [5, 6, 7]
    assert found["patient_id", "duplicated_patient"] == [8, 9]
    assert found["patient_id", "missing_patient_id"] == [20]
    assert found["ki67_percent", "unit_ambiguous"] == [row for row in range(1, 41) if row != 11]
    assert cohort.row.tolist() == [11]
    assert np.isnan(cohort.table["ki67_percent"]).all()


def test_a_declared_unit_settles_the_doubt(tmp_path):
    patients = many(ki67_percent=dict.fromkeys(range(1, 41), "0.2"))
    columns = {"ki67_percent": {"source": "ki67_percent", "unit": "fraction"}}
    cohort, problems = built_mapped(tmp_path, patients, columns)
    assert problems == ()
    np.testing.assert_allclose(cohort.table["ki67_percent"], 20)


def built_mapped(tmp_path, patients, columns, **given):
    write(tmp_path, "patients.csv", patients)
    block = config(patients={"path": "patients.csv", "columns": columns}, **given)
    return build_cohort(block, find_column, landmark=Landmark.baseline, mode="train", base=tmp_path)


def test_dates_out_of_order_are_rejects(tmp_path):
    cohort, problems = built(
        tmp_path, PATIENTS.replace("2024-01-31,,", "2024-01-01,,"), mode="check"
    )
    assert [(each.column, each.rule, each.rows.tolist()) for each in problems] == [
        ("cycle2_date", "dates_out_of_order", [3])
    ]
    assert cohort.patient_id.tolist() == ["P1", "P2", "P3", "P5"]


# Long tables and images ----------------------------------------------------------------------------

IMAGES = "patient_id,imaging_ftv_baseline,imaging_ftv_c2\nP2,8.5,2\nP1,3,1\nPX,9,9\n"
SAMPLES = (
    "patient_id,collected_date,detected,mtm_per_ml\nP1,2024-01-09,1,7\nP1,2024-01-30,0,0\n"
    "P5,2024-01-09,0,0\n"
)
CALLS = "Hugo_Symbol\tTumor_Sample_Barcode\tVariant_Classification\tHGVSp_Short\n"
CORE = "PIK3CA;PIK3R1;PTEN;AKT1;MTOR;TSC1;TSC2"


def long_tables(tmp_path):
    write(tmp_path, "imaging.csv", IMAGES)
    write(tmp_path, "ctdna.csv", SAMPLES)
    write(tmp_path, "calls.maf", CALLS + "PIK3CA\tP1\tMissense_Mutation\tp.H1047R\n")
    write(tmp_path, "panel.csv", f"patient_id,genes,tumour_purity\nP1,{CORE},0.5\nP2,{CORE},0.5\n")
    return {
        "imaging": {"path": "imaging.csv"},
        "ctdna": "ctdna.csv",
        "mutations": {"path": "calls.maf", "panel": "panel.csv"},
    }


def test_long_tables_become_columns_of_the_patients(tmp_path):
    cohort, problems = built(tmp_path, landmark=Landmark.c1, **long_tables(tmp_path))
    nan = np.nan
    assert problems == ()
    np.testing.assert_array_equal(cohort.table["imaging_ftv_baseline"], [3, 8.5, nan])
    np.testing.assert_array_equal(cohort.table["ctdna_detected_baseline"], [1, nan, 0])
    np.testing.assert_array_equal(cohort.table["ctdna_detected_c1"], [0, nan, nan])
    assert cohort.table["pik3ca_status"].tolist() == [1, 0, -1]
    # Known later than c1, or not of the contract at all.
    assert "imaging_ftv_c2" not in cohort.table
    assert "tsc2_status" not in cohort.table
    assert [column.name for column in cohort.columns] == list(cohort.table)
    assert "imaging rows of patients who are not in the cohort's table: 1" in [
        step.reason for step in cohort.flow
    ]


def test_a_second_wide_file_may_hold_any_kind_of_column(tmp_path):
    text = "patient_id,node_positive,arm,ctdna_assay,cycle3_date\nP2,1,x,panel,2024-02-21\n"
    write(tmp_path, "imaging.csv", text)
    cohort, _ = built(tmp_path, mode="check", imaging={"path": "imaging.csv"})
    np.testing.assert_array_equal(cohort.table["node_positive"][:2], [np.nan, 1])
    assert cohort.table["arm"].tolist() == [None, "x", None, None, None]
    assert cohort.table["ctdna_assay"].tolist() == [-1, 1, -1, -1, -1]
    assert str(cohort.table["cycle3_date"][1]) == "2024-02-21"
    assert np.isnat(cohort.table["cycle3_date"]).sum() == 4


def test_a_column_from_two_files_is_refused(tmp_path):
    blocks = long_tables(tmp_path)
    write(tmp_path, "imaging.csv", "patient_id,age_years\nP1,44\n")
    message = refusal(tmp_path, **blocks)
    assert message.startswith(
        f"{tmp_path / 'imaging.csv'}: column 'age_years' comes from two files"
    )


def test_a_patient_imaged_twice_stops_or_is_rejected(tmp_path):
    write(tmp_path, "imaging.csv", IMAGES + "P1,4,1\n")
    imaging = {"path": "imaging.csv"}
    assert "imaging must be unique" in refusal(tmp_path, imaging=imaging)
    cohort, problems = built(tmp_path, mode="check", imaging=imaging)
    assert [(each.column, each.rule, each.rows.tolist()) for each in problems] == [
        ("imaging", "duplicated_patient", [0])
    ]
    assert "P1" not in cohort.patient_id.tolist()


def test_bad_cells_of_images_stand_at_their_patients(tmp_path):
    write(tmp_path, "imaging.csv", IMAGES.replace("8.5", "big").replace("9,9", "huge,9"))
    _, problems = built(tmp_path, mode="check", imaging={"path": "imaging.csv"})
    assert [(each.column, each.rule, each.rows.tolist()) for each in problems] == [
        ("imaging_ftv_baseline", "not_a_number", [1])
    ]
    message = refusal(tmp_path, imaging={"path": "imaging.csv"})
    assert "imaging.csv: imaging_ftv_baseline must be a number, but 2 of 3 rows" in message


def test_a_bad_column_of_a_long_table_stops_a_training(tmp_path):
    write(tmp_path, "ctdna.csv", SAMPLES.replace(",1,7", ",1,seven"))
    message = refusal(tmp_path, ctdna="ctdna.csv")
    assert message == (
        f"{tmp_path / 'ctdna.csv'}: mtm_per_ml must be a number, but 1 of 3 rows does not (first at "
        "row 1). Correct the table or set the value to missing."
    )


def test_the_fingerprint_is_of_the_contents(tmp_path):
    first, _ = built(tmp_path)
    (tmp_path / "moved").mkdir()
    moved, _ = built(tmp_path / "moved")
    changed, _ = built(tmp_path, PATIENTS.replace("P5,48", "P5,49"))
    assert first.fingerprint == moved.fingerprint != changed.fingerprint


# Leakage -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "fault"),
    [
        ({"imaging_ftv_c2": "f"}, "'imaging_ftv_c2' is refused: it is known only from landmark c2"),
        ({"imaging_rcb": "f"}, "'imaging_rcb' is refused: its name says"),
        ({"age_years": "RCB.score"}, "'RCB.score' is refused: its name says"),
        ({"age_years": "pcr"}, "'pcr' is refused: its name says"),
        (
            {"age_years": {"source": "age", "times": ["Chemo.NumCycles"]}},
            "'Chemo.NumCycles' is refused: its name says",
        ),
    ],
)
def test_a_config_that_names_the_future_is_refused(tmp_path, columns, fault):
    with pytest.raises(TableError) as caught:
        built_mapped(tmp_path, "patient_id,f,pcr\nP1,1,1\n", columns)
    assert fault in str(caught.value)


def test_the_outcome_under_another_name_is_refused_as_a_column(tmp_path):
    with pytest.raises(TableError, match="'result' is refused"):
        built_mapped(
            tmp_path, "patient_id,result\nP1,1\n", {"age_years": "result"},
            outcome={"source": "result"},
        )  # fmt: skip


def test_dates_may_be_named_whenever_they_are_known(tmp_path):
    cohort, _ = built_mapped(
        tmp_path, PATIENTS, {"age_years": "age_years", "surgery_date": "surgery_date"}
    )
    assert list(cohort.table) == ["age_years", "surgery_date"]


def test_a_later_column_may_be_named_where_a_later_landmark_is_asked_for(tmp_path):
    write(tmp_path, "imaging.csv", IMAGES)
    imaging = {"path": "imaging.csv", "columns": {"imaging_ftv_c2": "imaging_ftv_c2"}}
    cohort, _ = built(tmp_path, latest=Landmark.c2, imaging=imaging)
    assert "imaging_ftv_c2" not in cohort.table
    assert "imaging_ftv_c2" in refusal(tmp_path, imaging=imaging)


def test_keeping_patients_by_their_future_is_refused(tmp_path):
    keep = [{"column": "surgery_date", "equals": "x", "reason": "r"}]
    assert "'surgery_date' is refused" in refusal(tmp_path, keep=keep)


def test_a_column_that_alone_says_the_outcome_is_refused(tmp_path):
    values = {row: str(40 + 30 * (row % 2)) for row in range(1, 61)}
    message = refusal(tmp_path, patients=many(60, age_years=values))
    assert message.startswith(
        "cohort: column 'age_years' is refused: alone it separates the outcome with an AUROC above "
        "0.97 among 60 patients"
    )
    # In a check the outcome is not looked at.
    built(tmp_path, many(60, age_years=values), mode="check")


# Plain cohorts ---------------------------------------------------------------------------------------


def test_one_file_under_canonical_names(tmp_path):
    path = write(tmp_path, "cohort.csv", PATIENTS)
    cohort, problems = read_cohort(path, find_column)
    assert problems == ()
    assert len(cohort.row) == 5


def outcomes(*pcr):
    values = np.array(pcr, dtype=float)
    return Cohort(
        table={}, columns=(), patient_id=np.array(["x"] * len(pcr), dtype=object),
        row=np.arange(len(pcr)) + 1, pcr=values,
    )  # fmt: skip


def test_too_few_of_either_outcome():
    require_outcomes(outcomes(*[1] * 20, *[0] * 20))
    with pytest.raises(TableError, match="but there are 19 and 20"):
        require_outcomes(outcomes(*[1] * 19, *[0] * 20))
    with pytest.raises(TableError, match="20 and 3"):
        require_outcomes(outcomes(*[1] * 20, *[0] * 3))
    with pytest.raises(TableError, match="all 3 patients have pCR"):
        require_outcomes(outcomes(1, 1, 1))
    with pytest.raises(TableError, match="all 2 patients have residual disease"):
        require_outcomes(outcomes(0, 0))


def test_a_problem_of_no_rows_does_not_exist(tmp_path):
    _, problems = built(tmp_path, mode="check")
    assert all(isinstance(each, Problem) and each.rows.size for each in problems)
