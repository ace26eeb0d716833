"""Instability: figures by hand, samples that copies of a patient do not leak through, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression

from neopcr.errors import TableError
from neopcr.validation.instability import Instability, instability


class Fussy(ClassifierMixin, BaseEstimator):
    """Refuses samples without the first patient; checks that copies bear one group."""

    def __init__(self, never=False):
        self.never = never

    def fit(self, X, y, groups=None):
        if self.never or 0.0 not in X[:, 0]:
            message = "not these"
            raise TableError(message)
        assert (groups == X[:, 0]).all()
        self.p_, self.classes_ = y.mean(), np.array([0.0, 1.0])
        return self

    def predict_proba(self, X):
        p = np.full(len(X), self.p_)
        return np.column_stack([1 - p, p])


def test_figures_by_hand():
    found = Instability(
        y=np.array([0.0, 1.0]),
        p=np.array([0.4, 0.6]),
        drawn=np.array([[0.4, 0.7], [0.6, 0.5], [0.2, 0.3]]),
    )
    assert found.errors == pytest.approx([0.4 / 3, 0.5 / 3])
    assert found.mean_error == pytest.approx(0.15)
    # One of three models puts the first patient above 0.5; a half itself counts as above.
    assert found.changed(0.5) == pytest.approx([1 / 3, 1 / 3])
    lower, upper = found.interval()
    assert lower == pytest.approx([0.21, 0.31])
    assert upper == pytest.approx([0.59, 0.69])


def test_net_benefit_of_each_model_by_hand():
    found = Instability(
        y=np.array([1.0, 0.0]), p=np.array([0.6, 0.4]), drawn=np.array([[0.9, 0.1], [0.1, 0.9]])
    )
    # The first model acts on the right patient, the second on the wrong one, at odds of 1 to 4.
    assert found.benefit(np.array([0.2])) == pytest.approx(np.array([[0.5], [-0.125]]))


def test_more_patients_make_a_stabler_model():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(800, 3))
    y = (rng.random(800) < 1 / (1 + np.exp(-X[:, 0]))).astype(float)

    def error(n):
        p = LogisticRegression().fit(X[:n], y[:n]).predict_proba(X[:n])[:, 1]
        return instability(LogisticRegression(), X[:n], y[:n], p, models=30, n_jobs=1).mean_error

    assert error(800) < error(200) < error(50)


def test_the_same_seed_gives_the_same_models():
    X, y = np.arange(30.0)[:, None], np.tile([0.0, 1.0, 1.0], 10)
    runs = [instability(Fussy(), X, y, np.full(30, 0.5), models=5, n_jobs=1) for _ in range(2)]
    assert (runs[0].drawn == runs[1].drawn).all()
    names = np.array([f"centre {number:02}" for number in range(30)])
    other = instability(Fussy(), X, y, np.full(30, 0.5), models=5, groups=names, seed=1, n_jobs=1)
    assert (other.drawn != runs[0].drawn).any()


def test_calibration_of_each_model_in_the_original_patients():
    rng = np.random.default_rng(2)
    p = np.sort(rng.random(200))
    y = (rng.random(200) < p).astype(float)
    found = Instability(y=y, p=p, drawn=np.array([p, 0.5 + p / 2]))
    curves = found.calibration(np.array([0.25, 0.75]))
    assert curves[0] == pytest.approx([0.25, 0.75], abs=0.12)
    assert np.isnan(curves[1, 0])
    assert curves[1, 1] == pytest.approx(0.5, abs=0.12)


def test_samples_that_never_fit_are_refused():
    with pytest.raises(TableError, match="do not hold what a model needs"):
        instability(Fussy(never=True), np.zeros((4, 1)), np.array([0.0, 1, 0, 1]), np.zeros(4), models=1, n_jobs=1)  # fmt: skip
