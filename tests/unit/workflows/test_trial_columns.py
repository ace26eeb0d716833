"""Columns that only trials read: carried from file to file, and never offered to a model."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml

from neopcr.cohort import read_cohort
from neopcr.modalities import find_column
from neopcr.trials import COLUMNS
from neopcr.workflows.assemble import assemble
from neopcr.workflows.check import check
from neopcr.workflows.screen import screen


def write(folder, heart: str, n: int = 30):
    """As many patients; who recurred had no pCR, which would be a leak in a model."""
    rows = [
        {
            "patient_id": f"p{i}", "age_years": 40 + i, heart: 50 + i, "recurred": "yes" if i % 2 else "no",
            "pcr": 1 - i % 2, "tumor_diameter_mm": 30,
        }
        for i in range(n)
    ]  # fmt: skip
    path = folder / "patients.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def mapped(folder):
    path = folder / "c.yaml"
    patients = {
        "path": str(write(folder, "EF")), "id": "patient_id",
        "columns": {
            "lvef_percent": "EF", "age_years": "age_years", "tumor_diameter_mm": "tumor_diameter_mm",
        },
    }  # fmt: skip
    config = {"name": "c", "modalities": ["clinical"], "cohort": {"patients": patients}}
    path.write_text(yaml.safe_dump(config))
    return path


@pytest.mark.parametrize("source", ["csv", "config"])
def test_they_are_assembled_and_then_screened(tmp_path, source):
    path = write(tmp_path, "lvef_percent") if source == "csv" else mapped(tmp_path)
    assemble(path, tmp_path / "out.parquet")
    table = pd.read_parquet(tmp_path / "out.parquet")
    assert table["lvef_percent"].tolist() == [50.0 + i for i in range(30)]
    result = screen("nct07239271", tmp_path / "out.parquet", tmp_path / "screened.csv")
    assert result.data["counts"]["E9.2"] == {"not_met": 5, "unknown": 25, "met": 0}


def test_a_value_that_cannot_be_is_rejected_with_its_row(tmp_path):
    path = write(tmp_path, "lvef_percent")
    table = pd.read_csv(path).astype({"lvef_percent": float})
    table.loc[3, "lvef_percent"] = 0.6
    table.to_csv(path, index=False)
    assemble(path, tmp_path / "out.csv")
    rejects = pd.read_csv(tmp_path / "out.csv.rejects.csv")
    assert rejects.to_numpy().tolist() == [[4, "lvef_percent", "out_of_range"]]


def test_check_holds_them_to_the_contract_and_calls_none_a_leak(tmp_path):
    result = check(write(tmp_path, "lvef_percent"), tmp_path / "out", external=False)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "Eligibility for trials" in page
    assert "lvef_percent" in page
    assert not [each for each in result.data["warnings"] if each["rule"] == "leak"]


def test_training_does_not_see_them(tmp_path):
    cohort, _ = read_cohort(write(tmp_path, "lvef_percent"), find_column)
    assert {"age_years"} <= cohort.table.keys()
    assert not cohort.table.keys() & COLUMNS.keys()
    for name in COLUMNS:
        with pytest.raises(KeyError):
            find_column(name)
