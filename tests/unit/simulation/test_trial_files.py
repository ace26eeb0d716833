"""Files are written whole or not at all, and the same trial gives the same bytes."""

from __future__ import annotations

import csv
import json

import pyarrow.parquet as pq
import pytest

from neopcr.errors import TargetError
from neopcr.simulation import Design, simulate, write_trial
from neopcr.simulation.effects import trial_effects
from neopcr.simulation.trial import SimulatedTrial

NAMES = ["ctdna.csv", "gene_panel.csv", "imaging.csv", "mutations.maf", "patients.csv",
         "simulation.json", "truth.parquet"]  # fmt: skip


@pytest.fixture(scope="module")
def trial():
    return simulate(n=60, seed=1)


def _rows(path, delimiter=","):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter=delimiter))


def test_the_same_trial_gives_the_same_bytes(trial, tmp_path):
    first = write_trial(trial, tmp_path / "a" / "first")
    second = write_trial(simulate(n=60, seed=1), tmp_path / "second")
    assert sorted(path.name for path in first.iterdir()) == NAMES
    for name in NAMES:
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_files_can_be_read_as_people_have_them(trial, tmp_path):
    folder = write_trial(trial, tmp_path / "trial")
    ctdna = _rows(folder / "ctdna.csv")
    assert ",".join(ctdna[0]) == (
        "patient_id,collected_date,assay,detected,mtm_per_ml,mean_vaf,n_variants_detected,"
        "lod_mtm_per_ml,qc_fail"
    )
    patients = _rows(folder / "patients.csv")
    assert len(patients) == 61
    assert patients[1][0] == "P0000001"
    maf = _rows(folder / "mutations.maf", "\t")
    assert maf[0][:4] == [
        "Hugo_Symbol", "Tumor_Sample_Barcode", "Variant_Classification", "HGVSp_Short"
    ]  # fmt: skip
    assert {len(row) for row in maf} == {len(maf[0])}
    assert pq.read_table(folder / "truth.parquet").equals(trial.truth)


def test_the_truth_stays_out_of_the_files_people_have(trial, tmp_path):
    folder = write_trial(trial, tmp_path / "trial")
    for name in NAMES[:-1]:
        assert b"p_pcr" not in (folder / name).read_bytes()


def test_a_folder_says_that_its_patients_are_simulated_and_how(tmp_path):
    design = Design(n_centres=3, effects=trial_effects(everolimus=0.4))
    drawn = simulate("neocarhp", n=20, seed=9, complete=True, design=design)
    folder = write_trial(drawn, tmp_path / "trial")
    assert json.loads((folder / "simulation.json").read_text(encoding="utf-8")) == {
        "simulated": True, "preset": "neocarhp", "n": 20, "seed": 9, "as_protocol": False,
        "complete": True, "n_centres": 3, "centre_sd": 0.3, "effects_replaced": {"everolimus": 0.4},
    }  # fmt: skip


def test_an_existing_folder_is_left_alone(trial, tmp_path):
    (tmp_path / "kept.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(TargetError, match="never overwritten"):
        write_trial(trial, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_nothing_is_left_behind_when_writing_fails(trial, tmp_path):
    broken = SimulatedTrial(
        files={"missing/patients.csv": trial.truth}, truth=trial.truth, settings={}
    )
    with pytest.raises(TargetError, match="nothing was written"):
        write_trial(broken, tmp_path / "trial")
    assert list(tmp_path.iterdir()) == []


def test_a_parent_that_is_a_file_is_named(trial, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(TargetError, match="nothing was written"):
        write_trial(trial, tmp_path / "file" / "trial")
