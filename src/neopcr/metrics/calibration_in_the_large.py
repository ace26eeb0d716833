"""Calibration in the large."""

from __future__ import annotations

import math

import numpy as np

from neopcr.metrics._shared import intercepts, last_coefficient, logits
from neopcr.specs import FloatArray, Metric


def calibration_in_the_large(y_true: FloatArray, y_prob: FloatArray) -> float:
    """Shift on the logit that would make predictions right on average; above 0, too low.

    The intercept of a logistic regression with the predicted logit as offset. Not defined (NaN)
    where a probability is 0 or 1, and where there is one class only.

    Parameters
    ----------
    y_true : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    y_prob : float array of shape (n_patients,)
        Predicted probability of pCR.

    Examples
    --------
    >>> outcome = np.array([1.0, 1.0, 1.0, 0.0])
    >>> round(calibration_in_the_large(outcome, np.full(4, 0.5)), 4)
    1.0986
    """
    return float(weighted(y_true, y_prob, np.ones((1, len(y_true))))[0])


def weighted(y_true: FloatArray, y_prob: FloatArray, weights: FloatArray) -> FloatArray:
    """Calibration in the large of each draw; NaN where a draw has none."""
    return intercepts(y_true, y_prob, weights)


def interval(y_true: FloatArray, y_prob: FloatArray) -> tuple[float, float]:
    """Wald interval at 95 %, as R's glm has it; NaN where there is no intercept."""
    x = logits(y_prob)
    if x is None or math.isnan(calibration_in_the_large(y_true, y_prob)):
        return math.nan, math.nan
    return last_coefficient(y_true, np.ones((len(x), 1)), x)


METRIC = Metric(
    name="calibration_in_the_large",
    title="Calibration in the large",
    function=calibration_in_the_large,
    best=0.0,
    reference="Cox, Biometrika 1958, doi:10.1093/biomet/45.3-4.562",
    interval=interval,
    interval_method="Wald",
    direction="closer",
    weighted=weighted,
)
