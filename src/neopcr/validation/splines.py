"""Flexible calibration by restricted cubic splines, beside the loess curve: a second opinion.

A curve that both methods draw alike owes nothing to the method. Between its outer knots the spline
is a cubic in the logit of the prediction, beyond them a straight line.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from scipy.special import expit, logit
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

from neopcr.metrics._shared import logits
from neopcr.metrics._shared.recalibration import R_STOPS, Z_95
from neopcr.validation.calibration import (
    CalibrationCurve,
    CalibrationErrors,
    even_points,
    nothing_drawn,
    summed_up,
)
from neopcr.validation.performance import FEWEST, check_predictions

if TYPE_CHECKING:
    from neopcr.specs import FloatArray

KNOTS = 4
_FEW = 100  # patients, below which the outer knots are the fifth from each end
_MOST_WITH_CLOSE_ENDS = 6


def knots_of(x: FloatArray, knots: int = KNOTS) -> FloatArray:
    """Place knots at Harrell's quantiles, as Hmisc's ``rcspline.eval`` does.

    Parameters
    ----------
    x : float array of shape (n_patients,)
        At least five.
    knots : int
        3 or more. The outer two stand at the 10th and 90th percentile of three knots, at the 5th
        and 95th of four to six, at the 2.5th and 97.5th of more, the others evenly between them in
        quantiles; with fewer than 100 patients the outer two are the fifth from each end.

    Returns
    -------
    float array of shape (n_knots,)
        Rising; fewer where predictions are tied.

    References
    ----------
    .. [1] Harrell, Regression Modeling Strategies, 2nd edition, Springer (2015), section 2.4.

    Examples
    --------
    >>> knots_of(np.arange(101.0), 3)
    array([10., 50., 90.])
    """
    outer = 0.10 if knots == 3 else 0.05 if knots <= _MOST_WITH_CLOSE_ENDS else 0.025
    found = np.quantile(x, np.linspace(outer, 1 - outer, knots))
    if len(x) < _FEW:
        found[[0, -1]] = np.sort(x)[[FEWEST - 1, -FEWEST]]
    return np.unique(found)


def basis(x: FloatArray, knots: FloatArray) -> FloatArray:
    r"""Columns of a restricted cubic spline: a constant, x, and one for each knot but two.

    .. math:: (x - t_j)_+^3 - (x - t_{k-1})_+^3 \frac{t_k - t_j}{t_k - t_{k-1}}
              + (x - t_k)_+^3 \frac{t_{k-1} - t_j}{t_k - t_{k-1}},

    each divided by :math:`(t_k - t_1)^2`.

    Parameters
    ----------
    x : float array of shape (n_patients,)
    knots : float array of shape (n_knots,)
        Rising. With fewer than three there is a straight line, with one a constant.

    Returns
    -------
    float array of shape (n_patients, max(n_knots, 1))
    """
    line = [np.ones_like(x), x][: max(len(knots), 1)]
    if len(knots) < 3:
        return np.column_stack(line)
    last, before, width = knots[-1], knots[-2], knots[-1] - knots[-2]

    def cubed(knot: float) -> FloatArray:
        return cast("FloatArray", np.maximum(x - knot, 0.0) ** 3)

    bent = [
        cubed(knot) - cubed(before) * (last - knot) / width + cubed(last) * (before - knot) / width
        for knot in knots[:-2]
    ]
    return np.column_stack([*line, *(each / (last - knots[0]) ** 2 for each in bent)])


def spline_curve(
    y: FloatArray, p: FloatArray, *, points: int = 101, knots: int = KNOTS
) -> CalibrationCurve:
    """Flexible calibration curve: a logistic regression on a spline of the predicted logit.

    Parameters
    ----------
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    p : float array of shape (n_patients,) or (n_repeats, n_patients)
        Predicted probability of pCR. With repeats, the fits and their standard errors are averaged
        on the logit.
    points : int
        At which it is given, evenly; see `even_points`.
    knots : int
        Of each spline; see `knots_of`.

    Returns
    -------
    CalibrationCurve
        With a pointwise 95 % Wald ribbon. Empty with fewer than 5 events or non-events, where a
        prediction is 0 or 1, and where predictions separate the outcomes.

    References
    ----------
    .. [1] Harrell, Regression Modeling Strategies, 2nd edition, Springer (2015), section 2.4.
    """
    check_predictions(y, p)
    runs = np.atleast_2d(p)
    grid = even_points(runs, points)
    fits = _fits(y, runs, np.tile(grid, (len(runs), 1)), knots)
    if fits is None:
        return nothing_drawn()
    middle, error = fits.mean(axis=0)
    return CalibrationCurve(
        predicted=grid,
        observed=expit(middle),
        lower=expit(middle - Z_95 * error),
        upper=expit(middle + Z_95 * error),
    )


def spline_errors(y: FloatArray, p: FloatArray, *, knots: int = KNOTS) -> CalibrationErrors | None:
    """ICI, E50, E90 and Emax by the spline; with repeats, their means; None where there is none.

    Parameters
    ----------
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    p : float array of shape (n_patients,) or (n_repeats, n_patients)
        Predicted probability of pCR.
    knots : int
        See `knots_of`.
    """
    check_predictions(y, p)
    runs = np.atleast_2d(p)
    fits = _fits(y, runs, runs, knots)
    return None if fits is None else summed_up(np.abs(runs - expit(fits[:, 0])))


def _fits(y: FloatArray, runs: FloatArray, at: FloatArray, knots: int) -> FloatArray | None:
    """Logit and standard error of each repeat's fit, (n_repeats, 2, n_at); None where one has none."""
    if min(y.sum(), len(y) - y.sum()) < FEWEST or logits(runs) is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("error", PerfectSeparationWarning)
        try:
            return np.array([_fitted(y, *each, knots) for each in zip(runs, at, strict=True)])
        except PerfectSeparationWarning:
            return None


def _fitted(y: FloatArray, p: FloatArray, at: FloatArray, knots: int) -> FloatArray:
    x = np.asarray(logit(p))
    places = knots_of(x, knots)
    fit: Any = GLM(y, basis(x, places), family=Binomial()).fit(**R_STOPS)
    rows = basis(np.asarray(logit(at)), places)
    variance = np.einsum("ij,jk,ik->i", rows, fit.cov_params(), rows)
    return np.stack([rows @ fit.params, np.sqrt(variance)])
