"""Area under the precision-recall curve."""

from __future__ import annotations

import numpy as np

from neopcr.metrics._shared import row_dot
from neopcr.specs import FloatArray, Metric


def auprc(y_true: FloatArray, y_prob: FloatArray) -> float:
    """Average precision; predictions by chance reach the prevalence of pCR, a perfect model 1.

    At the prediction of each patient with pCR, the share with pCR of all who are as high or higher;
    the mean of these shares. Equal predictions enter together. Not defined (NaN) where there is one
    class only. It cannot be compared between cohorts of different prevalence.

    Parameters
    ----------
    y_true : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    y_prob : float array of shape (n_patients,)
        Predicted probability of pCR; any increasing function of it gives the same.

    Examples
    --------
    >>> round(auprc(np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.1, 0.4, 0.35, 0.8])), 4)
    0.8333
    """
    return float(weighted(y_true, y_prob, np.ones((1, len(y_true))))[0])


def weighted(y_true: FloatArray, y_prob: FloatArray, weights: FloatArray) -> FloatArray:
    """Average precision of each draw; NaN where a draw has one class only."""
    order = np.argsort(-y_prob, kind="stable")
    starts = np.flatnonzero(np.diff(-y_prob[order], prepend=-np.inf) > 0)
    drawn = np.add.reduceat(weights[:, order], starts, axis=1)
    events = np.add.reduceat(weights[:, order] * y_true[order], starts, axis=1)
    above = np.cumsum(drawn, axis=1)
    precision = np.divide(
        np.cumsum(events, axis=1), above, out=np.zeros_like(above), where=above > 0
    )
    total = events.sum(axis=1)
    area: FloatArray = np.full(len(weights), np.nan)
    defined = (total > 0) & (total < above[:, -1])
    np.divide(row_dot(events, precision), total, out=area, where=defined)
    return area


def floor(y_true: FloatArray, y_prob: FloatArray) -> float:
    """Prevalence of pCR, which predictions without information reach."""
    del y_prob
    return float(y_true.mean())


METRIC = Metric(
    name="auprc",
    title="AUPRC",
    function=auprc,
    best=1.0,
    reference="Davis & Goadrich, ICML 2006, doi:10.1145/1143844.1143874",
    direction="higher",
    weighted=weighted,
    beside=floor,
    beside_title="by chance",
)
