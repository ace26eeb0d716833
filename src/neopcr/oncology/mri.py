"""Functional tumour volume on MRI (Hylton, Radiology 279 (2016) 44), and how it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from neopcr.specs import FloatArray


def volume_change_percent(baseline_cc: FloatArray, now_cc: FloatArray) -> FloatArray:
    """Change of a volume against baseline: 100 (now - baseline) / baseline.

    Parameters
    ----------
    baseline_cc, now_cc : float arrays of shape (n_patients,)
        Volumes in cc, 0 or more; NaN missing.

    Returns
    -------
    float array of shape (n_patients,)
        Percent, -100 or more; NaN where a volume is missing or baseline is 0: of nothing there is
        no share.

    Examples
    --------
    >>> volume_change_percent(np.array([10.0, 10.0, 0.0]), np.array([2.5, 0.0, 1.0]))
    array([ -75., -100.,   nan])
    """
    known = baseline_cc > 0
    return np.where(known, 100 * (now_cc - baseline_cc) / np.where(known, baseline_cc, 1.0), np.nan)
