"""Interventional SHAP: by its definition, and as the shap library has it for xgboost's trees."""

from __future__ import annotations

import dataclasses
import itertools
import math

import numpy as np
import pytest
import shap
import xgboost
from hypothesis import given, settings
from hypothesis import strategies as st

from neopcr.estimators.boosted_trees import BoostedTrees
from neopcr.explain import explain_cohort
from neopcr.explain.interventional import interventional
from neopcr.kernel import Model, Reduced, Score, compile_model, logit
from shapley import random_linear, random_trees

GRID = np.array([-1.0, 0.0, 0.25, 3.0])
FINITE = np.array([*GRID, 0.1, np.nan])
CELLS = np.array([*FINITE, np.inf, -np.inf, 1e300])


def by_definition(model, x, background):
    """The mean over the background of Shapley values of the game of swapping features."""
    n = len(x)
    ready = compile_model(model)
    phi = np.zeros(n)
    worth = {}
    for coalition in itertools.product([False, True], repeat=n):
        worth[coalition] = logit(ready, np.where(coalition, x, background)).mean()
    for coalition, value in worth.items():
        for place in np.flatnonzero(~np.array(coalition)):
            size = sum(coalition)
            weight = math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
            joined = tuple(one or at == place for at, one in enumerate(coalition))
            phi[place] += weight * (worth[joined] - value)
    return phi, worth[(False,) * n]


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1), depth=st.integers(0, 6), n=st.integers(1, 4),
    weight=st.sampled_from([1.0, 0.7]),
)  # fmt: skip
def test_contributions_are_interventional_shapley_values_by_definition(seed, depth, n, weight):
    rng = np.random.default_rng(seed)
    trees = random_trees(rng, 2, depth=depth, n_features=n, grid=GRID)
    members, weights, cells = (trees,), (1.0,), CELLS
    if weight < 1.0:
        # A line has no value at infinity.
        members, weights = (trees, random_linear(rng, n)), (weight, 1.0 - weight)
        cells = FINITE
    model = Model(n, members, weights, 0.4, 1.2)
    background, X = rng.choice(cells, (5, n)), rng.choice(cells, (3, n))
    phi, base = interventional(model, X, background)
    for x, own in zip(X, phi, strict=True):
        wanted, start = by_definition(model, x, background)
        np.testing.assert_allclose(own, wanted, atol=1e-10)
        assert base == pytest.approx(start, abs=1e-10)


def test_a_linear_term_is_taken_against_the_mean_of_the_background():
    rng = np.random.default_rng(1)
    member = random_linear(rng, 3)
    background, X = rng.normal(size=(50, 3)), rng.normal(size=(4, 3))
    phi, _ = interventional(Model(3, (member,), (1.0,), 0.0, 2.0), X, background)
    expected = 2.0 * member.coefficient * (X - background.mean(axis=0))
    np.testing.assert_allclose(phi, expected, atol=1e-12)


def test_the_shap_library_gives_xgboost_s_trees_the_same_values():
    rng = np.random.default_rng(2)
    X = rng.normal(size=(300, 5))
    y = (X[:, 0] + X[:, 1] * X[:, 2] + rng.normal(size=300) > 0).astype(float)
    fitted = BoostedTrees(max_depth=3, n_trees=20).fit(X, y)
    background, some = X[:40], X[100:120]
    explainer = shap.TreeExplainer(
        fitted.booster_, background, feature_perturbation="interventional"
    )
    theirs = explainer.shap_values(some)
    phi, _ = interventional(Model(5, (fitted.export(),), (1.0,), 0.0, 1.0), some, background)
    np.testing.assert_allclose(phi, theirs, atol=1e-5)
    assert isinstance(fitted.booster_, xgboost.Booster)


def test_rows_that_lack_blocks_and_wide_scores_add_up_too():
    rng = np.random.default_rng(3)
    members = (random_linear(rng, 4), random_trees(rng, 3, depth=3, n_features=4))
    whole = Model(4, members, (0.5, 0.5), 0.1, 1.1)
    lesser = [
        Reduced(((0,),), dataclasses.replace(whole, intercept=0.5)),
        Reduced(((0,), (1, 2)), dataclasses.replace(whole, intercept=-0.5)),
    ]
    # The matrix has three narrow columns and a wide block of 6, which members see as one feature.
    score = Score(np.arange(3, 9), rng.normal(size=6), rng.normal(size=6))
    model = dataclasses.replace(whole, reduced=tuple(lesser), scores=(score,))
    X, background = rng.normal(size=(6, 9)), rng.normal(size=(20, 9))
    X[1, 0] = X[2, [0, 1, 2]] = X[3, 3:] = np.nan
    phi, base = interventional(model, X, background)
    ready = compile_model(model)
    np.testing.assert_allclose(base + phi.sum(axis=1), logit(ready, X), atol=1e-9)
    assert base == pytest.approx(logit(ready, background).mean(), abs=1e-9)
    # Beside its own term, what lacks carries the step from one model's mean to the other's.
    alone, start = interventional(
        dataclasses.replace(lesser[0].model, scores=(score,)), X[1:2], background
    )
    np.testing.assert_allclose(phi[1] - alone[0], np.array([start - base, *np.zeros(8)]), atol=1e-9)


def test_a_cohort_is_explained_against_another(bundle, cohort):
    background = {name: cells[:60] for name, cells in cohort.items()}
    found = explain_cohort(bundle, cohort, background=background)
    plain = explain_cohort(bundle, cohort)
    np.testing.assert_array_equal(found.p, plain.p)
    assert found.base == pytest.approx(plain.logit[:60].mean(), abs=1e-9)
    for level in (found.features, found.columns, found.modalities):
        np.testing.assert_allclose(found.base + level.sum(axis=1), plain.logit, atol=1e-9)
    assert not np.allclose(found.columns, plain.columns, atol=1e-3)
