"""Restricted cubic splines: knots, basis, the fit, and where there is none."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.interpolate import CubicSpline
from scipy.special import expit, logit
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM

from neopcr.validation import calibration_curve, spline_curve, spline_errors
from neopcr.validation.splines import basis, knots_of


def cohort(n=400, seed=31):
    rng = np.random.default_rng(seed)
    z = rng.normal(-0.4, 1.2, n)
    return (rng.random(n) < expit(z)).astype(float), expit(z)


@pytest.mark.parametrize(
    ("knots", "percentiles"),
    [
        (3, [10, 50, 90]),
        (4, [5, 35, 65, 95]),
        (5, [5, 27.5, 50, 72.5, 95]),
        (7, [2.5, 18.3333, 34.1667, 50, 65.8333, 81.6667, 97.5]),
    ],
)
def test_knots_stand_at_harrells_percentiles(knots, percentiles):
    assert knots_of(np.arange(0.0, 100.5, 0.5), knots) == pytest.approx(percentiles, abs=1e-3)


def test_knots_of_few_patients_start_at_the_fifth_and_ties_merge():
    assert knots_of(np.arange(60.0), 4)[[0, -1]] == pytest.approx([4, 55])
    assert len(knots_of(np.repeat([0.0, 1.0], 100), 4)) == 2
    assert len(knots_of(np.zeros(100), 4)) == 1


def test_the_basis_spans_the_natural_cubic_splines_of_its_knots():
    """Whatever the values at the knots, the basis reproduces the spline that SciPy draws."""
    knots = np.array([-1.5, -0.2, 0.4, 1.1, 2.0])
    x = np.linspace(-1.5, 2.0, 200)
    values = np.random.default_rng(1).normal(size=5)
    terms = np.linalg.solve(basis(knots, knots), values)
    expected = CubicSpline(knots, values, bc_type="natural")(x)
    assert basis(x, knots) @ terms == pytest.approx(expected, abs=1e-10)


def test_beyond_the_outer_knots_it_is_straight():
    knots = np.array([-1.0, 0.0, 1.0, 2.0])
    for end in (np.linspace(-5, -1, 9), np.linspace(2, 6, 9)):
        assert np.diff(basis(end, knots), n=2, axis=0) == pytest.approx(0, abs=1e-9)


def test_fewer_knots_leave_a_line_or_a_constant():
    x = np.array([0.0, 1.0, 2.0])
    assert basis(x, np.array([0.0, 1.0])).tolist() == [[1, 0], [1, 1], [1, 2]]
    assert basis(x, np.array([0.5])).tolist() == [[1], [1], [1]]


def test_the_curve_is_a_logistic_regression_on_the_basis():
    y, p = cohort()
    found = spline_curve(y, p, points=11)
    x = logit(p)
    fit = GLM(y, basis(x, knots_of(x)), family=Binomial()).fit()
    at = fit.get_prediction(basis(logit(found.predicted), knots_of(x)), transform=False)
    assert found.observed == pytest.approx(at.predicted, abs=1e-6)
    assert found.lower == pytest.approx(at.conf_int()[:, 0], abs=1e-4)
    assert found.upper == pytest.approx(at.conf_int()[:, 1], abs=1e-4)


def test_it_finds_a_bend_that_no_line_has():
    rng = np.random.default_rng(5)
    z = rng.normal(0, 1.5, 20_000)
    y = (rng.random(20_000) < expit(np.abs(z) - 1)).astype(float)
    curve = spline_curve(y, expit(z), knots=5)
    inside = (curve.predicted > 0.05) & (curve.predicted < 0.95)
    expected = expit(np.abs(logit(curve.predicted[inside])) - 1)
    assert np.abs(curve.observed[inside] - expected).mean() < 0.02


def test_both_curves_tell_the_same_of_a_calibrated_model():
    y, p = cohort(2000)
    spline, loess = spline_curve(y, p), calibration_curve(y, p)
    middle = (spline.predicted > 0.1) & (spline.predicted < 0.8)
    assert np.abs(spline.observed - loess.observed)[middle].max() < 0.05
    inside = (spline.lower <= spline.predicted) & (spline.predicted <= spline.upper)
    assert inside[middle].mean() > 0.85


def test_errors_are_distances_from_the_spline():
    y, p = cohort()
    found = spline_errors(y, p)
    curve = spline_curve(y, p, points=2001)
    away = np.abs(p - np.interp(p, curve.predicted, curve.observed))
    expected = (away.mean(), np.median(away), np.quantile(away, 0.9), away.max())
    # The curve ends before the few outermost predictions, and is taken as level there.
    assert (found.ici, found.e50, found.e90, found.emax) == pytest.approx(expected, abs=2e-4)


def test_repeats_are_averaged_and_do_not_narrow_the_ribbon():
    y, p = cohort()
    one, copies = spline_curve(y, p), spline_curve(y, np.tile(p, (3, 1)))
    assert copies.observed == pytest.approx(one.observed)
    assert copies.upper - copies.lower == pytest.approx(one.upper - one.lower)
    pair = spline_errors(y, np.tile(p, (2, 1))), spline_errors(y, p)
    assert pair[0].ici == pytest.approx(pair[1].ici)


SEPARATED = np.repeat([0.0, 1.0], 30), np.linspace(0.1, 0.9, 60)
FEW = (np.arange(40) < 4).astype(float), np.linspace(0.1, 0.9, 40)
CERTAIN = np.tile([0.0, 1.0], 20), np.append(np.linspace(0.1, 0.9, 39), 1.0)


@pytest.mark.parametrize(("y", "p"), [SEPARATED, FEW, CERTAIN], ids=["separated", "few", "certain"])
def test_where_nothing_can_be_drawn_nothing_is(y, p):
    assert len(spline_curve(y, p).predicted) == 0
    assert spline_errors(y, p) is None


def test_equal_predictions_take_the_share_of_pcr():
    y = np.repeat([1.0, 0.0], [30, 10])
    curve = spline_curve(y, np.full(40, 0.2))
    assert curve.observed == pytest.approx(np.full(101, 0.75))
    assert spline_errors(y, np.full(40, 0.2)).ici == pytest.approx(0.55)
