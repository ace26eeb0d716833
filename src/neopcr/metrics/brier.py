"""Brier score."""

from __future__ import annotations

import numpy as np

from neopcr.metrics._shared import dot
from neopcr.specs import FloatArray, Metric


def brier(y_true: FloatArray, y_prob: FloatArray) -> float:
    """Mean squared difference between the predicted probability of pCR and the outcome.

    Parameters
    ----------
    y_true : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    y_prob : float array of shape (n_patients,)
        Predicted probability of pCR.

    Examples
    --------
    >>> brier(np.array([1.0, 0.0]), np.array([0.5, 0.5]))
    0.25
    """
    return float(np.mean((y_prob - y_true) ** 2))


def weighted(y_true: FloatArray, y_prob: FloatArray, weights: FloatArray) -> FloatArray:
    """Brier score of each draw."""
    score: FloatArray = dot(weights, (y_prob - y_true) ** 2) / weights.sum(axis=1)
    return score


METRIC = Metric(
    name="brier",
    title="Brier score",
    function=brier,
    best=0.0,
    reference="Brier, Mon Weather Rev 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2",
    direction="lower",
    weighted=weighted,
)
