"""Elastic-net member: the same model as scikit-learn's, and the same contributions as shap's."""

from __future__ import annotations

import numpy as np
import pytest
import shap
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from neopcr.estimators import elastic_net
from neopcr.estimators.elastic_net import ElasticNetLogistic


@pytest.fixture
def cohort():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(90, 6)) * [1, 10, 0.1, 1, 1, 1] + [0, 50, 0, 0, 0, 0]
    y = (rng.random(90) < 1 / (1 + np.exp(-X[:, 0]))).astype(float)
    return X, y


@pytest.fixture
def gappy(cohort):
    X, y = cohort
    X = X.copy()
    X[:20, 1] = np.nan  # a block: enough patients for an indicator
    X[:20, 2] = np.nan
    X[:3, 3] = np.nan  # too few patients lack it
    X[4:, 4] = np.nan  # too few patients have it
    X[:, 5] = np.nan  # nobody has it
    return X, y


def contributions(member, X):
    return np.where(np.isnan(X), member.missing, member.offset + member.coefficient * X)


@pytest.mark.parametrize("l1_ratio", [0.0, 0.5])
def test_on_complete_data_it_is_scikit_learns_model_on_standardised_features(cohort, l1_ratio):
    X, y = cohort
    ours = ElasticNetLogistic(C=0.2, l1_ratio=l1_ratio).fit(X, y)
    reference = LogisticRegression(
        C=0.2, l1_ratio=l1_ratio, solver="saga", tol=1e-10, max_iter=100_000, random_state=1
    ).fit(StandardScaler().fit_transform(X), y)
    assert_allclose(ours.coef_, reference.coef_[0], atol=2e-4)
    assert_allclose(ours.intercept_, reference.intercept_[0], atol=2e-4)


def test_the_export_is_the_model(gappy):
    X, y = gappy
    fitted = ElasticNetLogistic(C=0.2, l1_ratio=0.3).fit(X, y)
    member = fitted.export()
    new = np.random.default_rng(4).normal(size=X.shape)
    new[::3, :4] = np.nan
    for rows in (X, new):
        logits = member.intercept + contributions(member, rows).sum(axis=1)
        assert_allclose(logits, fitted.decision_function(rows), atol=1e-12)


def test_contributions_average_to_zero_over_the_training_patients(gappy):
    X, y = gappy
    member = ElasticNetLogistic(C=0.5).fit(X, y).export()
    phi = contributions(member, X)
    assert np.abs(phi).max() > 0.1
    assert_allclose(phi.mean(axis=0), 0.0, atol=1e-13)


def test_contributions_are_shaps_with_a_features_design_columns_added_up(gappy):
    X, y = gappy
    fitted = ElasticNetLogistic(C=0.5).fit(X, y)
    design = fitted.design_matrix(X)
    explainer = shap.LinearExplainer(
        (fitted.coef_, fitted.intercept_), shap.maskers.Independent(design, max_samples=len(X))
    )
    expected = explainer.shap_values(design)
    folded = expected[:, :6].copy()
    folded[:, fitted.indicator_] += expected[:, 6:]
    assert_allclose(contributions(fitted.export(), X), folded, atol=1e-9)
    assert_allclose(fitted.export().intercept, explainer.expected_value, atol=1e-9)


def test_an_indicator_needs_five_patients_on_either_side(gappy):
    X, y = gappy
    assert_array_equal(ElasticNetLogistic().fit(X, y).indicator_, [1, 2])
    X[:5, 3] = np.nan
    assert_array_equal(ElasticNetLogistic().fit(X, y).indicator_, [1, 2, 3])
    X[4, 4] = 0.0
    X[5, 4] = np.nan
    assert_array_equal(ElasticNetLogistic().fit(X, y).indicator_, [1, 2, 3, 4])


def test_missingness_that_predicts_is_learned(cohort):
    X, y = cohort
    X = X.copy()
    X[y == 1, 1] = np.nan
    member = ElasticNetLogistic(C=1.0).fit(X, y).export()
    usual = member.offset[1] + member.coefficient[1] * np.nanmedian(X[:, 1])
    assert member.missing[1] > usual + 1.0


def test_a_value_missing_only_at_scoring_counts_as_the_training_median(cohort):
    X, y = cohort
    fitted = ElasticNetLogistic().fit(X, y)
    gap, filled = X[:1].copy(), X[:1].copy()
    gap[0, 1], filled[0, 1] = np.nan, np.median(X[:, 1])
    assert_allclose(fitted.decision_function(gap), fitted.decision_function(filled), atol=1e-12)


def test_a_feature_that_never_varies_or_was_never_seen_contributes_nothing(gappy):
    X, y = gappy
    X[:, 0] = 0.1
    member = ElasticNetLogistic(C=1.0).fit(X, y).export()
    for feature in (0, 5):
        assert member.coefficient[feature] == 0.0
        assert member.offset[feature] == 0.0
        assert member.missing[feature] == 0.0


def test_an_l1_part_drops_features_and_a_ridge_keeps_them(cohort):
    X, y = cohort
    assert np.sum(ElasticNetLogistic(C=0.05, l1_ratio=0.9).fit(X, y).coef_ == 0) >= 3
    assert np.all(ElasticNetLogistic(C=0.05, l1_ratio=0.0).fit(X, y).coef_ != 0)


def test_a_solver_that_stops_early_says_so(cohort, monkeypatch):
    X, y = cohort
    assert ElasticNetLogistic(C=1.0, l1_ratio=0.5).fit(X, y).converged_
    monkeypatch.setattr(elastic_net, "MAX_ITER", 2)
    with pytest.warns(ConvergenceWarning):
        stopped = ElasticNetLogistic(C=1.0, l1_ratio=0.5).fit(X, y)
    assert not stopped.converged_
