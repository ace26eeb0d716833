"""Optimism and learning curve in a report: only where a config asks."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import expit

from neopcr.config import Resampling
from neopcr.pipeline import PcrClassifier
from neopcr.specs import Landmark
from neopcr.validation import fold_plan
from neopcr.workflows._resampled import by_draws, by_size


@pytest.fixture
def prepared():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(120, 4))
    y = (rng.random(120) < expit(X[:, 0])).astype(float)
    return SimpleNamespace(X=X, y=y, groups=None, landmark=Landmark.c1)


def config(**resampling):
    return SimpleNamespace(resampling=Resampling(**resampling), seed=1, thresholds=(0.4,))


def test_without_a_key_nothing_is_done(prepared):
    plan = fold_plan(prepared.y, folds=3, repeats=1, seed=1)
    assert by_draws(config(), prepared, plan) is None
    assert by_size(config(), prepared, plan, PcrClassifier()) is None


def test_optimism_stands_beside_cross_validation(prepared):
    plan = fold_plan(prepared.y, folds=3, repeats=1, seed=1)
    found = by_draws(config(optimism=10), prepared, plan)
    groups = dict.fromkeys(one.group for one in found.estimates)
    assert list(groups) == ["apparent", "optimism-corrected", ".632+", "cross-validated"]
    assert "of 10 draws" in found.note
    value = {(one.group, one.name): one.value for one in found.estimates}
    assert value["apparent", "auroc"] > value["optimism-corrected", "auroc"]
    assert ("cross-validated", "net_benefit_0.4") in value


def test_a_learning_curve_says_which_shares_were_too_small(prepared):
    plan = fold_plan(prepared.y, folds=3, repeats=1, seed=1)
    model = PcrClassifier(members=("elastic_net",), trials=1, inner_folds=2)
    found = by_size(config(learning_curve=(0.05, 0.5, 1.0)), prepared, plan, model)
    assert list(dict.fromkeys(one.group for one in found.estimates)) == ["40", "80"]
    assert found.note.endswith(" 1 of the shares left too few patients to learn from.")
    assert "Calibration slope" in found.figures[0].alt
    whole = by_size(config(learning_curve=(1.0,)), prepared, plan, model)
    assert whole.note.endswith("throughout.")
