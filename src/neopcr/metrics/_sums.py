"""Weighted sums that do not depend on how many threads BLAS has."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

if TYPE_CHECKING:
    from neopcr.specs import FloatArray


def dot(weights: FloatArray, values: FloatArray) -> FloatArray:
    """Sum of values over patients in each draw.

    Parameters
    ----------
    weights : float array of shape (n_draws, n_patients)
    values : float array of shape (n_patients,)

    Returns
    -------
    float array of shape (n_draws,)
    """
    return cast("FloatArray", np.einsum("dn,n->d", weights, values))


def row_dot(first: FloatArray, second: FloatArray) -> FloatArray:
    """Sum over columns of the product of two matrices, shape (n_rows,)."""
    return cast("FloatArray", np.einsum("dn,dn->d", first, second))
