"""Scaled Brier score."""

from __future__ import annotations

import numpy as np

from neopcr.metrics._shared import dot
from neopcr.specs import FloatArray, Metric


def scaled_brier(y_true: FloatArray, y_prob: FloatArray) -> float:
    r"""Share of the prevalence's own Brier score that the model takes away; below 0, it adds.

    .. math:: 1 - \mathrm{Brier} / (\pi (1 - \pi))

    Also called the index of prediction accuracy. Not defined (NaN) where there is one class only.

    Parameters
    ----------
    y_true : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    y_prob : float array of shape (n_patients,)
        Predicted probability of pCR.

    References
    ----------
    .. [1] Steyerberg et al., Epidemiology 21 (2010) 128-138, doi:10.1097/EDE.0b013e3181c30fb2.
    .. [2] Kattan & Gerds, Diagn Progn Res 2 (2018) 7, doi:10.1186/s41512-018-0029-2.

    Examples
    --------
    >>> scaled_brier(np.array([1.0, 0.0]), np.array([0.75, 0.25]))
    0.75
    """
    return float(weighted(y_true, y_prob, np.ones((1, len(y_true))))[0])


def weighted(y_true: FloatArray, y_prob: FloatArray, weights: FloatArray) -> FloatArray:
    """Scaled Brier score of each draw, by the draw's own prevalence; NaN with one class only."""
    n, events = weights.sum(axis=1), dot(weights, y_true)
    # n times the Brier score of the prevalence.
    useless = events * (n - events) / n
    share: FloatArray = np.full(len(weights), np.nan)
    np.divide(dot(weights, (y_prob - y_true) ** 2), useless, out=share, where=useless > 0)
    return 1.0 - share


METRIC = Metric(
    name="scaled_brier",
    title="Scaled Brier score",
    function=scaled_brier,
    best=1.0,
    reference="Steyerberg et al., Epidemiology 2010, doi:10.1097/EDE.0b013e3181c30fb2",
    direction="higher",
    weighted=weighted,
)
