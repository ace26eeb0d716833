"""Calibration slope."""

from __future__ import annotations

import math

import numpy as np

from neopcr.metrics._shared import last_coefficient, logits, slopes
from neopcr.specs import FloatArray, Metric


def calibration_slope(y_true: FloatArray, y_prob: FloatArray) -> float:
    """Slope of a logistic regression of outcome on the predicted logit; below 1, too extreme.

    Not defined (NaN) where a probability is 0 or 1, and where the predictions are all equal or
    separate the outcomes.

    Parameters
    ----------
    y_true : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    y_prob : float array of shape (n_patients,)
        Predicted probability of pCR.
    """
    return float(weighted(y_true, y_prob, np.ones((1, len(y_true))))[0])


def weighted(y_true: FloatArray, y_prob: FloatArray, weights: FloatArray) -> FloatArray:
    """Calibration slope of each draw; NaN where a draw has none."""
    return slopes(y_true, y_prob, weights)


def interval(y_true: FloatArray, y_prob: FloatArray) -> tuple[float, float]:
    """Wald interval at 95 %, as R's glm has it; NaN where there is no slope."""
    x = logits(y_prob)
    if x is None or math.isnan(calibration_slope(y_true, y_prob)):
        return math.nan, math.nan
    return last_coefficient(y_true, np.column_stack([np.ones(len(x)), x]))


METRIC = Metric(
    name="calibration_slope",
    title="Calibration slope",
    function=calibration_slope,
    best=1.0,
    reference="Cox, Biometrika 1958, doi:10.1093/biomet/45.3-4.562",
    interval=interval,
    interval_method="Wald",
    direction="closer",
    weighted=weighted,
)
