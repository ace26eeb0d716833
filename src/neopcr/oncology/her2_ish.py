"""What ISH alone says about HER2: one of the dual-probe groups, or the groups that remain possible.

Bounds stand in the edition of the guideline (`her2_table`). Signals are compared unrounded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from neopcr.oncology.kleene import Codes
    from neopcr.specs import BoolArray, FloatArray

ASSAYS = ("dual_probe", "single_probe")

# The project's tolerance for a ratio that was rounded before it was written down.
RATIO_TOLERANCE, RATIO_TOLERANCE_SHARE = 0.1, 0.05
# In binary numbers 1.1 - 1.0 is above 0.1 and 2.1 / 0.3 above 7: what is worked out is taken to
# the ninth decimal, what a laboratory wrote is taken as it stands.
_DECIMALS, _BINARY_ERROR = 9, 1e-9

# Evidence, from nothing to a group; the order is that of `her2_table.status_by_evidence`.
NO_ISH = 0
RATIO_HIGH, RATIO_LOW = 6, 7
DUAL_COPIES, SINGLE_COPIES, ANY_COPIES = 8, 11, 14

Classes = NDArray[np.int8]


def steps(values: FloatArray, *bounds: float) -> Classes:
    """Count what a value reaches: 0 missing, 1 below every bound, one more for each bound reached.

    >>> steps(np.array([np.nan, 1.9, 2.0]), 2.0)
    array([0, 1, 2], dtype=int8)
    """
    reached: Classes = (~np.isnan(values)).view(np.int8)
    for bound in bounds:
        reached += (values >= bound).view(np.int8)
    return reached


def evidence(ratio: Codes, copies: Codes, assay: Codes) -> Codes:
    """How far the ISH values narrow the dual-probe group down.

    Parameters
    ----------
    ratio : int array of shape (n,)
        HER2/CEP17 ratio: 0 missing, 1 low, 2 high.
    copies : int array of shape (n,)
        Mean HER2 signals per cell: 0 missing, 1 few, 2 intermediate, 3 many.
    assay : int array of shape (n,)
        Codes into `ASSAYS`, read only where there are copies and no ratio, since a ratio tells that
        there were two probes; -1 not declared.

    Returns
    -------
    int array of shape (n,)
        0 no ISH; 1-5 the group; 6 ratio high alone; 7 ratio low alone; few, intermediate or many
        copies alone are 8, 9, 10 by dual probe, 11, 12, 13 by single probe and 14, 15, 16 by a
        probe that is not declared.
    """
    group_if_high = np.array([RATIO_HIGH, 2, 1, 1])[copies]
    group_if_low = np.array([RATIO_LOW, 5, 4, 3])[copies]
    first = np.array([DUAL_COPIES, SINGLE_COPIES, ANY_COPIES])[assay]
    copies_alone = np.where(copies > 0, first + copies - 1, NO_ISH)
    return np.choose(ratio, (copies_alone, group_if_low, group_if_high)).astype(np.int16)


def ratio_of(copies: FloatArray, cep17: FloatArray) -> FloatArray:
    """HER2/CEP17 ratio of two signal counts; NaN where either is missing.

    >>> ratio_of(np.array([6.0, 2.1, np.nan]), np.array([2.0, 0.3, 2.0]))
    array([ 3.,  7., nan])
    """
    # Counts of zero or without end are invalid rows, whatever is worked out for them here.
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        return np.round(copies / cep17, _DECIMALS)


def copies_of(ratio: FloatArray, cep17: FloatArray) -> FloatArray:
    """Mean HER2 signals per cell of a ratio and the CEP17 signals; NaN where either is missing.

    >>> copies_of(np.array([2.0]), np.array([2.05]))
    array([4.1])
    """
    with np.errstate(over="ignore", invalid="ignore"):
        return np.round(ratio * cep17, _DECIMALS)


def is_invalid(*values: FloatArray) -> BoolArray:
    """Whether any of the values cannot have been counted: zero, below, or without end."""
    lowest, highest = values[0], values[0]
    for value in values[1:]:
        lowest, highest = np.fmin(lowest, value), np.fmax(highest, value)
    invalid: BoolArray = (lowest <= 0) | (highest == np.inf)
    return invalid


def is_inconsistent(ratio: FloatArray, counted: FloatArray) -> BoolArray:
    """Whether the ratio is not that of the two signal counts beside it, rounding allowed for."""
    allowed = np.maximum(RATIO_TOLERANCE, RATIO_TOLERANCE_SHARE * ratio) + _BINARY_ERROR
    with np.errstate(invalid="ignore"):
        inconsistent: BoolArray = np.abs(ratio - counted) > allowed
    return inconsistent
