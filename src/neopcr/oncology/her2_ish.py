"""What ISH alone says about HER2: one of the dual-probe groups, or the groups that remain possible.

Groups and bounds: ASCO/CAP 2018 (Wolff, J Clin Oncol 36 (2018) 2105), affirmed 2023. Signals are
compared unrounded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.oncology.kleene import Codes
    from neopcr.specs import FloatArray

ASSAYS = ("dual_probe", "single_probe")

# ASCO/CAP 2018: HER2/CEP17 ratio, and mean HER2 signals per cell.
RATIO_CUT = 2.0
COPIES_LOW, COPIES_HIGH = 4.0, 6.0
MINIMUM_CELLS = 20
# The project's tolerance for a ratio that was rounded before it was written down.
RATIO_TOLERANCE, RATIO_TOLERANCE_SHARE = 0.1, 0.05
# 1.1 - 1.0 is above 0.1 in binary numbers.
_BINARY_ERROR = 1e-9

# Evidence, from nothing to a group; the order is that of `her2_table.EVIDENCE`.
NO_ISH = 0
RATIO_HIGH, RATIO_LOW = 6, 7
DUAL_COPIES, SINGLE_COPIES, ANY_COPIES = 8, 11, 14


def evidence(ratio: FloatArray, copies: FloatArray, assay: Codes) -> Codes:
    """How far the ISH values narrow the dual-probe group down.

    Parameters
    ----------
    ratio, copies : float arrays of shape (n_patients,)
        HER2/CEP17 ratio, and mean HER2 signals per cell; NaN not known, or not valid.
    assay : int array of shape (n_patients,)
        Codes into `ASSAYS`, read only where there are copies and no ratio; -1 not declared.

    Returns
    -------
    int array of shape (n_patients,)
        0 no ISH; 1-5 the group; 6 ratio >= 2.0 alone; 7 ratio < 2.0 alone; copies < 4.0,
        4.0-5.9, >= 6.0 alone are 8, 9, 10 by dual probe, 11, 12, 13 by single probe and 14, 15, 16
        by a probe that is not declared.
    """
    band = (copies >= COPIES_LOW).astype(np.int16) + (copies >= COPIES_HIGH)
    high = ratio >= RATIO_CUT
    group = np.where(high, np.where(band > 0, 1, 2), np.choose(band, (5, 4, 3)))
    by_ratio = np.where(high, RATIO_HIGH, RATIO_LOW)
    by_copies = np.choose(assay, (DUAL_COPIES, SINGLE_COPIES, ANY_COPIES), mode="wrap") + band
    has_ratio, has_copies = ~np.isnan(ratio), ~np.isnan(copies)
    alone = np.where(has_ratio, by_ratio, np.where(has_copies, by_copies, NO_ISH))
    return np.where(has_ratio & has_copies, group, alone).astype(np.int16)


def ratio_of(copies: FloatArray, cep17: FloatArray) -> FloatArray:
    """HER2/CEP17 ratio of two signal counts; NaN where either is missing or CEP17 is not above 0.

    >>> ratio_of(np.array([6.0, 6.0]), np.array([2.0, 0.0]))
    array([ 3., nan])
    """
    return copies / np.where(cep17 > 0, cep17, np.nan)


def is_invalid(ratio: FloatArray, copies: FloatArray, cep17: FloatArray) -> NDArray[np.bool_]:
    """Whether a ratio or a signal count is zero or below: an error of the row, not a status."""
    invalid: NDArray[np.bool_] = (ratio <= 0) | (copies <= 0) | (cep17 <= 0)
    return invalid


def is_inconsistent(ratio: FloatArray, copies: FloatArray, cep17: FloatArray) -> NDArray[np.bool_]:
    """Whether the ratio is not that of the two signal counts beside it, rounding allowed for."""
    allowed = np.maximum(RATIO_TOLERANCE, RATIO_TOLERANCE_SHARE * ratio)
    inconsistent: NDArray[np.bool_] = (
        np.abs(ratio - ratio_of(copies, cep17)) > allowed + _BINARY_ERROR
    )
    return inconsistent
