"""Ratio of observed to expected events."""

from __future__ import annotations

import math

import numpy as np

from neopcr.metrics._shared import dot, wald
from neopcr.specs import FloatArray, Metric


def observed_expected(y_true: FloatArray, y_prob: FloatArray) -> float:
    """Patients with pCR over the number that the predictions expect; above 1, too low.

    Not defined (NaN) where the predictions expect none.

    Parameters
    ----------
    y_true : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    y_prob : float array of shape (n_patients,)
        Predicted probability of pCR.

    Examples
    --------
    >>> observed_expected(np.array([1.0, 0.0]), np.array([0.5, 0.3]))
    1.25
    """
    return float(weighted(y_true, y_prob, np.ones((1, len(y_true))))[0])


def weighted(y_true: FloatArray, y_prob: FloatArray, weights: FloatArray) -> FloatArray:
    """Observed over expected of each draw; NaN where none is expected."""
    observed = dot(weights, y_true)
    expected = dot(weights, y_prob)
    ratio: FloatArray = np.full(len(weights), np.nan)
    return np.divide(observed, expected, out=ratio, where=expected > 0)


def interval(y_true: FloatArray, y_prob: FloatArray) -> tuple[float, float]:
    """95 % interval on the log scale, with variance 1/O - 1/n; NaN without events."""
    observed = float(y_true.sum())
    ratio = observed_expected(y_true, y_prob)
    if observed == 0.0 or math.isnan(ratio):
        return math.nan, math.nan
    lower, upper = wald(math.log(ratio), math.sqrt(1.0 / observed - 1.0 / len(y_true)))
    return math.exp(lower), math.exp(upper)


METRIC = Metric(
    name="observed_expected",
    title="Observed / expected",
    function=observed_expected,
    best=1.0,
    reference="Debray et al., BMJ 2017, doi:10.1136/bmj.i6460",
    interval=interval,
    interval_method="log Wald",
    direction="closer",
    weighted=weighted,
)
