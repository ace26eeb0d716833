"""Logistic recalibration: the same fits as statsmodels, and no infinite ones."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import expit, logit

from neopcr.metrics import calibration_in_the_large, calibration_slope
from neopcr.metrics._shared import recalibration

SLOPE, LARGE = calibration_slope.METRIC, calibration_in_the_large.METRIC


def cohort(seed: int, n: int = 80) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    z = rng.normal(-0.5, rng.choice([0.1, 1.0, 4.0]), n)
    return (rng.random(n) < expit(0.7 * z + 0.3)).astype(float), expit(z)


@pytest.mark.parametrize("seed", range(12))
def test_both_fits_and_their_intervals_are_those_of_a_glm(seed):
    y, p = cohort(seed)
    line = sm.GLM(y, sm.add_constant(logit(p)), family=sm.families.Binomial()).fit(tol=1e-12)
    shift = sm.GLM(y, np.ones(len(y)), offset=logit(p), family=sm.families.Binomial()).fit()
    assert SLOPE.function(y, p) == pytest.approx(line.params[1], rel=1e-7)
    assert SLOPE.interval(y, p) == pytest.approx(line.conf_int()[1], rel=1e-3)
    assert LARGE.function(y, p) == pytest.approx(shift.params[0], abs=1e-7)
    assert LARGE.interval(y, p) == pytest.approx(shift.conf_int()[0], abs=1e-3)


def test_a_slope_of_two_is_found_when_logits_are_halved():
    y, p = cohort(1, n=400)
    assert SLOPE.function(y, expit(logit(p) / 2)) == pytest.approx(2 * SLOPE.function(y, p))


def test_calibration_in_the_large_of_shifted_predictions_is_the_shift():
    y, p = cohort(2, n=400)
    right = expit(logit(p) + LARGE.function(y, p))
    assert right.mean() == pytest.approx(y.mean())
    assert LARGE.function(y, expit(logit(right) - 1.5)) == pytest.approx(1.5)


@pytest.mark.parametrize("metric", [SLOPE, LARGE])
@pytest.mark.parametrize("edge", [0.0, 1.0])
def test_a_probability_of_0_or_1_is_not_defined(metric, edge):
    y, p = cohort(3)
    p[7] = edge
    assert math.isnan(metric.function(y, p))
    assert all(math.isnan(end) for end in metric.interval(y, p))


@pytest.mark.parametrize(
    "p",
    [
        [0.2, 0.2, 0.2, 0.2],
        [0.1, 0.2, 0.8, 0.9],
        [0.9, 0.8, 0.2, 0.1],
        [0.1, 0.5, 0.5, 0.9],  # they touch in a point
    ],
)
def test_equal_and_separating_predictions_have_no_slope(p):
    y = np.array([0.0, 0.0, 1.0, 1.0])
    assert math.isnan(SLOPE.function(y, np.array(p)))


def test_one_class_has_no_calibration_in_the_large():
    assert math.isnan(LARGE.function(np.ones(4), np.full(4, 0.5)))


def test_a_separated_draw_leaves_the_others_alone():
    y, p = np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.2, 0.3, 0.6, 0.8])
    slopes = SLOPE.weighted(y, p, np.array([[2.0, 2.0, 0.0, 0.0], [1.0, 1.0, 1.0, 1.0]]))
    assert math.isnan(slopes[0])
    assert slopes[1] == pytest.approx(SLOPE.function(y, p))


def test_predictions_far_off_still_converge():
    y = np.array([0.0, 1.0] * 10)
    shift = LARGE.function(y, expit(np.linspace(-31.0, -29.0, 20)))
    assert shift == pytest.approx(30.0, abs=0.2)


def test_a_fit_that_does_not_converge_is_not_defined(monkeypatch):
    monkeypatch.setattr(recalibration, "ITERATIONS", 1)
    y, p = cohort(4)
    assert math.isnan(SLOPE.function(y, p))
    assert math.isnan(LARGE.function(y, p))
