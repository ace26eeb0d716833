"""Identifiers that occur more than once in a file, found in memory that ten million rows bound."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from pandas import isna
from pandas.util import hash_array

Hashes = NDArray[np.uint64]


def has_id(ids: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Whether each identifier is there."""
    return np.asarray(~isna(ids), dtype=bool)


def hash_ids(ids: NDArray[np.object_]) -> Hashes:
    """64-bit hash of each identifier that is not None, shape (n_known,).

    Two of ten million different identifiers share one with a chance of 3 in a million.
    """
    # Without its dictionary of distinct values, which would hold every identifier once more.
    hashed: Hashes = hash_array(ids[has_id(ids)], categorize=False)
    return hashed


def repeated(chunks: Iterable[Hashes]) -> Hashes:
    """Hashes that occur more than once, sorted.

    Examples
    --------
    >>> import numpy as np
    >>> repeated([np.array([3, 1], dtype="uint64"), np.array([3], dtype="uint64")]).tolist()
    [3]
    """
    hashes = np.concatenate([np.empty(0, dtype=np.uint64), *chunks])
    hashes.sort()
    return np.unique(hashes[1:][hashes[1:] == hashes[:-1]])


def is_repeated(ids: NDArray[np.object_], hashes: Hashes) -> NDArray[np.bool_]:
    """Whether each identifier's hash is among the repeated ones; a missing one's is not."""
    found = np.zeros(len(ids), dtype=bool)
    found[has_id(ids)] = np.isin(hash_ids(ids), hashes)
    return found
