"""ROC, distribution of probabilities, decision curve."""

from __future__ import annotations

import numpy as np
import pytest

from neopcr.metrics import METRICS
from neopcr.validation import decision_curve, probability_distribution, roc_points

Y = np.array([1.0, 1.0, 0.0, 0.0, 0.0])
P = np.array([0.9, 0.5, 0.5, 0.2, 0.95])


def test_roc_by_hand():
    curve = roc_points(Y, P)
    assert curve.false_positive == pytest.approx([0, 1 / 3, 1 / 3, 2 / 3, 1])
    assert curve.true_positive == pytest.approx([0, 0, 1 / 2, 1, 1])


def test_roc_of_repeats_has_their_mean_area():
    rng = np.random.default_rng(1)
    y = (rng.random(300) < 0.4).astype(float)
    p = 1 / (1 + np.exp(-(y + rng.normal(0, 1, (4, 300)))))
    curve = roc_points(y, p)
    area = np.trapezoid(curve.true_positive, curve.false_positive)
    mean = np.mean([METRICS["auroc"].function(y, one) for one in p])
    assert area == pytest.approx(mean, abs=0.003)
    assert (curve.true_positive[0], curve.true_positive[-1]) == (0.0, 1.0)
    assert (np.diff(curve.true_positive) >= 0).all()


def test_distribution_by_hand():
    found = probability_distribution(Y, P, bins=4)
    assert found.edges == pytest.approx([0, 0.25, 0.5, 0.75, 1])
    assert found.pcr == pytest.approx([0, 0, 1 / 2, 1 / 2])
    assert found.residual == pytest.approx([1 / 3, 0, 1 / 3, 1 / 3])


def test_distribution_pools_repeats_and_bears_one_class():
    found = probability_distribution(np.ones(2), np.array([[0.1, 0.9], [0.1, 0.1]]), bins=2)
    assert found.pcr == pytest.approx([3 / 4, 1 / 4])
    assert found.residual == pytest.approx([0, 0])


def test_decision_curve_averages_repeats():
    thresholds = np.array([0.3, 0.6])
    first, second = decision_curve(Y, P, thresholds), decision_curve(Y, 1 - P, thresholds)
    both = decision_curve(Y, np.stack([P, 1 - P]), thresholds)
    assert both.model == pytest.approx((first.model + second.model) / 2)
    assert first.model == pytest.approx([2 / 5 - 2 / 5 * (3 / 7), 1 / 5 - 1 / 5 * 1.5])
    assert both.treat_all == pytest.approx([2 / 5 - 3 / 5 * (3 / 7), 2 / 5 - 3 / 5 * 1.5])
    assert both.threshold == pytest.approx(thresholds)
