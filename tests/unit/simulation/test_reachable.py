"""What can be reached on simulated patients, and where nobody can say."""

from __future__ import annotations

import json

import pytest

from neopcr.config import CohortConfig, Config, Mutations, WideTable
from neopcr.simulation import Design, reachable, simulate, write_trial
from neopcr.simulation.measure import measure_reachable, measured
from neopcr.simulation.reachable import stored_reachable
from neopcr.specs import Landmark

MODALITIES = ("clinical", "her2", "receptors", "ctdna", "pam", "regimen", "imaging")


def _config(folder="trial", modalities=MODALITIES):
    return Config(
        name="test",
        modalities=modalities,
        cohort=CohortConfig(patients=WideTable(path=f"{folder}/patients.csv")),
    )


def _whole(folder="trial"):
    volumes = {name: name for name in ("imaging_ftv_cc_baseline", "imaging_ftv_cc_c2")}
    return Config(
        name="test",
        landmarks=(Landmark.baseline, Landmark.c2),
        modalities=MODALITIES,
        cohort=CohortConfig(
            patients=WideTable(path=f"{folder}/patients.csv"),
            imaging=WideTable(path=f"{folder}/imaging.csv", columns=volumes),
            ctdna=f"{folder}/ctdna.csv",
            mutations=Mutations(path=f"{folder}/mutations.maf", panel=f"{folder}/gene_panel.csv"),
        ),
    )


@pytest.fixture(scope="module")
def trial():
    return simulate(n=30, seed=0)


def test_later_landmarks_reach_further_and_nobody_reaches_the_truth():
    found = [stored_reachable("nct07239271", Landmark[name]) for name in ("baseline", "c1", "c2")]
    assert found[0].auroc < found[1].auroc < found[2].auroc
    assert found[0].brier > found[1].brier > found[2].brier
    for one in found:
        assert one.auroc < one.auroc_of_truth < 0.87
        assert one.brier > one.brier_of_truth
        assert 0.5 < one.events_test / one.n_test < 0.7
    # Clinical models of HER2-positive disease reach 0.62-0.75.
    assert 0.62 < found[0].auroc < 0.75


@pytest.mark.parametrize(
    ("preset", "landmark"), [("neocarhp", Landmark.baseline), ("nct07239271", Landmark.c4)]
)
def test_what_was_not_measured_is_not_known(preset, landmark):
    assert stored_reachable(preset, landmark) is None


def test_a_simulated_cohort_is_told_what_it_can_reach(trial, tmp_path):
    write_trial(trial, tmp_path / "trial")
    auroc, brier = reachable(_config(), Landmark.c1, base=tmp_path)
    stored = stored_reachable("nct07239271", Landmark.c1)
    assert (auroc.name, auroc.value, auroc.n, auroc.events) == (
        "auroc", stored.auroc, stored.n_test, stored.events_test
    )  # fmt: skip
    assert (brier.name, brier.value) == ("brier", stored.brier)
    assert f"{stored.n_train:,}" in auroc.method


def test_other_columns_or_landmarks_can_reach_something_else(trial, tmp_path):
    write_trial(trial, tmp_path / "trial")
    fewer = _config(modalities=("clinical", "her2"))
    assert reachable(fewer, Landmark.c1, base=tmp_path) == ()
    assert reachable(_config(), Landmark.c4, base=tmp_path) == ()


@pytest.mark.parametrize(
    "otherwise",
    [{"as_protocol": True}, {"complete": True}, {"design": Design(centre_sd=1.0)}],
)
def test_trials_made_otherwise_can_reach_something_else(otherwise, tmp_path):
    write_trial(simulate(n=30, seed=0, **otherwise), tmp_path / "trial")
    assert reachable(_config(), Landmark.c1, base=tmp_path) == ()


def test_real_and_stacked_cohorts_have_nothing_to_reach(trial, tmp_path, monkeypatch):
    write_trial(trial, tmp_path / "trial")
    monkeypatch.chdir(tmp_path)
    assert reachable(_config("elsewhere"), Landmark.c1) == ()
    both = WideTable(path=["trial/patients.csv", "trial/patients.csv"])
    stacked = _config().model_copy(update={"cohort": CohortConfig(patients=both)})
    assert reachable(stacked, Landmark.c1) == ()
    assert len(reachable(_config(), Landmark.c1)) == 2


def test_measuring_again_gives_the_fields_that_are_stored():
    again = json.loads(measured(_whole("never/read"), n_train=1500, n_test=1500))
    entry = again["presets"]["nct07239271"]
    assert "measured(" in again["command"]
    assert entry["modalities"] == list(MODALITIES)
    baseline, c2 = entry["landmarks"]["baseline"], entry["landmarks"]["c2"]
    assert 0.6 < baseline["auroc"] < c2["auroc"] < c2["auroc_of_truth"]
    assert c2["n_train"] < baseline["n_train"] < 1500


def test_measuring_needs_no_more_than_patients():
    config = _config("never/read", modalities=("her2", "receptors"))
    found = measure_reachable(config, Landmark.baseline, n_train=1200, n_test=1200)
    assert 0.55 < found.auroc < found.auroc_of_truth
