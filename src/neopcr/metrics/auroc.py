"""Area under the ROC curve, with DeLong's interval."""

from __future__ import annotations

import math

import numpy as np
from scipy.stats import rankdata

from neopcr.metrics._shared import row_dot, wald
from neopcr.specs import FloatArray, Metric


def auroc(y_true: FloatArray, y_prob: FloatArray) -> float:
    """Probability that a patient with pCR has a higher prediction than one without.

    A tie counts one half. Not defined (NaN) where there is one class only.

    Parameters
    ----------
    y_true : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    y_prob : float array of shape (n_patients,)
        Predicted probability of pCR; any increasing function of it gives the same.

    Examples
    --------
    >>> auroc(np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.1, 0.4, 0.4, 0.8]))
    0.875
    """
    return float(weighted(y_true, y_prob, np.ones((1, len(y_true))))[0])


def weighted(y_true: FloatArray, y_prob: FloatArray, weights: FloatArray) -> FloatArray:
    """AUROC of each draw; NaN where a draw has one class only."""
    order = np.argsort(y_prob, kind="stable")
    starts = np.flatnonzero(np.diff(y_prob[order], prepend=-np.inf) > 0)
    drawn = weights[:, order]
    with_pcr = drawn * y_true[order]
    events = np.add.reduceat(with_pcr, starts, axis=1)
    others = np.add.reduceat(drawn - with_pcr, starts, axis=1)
    below = np.cumsum(others, axis=1) - others / 2.0
    pairs = events.sum(axis=1) * others.sum(axis=1)
    won = row_dot(events, below)
    area: FloatArray = np.full(len(weights), np.nan)
    np.divide(won, pairs, out=area, where=pairs > 0)
    return area


def placements(y_true: FloatArray, y_prob: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Share of the other class that each patient beats: those with pCR, then those without.

    Both means are the AUROC; their variances make DeLong's.

    Parameters
    ----------
    y_true, y_prob : float array of shape (n_patients,)
        1 pCR, 0 residual disease; predicted probability of pCR.

    References
    ----------
    .. [1] Sun & Xu, IEEE Signal Process Lett 21 (2014) 1389-1393.
    """
    events, others = y_prob[y_true == 1.0], y_prob[y_true == 0.0]
    ranks = rankdata(np.concatenate([events, others]))
    ranks_events, ranks_others = ranks[: len(events)], ranks[len(events) :]
    beaten = (ranks_events - rankdata(events)) / len(others)
    lost_to = 1.0 - (ranks_others - rankdata(others)) / len(events)
    return beaten, lost_to


def interval(y_true: FloatArray, y_prob: FloatArray) -> tuple[float, float]:
    """95 % interval by DeLong's variance, on the plain scale, cut at 0 and 1.

    Not defined (NaN) with fewer than two patients of a class, or at a variance of 0, as when the
    predictions are all equal or separate the outcomes.

    Parameters
    ----------
    y_true, y_prob : float array of shape (n_patients,)
        1 pCR, 0 residual disease; predicted probability of pCR.
    """
    if min(np.sum(y_true == 1.0), np.sum(y_true == 0.0)) < 2:
        return math.nan, math.nan
    beaten, lost_to = placements(y_true, y_prob)
    variance = beaten.var(ddof=1) / len(beaten) + lost_to.var(ddof=1) / len(lost_to)
    if variance <= 0.0:
        return math.nan, math.nan
    lower, upper = wald(float(beaten.mean()), math.sqrt(variance))
    return max(lower, 0.0), min(upper, 1.0)


METRIC = Metric(
    name="auroc",
    title="AUROC",
    function=auroc,
    best=1.0,
    reference="DeLong, DeLong & Clarke-Pearson, Biometrics 1988, doi:10.2307/2531595",
    interval=interval,
    interval_method="DeLong",
    direction="higher",
    weighted=weighted,
)
