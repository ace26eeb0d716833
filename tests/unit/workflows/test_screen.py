"""Screening from file to file, and a fourth trial in one file and one line."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path

import pandas as pd
import pytest

import neopcr
import trial_mutants
from neopcr.errors import ConfigError
from neopcr.workflows import _columns
from neopcr.workflows import screen as workflow
from neopcr.workflows.screen import NOTICE, _short, find_trial, screen
from spec.spec_tables import read_spec


def write(path: Path, *changes: dict[str, str], trial: str = "nct07239271") -> Path:
    """The trial's own patient, once for each change."""
    cells = {row["column"]: row["value"] for row in read_spec(f"{trial}_patient.txt")}
    rows = [{"patient_id": f"canary-{i}", **cells, **each} for i, each in enumerate(changes)]
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def test_each_patient_has_an_answer_and_why(tmp_path):
    source = write(
        tmp_path / "c.csv", {}, {"ecog": "2", "cm_stage": "M1"}, {"lvef_percent": "", "sex": ""},
        {"her2_ihc": "2+"}, {"her2_ihc": "1+", "her2_ish": "positive"}, {"alt_xuln": "9"},
    )  # fmt: skip
    result = screen("nct07239271", source, tmp_path / "out.csv")
    table = pd.read_csv(tmp_path / "out.csv", keep_default_na=False)
    assert table["eligible"].tolist() == ["met", "not_met", "unknown", "unknown", "not_met", "met"]
    assert table["why"].tolist() == [
        "", "I2;I5;E1", "sex;lvef_percent", "her2_cep17_ratio;her2_copies_per_cell", "I6", "",
    ]  # fmt: skip
    assert table["could_exclude"][2] == "sex;lvef_percent"
    assert set(table["could_exclude"][3].split(";")) >= {"her2_ish", "her2_copies_per_cell"}
    assert table["flags"][4] == "I6:her2_positive_by_ish_alone"
    assert table.loc[5, "I9.2"] == "not_met"
    assert result.data["eligible"] == {"not_met": 2, "unknown": 2, "met": 2}
    assert result.data["first_excluded_by"]["I2"] == 1
    page = (tmp_path / "out.csv.html").read_text(encoding="utf-8")
    assert NOTICE in result.lines
    assert NOTICE.replace("'", "&#39;") in page
    assert "canary" not in page
    assert "I2 ECOG performance status 0 or 1" in page


def test_what_contradicts_itself_is_named_and_the_rest_goes_on(tmp_path):
    source = write(
        tmp_path / "c.csv", {}, {"her2_cep17_ratio": "0"}, {"er_tested": "no"},
        {"major_surgery_date": "2024-01-01"}, {"enrolment_date": "2024-03-09"},
        {"lvef_percent": "0.6"}, {"haemoglobin_g_per_l": "12"}, {"first_dose_date": "2024-13-01"},
        {"menopausal_status": "postmenopausal"},
    )  # fmt: skip
    result = screen("nct07239271", source, tmp_path / "out.csv")
    assert pd.read_csv(tmp_path / "out.csv.rejects.csv").to_csv(index=False).splitlines()[1:] == [
        "2,her2_cep17_ratio,not_above_zero",
        "3,er_tested,result_of_what_was_not_done",
        "4,major_surgery_date,date_of_what_was_not",
        "5,randomisation_date,dates_out_of_order",
        "6,lvef_percent,out_of_range",
        "7,haemoglobin_g_per_l,out_of_range",
        "8,first_dose_date,not_a_date",
        "9,childbearing_potential,childbearing_after_menopause",
    ]
    assert result.data["eligible"]["met"] == 1


def test_events_that_cannot_be_are_named(tmp_path):
    source = write(
        tmp_path / "c.csv", {}, {"recurred": "", "recurrence_date": "2019-01-01"},
        {"died": "", "death_date": "2024-03-02"}, {"last_followup_date": "2019-01-01"},
        {"regimen_assigned": "magic"}, {"recurrence_date": "2021-01-01"},
        trial="nct07376174",
    )  # fmt: skip
    result = screen("nct07376174", source, tmp_path / "out.csv")
    rejects = pd.read_csv(tmp_path / "out.csv.rejects.csv")
    assert {(row, rule) for row, _, rule in rejects.itertuples(index=False)} >= {
        (2, "event_before_surgery"), (3, "followup_before_event"), (4, "event_before_surgery"),
        (5, "unmatched_regimen"), (6, "date_of_what_was_not"),
    }  # fmt: skip
    assert result.data["answered"] == 1


