"""Three-valued logic on float arrays: 1 true, 0 false, NaN not known (Kleene, 1938)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from neopcr.specs import FloatArray

Codes = NDArray[np.int16]


def either(*values: FloatArray) -> FloatArray:
    """Kleene or: true where any is true, false where all are known to be false, else NaN.

    >>> either(np.array([1, 0, 0]), np.array([np.nan, 0, np.nan]))
    array([ 1.,  0., nan])
    """
    stack = np.vstack(values)
    true = (stack == 1).any(axis=0)
    false = (stack == 0).all(axis=0)
    return three_valued(true, false)


def three_valued(true: ArrayLike, false: ArrayLike) -> FloatArray:
    """1 where `true`, 0 where `false`, NaN where neither; `true` is asked first."""
    return np.where(true, 1.0, np.where(false, 0.0, np.nan))


def equals(codes: Codes, *wanted: int) -> FloatArray:
    """Whether a category is one of the `wanted` codes; NaN where it is missing.

    >>> equals(np.array([3, 2, -1], dtype=np.int16), 3)
    array([ 1.,  0., nan])
    """
    found = np.zeros(codes.shape, dtype=np.bool_)
    for each in wanted:
        found |= codes == each
    return np.where(codes < 0, np.nan, found)


def ordinal(codes: Codes) -> FloatArray:
    """Code of an ordered category as a number; NaN where it is missing."""
    return np.where(codes < 0, np.nan, codes.astype(np.float64))


def first_known(*values: FloatArray) -> FloatArray:
    """First of the values that is known, patient by patient.

    >>> first_known(np.array([1, np.nan, np.nan]), np.array([0, 0, np.nan]))
    array([ 1.,  0., nan])
    """
    known = np.array(values[0], dtype=np.float64)
    for value in values[1:]:
        known = np.where(np.isnan(known), value, known)
    return known
