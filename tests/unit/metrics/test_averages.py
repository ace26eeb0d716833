"""Brier score, observed over expected, net benefit: by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from neopcr.metrics import METRICS_AT
from neopcr.metrics.brier import brier
from neopcr.metrics.net_benefit import metric_at, net_benefit
from neopcr.metrics.observed_expected import interval, observed_expected

Y = np.array([1.0, 0.0, 1.0, 0.0, 0.0])
P = np.array([0.8, 0.3, 0.4, 0.6, 0.1])


def test_brier_by_hand():
    assert brier(Y, P) == pytest.approx((0.04 + 0.09 + 0.36 + 0.36 + 0.01) / 5)


def test_observed_over_expected_by_hand():
    assert observed_expected(Y, P) == pytest.approx(2 / 2.2)


def test_interval_of_observed_over_expected_by_hand():
    half = 1.959964 * math.sqrt(1 / 2 - 1 / 5)
    expected = (2 / 2.2 * math.exp(-half), 2 / 2.2 * math.exp(half))
    assert interval(Y, P) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("y", "p"), [(np.zeros(3), np.full(3, 0.2)), (Y, np.zeros(5))])
def test_no_interval_where_none_is_observed_or_expected(y, p):
    assert all(math.isnan(end) for end in interval(y, p))


def test_nothing_expected_is_not_defined():
    assert math.isnan(observed_expected(Y, np.zeros(5)))


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [
        (0.4, 2 / 5 - 1 / 5 * (0.4 / 0.6)),  # at the threshold one acts: 0.4 counts
        (0.41, 1 / 5 - 1 / 5 * (0.41 / 0.59)),
        (0.7, 1 / 5),
        (0.9, 0.0),
    ],
)
def test_net_benefit_by_hand(threshold, expected):
    assert net_benefit(Y, P, threshold=threshold) == pytest.approx(expected)


@pytest.mark.parametrize("threshold", [0.0, 1.0, -0.1, float("nan")])
def test_net_benefit_refuses_a_threshold_outside(threshold):
    with pytest.raises(ValueError, match="strictly between 0 and 1"):
        net_benefit(Y, P, threshold=threshold)


def test_a_declared_threshold_makes_a_metric():
    metric = METRICS_AT["net_benefit"](0.4)
    assert (metric.name, metric.title) == ("net_benefit_0.4", "Net benefit at 0.4")
    assert metric.function(Y, P) == net_benefit(Y, P, threshold=0.4)
    assert METRICS_AT["net_benefit"] is metric_at
