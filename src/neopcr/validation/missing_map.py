"""Where values are missing: share of cells by block of columns and by centre."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr.validation.missingness import missing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import FloatArray, IntArray

MOST_CENTRES = 40
"""Beyond it the smallest centres stand together: a picture of more is a blur."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingMap:
    """Shares of missing cells.

    Parameters
    ----------
    blocks, centres : tuple of str
        Rows and columns. The first column is everybody; centres are numbered by their first row,
        ``others`` are the smallest beyond `MOST_CENTRES`, and ``?`` those of no known centre.
    patients : tuple of int
        In each column.
    share : float array of shape (n_blocks, n_centres)
        Of a block's cells, how many are missing; 0 to 1.
    """

    blocks: tuple[str, ...]
    centres: tuple[str, ...]
    patients: tuple[int, ...]
    share: FloatArray


def missing_map(
    blocks: Mapping[str, Sequence[NDArray[Any]]], centre: IntArray | None, n_patients: int
) -> MissingMap:
    """Count missing cells by block and centre.

    Parameters
    ----------
    blocks : mapping of str to sequence of array of shape (n_patients,)
        Columns of each block; see `neopcr.specs`. At least one each.
    centre : int array of shape (n_patients,) or None
        0-based number by first row, -1 unknown; None where the cohort names no centres.
    n_patients : int
        At least 1.

    Examples
    --------
    >>> found = missing_map({"her2": [np.array([1.0, np.nan, np.nan, 4.0])]}, np.array([0, 0, 1, 1]), 4)
    >>> found.centres, found.patients, found.share.tolist()
    (('all', '1', '2'), (4, 2, 2), [[0.5, 0.5, 0.5]])
    """
    place, names = _places(np.zeros(0, dtype=np.int64) if centre is None else centre)
    patients = np.bincount(place, minlength=len(names))
    counts = []
    for columns in blocks.values():
        lacking = np.asarray([missing(values) for values in columns], dtype=np.float64).sum(axis=0)
        by_centre = np.bincount(place, weights=lacking[: len(place)], minlength=len(names))
        cells = np.maximum(patients, 1) * len(columns)
        counts.append([lacking.sum() / (n_patients * len(columns)), *(by_centre / cells)])
    return MissingMap(
        blocks=tuple(blocks),
        centres=("all", *names),
        patients=(n_patients, *(int(each) for each in patients)),
        share=np.array(counts).reshape(len(blocks), len(names) + 1),
    )


def _places(centre: IntArray) -> tuple[IntArray, tuple[str, ...]]:
    """Column of each patient, and the columns' names."""
    sizes = np.bincount(centre[centre >= 0])
    largest = np.sort(np.argsort(-sizes, kind="stable")[:MOST_CENTRES])
    column = np.full(len(sizes) + 1, len(largest))
    column[largest] = np.arange(len(largest))
    names = [str(code + 1) for code in largest]
    names += ["others"] if len(sizes) > len(largest) else []
    # The place of an unknown centre is the last of all: code -1.
    column[-1] = len(names)
    names += ["?"] if (centre < 0).any() else []
    return column[centre], tuple(names)
