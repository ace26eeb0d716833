"""Learning curve: same test patients, growing training parts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression

from neopcr.metrics import METRICS
from neopcr.validation import cross_validate, fold_plan, performance
from neopcr.validation.learning_curve import learning_curve

AUROC = (METRICS["auroc"], METRICS["brier"])
PLAIN = LogisticRegression(C=np.inf, solver="newton-cholesky")


class Counts(ClassifierMixin, BaseEstimator):
    """Predicts the share of pCR it was given, and checks its groups."""

    def fit(self, X, y, groups=None):
        # Patients are numbered in their first column, and groups by their number as text.
        assert groups is None or list(np.argsort(groups)) == sorted(
            range(len(y)), key=lambda i: f"{X[i, 0]:.0f}"
        )
        self.share_ = y.mean()
        self.classes_ = np.array([0.0, 1.0])
        return self

    def predict_proba(self, X):
        return np.column_stack([1 - np.full(len(X), self.share_), np.full(len(X), self.share_)])


def cohort(n: int = 200, features: int = 12) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(9)
    X = rng.normal(size=(n, features))
    return X, (rng.random(n) < expit(X[:, 0] + X[:, 1] - 0.2)).astype(float)


def test_more_patients_help_a_model_that_overfits():
    X, y = cohort()
    plan = fold_plan(y, folds=4, repeats=2, seed=1)
    few, many = learning_curve(PLAIN, X, y, plan, [0.3, 1.0], metrics=AUROC, n_jobs=1)
    assert (few.size, many.size) == (45, 150)
    assert few.estimates[0].value < many.estimates[0].value - 0.03
    assert few.estimates[1].value > many.estimates[1].value
    assert all(one.lower < one.value < one.upper for one in (*few.estimates, *many.estimates))


def test_all_of_them_is_the_cross_validation():
    X, y = cohort(80, 2)
    plan = fold_plan(y, folds=4, repeats=1, seed=1)
    (whole,) = learning_curve(PLAIN, X, y, plan, [1.0], metrics=AUROC, n_jobs=1)
    found = cross_validate(PLAIN, X, y, plan, n_jobs=1)
    assert whole.estimates == performance(y, found.p, metrics=AUROC)


def test_either_outcome_keeps_its_share_and_groups_go_along():
    X, y = cohort(120, 2)
    X[:, 0] = np.arange(120)
    plan = fold_plan(y, folds=3, repeats=1, seed=1)
    given = learning_curve(
        Counts(), X, y, plan, [0.5], metrics=AUROC[1:], groups=np.arange(120), n_jobs=1
    )
    expected = y.mean() * (1 - y.mean())
    assert given[0].estimates[0].value == pytest.approx(expected, abs=0.005)
    alone = learning_curve(PLAIN, X, y, plan, [0.5], metrics=AUROC[1:], groups=X[:, 0], n_jobs=1)
    assert alone[0].size == given[0].size


def test_too_few_to_learn_from_is_a_point_without_estimates():
    X, y = cohort(60, 2)
    plan = fold_plan(y, folds=3, repeats=1, seed=1)
    points = learning_curve(PLAIN, X, y, plan, [0.1, 1.0], metrics=AUROC, n_jobs=1)
    assert points[0].estimates == ()
    assert points[0].size == 4
    assert len(points[1].estimates) == 2
