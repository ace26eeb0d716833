"""What a column that has drifted looks like: another column, or another unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from neopcr.validation.drift import PSI_THAT_MATTERS

if TYPE_CHECKING:
    from neopcr.specs import FloatArray


def swapped(fits: FloatArray, drifted: Sequence[bool]) -> tuple[tuple[int, int], ...]:
    """Pairs of columns that each match the other's reference better than their own.

    Parameters
    ----------
    fits : float array of shape (n_columns, n_columns)
        Stability index of column i against the reference of column j.
    drifted : sequence of bool
        Only pairs of which one has drifted are looked at.

    Returns
    -------
    tuple of tuple of int
        Each column stands in one pair at most; the pair that gains most comes first.

    Examples
    --------
    >>> swapped(np.array([[2.0, 0.1, 3.0], [0.1, 2.0, 3.0], [3.0, 3.0, 0.1]]), [True, True, False])
    ((0, 1),)
    """
    own = np.diag(fits)
    gain = np.minimum(own[:, None] - fits, own[None, :] - fits.T)
    n = len(own)
    pairs = [
        (i, j)
        for i in range(n)
        for j in range(i + 1, n)
        if gain[i, j] > 0 and (drifted[i] or drifted[j])
    ]
    taken: list[tuple[int, int]] = []
    for i, j in sorted(pairs, key=lambda pair: -gain[pair]):
        if not {i, j} & {each for pair in taken for each in pair}:
            taken.append((i, j))
    return tuple(taken)


FACTORS = (10.0, 100.0, 1000.0, 0.1, 0.01, 0.001)


def slip(fits: dict[float, float]) -> float | None:
    """Factor that a column's values seem to have been multiplied by; None where none fits.

    Parameters
    ----------
    fits : dict of float to float
        By factor, the index of the values divided by it; 1 is the values as they stand. The best
        must come to half of that or less, and be no drift that matters.
    """
    best = min(FACTORS, key=lambda factor: fits[factor])
    return best if fits[best] <= min(fits[1.0] / 2, 2 * PSI_THAT_MATTERS) else None
