"""Flexible calibration: curve, errors and bins.

Predictions may come with repeats, shape (n_repeats, n_patients): then curves are averaged over
the repeats, and ribbons come from draws of patients.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from neopcr.metrics._shared import distances, smoothed
from neopcr.validation.bootstrap import weights
from neopcr.validation.performance import FEWEST, check_predictions

if TYPE_CHECKING:
    from neopcr.specs import FloatArray

RIBBON_DRAWS = 200  # enough for a ribbon that is looked at, not read off


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationCurve:
    """Smoothed share of pCR at each predicted probability, with a pointwise 95 % ribbon.

    All are empty where there is too little to say.
    """

    predicted: FloatArray
    observed: FloatArray
    lower: FloatArray
    upper: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationErrors:
    """Distance between predicted and smoothed observed probability, over patients."""

    ici: float
    e50: float
    e90: float
    emax: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationBins:
    """Patients grouped by prediction: mean prediction, share of pCR, Wilson's 95 % interval."""

    predicted: FloatArray
    observed: FloatArray
    lower: FloatArray
    upper: FloatArray


def calibration_curve(
    y: FloatArray, p: FloatArray, *, points: int = 101, seed: int = 0
) -> CalibrationCurve:
    """Flexible calibration curve.

    Parameters
    ----------
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    p : float array of shape (n_patients,) or (n_repeats, n_patients)
        Predicted probability of pCR.
    points : int
        At which it is given, evenly; see `even_points`.
    seed : int
        Of the ribbon's draws.

    Returns
    -------
    CalibrationCurve
        Empty with fewer than 5 events or non-events.
    """
    check_predictions(y, p)
    if min(y.sum(), len(y) - y.sum()) < FEWEST:
        return nothing_drawn()
    runs = np.atleast_2d(p)
    grid = even_points(runs, points)
    drawn = [
        _mean_curve(np.repeat(y, times), np.repeat(runs, times, axis=1), grid)
        for batch in weights(len(y), seed=seed, draws=RIBBON_DRAWS)
        for times in batch.astype(np.int64)
    ]
    lower, upper = np.nanquantile(drawn, [0.025, 0.975], axis=0)
    return CalibrationCurve(
        predicted=grid, observed=_mean_curve(y, runs, grid), lower=lower, upper=upper
    )


def even_points(runs: FloatArray, points: int) -> FloatArray:
    """Predictions from the average of the 5 lowest to that of the 5 highest: no patient's own.

    Parameters
    ----------
    runs : float array of shape (n_repeats, n_patients)
        Predicted probabilities.
    points : int

    Returns
    -------
    float array of shape (points,)

    Examples
    --------
    >>> even_points(np.arange(11.0)[None] / 10, 3).round(6)
    array([0.2, 0.5, 0.8])
    """
    ascending = np.sort(runs, axis=1)
    return np.linspace(ascending[:, :FEWEST].mean(), ascending[:, -FEWEST:].mean(), points)


def nothing_drawn() -> CalibrationCurve:
    """Make the curve of those of whom there is too little to say."""
    nothing = np.zeros(0)
    return CalibrationCurve(predicted=nothing, observed=nothing, lower=nothing, upper=nothing)


def calibration_errors(y: FloatArray, p: FloatArray) -> CalibrationErrors:
    """ICI, E50, E90 and Emax by loess; with repeats, their means.

    Parameters
    ----------
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    p : float array of shape (n_patients,) or (n_repeats, n_patients)
        Predicted probability of pCR.

    References
    ----------
    .. [1] Austin & Steyerberg, Stat Med 38 (2019) 4051-4065, doi:10.1002/sim.8281.
    """
    check_predictions(y, p)
    return summed_up(np.array([distances(y, one) for one in np.atleast_2d(p)]))


def summed_up(distance: FloatArray) -> CalibrationErrors:
    """Sum distances of shape (n_repeats, n_patients) up over patients, then over repeats."""
    e50, e90 = np.quantile(distance, [0.5, 0.9], axis=1)
    return CalibrationErrors(
        ici=float(distance.mean()),
        e50=float(e50.mean()),
        e90=float(e90.mean()),
        emax=float(distance.max(axis=1).mean()),
    )


def calibration_bins(y: FloatArray, p: FloatArray, *, bins: int = 10) -> CalibrationBins:
    """Share of pCR in groups of like size by prediction; equal predictions stay together.

    Parameters
    ----------
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    p : float array of shape (n_patients,) or (n_repeats, n_patients)
        Predicted probability of pCR. Repeats are pooled, and count as one in the intervals.
    bins : int
        At most.

    Returns
    -------
    CalibrationBins
        At most one group for every 5 patients.
    """
    check_predictions(y, p)
    runs = np.atleast_2d(p)
    pooled, outcome = runs.ravel(), np.tile(y, len(runs))
    bins = max(1, min(bins, len(y) // FEWEST))
    shares = np.linspace(0.0, 1.0, bins + 1)[1:-1]
    inner = np.unique(np.quantile(pooled, shares, method="inverted_cdf"))
    place = np.searchsorted(inner, pooled, side="left")
    held = np.unique(place, return_inverse=True)[1]
    size = np.bincount(held)
    events = np.bincount(held, outcome)
    lower, upper = proportion_confint(events / len(runs), size / len(runs), method="wilson")
    return CalibrationBins(
        predicted=np.bincount(held, pooled) / size,
        observed=events / size,
        lower=np.asarray(lower),
        upper=np.asarray(upper),
    )


def _mean_curve(y: FloatArray, runs: FloatArray, grid: FloatArray) -> FloatArray:
    """Smoothed curve on the grid, averaged over those repeats that reach so far."""
    reached = np.zeros(len(grid))
    total = np.zeros(len(grid))
    for p in runs:
        order = np.argsort(p, kind="stable")
        curve = np.interp(grid, p[order], smoothed(y, p)[order], left=np.nan, right=np.nan)
        known = np.isfinite(curve)
        reached += known
        total += np.where(known, curve, 0.0)
    mean: FloatArray = np.full(len(grid), np.nan)
    return np.divide(total, reached, out=mean, where=reached > 0)
