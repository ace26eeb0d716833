"""Sensitivity at a threshold declared beforehand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neopcr.metrics._shared import Share

if TYPE_CHECKING:
    from neopcr.specs import FloatArray, Metric

REFERENCE = "Altman & Bland, BMJ 1994, doi:10.1136/bmj.308.6943.1552"


def sensitivity(y_true: FloatArray, y_prob: FloatArray, *, threshold: float) -> float:
    """Share of the patients with pCR who are predicted to reach it.

    Not defined (NaN) where there is no such patient.

    Parameters
    ----------
    y_true : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    y_prob : float array of shape (n_patients,)
        Predicted probability of pCR.
    threshold : float
        Probability at and above which a patient is predicted to reach pCR; ``0 < threshold < 1``.

    Examples
    --------
    >>> import numpy as np
    >>> y_true, y_prob = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.9, 0.6, 0.4, 0.1])
    >>> sensitivity(y_true, y_prob, threshold=0.5)
    0.5
    """
    return Share(_among, threshold).value(y_true, y_prob)


def metric_at(threshold: float) -> Metric:
    """Make the metric of one threshold, with Wilson's interval.

    Parameters
    ----------
    threshold : float
        Probability at and above which a patient is predicted to reach pCR; ``0 < threshold < 1``.
    """
    return Share(_among, threshold).metric("sensitivity", "Sensitivity", sensitivity, REFERENCE)


def _among(y_true: FloatArray, positive: FloatArray) -> FloatArray:
    del positive
    return y_true
