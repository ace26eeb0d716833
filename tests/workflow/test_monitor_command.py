"""Monitoring as a user meets it: pages, exit codes, and nothing of a patient in them."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest

from neopcr.errors import TableError
from neopcr.workflows.monitor import monitor


def test_a_clean_cohort_has_not_drifted(there, tmp_path):
    result = monitor(
        there.bundle(), there.folder / "new.parquet", tmp_path, outcomes=True, track=False
    )
    assert result.data["exit_code"] == 0
    assert result.data["drift"] is False
    assert result.data["calibration_drift"] is False
    told = json.loads((tmp_path / "monitor.json").read_text())
    assert told["compared"] + told["not_scored"].get("off_therapy_at_landmark", 0) == told["rows"]
    assert "Nothing has drifted." in (tmp_path / "monitor.html").read_text()


def test_a_slip_of_units_is_named(there, tmp_path):
    cohort = pq.read_table(there.folder / "new.parquet").to_pandas()
    cohort["tumor_diameter_mm"] /= 10
    cohort.to_parquet(tmp_path / "new.parquet")
    result = monitor(
        there.bundle(), tmp_path / "new.parquet", tmp_path, outcomes=False, track=False
    )
    assert result.data["exit_code"] == 20
    assert result.data["calibration"] is None
    assert any("looks as if multiplied by 0.1" in line for line in result.lines)


def test_shuffled_outcomes_drift_in_calibration(there, tmp_path):
    cohort = pq.read_table(there.folder / "new.parquet").to_pandas()
    cohort["pcr"] = 1 - cohort["pcr"]
    cohort.to_parquet(tmp_path / "new.parquet")
    result = monitor(there.bundle(), tmp_path / "new.parquet", tmp_path, outcomes=True, track=False)
    assert result.data["exit_code"] == 21
    assert ">Calibration<" in (tmp_path / "monitor.html").read_text()


def test_outcomes_must_be_there(there, tmp_path):
    cohort = pq.read_table(there.folder / "new.parquet").drop_columns("pcr")
    pq.write_table(cohort, tmp_path / "new.parquet")
    with pytest.raises(TableError, match="no column pcr"):
        monitor(there.bundle(), tmp_path / "new.parquet", tmp_path, outcomes=True, track=False)


def test_a_handful_of_patients_is_refused(there, tmp_path):
    pq.write_table(
        pq.read_table(there.folder / "new.parquet").slice(0, 12), tmp_path / "new.parquet"
    )
    with pytest.raises(TableError, match="too few to monitor"):
        monitor(there.bundle(), tmp_path / "new.parquet", tmp_path, outcomes=False, track=False)
