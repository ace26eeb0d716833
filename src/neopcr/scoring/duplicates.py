"""Identifiers that occur more than once in a file, found in memory that ten million rows bound."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

Hashes = NDArray[np.uint64]


def hash_ids(ids: pa.Array) -> Hashes:
    """64-bit hash of each identifier that is not null, shape (n_known,).

    FNV-1a of the bytes, stirred by the last step of MurmurHash3. Two of ten million different
    identifiers share one with a chance of 3 in a million.
    """
    known = ids.drop_null()
    if not len(known):
        return np.empty(0, dtype=np.uint64)
    _, offsets, letters = known.buffers()
    start = np.frombuffer(offsets, np.int32)[known.offset : known.offset + len(known) + 1]
    hashes: Hashes = _hash(start, np.frombuffer(letters or b"", np.uint8))
    return hashes


@njit(cache=True, nogil=True)
def _hash(start, letters):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    hashes = np.empty(len(start) - 1, np.uint64)
    for i in range(len(hashes)):
        h = np.uint64(0xCBF29CE484222325)
        for k in range(start[i], start[i + 1]):
            h = (h ^ np.uint64(letters[k])) * np.uint64(0x100000001B3)
        h = (h ^ (h >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
        h = (h ^ (h >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
        hashes[i] = h ^ (h >> np.uint64(33))
    return hashes


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


def is_repeated(ids: pa.Array, hashes: Hashes) -> NDArray[np.bool_]:
    """Whether each identifier's hash is among the repeated ones (sorted); a missing one's is not."""
    found = np.zeros(len(ids), dtype=bool)
    if len(hashes):
        own = hash_ids(ids)
        place = np.minimum(np.searchsorted(hashes, own), len(hashes) - 1)
        found[has_id(ids)] = hashes[place] == own
    return found


def has_id(ids: pa.Array) -> NDArray[np.bool_]:
    """Whether each identifier is there."""
    return np.asarray(ids.is_valid().to_numpy(zero_copy_only=False), dtype=bool)
