"""Pooling over centres: a sum done by hand, the edges of scales, and what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import t

from neopcr.specs import Estimate
from neopcr.validation.pooling import between_variance, pool, pool_estimates, standard_error


def estimate(name: str, value: float | None, lower: float | None, upper: float | None) -> Estimate:
    return Estimate(
        name=name, value=value, lower=lower, upper=upper, n=90, events=40, method="Wald"
    )


def test_equal_errors_by_hand():
    """With one error s for all, tau² = sample variance - s²: here 1 - 0.25."""
    found = pool(np.array([1.0, 2.0, 3.0]), np.full(3, 0.5))
    assert found.tau**2 == pytest.approx(0.75, abs=1e-6)
    assert found.mean == pytest.approx(2.0)
    # Hartung-Knapp: the mean's variance is that of the three values over three.
    assert found.upper - 2.0 == pytest.approx(t.ppf(0.975, 2) * math.sqrt(1 / 3), rel=1e-6)
    assert found.expected_upper - 2.0 == pytest.approx(
        t.ppf(0.975, 1) * math.sqrt(0.75 + 1 / 3), rel=1e-6
    )


def test_two_alike_centres_are_no_surer_than_their_own_errors_allow():
    found = pool(np.array([0.7, 0.7]), np.array([0.1, 0.1]))
    assert found.tau == 0.0
    assert found.upper - found.mean == pytest.approx(t.ppf(0.975, 1) * 0.1 / math.sqrt(2))
    assert found.expected_lower is None
    assert found.expected_upper is None


def test_small_differences_are_chance():
    assert between_variance(np.array([0.0, 0.1, -0.1]), np.full(3, 1.0)) == 0.0


@pytest.mark.parametrize(
    ("value", "error"), [([0.5], [0.1]), ([0.5, 0.6], [0.1, 0.0])], ids=["one", "no error"]
)
def test_nothing_is_pooled_of_one_or_without_an_error(value, error):
    with pytest.raises(ValueError, match="two centres or more"):
        pool(np.array(value), np.array(error))


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (estimate("calibration_slope", 1.0, 0.804, 1.196), 0.1),
        # The upper bound was cut at 1: the lower one tells.
        (estimate("auroc", 0.9, 0.704, 1.0), 0.1 / (0.9 * 0.1)),
        (estimate("observed_expected", 1.0, math.exp(-0.196), math.exp(0.196)), 0.1),
        (estimate("observed_expected", 0.5, 0.0, 1.0), None),
        (estimate("auroc", 1.0, 0.9, 1.0), None),
        (estimate("brier", 0.2, 0.2, 0.2), None),
        (estimate("brier", 0.2, None, None), None),
        (estimate("brier", None, None, None), None),
        (estimate("brier", 0.2, 0.1, None), None),
    ],
)
def test_standard_error_on_the_scale_of_pooling(one, expected):
    found = standard_error(one)
    assert found is None if expected is None else found == pytest.approx(expected, rel=1e-3)


def test_what_is_pooled_on_another_scale_comes_back_to_its_own():
    told = [estimate("auroc", v, v - 0.05, v + 0.05) for v in (0.6, 0.7, 0.8)]
    found = pool_estimates([*told, estimate("auroc", None, None, None)])
    assert found.k == 3
    assert 0.0 < found.expected_lower < found.lower < found.mean < found.upper
    assert found.upper < found.expected_upper < 1.0
    assert 0.6 < found.mean < 0.8
    assert pool_estimates(told[:2]).expected_lower is None
    assert pool_estimates(told[:1]) is None
