"""Nagelkerke's R²."""

from __future__ import annotations

import numpy as np
from scipy.special import xlog1py, xlogy

from neopcr.metrics._shared import dot, logits
from neopcr.specs import FloatArray, Metric


def nagelkerke_r2(y_true: FloatArray, y_prob: FloatArray) -> float:
    """Share of the outcome's uncertainty that predictions explain as they stand; below 0, none.

    .. math:: (1 - e^{-2 (L - L_0) / n}) / (1 - e^{2 L_0 / n})

    with the log-likelihoods :math:`L` of the predictions and :math:`L_0` of the prevalence, as
    rms::val.prob has it. Not defined (NaN) where a probability is 0 or 1, and where there is one
    class only.

    Parameters
    ----------
    y_true : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    y_prob : float array of shape (n_patients,)
        Predicted probability of pCR.

    References
    ----------
    .. [1] Nagelkerke, Biometrika 78 (1991) 691-692, doi:10.1093/biomet/78.3.691.

    Examples
    --------
    >>> round(nagelkerke_r2(np.array([1.0, 0.0]), np.array([0.75, 0.25])), 4)
    0.7407
    """
    return float(weighted(y_true, y_prob, np.ones((1, len(y_true))))[0])


def weighted(y_true: FloatArray, y_prob: FloatArray, weights: FloatArray) -> FloatArray:
    """R² of each draw, by the draw's own prevalence; NaN where there is none."""
    share: FloatArray = np.full(len(weights), np.nan)
    if logits(y_prob) is None:
        return share
    n, events = weights.sum(axis=1), dot(weights, y_true)
    prevalence = events / n
    model = dot(weights, np.where(y_true == 1.0, np.log(y_prob), np.log1p(-y_prob))) / n
    nothing = xlogy(prevalence, prevalence) + xlog1py(1.0 - prevalence, -prevalence)
    gained, most = -np.expm1(-2.0 * (model - nothing)), -np.expm1(2.0 * nothing)
    np.divide(gained, most, out=share, where=(events > 0) & (events < n))
    return share


METRIC = Metric(
    name="nagelkerke_r2",
    title="Nagelkerke R²",
    function=nagelkerke_r2,
    best=1.0,
    reference="Nagelkerke, Biometrika 1991, doi:10.1093/biomet/78.3.691",
    direction="higher",
    weighted=weighted,
)
