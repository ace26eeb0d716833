"""Boosted trees: what is exported is what xgboost fitted, node by node."""

from __future__ import annotations

import numpy as np
import pytest
import shap
import xgboost
from numpy.testing import assert_allclose

from neopcr.estimators._shared import MAX_BIN, binned
from neopcr.estimators.boosted_trees import BoostedTrees
from neopcr.kernel import Model, compile_model, contributions, member_logits


@pytest.fixture
def cohort():
    rng = np.random.default_rng(8)
    X = rng.normal(size=(160, 5))
    y = (rng.random(160) < 1 / (1 + np.exp(1.2 - 2 * X[:, 0] * (X[:, 1] > 0)))).astype(float)
    X[rng.random(X.shape) < 0.2] = np.nan
    return X, y


def kernel_logits(member, X):
    return member_logits(compile_model(Model(X.shape[1], (member,), (1.0,), 0.0, 1.0)), X)[:, 0]


@pytest.mark.parametrize("max_depth", [1, 2, 3, 4])
def test_the_export_scores_as_xgboost_does(cohort, max_depth):
    X, y = cohort
    fitted = BoostedTrees(max_depth=max_depth, n_trees=60, min_child_weight=0.5).fit(X, y)
    new = np.random.default_rng(9).normal(size=(300, 5))
    new[::4, :3] = np.nan
    for rows in (X, new):
        assert_allclose(
            kernel_logits(fitted.export(), rows), fitted.decision_function(rows), atol=2e-6
        )


def test_a_value_on_a_threshold_goes_the_way_xgboost_sends_it(cohort):
    X, y = cohort
    fitted = BoostedTrees(n_trees=30).fit(X, y)
    member = fitted.export()
    splits = [(t.feature[i], t.threshold[i]) for t in member.trees for i in range(t.left.size)
              if t.left[i] != -1]  # fmt: skip
    rows = np.zeros((3 * len(splits), 5))
    for index, (feature, threshold) in enumerate(splits):
        below = np.nextafter(threshold, np.float32(-np.inf))
        rows[3 * index : 3 * index + 3, feature] = below, threshold, np.float64(threshold) + 1e-12
    assert_allclose(kernel_logits(member, rows), fitted.decision_function(rows), atol=2e-6)


def test_it_starts_from_the_share_of_pcr(cohort):
    X, y = cohort
    member = BoostedTrees(n_trees=1).fit(X, y).export()
    assert_allclose(member.base, np.log(y.mean() / (1 - y.mean())), atol=1e-6)


def test_its_rounds_are_those_of_xgboosts_own_training(cohort):
    X, y = cohort
    fitted = BoostedTrees(max_depth=3, n_trees=40, reg_lambda=1.0, random_state=4).fit(X, y)
    settings = {
        "objective": "binary:logistic", "max_depth": 3, "learning_rate": 0.05, "seed": 4,
        "min_child_weight": 2.0, "subsample": 0.7, "colsample_bynode": 0.5, "reg_lambda": 1.0,
        "max_bin": MAX_BIN, "base_score": y.mean(), "nthread": 1,
    }  # fmt: skip
    data = xgboost.QuantileDMatrix(binned(X), y, max_bin=MAX_BIN)
    theirs = xgboost.train(settings, data, 40)
    assert fitted.booster_.get_dump(with_stats=True) == theirs.get_dump(with_stats=True)


@pytest.mark.parametrize("directions", [(), (1, 0, 2, -1, 0)])
def test_models_that_share_their_bins_are_as_each_alone(cohort, directions):
    X, y = cohort
    settings = [{"max_depth": 1}, {"max_depth": 3, "subsample": 1.0}, {"n_trees": 7}]
    first = BoostedTrees(n_trees=30, random_state=2, directions=directions)
    for params, fitted in zip(settings, first.fit_each(settings, X, y), strict=True):
        alone = BoostedTrees(
            **{"n_trees": 30, "random_state": 2, "directions": directions, **params}
        ).fit(X, y)
        assert fitted.booster_.save_raw() == alone.booster_.save_raw()
        assert fitted.get_params() == alone.get_params()


def test_cover_of_a_split_is_shared_by_its_children(cohort):
    X, y = cohort
    for tree in BoostedTrees(n_trees=20, max_depth=3).fit(X, y).export().trees:
        split = np.flatnonzero(tree.left != -1)
        children = tree.cover[tree.left[split]] + tree.cover[tree.right[split]]
        assert_allclose(tree.cover[split], children, rtol=1e-5)


def test_missingness_that_predicts_is_learned(cohort):
    X, y = cohort
    X[:, 2] = np.where(y == 1, np.nan, 0.0)
    fitted = BoostedTrees(n_trees=100, learning_rate=0.1).fit(X, y)
    gap, known = np.zeros((1, 5)), np.zeros((1, 5))
    gap[0, 2] = np.nan
    assert fitted.decision_function(gap)[0] > fitted.decision_function(known)[0] + 1.0


def test_contributions_are_those_of_xgboost_and_of_shap(cohort):
    X, y = cohort
    fitted = BoostedTrees(n_trees=60, max_depth=3).fit(X, y)
    model = Model(5, (fitted.export(),), (1.0,), 0.0, 1.0)
    phi, base = contributions(compile_model(model), X)
    theirs = fitted.booster_.predict(xgboost.DMatrix(X), pred_contribs=True)
    assert_allclose(np.column_stack([phi, np.full(len(X), base)]), theirs, atol=1e-5)
    assert_allclose(phi, shap.TreeExplainer(fitted.booster_).shap_values(X), atol=1e-5)


@pytest.mark.parametrize("max_depth", [0, 5])
def test_a_depth_beyond_the_exact_explanation_is_refused(cohort, max_depth):
    with pytest.raises(ValueError, match=f"1 to 4, but it is {max_depth}"):
        BoostedTrees(max_depth=max_depth).fit(*cohort)


@pytest.mark.parametrize("n", [30, 300, 3000])
def test_every_bin_holds_five_patients_and_no_edge_is_a_single_patients_value(n):
    rng = np.random.default_rng(n)
    few = np.repeat([0.1, 0.3, 7.0], [n - 9, 5, 4])
    X = np.column_stack([rng.normal(size=n), rng.lognormal(3, 2, n), few])
    X[rng.random(X.shape) < 0.1] = np.nan
    X[:, 2] = few
    told = binned(X)
    assert (np.isnan(told) == np.isnan(X)).all()
    for values, own in zip(np.float32(X).T, told.T, strict=True):
        edges, counts = np.unique(own[~np.isnan(own)], return_counts=True)
        assert counts.min() >= 5
        assert not {int((values == edge).sum()) for edge in edges} & {1, 2, 3, 4}
    # A level of five patients stays apart, however many have another.
    assert len(set(told[:, 2])) == 2


def test_what_fewer_than_five_patients_have_is_not_learned():
    X = np.full((20, 2), np.nan)
    X[:4, 0], X[:5, 1] = 1.5, [1, 2, 3, 4, 5]
    told = binned(X)
    assert np.isnan(told[:, 0]).all()
    assert len(set(told[:5, 1])) == 1


def test_no_threshold_of_a_model_is_a_single_patients_value(cohort):
    X, y = cohort
    trees = BoostedTrees(max_depth=3, n_trees=60, min_child_weight=0.5).fit(X, y).export().trees
    for tree in trees:
        for node in np.flatnonzero(tree.left >= 0):
            values = np.float32(X[:, tree.feature[node]])
            assert (values == tree.threshold[node]).sum() not in {1, 2, 3, 4}
