"""What a classifier is fitted to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr.errors import TableError

if TYPE_CHECKING:
    from neopcr.specs import FloatArray


def checked(X: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return both as contiguous float64; refuse what no member could learn from."""
    X = np.ascontiguousarray(X, dtype=np.float64)
    y = np.asarray(y, dtype=np.float64)
    infinite = np.flatnonzero(np.isinf(X).any(axis=1))
    if infinite.size:
        message = (
            f"features: {infinite.size} of {len(X)} patients have an infinite value (first at row "
            f"{infinite[0] + 1}). Correct the table or set the value to missing."
        )
        raise TableError(message)
    unknown = np.flatnonzero((y != 0.0) & (y != 1.0))
    if unknown.size:
        message = (
            f"pcr: must be 0 or 1, but {unknown.size} of {len(y)} rows are not (first at row "
            f"{unknown[0] + 1}). Leave patients without a known outcome out."
        )
        raise TableError(message)
    return X, y
