"""Laws that every trial obeys, run over the registry."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import neopcr.trials
from neopcr.modalities import find_column
from neopcr.trials import TRIALS, answers

EACH = pytest.mark.parametrize("trial", TRIALS.values(), ids=lambda trial: trial.name)


def declared(trial):
    return tuple(find_column(name) for each in trial.criteria for name in each.columns)


def nothing_recorded(n_patients: int):
    return {"er_percent": np.full(n_patients, np.nan)}


@EACH
def test_a_patient_with_nothing_recorded_is_never_eligible(trial):
    found = answers(trial, nothing_recorded(2), declared(trial))
    assert np.isnan(found["eligible"]).all()
    for criterion in trial.criteria:
        assert np.isnan(found[criterion.id]).all(), criterion.id


@EACH
def test_ids_are_unique_and_every_sentence_is_there(trial):
    ids = [each.id for each in trial.criteria]
    assert len(ids) == len(set(ids))
    assert all(each.sentence.endswith(".") and each.columns for each in trial.criteria)


def test_every_trial_file_is_registered():
    files = {
        path.stem for path in Path(neopcr.trials.__file__).parent.glob("*.py")
        if not path.stem.startswith("_")
    }  # fmt: skip
    assert files == set(TRIALS)