def test_columns_that_the_cohort_lacks_are_told_once(tmp_path):
    (tmp_path / "c.csv").write_text("patient_id,sex,age_years\np0,female,50\n")
    result = screen("nct07239271", tmp_path / "c.csv", tmp_path / "out.parquet")
    told = [line for line in result.lines if "not in the cohort" in line]
    assert len(told) == 1
    assert "I2, I3" in told[0]
    assert result.data["eligible"] == {"not_met": 0, "unknown": 1, "met": 0}


def test_an_unknown_trial_names_its_neighbours():
    with pytest.raises(ConfigError, match="Did you mean nct07239271"):
        find_trial("nct07239217")
    with pytest.raises(ConfigError, match=r"unknown trial 'x'. Known: nct07239271"):
        find_trial("x")


def contributed():
    """The trials with the made-up one of CONTRIBUTING: its file, and its line in the registry."""
    guide = Path(neopcr.__file__).parents[2] / "CONTRIBUTING.md"
    chapter = guide.read_text(encoding="utf-8").partition("## Add a trial")[2]
    block = chapter.partition("```python\n")[2].partition("   ```")[0]
    registry = trial_mutants.source_of("neopcr.trials")
    registry = registry.replace("import nct02286843,", "import nct00000000, nct02286843,")
    registry = registry.replace(
        "    nct02286843.TRIAL,\n", "    nct02286843.TRIAL, nct00000000.TRIAL,\n"
    )
    sources = {
        "neopcr.trials": registry, "neopcr.trials.nct00000000": textwrap.dedent(block),
    }  # fmt: skip
    return trial_mutants.imported({name: ast.parse(text) for name, text in sources.items()})


def test_a_fourth_trial_is_one_file_and_one_line(tmp_path, monkeypatch):
    with contributed() as trials:
        monkeypatch.setattr(workflow, "TRIALS", dict(trials.TRIALS))
        monkeypatch.setattr(_columns, "COLUMNS", dict(trials.COLUMNS))
    (tmp_path / "c.csv").write_text(
        "patient_id,age_years,ki67_percent,asthma\na,70,20,no\nb,71,21,no\nc,18,21,\nd,69,,yes\n"
    )
    screen("nct00000000", tmp_path / "c.csv", tmp_path / "out.csv")
    table = pd.read_csv(tmp_path / "out.csv", keep_default_na=False)
    assert table["eligible"].tolist() == ["met", "not_met", "unknown", "not_met"]
    assert table["I2"].tolist() == ["not_met", "met", "met", "unknown"]
    assert table["why"].tolist() == ["", "I1", "asthma", "E1"]


def test_what_happens_on_one_day_contradicts_nothing(tmp_path):
    day, before, after = {"recurred": "", "died": ""}, "2020-02-29", "2020-03-02"
    surgery = "2020-03-01"
    source = write(
        tmp_path / "c.csv",
        {**day, "recurrence_date": surgery, "death_date": after, "last_followup_date": after},
        {**day, "recurrence_date": before},
        {**day, "recurrence_date": after, "last_followup_date": surgery},
        trial="nct07376174",
    )  # fmt: skip
    screen("nct07376174", source, tmp_path / "out.csv")
    rejects = pd.read_csv(tmp_path / "out.csv.rejects.csv")
    assert list(rejects[["row", "rule"]].itertuples(index=False, name=None)) == [
        (2, "event_before_surgery"), (3, "followup_before_event"),
    ]  # fmt: skip


def test_nobody_is_enrolled_on_the_day_of_birth(tmp_path):
    births = ("2000-05-10", "2000-05-09")
    source = write(
        tmp_path / "c.csv",
        *({"birth_date": each, "enrolment_date": "2000-05-10"} for each in births),
        trial="nct02286843",
    )
    screen("nct02286843", source, tmp_path / "out.csv")
    assert pd.read_csv(tmp_path / "out.csv.rejects.csv")["row"].tolist() == [1]


def test_a_count_of_millions_fits_beside_the_flow():
    sentence = "I13 Informed consent and good compliance."
    assert _short(sentence, 669) == sentence[:-1]
    long = _short(sentence, 9_999_999)
    assert long.endswith(" …")
    assert len(f"9,999,999{long}") <= len(f"669{sentence}") + 2
