"""AUROC, its interval and its weighted form."""

from __future__ import annotations

import math

import numpy as np
import pytest

from neopcr.metrics.auroc import auroc, interval, placements, weighted


def test_pairs_won_plus_half_the_ties():
    y = np.array([1.0, 1.0, 0.0, 0.0, 0.0])
    p = np.array([0.9, 0.5, 0.5, 0.2, 0.95])
    # Pairs: 0.9 beats 0.5 and 0.2, loses to 0.95; 0.5 ties, beats 0.2, loses: 3.5 of 6.
    assert auroc(y, p) == pytest.approx(3.5 / 6)


def test_placements_average_to_the_auroc():
    rng = np.random.default_rng(3)
    y = (rng.random(60) < 0.4).astype(float)
    p = np.round(rng.random(60), 1)
    beaten, lost_to = placements(y, p)
    won = (p[y == 1][:, None] > p[y == 0]) + 0.5 * (p[y == 1][:, None] == p[y == 0])
    assert beaten == pytest.approx(won.mean(axis=1))
    assert lost_to == pytest.approx(won.mean(axis=0))
    assert beaten.mean() == pytest.approx(auroc(y, p))


def test_one_class_is_not_defined():
    assert math.isnan(auroc(np.ones(3), np.array([0.1, 0.2, 0.3])))


def test_a_draw_of_one_class_is_not_defined_and_leaves_the_others_alone():
    y, p = np.array([1.0, 0.0]), np.array([0.8, 0.2])
    areas = weighted(y, p, np.array([[2.0, 0.0], [1.0, 1.0]]))
    assert math.isnan(areas[0])
    assert areas[1] == 1.0


def test_equal_predictions_are_worth_a_coin():
    assert auroc(np.array([1.0, 0.0, 0.0]), np.full(3, 0.3)) == 0.5


@pytest.mark.parametrize(
    ("y", "p"),
    [
        ([1, 0, 0, 0], [0.9, 0.8, 0.1, 0.95]),  # one event: no variance of it
        ([1, 1, 0, 0], [0.5, 0.5, 0.5, 0.5]),  # all equal
        ([1, 1, 0, 0], [0.9, 0.8, 0.2, 0.1]),  # separated
    ],
)
def test_no_interval_without_variance(y, p):
    assert all(math.isnan(end) for end in interval(np.array(y, float), np.array(p)))


def test_the_interval_stops_at_one():
    y = np.array([1.0] * 6 + [0.0] * 6)
    p = np.array([0.9, 0.8, 0.85, 0.7, 0.75, 0.4, 0.1, 0.2, 0.3, 0.15, 0.25, 0.45])
    lower, upper = interval(y, p)
    assert upper == 1.0
    assert 0.5 < lower < auroc(y, p)


def test_the_interval_stops_at_zero():
    y = np.array([0.0] * 6 + [1.0] * 6)
    p = np.array([0.9, 0.8, 0.85, 0.7, 0.75, 0.4, 0.1, 0.2, 0.3, 0.15, 0.25, 0.45])
    assert interval(y, p)[0] == 0.0
