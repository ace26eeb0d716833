"""Largest calibration error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr.metrics._shared import calibration_error, distances

if TYPE_CHECKING:
    from neopcr.specs import FloatArray


def emax(y_true: FloatArray, y_prob: FloatArray) -> float:
    """Largest distance between prediction and smoothed share of pCR, over patients.

    The share is R's lowess of outcome on prediction. No model has 0: few patients leave the
    diagonal by chance.

    Parameters
    ----------
    y_true : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    y_prob : float array of shape (n_patients,)
        Predicted probability of pCR.

    References
    ----------
    .. [1] Austin & Steyerberg, Stat Med 38 (2019) 4051-4065, doi:10.1002/sim.8281.

    Examples
    --------
    >>> import numpy as np
    >>> round(emax(np.array([0.0, 1.0, 1.0, 1.0]), np.full(4, 0.5)), 3)
    0.25
    """
    return float(_summary(distances(y_true, y_prob)))


def _summary(distance: FloatArray) -> FloatArray:
    return np.asarray(distance.max(axis=-1))


METRIC = calibration_error("emax", "Emax", emax, _summary)
