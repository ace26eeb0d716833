"""Shuffled outcomes: a workflow that selects inside the fold stays at chance, one outside does not."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from neopcr.validation import Permutation, cross_validate, fold_plan, permute_labels

X = np.random.default_rng(40).normal(size=(80, 200))
Y = np.repeat([1.0, 0.0], [32, 48])


def inside(y: np.ndarray, number: int) -> np.ndarray:
    model = make_pipeline(SelectKBest(f_classif, k=5), LogisticRegression())
    plan = fold_plan(y, folds=4, repeats=1, seed=number)
    return cross_validate(model, X, y, plan, n_jobs=1).p


def outside(y: np.ndarray, number: int) -> np.ndarray:
    chosen = SelectKBest(f_classif, k=5).fit_transform(X, y)
    plan = fold_plan(y, folds=4, repeats=1, seed=number)
    return cross_validate(LogisticRegression(), chosen, y, plan, n_jobs=1).p


def test_selection_inside_the_fold_stays_at_chance():
    found = permute_labels(inside, Y, runs=8, seed=0)
    assert found.auroc.shape == (8,)
    assert found.is_at_chance


def test_selection_outside_the_fold_is_caught():
    found = permute_labels(outside, Y, runs=8, seed=0)
    assert found.mean > 0.7
    assert not found.is_at_chance


@pytest.mark.slow
def test_the_law_over_thirty_runs():
    assert permute_labels(inside, Y, runs=30, seed=1).is_at_chance
    assert not permute_labels(outside, Y, runs=30, seed=1).is_at_chance


def test_the_share_of_events_is_kept_and_the_order_is_not():
    seen = []

    def run(y: np.ndarray, number: int) -> np.ndarray:
        seen.append((number, y.tolist()))
        return np.linspace(0.1, 0.9, len(y))

    permute_labels(run, Y, runs=3, seed=7)
    assert [number for number, _ in seen] == [0, 1, 2]
    assert [sum(y) for _, y in seen] == [32.0] * 3
    assert len({tuple(y) for _, y in seen}) == 3


def test_chance_is_three_standard_errors_either_side():
    near, far = Permutation(auroc=np.array([0.5, 0.58])), Permutation(auroc=np.array([0.6, 0.61]))
    assert (near.mean, near.standard_error) == pytest.approx((0.54, 0.04))
    assert near.is_at_chance
    assert not far.is_at_chance
