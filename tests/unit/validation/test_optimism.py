"""Optimism: what is corrected, by how much, and what is said where it cannot be."""

from __future__ import annotations

import joblib
import numpy as np
import pytest
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression

from neopcr.metrics import METRICS, metrics_at
from neopcr.validation.optimism import optimism
from neopcr.validation.point_632 import Errors, errors_of, point_632_plus

FEW = tuple(METRICS[name] for name in ("auroc", "brier", "calibration_slope"))
PLAIN = LogisticRegression(C=np.inf, solver="newton-cholesky")


class Fixed(ClassifierMixin, BaseEstimator):
    """Learns nothing: predicts by its first column."""

    def fit(self, X, y):  # noqa: ARG002 -- as scikit-learn calls it
        self.classes_ = np.array([0.0, 1.0])
        return self

    def predict_proba(self, X):
        return np.column_stack([1 - expit(X[:, 0]), expit(X[:, 0])])


class Rote(Fixed):
    """Knows by heart whom it has seen, and guesses the others; asks for groups."""

    def fit(self, X, y, groups=None):
        assert len(groups) == len(y) if groups is not None else True
        self.known_ = dict(zip(X[:, 0].tolist(), y.tolist(), strict=True))
        return super().fit(X, y)

    def predict_proba(self, X):
        p = np.array([0.01 + 0.98 * self.known_.get(x, 0.5) for x in X[:, 0].tolist()])
        return np.column_stack([1 - p, p])


def cohort(n: int = 80, features: int = 8, seed: int = 2) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, features))
    return X, (rng.random(n) < expit(X[:, 0] - 0.3)).astype(float)


def by_group(found):
    return {(one.group, one.name): one for one in found}


def test_a_model_that_learns_nothing_has_hardly_any_optimism():
    X, y = cohort()
    found = by_group(optimism(Fixed(), X, y, metrics=FEW, draws=200, n_jobs=1))
    for metric in FEW:
        apparent = found["apparent", metric.name].value
        assert apparent == pytest.approx(metric.function(y, expit(X[:, 0])))
        near = 0.1 if metric.name == "calibration_slope" else 0.01
        assert found["optimism-corrected", metric.name].value == pytest.approx(apparent, abs=near)


def test_an_overfitted_model_is_brought_down_to_what_it_reaches_elsewhere():
    X, y = cohort()
    others = cohort(20_000, seed=3)
    fitted = PLAIN.fit(X, y)
    found = by_group(optimism(PLAIN, X, y, metrics=FEW, draws=200, n_jobs=1))
    p = fitted.predict_proba(others[0])[:, 1]
    for name in ("auroc", "brier"):
        elsewhere = METRICS[name].function(others[1], p)
        gap = abs(found["apparent", name].value - elsewhere)
        assert abs(found["optimism-corrected", name].value - elsewhere) < gap / 2
        assert abs(found[".632+", name].value - elsewhere) < gap / 2
    assert found["apparent", "calibration_slope"].value == pytest.approx(1.0, abs=1e-4)
    assert found["optimism-corrected", "calibration_slope"].value < 0.8


def test_it_is_the_mean_gap_between_a_draw_and_all_patients():
    X, y = cohort()
    found = by_group(optimism(PLAIN, X, y, metrics=FEW[:1], draws=12, seed=5, n_jobs=1))
    gaps, inside = [], []
    for number in range(12):
        rows = np.random.default_rng([5, number]).integers(80, size=80)
        p = LogisticRegression(C=np.inf, solver="newton-cholesky").fit(X[rows], y[rows])
        scores = p.predict_proba(X)[:, 1]
        inside.append(METRICS["auroc"].function(y[rows], scores[rows]))
        gaps.append(inside[-1] - METRICS["auroc"].function(y, scores))
    one = found["optimism-corrected", "auroc"]
    assert one.value == pytest.approx(found["apparent", "auroc"].value - np.mean(gaps))
    spread = np.quantile(inside, [0.025, 0.975]) - np.mean(inside)
    assert (one.lower, one.upper) == pytest.approx(tuple(one.value + spread))
    assert (one.n, one.events, one.method) == (80, int(y.sum()), "Harrell, 12 draws")


