"""Pieces that several metrics are made of: weighted sums, logistic recalibration, Wald intervals.

A bootstrap refits a line thousands of times, so the fits of all draws advance together, from the
fit of all patients. That one exists wherever a draw's does: what separates them all, or has one
class, does so in each draw. Sums do not go through BLAS, whose threads would change last digits.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING, cast

import numpy as np
from scipy.special import expit, logit
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM

if TYPE_CHECKING:
    from neopcr.specs import BoolArray, FloatArray

ITERATIONS = 100
TOLERANCE = 1e-7  # of the last step: Newton squares what is left, to 1e-13 or so
LONGEST_STEP = 3.0  # in standard deviations of the logit; keeps Newton from overshooting
Z_95 = NormalDist().inv_cdf(0.975)
# Where R's glm stops, |change of deviance| < 1e-8 (|deviance| + 0.1). The standard error is that
# of the last step, so any other rule parts from R's intervals in the fifth digit.
R_STOPS = {"tol": 1e-9, "rtol": 1e-8}


def dot(weights: FloatArray, values: FloatArray) -> FloatArray:
    """Sum of values over patients in each draw.

    Parameters
    ----------
    weights : float array of shape (n_draws, n_patients)
    values : float array of shape (n_patients,)

    Returns
    -------
    float array of shape (n_draws,)
    """
    return cast("FloatArray", np.einsum("dn,n->d", weights, values))


def row_dot(first: FloatArray, second: FloatArray) -> FloatArray:
    """Sum over columns of the product of two matrices, shape (n_rows,)."""
    return cast("FloatArray", np.einsum("dn,dn->d", first, second))


def wald(value: float, standard_error: float) -> tuple[float, float]:
    """Value ± 1.96 standard errors.

    Examples
    --------
    >>> lower, upper = wald(1.0, 0.5)
    >>> round(lower, 2), round(upper, 2)
    (0.02, 1.98)
    """
    return value - Z_95 * standard_error, value + Z_95 * standard_error


def last_coefficient(
    y_true: FloatArray, design: FloatArray, offset: FloatArray | None = None
) -> tuple[float, float]:
    """Interval of the last coefficient of a logistic regression that is known to have one.

    Parameters
    ----------
    y_true : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    design : float array of shape (n_patients, n_columns)
        Intercept included.
    offset : float array of shape (n_patients,), optional
        On the logit scale.
    """
    fit = GLM(y_true, design, family=Binomial(), offset=offset).fit(**R_STOPS)
    return wald(float(fit.params[-1]), float(fit.bse[-1]))


def logits(y_prob: FloatArray) -> FloatArray | None:
    """Logit of probabilities; None where one of them is 0 or 1, which no line can mend."""
    inside = (y_prob > 0.0) & (y_prob < 1.0)
    return np.asarray(logit(y_prob)) if inside.all() else None


def intercepts(y_true: FloatArray, y_prob: FloatArray, weights: FloatArray) -> FloatArray:
    """Intercept of a logistic regression of outcome with the logit of p as offset.

    Parameters
    ----------
    y_true, y_prob : float array of shape (n_patients,)
        1 pCR, 0 residual disease; predicted probability of pCR.
    weights : float array of shape (n_draws, n_patients)
        How often each patient counts.

    Returns
    -------
    float array of shape (n_draws,)
        NaN where a p is 0 or 1, or where a draw holds one class only.
    """
    result: FloatArray = np.full(len(weights), np.nan)
    offset, events = logits(y_prob), dot(weights, y_true)
    defined = (events > 0) & (events < weights.sum(axis=1))
    if offset is not None and defined.any():
        whole = _newton_intercept(offset, y_true, np.ones((1, len(y_true))), 0.0)
        result[defined] = _newton_intercept(offset, y_true, weights[defined], float(whole[0]))
    return result


def slopes(y_true: FloatArray, y_prob: FloatArray, weights: FloatArray) -> FloatArray:
    """Slope of a logistic regression of outcome on the logit of p.

    Parameters
    ----------
    y_true, y_prob : float array of shape (n_patients,)
        1 pCR, 0 residual disease; predicted probability of pCR.
    weights : float array of shape (n_draws, n_patients)
        How often each patient counts.

    Returns
    -------
    float array of shape (n_draws,)
        NaN where a p is 0 or 1, or where in a draw the predictions are all equal or separate the
        outcomes: then the slope that fits best is infinite.
    """
    result: FloatArray = np.full(len(weights), np.nan)
    x = logits(y_prob)
    defined = np.zeros(len(weights), dtype=np.bool_) if x is None else _overlaps(x, y_true, weights)
    if x is not None and defined.any():
        z = (x - x.mean()) / x.std()
        start = (float(logit(y_true.mean())), 0.0)
        a, b = _newton_line(z, y_true, np.ones((1, len(y_true))), start)
        _, slope = _newton_line(z, y_true, weights[defined], (float(a[0]), float(b[0])))
        result[defined] = slope / x.std()
    return result


def _newton_intercept(
    offset: FloatArray, y_true: FloatArray, weights: FloatArray, start: float
) -> FloatArray:
    """Intercept of each draw; NaN without convergence."""
    events = dot(weights, y_true)
    intercept = np.full(len(weights), start)
    for _ in range(ITERATIONS):
        mu = expit(offset + intercept[:, None])
        fitted = weights * mu
        with np.errstate(divide="ignore", invalid="ignore"):
            step = _shorten((events - fitted.sum(axis=1)) / row_dot(fitted, 1.0 - mu))
        intercept += step
        if not (np.abs(step) >= TOLERANCE).any():
            break
    return np.where(np.abs(step) < TOLERANCE, intercept, np.nan)


def _newton_line(
    x: FloatArray, y_true: FloatArray, weights: FloatArray, start: tuple[float, float]
) -> tuple[FloatArray, FloatArray]:
    """Intercept and slope of each draw, NaN without convergence; x has mean 0 and SD 1."""
    events, cross = dot(weights, y_true), dot(weights, y_true * x)
    a, b = np.full(len(weights), start[0]), np.full(len(weights), start[1])
    for _ in range(ITERATIONS):
        mu = expit(a[:, None] + b[:, None] * x)
        fitted = weights * mu
        gradient_a, gradient_b = events - fitted.sum(axis=1), cross - dot(fitted, x)
        fitted *= 1.0 - mu
        h_aa, h_ab, h_bb = fitted.sum(axis=1), dot(fitted, x), dot(fitted, x * x)
        with np.errstate(divide="ignore", invalid="ignore"):
            determinant = h_aa * h_bb - h_ab * h_ab
            step_a = _shorten((h_bb * gradient_a - h_ab * gradient_b) / determinant)
            step_b = _shorten((h_aa * gradient_b - h_ab * gradient_a) / determinant)
        a += step_a
        b += step_b
        moved = np.maximum(np.abs(step_a), np.abs(step_b))
        if not (moved >= TOLERANCE).any():
            break
    converged = moved < TOLERANCE
    return np.where(converged, a, np.nan), np.where(converged, b, np.nan)


def _overlaps(x: FloatArray, y_true: FloatArray, weights: FloatArray) -> BoolArray:
    """Whether, in each draw, the outcomes overlap along x on more than a point."""
    drawn = weights > 0
    event = y_true == 1.0
    low_1 = np.where(drawn & event, x, np.inf).min(axis=1)
    high_1 = np.where(drawn & event, x, -np.inf).max(axis=1)
    low_0 = np.where(drawn & ~event, x, np.inf).min(axis=1)
    high_0 = np.where(drawn & ~event, x, -np.inf).max(axis=1)
    return np.asarray((low_1 < high_0) & (low_0 < high_1))


def _shorten(step: FloatArray) -> FloatArray:
    return np.clip(step, -LONGEST_STEP, LONGEST_STEP)
