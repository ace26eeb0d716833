"""Centres whose values are distributed unlike those of all others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr.cohort.doubt import Doubt
from neopcr.cohort.long_table import is_filled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import Column, FloatArray, IntArray, Table

# The project's choices. A difference of distributions smaller than this is how centres differ
# anyway, however sure it is; with fewer patients no difference is sure.
LEAST_DISTANCE = 0.4
FEWEST_PATIENTS = 20
LEVEL = 0.01


@dataclass(frozen=True, slots=True)
class _Shift:
    """One centre in one column: how far off, how likely by chance, and whom it concerns."""

    column: str
    centre: int
    distance: float
    p: float
    rows: NDArray[Any]


def centre_shifts(
    table: Table, columns: Iterable[Column], centre: IntArray, n_centres: int
) -> list[Doubt]:
    """Compare each centre's distribution with that of all others together.

    The distance is Kolmogorov and Smirnov's: the largest difference between the shares of patients
    up to any value. Of a category it is the largest difference in the share of a level. Chance is
    ruled out by Holm's procedure over all columns and centres at 1 %.

    Parameters
    ----------
    table : mapping of str to array of shape (n_patients,)
    columns : iterable of Column
        Those of numbers, booleans and categories are compared; regimens are chosen by centre.
    centre : int array of shape (n_patients,)
        0-based number of the centre, -1 where it is not known.
    n_centres : int

    Returns
    -------
    list of Doubt
        Centres are numbered by their first row, never named.

    References
    ----------
    .. [1] Smirnov, Ann Math Statist 19 (1948) 279: the bound 2 exp(-2 z²) on the chance.
    .. [2] Holm, Scand J Stat 6 (1979) 65.
    """
    by_centre = np.argsort(centre, kind="stable")
    by_centre = by_centre[centre[by_centre] >= 0]
    found = [
        shift
        for column in columns
        if column.kind in {"number", "boolean", "category"} and column.modality != "regimen"
        for shift in _shifts(table[column.name], column, centre, by_centre)
    ]
    return [
        Doubt(
            rule="centre_far_off",
            column=one.column,
            says=f"centre {one.centre + 1} of {n_centres} is distributed unlike all others: shares "
            f"up to some value differ by {100 * one.distance:.0f} points",
            n=one.rows.size,
            first=int(one.rows[0]),
        )
        for one in _holm(found)
        if one.distance >= LEAST_DISTANCE
    ]


def _holm(shifts: list[_Shift]) -> list[_Shift]:
    """Those that chance does not explain, all comparisons considered."""
    ordered = sorted(shifts, key=lambda one: one.p)
    kept = 0
    while kept < len(ordered) and ordered[kept].p <= LEVEL / (len(ordered) - kept):
        kept += 1
    return ordered[:kept]


def _shifts(
    values: NDArray[Any], column: Column, centre: IntArray, by_centre: IntArray
) -> Iterator[_Shift]:
    rows = by_centre[is_filled(values)[by_centre]]
    held = values[rows]
    every = np.sort(held)
    starts = np.flatnonzero(np.diff(centre[rows], prepend=-1))
    for own in np.split(np.arange(rows.size), starts)[1:]:
        if min(own.size, rows.size - own.size) >= FEWEST_PATIENTS:
            distance, tests = _distance(held[own], every, column)
            n, others = own.size, rows.size - own.size
            p = 2 * tests * np.exp(-2 * distance**2 * n * others / (n + others))
            yield _Shift(column.name, int(centre[rows[own[0]]]), distance, float(p), rows[own])


def _distance(own: NDArray[Any], every: NDArray[Any], column: Column) -> tuple[float, int]:
    """Distance of some values from all the others, and how many tests it is the best of."""
    if column.kind == "category":
        levels = len(column.categories)
        here, all_of = (np.bincount(each, minlength=levels) for each in (own, every))
        rest = (all_of - here) / (every.size - own.size)
        return float(np.abs(here / own.size - rest).max()), levels
    return _ks(np.sort(own), every), 1


def _ks(own: FloatArray, every: FloatArray) -> float:
    """Kolmogorov and Smirnov's distance between sorted values and the rest of all.

    Between two of `own` only the others' share grows, so it is largest beside one of them.
    """
    gaps = []
    for side in ("left", "right"):
        here = np.searchsorted(own, own, side=side)
        rest = np.searchsorted(every, own, side=side) - here
        gaps.append(np.abs(here / own.size - rest / (every.size - own.size)).max())
    return float(max(gaps))
