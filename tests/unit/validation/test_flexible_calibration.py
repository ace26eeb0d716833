"""Smoothed calibration, its errors and its bins."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from statsmodels.stats.proportion import proportion_confint

from neopcr.validation import calibration_bins, calibration_curve, calibration_errors
from neopcr.validation.calibration import smoothed


def lowess_by_the_book(y: np.ndarray, p: np.ndarray) -> np.ndarray:
    """R's lowess(p, y, iter = 0, delta = 0), one patient at a time."""
    span = max(min(int(2 / 3 * len(p)), len(p)), 2)
    fitted = np.empty(len(p))
    for i, x in enumerate(p):
        away = np.abs(p - x)
        width = np.sort(away)[span - 1]
        near = np.clip(away / width, 0, 1) if width > 0 else (away > 0).astype(float)
        weight = (1 - near**3) ** 3
        weight[away <= 0.001 * width] = 1.0
        weight[away > 0.999 * width] = 0.0 if width > 0 else weight[away > 0.999 * width]
        centre = np.average(p, weights=weight)
        variance = np.average((p - centre) ** 2, weights=weight)
        slope = 0.0
        if np.sqrt(variance) > 0.001 * np.ptp(p):
            slope = np.average((p - centre) * y, weights=weight) / variance
        fitted[i] = np.average(y, weights=weight) + slope * (x - centre)
    return fitted


def cohort(n: int = 400, *, digits: int = 8) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(31)
    z = rng.normal(-0.4, 1.2, n)
    return (rng.random(n) < expit(z)).astype(float), np.round(expit(z), digits)


@pytest.mark.parametrize("digits", [1, 2, 8])
def test_smoothing_is_lowess_ties_included(digits):
    y, p = cohort(120, digits=digits)
    assert smoothed(y, p) == pytest.approx(lowess_by_the_book(y, p), abs=0.005)


def test_ties_that_fill_a_span_take_their_own_share():
    y = np.tile([1.0, 0.0, 0.0, 0.0], 10)
    p = np.repeat([0.3, 0.8], [32, 8])
    assert smoothed(y, p)[:32] == pytest.approx(np.full(32, 0.25))


def test_equal_predictions_take_the_share_of_pcr():
    y = np.array([1.0, 0.0, 0.0, 1.0, 1.0])
    assert smoothed(y, np.full(5, 0.2)) == pytest.approx(np.full(5, 0.6))


def test_a_calibrated_model_lies_in_its_ribbon_and_a_shifted_one_does_not():
    y, p = cohort(1500)
    curve = calibration_curve(y, p, seed=1)
    middle = (curve.predicted > 0.1) & (curve.predicted < 0.8)
    holds = (curve.lower <= curve.predicted) & (curve.predicted <= curve.upper)
    assert holds[middle].mean() > 0.85
    assert (curve.lower <= curve.observed)[middle].all()
    assert (curve.observed <= curve.upper)[middle].all()
    low = calibration_curve(y, p**2, seed=1)
    inside = (low.predicted > 0.1) & (low.predicted < 0.4)
    assert (low.lower > low.predicted)[inside].all()


def test_repeats_are_averaged_and_do_not_narrow_the_ribbon():
    y, p = cohort(150)
    one, copies = calibration_curve(y, p), calibration_curve(y, np.tile(p, (3, 1)))
    assert copies.observed == pytest.approx(one.observed)
    assert copies.upper - copies.lower == pytest.approx(one.upper - one.lower)


def test_a_repeat_that_does_not_reach_so_far_is_left_out_there():
    y, p = cohort(150)
    wide, narrow = p, 0.3 + 0.4 * p
    both = calibration_curve(y, np.stack([wide, narrow]))
    alone = np.interp(both.predicted, np.sort(wide), smoothed(y, wide)[np.argsort(wide)])
    outside = (both.predicted < narrow.min()) | (both.predicted > narrow.max())
    assert outside.sum() > 20
    assert both.observed[outside] == pytest.approx(alone[outside])


def test_too_few_events_leave_the_curve_empty():
    curve = calibration_curve((np.arange(40) < 4).astype(float), np.linspace(0.1, 0.9, 40))
    assert [len(part) for part in (curve.predicted, curve.observed, curve.lower)] == [0, 0, 0]


def test_errors_are_distances_from_the_smoothed_curve():
    y, p = cohort(200)
    away = np.abs(p - smoothed(y, p))
    found = calibration_errors(y, p)
    expected = (away.mean(), np.median(away), np.quantile(away, 0.9), away.max())
    assert (found.ici, found.e50, found.e90, found.emax) == pytest.approx(expected)
    again = calibration_errors(y, np.tile(p, (2, 1)))
    assert (again.ici, again.emax) == pytest.approx((found.ici, found.emax))


def test_bins_by_hand():
    p = np.repeat([0.1, 0.5, 0.9], 10)
    y = np.concatenate([np.arange(10) < k for k in (1, 6, 9)]).astype(float)
    bins = calibration_bins(y, p, bins=3)
    assert bins.predicted == pytest.approx([0.1, 0.5, 0.9])
    assert bins.observed == pytest.approx([0.1, 0.6, 0.9])
    lower, upper = proportion_confint(6, 10, method="wilson")
    assert (bins.lower[1], bins.upper[1]) == pytest.approx((lower, upper))


def test_bins_hold_everyone_once_and_repeats_do_not_narrow_them():
    y, p = cohort(203)
    one, two = calibration_bins(y, p), calibration_bins(y, np.stack([p, p]))
    assert len(one.predicted) == 10
    assert (np.diff(one.predicted) > 0).all()
    assert two.observed == pytest.approx(one.observed)
    assert two.upper == pytest.approx(one.upper)


@pytest.mark.parametrize(("n", "expected"), [(12, 2), (7, 1), (4, 1)])
def test_a_small_cohort_has_few_bins(n, expected):
    y = (np.arange(n) % 2).astype(float)
    assert len(calibration_bins(y, np.linspace(0.1, 0.9, n)).predicted) == expected
