"""Weights and recalibration line: prior with few patients, data with many."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import approx_fprime
from scipy.special import expit, logit, softmax

from neopcr.estimators import blend
from neopcr.estimators._blend import SLOPE_SD, WEIGHT_SD


def draw(n, seed, *, slope=1.0, intercept=0.0):
    """Outcomes, and a member whose logits are off by a line."""
    rng = np.random.default_rng(seed)
    z = rng.normal(-0.5, 1.2, size=n)
    return z, (rng.random(n) < expit(intercept + slope * z)).astype(float)


@pytest.mark.parametrize(("slope", "intercept"), [(0.5, 0.4), (1.0, 0.0), (1.8, -0.5)])
def test_with_many_patients_the_line_is_that_of_the_data(slope, intercept):
    z, y = draw(40_000, 1, slope=slope, intercept=intercept)
    weights, a, b = blend(z[:, None], y)
    assert_allclose(weights, [1.0])
    assert_allclose([a, b], [intercept, slope], atol=0.06)


def test_with_few_patients_the_slope_stays_near_one():
    slopes = np.array([blend(z[:, None], y)[2] for z, y in (draw(40, seed) for seed in range(50))])
    assert slopes.std() < 0.15
    assert abs(slopes.mean() - 1.0) < 0.1


def test_few_patients_are_not_harmed_by_recalibration_of_a_calibrated_member():
    harm = []
    for seed in range(60):
        z, y = draw(60, seed)
        _, a, b = blend(z[:, None], y)
        z, _ = draw(4000, 1000 + seed)
        p, q = expit(z), expit(a + b * z)
        harm.append(np.mean(p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))))
    # The free intercept alone costs 1 / (2 n) on average, 0.0083.
    assert np.mean(harm) < 0.013


def test_the_mean_prediction_is_the_share_of_pcr():
    z, y = draw(150, 4, slope=0.6, intercept=0.8)
    weights, a, b = blend(np.column_stack([z, z**2]), y)
    assert_allclose(expit(a + b * (np.column_stack([z, z**2]) @ weights)).mean(), y.mean())


def test_weights_go_to_the_better_member_as_patients_grow():
    def weight(n):
        z, y = draw(n, 5)
        noise = np.random.default_rng(6).normal(-0.5, 1.2, size=n)
        return blend(np.column_stack([z, noise]), y)[0][0]

    assert 0.5 < weight(60) < 0.75
    assert weight(20_000) > 0.95


def test_equal_members_share_equally_and_the_order_of_members_does_not_matter():
    z, y = draw(200, 7)
    assert_allclose(blend(np.column_stack([z, z, z]), y)[0], 1 / 3)
    pair = np.column_stack([z, np.random.default_rng(1).normal(size=200)])
    forward, backward = blend(pair, y), blend(pair[:, ::-1], y)
    assert_allclose(forward[0], backward[0][::-1], atol=1e-7)
    assert_allclose(forward[1:], backward[1:], atol=1e-7)


def test_a_member_that_is_the_wrong_way_round_is_damped_and_not_turned():
    z, y = draw(500, 8)
    _, _, slope = blend(-z[:, None], y)
    assert 0.0 < slope < 0.7


def test_the_blend_is_the_mode_of_its_posterior():
    z, y = draw(120, 9)
    pair = np.column_stack([z, np.random.default_rng(2).normal(size=120)])
    weights, a, b = blend(pair, y)
    centre = pair.mean()
    log_weights = np.log(weights) - np.log(weights).mean()

    def loss(q):
        line = q[0] + np.exp(q[1]) * ((pair - centre) @ softmax(q[2:]))
        prior = (q[1] / SLOPE_SD) ** 2 + np.sum((q[2:] / WEIGHT_SD) ** 2)
        return np.sum(np.logaddexp(0, line) - y * line) + prior / 2

    mode = np.concatenate([[a + b * centre, np.log(b)], log_weights])
    assert_allclose(approx_fprime(mode, loss, 1e-6), 0.0, atol=1e-3)


def test_perfect_separation_has_a_finite_answer():
    y = np.repeat([0.0, 1.0], 20)
    weights, a, b = blend(np.where(y == 1, 8.0, -8.0)[:, None], y)
    assert 1.0 <= b < 1.2
    assert_allclose(a, logit(0.5), atol=1e-6)
    assert_allclose(weights, [1.0])
