"""Laws of the kernel: exact, additive, and the same bits however rows are dealt."""

import numpy as np
import pytest
import xgboost
from hypothesis import example, given, settings
from hypothesis import strategies as st

from neopcr.estimators.boosted_trees import BoostedTrees
from neopcr.kernel import (
    Model,
    compile_model,
    contributions,
    logit,
    member_logits,
    probability,
    roll_up,
    total,
)
from shapley import explain, random_linear, random_trees

seeds = st.integers(0, 2**32 - 1)
# Values that meet thresholds exactly, that only meet them once rounded to float32, and the ends.
GRID = np.array([-1.0, 0.0, 0.1, 0.25, 3.0])
CELLS = np.array(
    [*GRID, np.float32(0.1), 0.1 + 1e-12, -0.0, np.nan, np.inf, -np.inf, 1e300, -1e300]
)


def compiled(*members, n_features):
    weights = tuple(np.full(len(members), 1 / len(members)))
    return compile_model(Model(n_features, members, weights, 0.0, 1.0))


@settings(max_examples=60, deadline=None)
@given(seed=seeds, depth=st.integers(0, 6), n_features=st.integers(1, 7), stop=st.floats(0, 0.5))
@example(seed=1, depth=6, n_features=7, stop=0.0)
@example(seed=2, depth=6, n_features=1, stop=0.0)
@example(seed=3, depth=0, n_features=1, stop=0.0)
def test_contributions_of_trees_are_shapley_values_by_definition(seed, depth, n_features, stop):
    rng = np.random.default_rng(seed)
    member = random_trees(rng, 2, depth=depth, n_features=n_features, grid=GRID, stop=stop)
    X = rng.choice(CELLS, (4, n_features))
    ready = compiled(member, n_features=n_features)
    phi, base = contributions(ready, X)
    wanted, start = explain(ready.model, X)
    np.testing.assert_allclose(phi, wanted, rtol=0, atol=1e-11)
    assert base == pytest.approx(start, abs=1e-11)


