"""Monitoring as a user meets it: pages, exit codes, and nothing of a patient in them."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from neopcr.bundle import load_bundle, save_bundle
from neopcr.cli import app
from neopcr.errors import BundleError, TableError
from neopcr.workflows._models import bundle_folder
from neopcr.workflows.monitor import monitor


def look(there, folder, change, *, outcomes=False, track=False):
    """Monitor the new cohort after a change."""
    cohort = change(pq.read_table(there.folder / "new.parquet").to_pandas())
    cohort.to_parquet(folder / "changed.parquet")
    path = folder / "changed.parquet"
    return monitor(there.bundle(), path, folder, outcomes=outcomes, track=track)


def drifted(result, what):
    return {
        one["column"] for one in result.data["shifts"] if one["drifted"] and one["what"] == what
    }


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


def test_swapped_columns_are_named(there, tmp_path):
    result = look(
        there,
        tmp_path,
        lambda t: t.assign(age_years=t["ki67_percent"], ki67_percent=t["age_years"]),
    )
    assert result.data["hints"]["age_years"] == "looks like ki67_percent: swapped?"
    assert result.data["hints"]["ki67_percent"] == "looks like age_years: swapped?"


def test_what_no_factor_explains_gets_the_words_of_check_or_none(there, tmp_path):
    result = look(
        there,
        tmp_path,
        lambda t: t.assign(age_years=t["age_years"] / 40, er_percent=np.arange(len(t)) % 7 + 60.0),
    )
    assert "age_years" in drifted(result, "distribution")
    assert "months" not in result.data["hints"].get("er_percent", "")


def test_absent_columns_and_blocks_are_faults(there, tmp_path):
    def without(table):
        ctdna = [name for name in table if name.startswith("ctdna")]
        return table.drop(columns=["grade", "her2_ihc", *ctdna])

    result = look(there, tmp_path, without)
    faults = {(one["rule"], one["subject"]) for one in result.data["faults"]}
    assert {("absent_column", "grade"), ("absent_block", "ctdna")} <= faults
    page = (tmp_path / "monitor.html").read_text()
    assert "the export may have lost it" in page


def test_cells_out_of_range_are_told(there, tmp_path):
    result = look(there, tmp_path, lambda t: t.assign(er_percent=t["er_percent"] + 300))
    assert "er_percent" in drifted(result, "unreadable")
    assert result.data["not_scored"]["out_of_range:er_percent"] > 100


def test_a_cohort_without_centres_is_held_against_those_of_the_training(there, tmp_path):
    result = look(there, tmp_path, lambda t: t.drop(columns="centre"), outcomes=True)
    assert result.data["exit_code"] == 0


def test_one_centre_s_shift_is_told_by_number(there, tmp_path):
    def shifted(table):
        centre = table["centre"].mode()[0]
        return table.assign(
            tumor_diameter_mm=table["tumor_diameter_mm"] + 60.0 * (table["centre"] == centre)
        )

    result = look(there, tmp_path, shifted)
    assert any("in centre" in line for line in result.lines)
    assert "Ask the centre" in (tmp_path / "monitor.html").read_text()


def test_few_outcomes_say_nothing(there, tmp_path):
    result = look(
        there, tmp_path, lambda t: t.assign(pcr=t["pcr"].where(t.index < 6)), outcomes=True
    )
    assert result.data["calibration_drift"] is False
    assert any("too few to say" in line for line in result.lines)


def test_a_bundle_that_remembers_nothing_is_refused(there, tmp_path):
    bundle = load_bundle(bundle_folder(there.bundle()))
    old = save_bundle(replace(bundle, reference={}), tmp_path / "old")
    with pytest.raises(BundleError, match="Train it again"):
        monitor(
            str(old), there.folder / "new.parquet", tmp_path / "out", outcomes=False, track=False
        )


def test_the_history_is_in_mlflow_and_names_nobody(there, tmp_path, monkeypatch):
    import mlflow  # noqa: PLC0415 - seconds

    uri = f"sqlite:///{tmp_path}/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    result = look(there, tmp_path, lambda t: t, outcomes=True, track=True)
    client = mlflow.MlflowClient(tracking_uri=uri)
    run = client.get_run(result.data["tracking"]["run_id"])
    assert run.info.status == "FINISHED"
    assert run.data.tags["exit_code"] == "0"
    assert {"patients", "drifted", "distribution/p_pcr", "calibration/slope"} <= set(
        run.data.metrics
    )
    store = (tmp_path / "mlflow.db").read_bytes()
    assert b"P0001" not in store
    assert str(tmp_path / "changed").encode() not in store


def test_the_command_ends_with_the_codes_that_schedulers_read(there, tmp_path):
    cohort = pq.read_table(there.folder / "new.parquet").to_pandas().drop(columns="age_years")
    cohort.to_parquet(tmp_path / "new.parquet")
    told = CliRunner().invoke(
        app,
        ["monitor", there.bundle(), str(tmp_path / "new.parquet"), "-o", str(tmp_path),
         "--no-track", "--json"],
    )  # fmt: skip
    assert told.exit_code == 20
    assert json.loads(told.stdout)["drift"] is True


def test_repeated_patients_are_a_fault(there, tmp_path):
    result = look(there, tmp_path, lambda t: t.assign(patient_id=t["patient_id"].iloc[0]))
    assert "duplicate_id" in {one["rule"] for one in result.data["faults"]}


def test_columns_without_a_reference_are_not_compared(there, tmp_path):
    bundle = load_bundle(bundle_folder(there.bundle("baseline")))
    fewer = {name: one for name, one in bundle.reference.items() if name != "grade"}
    saved = save_bundle(replace(bundle, reference=fewer), tmp_path / "fewer")
    path = there.folder / "new.parquet"
    result = monitor(str(saved), path, tmp_path / "out", outcomes=False, track=False)
    assert "grade" not in {one["column"] for one in result.data["shifts"]}
    # At baseline everybody is still on therapy: no row is left out, and the page says nothing of it.
    assert result.data["not_scored"] == {}
    assert "not scored" not in (tmp_path / "out" / "monitor.html").read_text()