def test_whoever_knows_all_by_heart_is_at_chance_by_632_plus():
    X, y = cohort()
    found = by_group(optimism(Rote(), X, y, metrics=FEW[:2], draws=30, n_jobs=1))
    assert found["apparent", "auroc"].value == 1.0
    assert found[".632+", "auroc"].value == pytest.approx(0.5)
    # Err_1 is a quarter and the error without information about a half, so R is a half.
    assert found[".632+", "brier"].value == pytest.approx(0.25 * 0.632 / (1 - 0.368 / 2), abs=0.01)
    # Harrell's bootstrap forgives it: two patients in three are in the draw.
    assert found["optimism-corrected", "auroc"].value > 0.7


def test_calibration_gets_no_interval_and_no_apparent_value_has_one():
    X, y = cohort()
    for one in optimism(PLAIN, X, y, metrics=metrics_at([0.4]), draws=40, n_jobs=1):
        assert one.value is None or np.isfinite(one.value)
        if one.group == "apparent":
            assert one.lower is None
        if one.name in {"calibration_slope", "observed_expected", "ici", "spiegelhalter_z"}:
            assert (one.lower, one.upper) == (None, None)


def test_jobs_and_backends_do_not_change_a_digit():
    X, y = cohort()
    alone = optimism(PLAIN, X, y, metrics=FEW, draws=25, n_jobs=1)
    with joblib.parallel_config("threading"):
        assert optimism(PLAIN, X, y, metrics=FEW, draws=25, n_jobs=2) == alone
    assert optimism(PLAIN, X, y, metrics=FEW, draws=25, n_jobs=2) == alone
    assert optimism(PLAIN, X, y, metrics=FEW, draws=25, seed=1, n_jobs=1) != alone


def test_draws_without_a_value_are_counted_and_too_many_are_too_many():
    X, y = cohort(60)
    y = np.zeros(60)
    y[np.argsort(X[:, 0])[-9:]] = 1.0  # nine events: some draws hold fewer than five
    found = by_group(optimism(Fixed(), X, y, metrics=FEW, draws=200, n_jobs=1))
    slope, rank = (found["optimism-corrected", name] for name in ("calibration_slope", "auroc"))
    assert slope.value is None  # separated
    assert slope.method.startswith("not defined: predictions separate the outcomes, ")
    undefined = int(rank.method.split()[1])
    assert undefined > 0
    assert (rank.value is None) == (undefined > 10)
    assert ("not defined" in rank.method) == (undefined > 10)


def test_a_few_draws_without_a_value_are_told_and_left_out():
    X, y = cohort(60)
    y[:] = 0.0
    y[:13] = 1.0
    rank = by_group(optimism(Fixed(), X, y, metrics=FEW[:1], draws=400, seed=1, n_jobs=1))
    one = rank["optimism-corrected", "auroc"]
    assert one.value is not None
    assert one.method.endswith(" of 400 draws undefined")


@pytest.mark.parametrize("events", [0, 3])
def test_three_events_are_too_few_to_say_and_nothing_is_fitted(events):
    X, y = cohort(40)
    y = (np.arange(40) < events).astype(float)
    found = optimism(PLAIN, X, y, metrics=FEW, draws=5, n_jobs=1)
    assert {one.method for one in found} == {"too few to say"}
    assert [one.group for one in found] == ["apparent"] * 3 + ["optimism-corrected"] * 3


def test_632_plus_by_hand():
    y = np.array([0.0, 0.0, 1.0, 1.0])
    p = np.array([0.2, 0.4, 0.6, 0.8])
    drawn = [errors_of(y, np.array([0.5, 0.3, 0.4, 0.6]), np.array([1, 2]))]
    err, out = 0.1, (0.09 + 0.36) / 2
    gamma = np.mean([(a - b) ** 2 for a in y for b in p])
    overfit = (out - err) / (gamma - err)
    weight = 0.632 / (1 - 0.368 * overfit)
    found = point_632_plus(y, p, drawn)
    assert found["brier"] == pytest.approx((1 - weight) * err + weight * out)
    # All pairs are right in the draw's own patients and in the two left out.
    assert found["auroc"] == pytest.approx(1.0)


def test_632_plus_without_anybody_left_out_is_not_defined():
    y = np.array([0.0, 1.0])
    found = point_632_plus(y, y * 0.5, [Errors(np.nan, np.full(2, np.nan))])
    assert np.isnan(found["auroc"])
    assert np.isnan(found["brier"])