@settings(max_examples=30, deadline=None)
@given(
    seed=seeds, depth=st.integers(1, 6), n_trees=st.integers(1, 25), max_bin=st.integers(2, 64),
    n_features=st.integers(1, 8), gamma=st.sampled_from([0.0, 0.5, 1e6]),
)  # fmt: skip
@example(seed=1, depth=6, n_trees=25, max_bin=64, n_features=1, gamma=0.0)
@example(seed=2, depth=6, n_trees=25, max_bin=64, n_features=8, gamma=0.0)
@example(seed=3, depth=3, n_trees=5, max_bin=64, n_features=3, gamma=1e6)
def test_contributions_equal_those_of_xgboost(seed, depth, n_trees, max_bin, n_features, gamma):
    rng = np.random.default_rng(seed)
    # Few distinct values, so that cells stand on thresholds; with one feature, it is all a path has.
    X = np.round(rng.normal(size=(120, n_features)), 1)
    X[rng.random(X.shape) < 0.2] = np.nan
    y = (rng.random(120) < 0.5).astype(float)
    y[:2] = 0, 1
    settings = {
        "objective": "binary:logistic", "max_depth": depth, "max_bin": max_bin, "nthread": 1,
        "learning_rate": 0.3, "seed": 1, "min_child_weight": 0.1, "gamma": gamma,
    }  # fmt: skip
    fitted = BoostedTrees()
    fitted.booster_ = xgboost.train(settings, xgboost.DMatrix(X, y, nthread=1), n_trees)
    member = fitted.export()
    assert gamma < 1.0 or {len(tree.left) for tree in member.trees} == {1}
    thresholds = [c for tree in member.trees for c in tree.threshold]
    X[: X.shape[0] // 2] = rng.choice(thresholds, (X.shape[0] // 2, n_features))
    X[rng.random(X.shape) < 0.1] = np.inf
    X[rng.random(X.shape) < 0.1] = -np.inf
    ready = compiled(member, n_features=n_features)
    # xgboost takes no infinity; no threshold lies beyond the largest number that it takes.
    largest = float(np.finfo(np.float32).max)
    matrix = xgboost.DMatrix(np.clip(X, -largest, largest), nthread=1)
    theirs = fitted.booster_.predict(matrix, pred_contribs=True)
    phi, base = contributions(ready, X)
    np.testing.assert_allclose(phi, theirs[:, :-1], rtol=0, atol=1e-5)
    np.testing.assert_allclose(base, theirs[:, -1], rtol=0, atol=1e-5)
    margin = fitted.booster_.predict(matrix, output_margin=True)
    np.testing.assert_allclose(logit(ready, X), margin, rtol=0, atol=1e-5)


def test_a_booster_deeper_than_six_splits_is_refused_before_a_number_is_made_of_it():
    rng = np.random.default_rng(8)
    X, y = rng.normal(size=(2000, 4)), (rng.random(2000) < 0.5).astype(float)
    fitted = BoostedTrees()
    how = {"objective": "binary:logistic", "max_depth": 7, "min_child_weight": 0.1, "nthread": 1}
    fitted.booster_ = xgboost.train(how, xgboost.DMatrix(X, y, nthread=1), 1)
    with pytest.raises(ValueError, match="tree 0 has more than 6 splits on a path"):
        compiled(fitted.export(), n_features=4)


@settings(max_examples=40, deadline=None)
@given(seed=seeds, slope=st.floats(-3, 3), intercept=st.floats(-3, 3), weight=st.floats(0, 1))
def test_blend_and_recalibration_stay_additive(seed, slope, intercept, weight):
    rng = np.random.default_rng(seed)
    members = (
        random_trees(rng, 3, depth=3, n_features=5),
        random_linear(rng, 5),
        random_trees(rng, 2, depth=2, n_features=5),
        random_linear(rng, 5),
    )
    weights = (weight / 2, weight / 2, (1 - weight) / 2, (1 - weight) / 2)
    ready = compile_model(Model(5, members, weights, intercept, slope))
    X = np.where(rng.random((9, 5)) < 0.3, np.nan, rng.normal(size=(9, 5)))
    phi, base = contributions(ready, X)
    wanted, start = explain(ready.model, X)
    np.testing.assert_allclose(phi, wanted, rtol=0, atol=1e-11)
    assert base == pytest.approx(start, abs=1e-11)
    blend = intercept + slope * (member_logits(ready, X) @ np.array(weights))
    np.testing.assert_allclose(base + phi.sum(axis=1), blend, rtol=0, atol=1e-11)
    np.testing.assert_array_equal(logit(ready, X), total(phi, base))


@pytest.fixture(scope="module")
def model():
    rng = np.random.default_rng(5)
    members = (
        random_trees(rng, 40, depth=4, n_features=12, stop=0.1),
        random_linear(rng, 12),
    )
    return compile_model(Model(12, members, (0.6, 0.4), -0.2, 1.1))


@pytest.fixture(scope="module")
def patients():
    rng = np.random.default_rng(6)
    return np.where(rng.random((50_000, 12)) < 0.2, np.nan, rng.normal(size=(50_000, 12)))


@pytest.mark.parametrize("threads", [2, 3, 8])
def test_threads_do_not_change_a_bit(model, patients, threads):
    one, _ = contributions(model, patients, threads=1)
    many, _ = contributions(model, patients, threads=threads)
    np.testing.assert_array_equal(one, many)


@settings(max_examples=25, deadline=None)
@given(seed=seeds, n=st.integers(1, 5000))
def test_a_patient_s_bits_do_not_depend_on_the_others(model, patients, seed, n):
    rng = np.random.default_rng(seed)
    rows = rng.choice(len(patients), n, replace=False)
    phi, base = contributions(model, patients)
    part, _ = contributions(model, patients[rows])
    np.testing.assert_array_equal(part, phi[rows])
    np.testing.assert_array_equal(
        probability(logit(model, patients[rows])), probability(total(phi, base))[rows]
    )


@settings(max_examples=40, deadline=None)
@given(seed=seeds)
def test_rolling_up_keeps_every_patient_s_sum(seed):
    rng = np.random.default_rng(seed)
    phi = rng.normal(size=(6, 8))
    groups = tuple(
        tuple(rng.choice(5, rng.integers(1, 4), replace=False).tolist()) for _ in range(8)
    )
    rolled = roll_up(phi, groups, 5)
    wanted = np.zeros((6, 5))
    for feature, owners in enumerate(groups):
        for owner in owners:
            wanted[:, owner] += phi[:, feature] / len(owners)
    np.testing.assert_allclose(rolled, wanted, rtol=0, atol=1e-14)
    np.testing.assert_allclose(rolled.sum(axis=1), phi.sum(axis=1), rtol=0, atol=1e-13)
