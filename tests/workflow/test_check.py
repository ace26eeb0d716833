"""`neopcr check`: exit codes, files, counts that add up, and nothing told that must not be."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from command_line import CANARY, listing, refused, run

CONFIG = """name: wide
modalities: [clinical, her2, receptors]
landmarks: [baseline]
cohort:
  patients:
    path: cohort.csv
    id: who
    columns: {columns}
  outcome: {{source: response_at_the_end, reached: ["1"], residual: ["0"]}}
external: {{path: other.csv}}
"""


def cohort(n=240, seed=1):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "patient_id": [f"{CANARY}-{row}" for row in range(n)],
            "centre": [f"{CANARY} clinic {row % 4}" for row in range(n)],
            "arm": np.where(rng.random(n) < 0.5, "control", "experimental"),
            "age_years": rng.integers(30, 80, n).astype(float),
            "tumor_diameter_mm": rng.integers(15, 80, n).astype(float),
            "ki67_percent": rng.integers(10, 90, n).astype(float),
            "her2_status": rng.choice(["positive", "negative"], n),
            "er_status": rng.choice(["positive", "negative"], n),
            "hr_status": rng.choice(["positive", "negative"], n),
            "pcr": rng.integers(0, 2, n).astype(float),
        }
    )


pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def checked(table, words="check cohort.csv -o out --json", code=0):
    if table is not None:
        table.to_csv("cohort.csv", index=False)
    done = run(words)
    assert done.exit_code == code, done.output
    data = json.loads(done.stdout)
    assert data["exit_code"] == code
    return data


def found(data):
    return [(one["rule"], one["column"]) for one in data["warnings"]]


def test_a_sound_cohort_of_overall_calls_is_done():
    data = checked(cohort())
    assert (data["rows"], data["kept"], data["rejected_rows"]) == (240, 240, 0)
    assert data["columns"] == {
        "Dates, arm and centre": ["centre", "arm"],
        "Clinical": ["age_years", "tumor_diameter_mm"],
        "Hormone receptors and Ki-67": ["ki67_percent", "er_status", "hr_status"],
        "HER2": ["her2_status"],
    }
    assert found(data) == []
    assert {path.name for path in Path("out").iterdir()} == {
        "report.html", "summary.json", "rejects.csv",
    }  # fmt: skip
    assert Path("out/rejects.csv").read_text() == "row,column,rule\n"
    summary = json.loads(Path("out/summary.json").read_text())
    assert summary == data


def test_every_broken_row_is_told_once_a_rule_and_the_code_is_that_of_a_bad_table():
    table = cohort().astype({"age_years": object})
    table.loc[3, "age_years"] = f"{CANARY} old"
    table.loc[[5, 6], "tumor_diameter_mm"] = 999
    table.loc[6, "ki67_percent"] = 200
    table.loc[8, "patient_id"] = table.loc[7, "patient_id"]
    table.loc[9, "pcr"] = 7
    data = checked(table, code=11)
    assert {
        (one["column"], one["rule"]): (one["rows"], one["first"]) for one in data["rejects"]
    } == {
        ("age_years", "not_a_number"): (1, 4),
        ("tumor_diameter_mm", "out_of_range"): (2, 6),
        ("ki67_percent", "out_of_range"): (1, 7),
        ("patient_id", "duplicated_patient"): (2, 8),
        ("pcr", "unknown_outcome"): (1, 10),
    }
    assert data["rejected_rows"] == 6
    assert data["kept"] == 234
    lines = Path("out/rejects.csv").read_text().splitlines()
    assert lines[0] == "row,column,rule"
    assert Counter(line.split(",")[2] for line in lines[1:]) == {
        "out_of_range": 3, "duplicated_patient": 2, "not_a_number": 1, "unknown_outcome": 1,
    }  # fmt: skip


def test_no_identifier_cell_or_centre_is_told():
    table = cohort().astype({"age_years": object})
    table.loc[3, "age_years"] = f"{CANARY} old"
    table.loc[table["centre"].str.endswith("2"), "tumor_diameter_mm"] /= 10
    table.loc[table["centre"].str.endswith("1"), "ki67_percent"] = np.nan
    table.to_csv("cohort.csv", index=False)
    for words in ("check cohort.csv -o out", "check cohort.csv -o out --json"):
        done = run(words)
        assert done.exit_code == 11
        assert CANARY not in done.output
    for path in Path("out").iterdir():
        assert CANARY not in path.read_text(), path
    data = json.loads(Path("out/summary.json").read_text())
    assert ("centre_far_off", "tumor_diameter_mm") in found(data)
    assert ("missingness_tells", "ki67_percent") in found(data)
    assert "centre 2 of 4" in str(data["missingness"])


def test_units_a_twin_a_constant_and_what_is_missing_by_arm_are_warned_of():
    table = cohort()
    table["tumor_diameter_mm"] /= 10
    table["grade"] = 3
    table.loc[50, ["age_years", "tumor_diameter_mm", "ki67_percent", "her2_status", "er_status",
                   "hr_status", "grade"]] = table.loc[7]  # fmt: skip
    table.loc[50, "arm"] = table.loc[7, "arm"]
    table["ctdna_detected_c1"] = np.where(table["arm"] == "control", np.nan, 1.0)
    table["ctdna_mtm_per_ml_c1"] = np.where(table["arm"] == "control", np.nan, 5.0)
    table["ctdna_mean_vaf_c1"] = np.where(table["arm"] == "control", np.nan, 0.01)
    data = checked(table)
    assert ("unit_slip", "tumor_diameter_mm") in found(data)
    assert ("same_patient", "patient_id") in found(data)
    assert ("constant", "grade") in found(data)
    (tells,) = [one for one in data["warnings"] if one["rule"] == "missingness_tells"]
    assert tells["says"].startswith("where it is missing tells the arm: AUROC ")
    assert tells["says"].endswith("So do 2 more columns of this block")
    pair = checked(table.drop(columns="ctdna_mean_vaf_c1"))
    assert "So does one more column of this block" in str(pair["warnings"])
    twin = next(one for one in data["warnings"] if one["rule"] == "same_patient")
    assert (twin["rows"], twin["first"]) == (2, 8)


def test_a_column_beyond_its_valid_range_is_read_again_for_its_unit():
    table = cohort()
    table["age_years"] *= 12
    table.insert(0, "row_before", range(240))
    data = checked(table, code=11)
    assert data["rejected_rows"] == 240
    (slip,) = [one for one in data["warnings"] if one["rule"] == "unit_slip"]
    assert slip["column"] == "age_years"
    assert slip["says"].endswith("if these were months")
    assert slip["first"] == 1
    assert data["ignored"] == ["row_before"]
    assert data["missingness"] == []
    assert "0 remain" in Path("out/report.html").read_text().replace("<b>", "").replace("</b>", "")


@pytest.mark.parametrize(
    ("name", "values", "says"),
    [
        ("imaging_rcb_class", "noise", "residual disease"),
        ("expression_ypt", "noise", "pathological stage"),
        ("genomic_pcr", "noise", "response to therapy"),
        ("imaging_texture", "outcome", "alone, or by where it is missing, it separates"),
    ],
)
def test_what_training_would_refuse_is_told_through_the_door_of_free_names(name, values, says):
    table = cohort()
    noise = np.random.default_rng(2).normal(size=240)
    table[name] = noise if values == "noise" else table["pcr"] * 10 + noise
    data = checked(table, code=11)
    (leak,) = [one for one in data["warnings"] if one["rule"] == "leak"]
    assert leak["column"] == name
    assert says in leak["says"]
    assert data["rejected_rows"] == 0


def as_config(columns, path="study.yaml"):
    Path(path).write_text(CONFIG.format(columns=columns))


def renamed(table):
    return table.rename(columns={"patient_id": "who", "pcr": "response_at_the_end"})


def test_the_files_of_a_config_and_those_of_its_external_block():
    renamed(cohort()).to_csv("cohort.csv", index=False)
    other = renamed(cohort(100, seed=2))
    other["age_years"] = other["age_years"].where(np.arange(100) != 4, 7)
    other.to_csv("other.csv", index=False)
    as_config("{tumor_diameter_mm: {source: tumor_diameter_mm, unit: mm}, age_years: age_years}")
    data = checked(None, "check study.yaml -o out --json")
    assert (data["source"], data["rows"]) == ("the config wide", 240)
    assert data["ignored"] == [
        "centre", "arm", "ki67_percent", "her2_status", "er_status", "hr_status",
    ]  # fmt: skip
    assert set(data["provenance"]) == {"data_sha256", "config_sha256"}
    data = checked(None, "check study.yaml -o out --external --json", code=11)
    assert data["rows"] == 100
    assert [one["first"] for one in data["rejects"]] == [5]


@pytest.mark.parametrize("header", ["RCB.class", "ypT", "cycles_given", "response_at_the_end"])
def test_a_mapped_header_that_speaks_of_the_outcome_stops_it(here, header):
    renamed(cohort()).assign(**{header: 1}).to_csv("cohort.csv", index=False)
    as_config(f"{{imaging_texture: {{source: {header}}}}}")
    said = refused(["check", "study.yaml", "-o", "out"], 11, here)
    assert f"column '{header}' is refused: its name says" in said


def test_what_cannot_be_read_or_written(here):
    assert "there is no such file" in refused(["check", "none.csv", "-o", "out"], 11, here)
    assert "there is no such config" in refused(["check", "none.yaml", "-o", "out"], 10, here)
    cohort().to_csv("rejects.csv", index=False)
    assert "one of the inputs" in refused(["check", "rejects.csv", "-o", "."], 13, here)
    Path("file").write_text("")
    cohort().to_csv("cohort.csv", index=False)
    assert "file" in refused(["check", "cohort.csv", "-o", "file"], 13, here)


def test_the_same_cohort_gives_the_same_files(here):
    checked(cohort())
    first = listing(here / "out")
    checked(cohort())
    assert listing(here / "out") == first


def test_the_summary_for_a_person():
    table = cohort()
    table["age_years"] = table["age_years"].where(np.arange(240) != 4, 7)
    for place in range(25):
        table[f"imaging_feature_{place}"] = 1.0
    table.to_csv("cohort.csv", index=False)
    lines = run("check cohort.csv -o out").stdout.splitlines()
    assert lines[0] == "a csv table: 240 rows, 239 kept, 1 rejected"
    assert lines[1].startswith("columns: 33 recognised (Dates, arm and centre 2, Clinical 2")
    assert lines[1].endswith(", 0 not used")
    assert lines[2] == (
        "flow: rows that break the data contract (see the rejects): 1 out, 239 left"
    )
    assert lines[3] == (
        "rejected: age_years must lie in its valid range, but 1 of 240 rows do not (first at row 5)"
    )
    assert lines[-2] == "… and 5 more warnings in the report"
    assert lines[-1] == "report: out/report.html"


PATIENT = """#a\tb\tc\td
#a\tb\tc\td
#STRING\tNUMBER\tSTRING\tNUMBER
#1\t1\t1\t1
PATIENT_ID\tAGE\tHER2_STATUS\tOS_MONTHS
P1\t45\tPositive\t60
P2\t7\tNegative\t12
"""
SAMPLE = """#a\tb\tc
#a\tb\tc
#STRING\tSTRING\tSTRING
#1\t1\t1
SAMPLE_ID\tPATIENT_ID\tSAMPLE_TYPE
S1\tP1\tPrimary
S2\tP2\tPrimary
"""


def test_a_study_folder_is_checked_as_it_would_be_assembled(here):
    folder = here / "brca_made_up"
    folder.mkdir()
    (folder / "data_clinical_patient.txt").write_text(PATIENT)
    (folder / "data_clinical_sample.txt").write_text(SAMPLE)
    data = checked(None, "check brca_made_up -o out --json")
    assert data["source"] == "a study folder"
    assert (data["rows"], data["kept"]) == (2, 2)
    steps = [step["reason"] for step in data["flow"]]
    assert steps[0] == "rows of the patients' files"
    assert "age_years is read from AGE" in steps
    assert "AGE: values we cannot read, not known: 1" in steps
    assert "OS_MONTHS" in data["ignored"]


def test_a_column_that_a_person_vouches_for_is_no_leak():
    """A column that the outcome separates is told, unless a person vouches for it."""
    table = renamed(cohort())
    table["texture"] = table["response_at_the_end"] * 10 + np.arange(240) % 7
    table.to_csv("cohort.csv", index=False)
    as_config("{imaging_texture: texture}")
    assert checked(None, "check study.yaml -o out --json", code=11)["warnings"][0]["rule"] == "leak"
    text = Path("study.yaml").read_text()
    allow = "  allow: {imaging_texture: read before the biopsy}\n"
    Path("study.yaml").write_text(text.replace("external:", f"{allow}external:"))
    assert "leak" not in str(found(checked(None, "check study.yaml -o out --json")))
