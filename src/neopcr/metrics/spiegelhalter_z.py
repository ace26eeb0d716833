"""Spiegelhalter's test of calibration."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtr

from neopcr.metrics._shared import dot
from neopcr.specs import FloatArray, Metric


def spiegelhalter_z(y_true: FloatArray, y_prob: FloatArray) -> float:
    r"""Brier score against its expectation, in standard errors; below 0, predictions are too cautious.

    .. math:: z = \frac{\sum (y - p)(1 - 2p)}{\sqrt{\sum (1 - 2p)^2 p (1 - p)}}

    Standard normal under perfect calibration. Not defined (NaN) where every probability is 0, ½
    or 1.

    Parameters
    ----------
    y_true : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    y_prob : float array of shape (n_patients,)
        Predicted probability of pCR.

    References
    ----------
    .. [1] Spiegelhalter, Stat Med 5 (1986) 421-433, doi:10.1002/sim.4780050506.

    Examples
    --------
    >>> round(spiegelhalter_z(np.array([1.0, 0.0]), np.array([0.75, 0.25])), 4)
    -0.8165
    """
    return float(weighted(y_true, y_prob, np.ones((1, len(y_true))))[0])


def weighted(y_true: FloatArray, y_prob: FloatArray, weights: FloatArray) -> FloatArray:
    """Statistic of each draw; NaN where its variance is 0."""
    lean = 1.0 - 2.0 * y_prob
    variance = dot(weights, lean**2 * y_prob * (1.0 - y_prob))
    z: FloatArray = np.full(len(weights), np.nan)
    excess = dot(weights, (y_true - y_prob) * lean)
    return np.divide(excess, np.sqrt(variance), out=z, where=variance > 0)


def p_value(y_true: FloatArray, y_prob: FloatArray) -> float:
    """Two-sided p-value: how often right predictions would look as bad; NaN without a z."""
    z = spiegelhalter_z(y_true, y_prob)
    return math.nan if math.isnan(z) else float(2.0 * ndtr(-abs(z)))


METRIC = Metric(
    name="spiegelhalter_z",
    title="Spiegelhalter z",
    function=spiegelhalter_z,
    best=0.0,
    reference="Spiegelhalter, Stat Med 1986, doi:10.1002/sim.4780050506",
    interval_method="no interval: a test has a p-value",
    direction="closer",
    weighted=weighted,
    bootstrap=False,
    beside=p_value,
    beside_title="p",
)
