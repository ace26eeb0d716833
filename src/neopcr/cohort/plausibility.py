"""Doubts about values that parse: slips of units, columns that say nothing, the same patient twice.

Nothing here changes or rejects a row. Whatever is told holds a count and a row number, never a
value, an identifier or the name of a centre; and nothing depends on today's date.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from neopcr.cohort.centre_shift import centre_shifts
from neopcr.cohort.doubt import Doubt, of_rows
from neopcr.cohort.long_table import is_filled
from neopcr.cohort.reference_ranges import FURTHEST_YEARS, INTERVALS, USUALLY_CONSTANT
from neopcr.cohort.unit_slips import unit_slips
from neopcr.oncology.regimen import contradicts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from neopcr.specs import Column, IntArray, Table

# The project's choices.
FEWEST_TO_BE_CONSTANT = 20
FEWEST_DATES = 10
# A row is compared with others where so much of it is known, numbers among it.
FEWEST_NUMBERS = 3
KNOWN_SHARE = 0.5
# Pairs of patients that chance alone may make before a pair says nothing.
CHANCE_PAIRS = 0.1


def doubts(table: Table, columns: Sequence[Column]) -> tuple[Doubt, ...]:
    """Everything that is doubtful about a validated table.

    Parameters
    ----------
    table : mapping of str to array of shape (n_patients,)
        See `neopcr.specs`; a column ``centre`` is used where it is there.
    columns : sequence of Column
        Of the table.

    Returns
    -------
    tuple of Doubt
        Rows are 0-based places in the table.
    """
    clinical = [column for column in columns if column.modality != "core"]
    told = [doubt for column in clinical for doubt in _of_column(table[column.name], column)]
    told += _same_patient(table, clinical)
    told += [*_dates(table, columns), *_regimens(table)]
    if "centre" in table:
        centre, n_centres = numbered(table["centre"])
        told += centre_shifts(table, clinical, centre, n_centres)
    return tuple(told)


def numbered(labels: NDArray[Any]) -> tuple[IntArray, int]:
    """Number labels by their first row, so that nobody is named.

    Returns
    -------
    codes : int array of shape (n_patients,)
        0-based; -1 where the label is missing.
    n_labels : int

    Examples
    --------
    >>> numbered(np.array(["north", "east", None, "north"], dtype=object))
    (array([ 0,  1, -1,  0]), 2)
    """
    codes, names = pd.factorize(labels)
    return codes, len(names)


def _of_column(values: NDArray[Any], column: Column) -> list[Doubt]:
    known = is_filled(values)
    if not known.any():
        return [Doubt(rule="empty", column=column.name, says="no patient has a value", n=0)]
    slips = unit_slips(values, column) if column.kind == "number" else []
    return [*slips, *_constant(values, known, column)]


def _constant(values: NDArray[Any], known: NDArray[Any], column: Column) -> list[Doubt]:
    held = values[known]
    if column.name in USUALLY_CONSTANT or len(held) < FEWEST_TO_BE_CONSTANT:
        return []
    same = bool((held == held[0]).all())
    says = f"all {held.size} values are the same"
    return of_rows("constant", column.name, says, known) if same else []


def _same_patient(table: Table, columns: Sequence[Column]) -> list[Doubt]:
    """Rows that agree in every clinical column, where chance alone would hardly make one pair."""
    compared = [each for each in columns if each.kind in {"number", "boolean", "category"}]
    numbers = [table[each.name] for each in compared if each.kind == "number"]
    if len(numbers) < FEWEST_NUMBERS:
        return []
    n_known = sum(is_filled(table[each.name]).astype(int) for each in compared)
    n_numbers = sum(is_filled(values).astype(int) for values in numbers)
    full = np.flatnonzero((n_numbers >= FEWEST_NUMBERS) & (n_known >= KNOWN_SHARE * len(compared)))
    frame = pd.DataFrame({each.name: table[each.name][full] for each in compared})
    if _pairs_by_chance(frame) > CHANCE_PAIRS:
        return []
    twice = np.zeros(len(numbers[0]), dtype=bool)
    twice[full] = frame.duplicated(keep=False).to_numpy()
    says = (
        f"rows agree with another in all {len(compared)} clinical columns under other identifiers"
    )
    return of_rows("same_patient", "patient_id", says, twice)


def _pairs_by_chance(frame: pd.DataFrame) -> float:
    """How many pairs would agree in every column if the columns were independent."""
    pairs = len(frame) * (len(frame) - 1) / 2
    for name in frame.columns:
        shares = frame[name].value_counts(normalize=True, dropna=False).to_numpy()
        pairs *= float((shares**2).sum())
    return pairs


def _dates(table: Table, columns: Sequence[Column]) -> list[Doubt]:
    told: list[Doubt] = []
    for column in columns:
        if column.kind == "date":
            told += _far_away(table[column.name], column.name)
    for (earlier, later), (fewest, most) in INTERVALS.items():
        if earlier in table and later in table:
            days = (table[later] - table[earlier]) / np.timedelta64(1, "D")
            odd = (days < fewest) | (days > most)
            says = f"they lie outside {fewest}-{most} days of one another"
            told += of_rows("interval", f"{earlier} to {later}", says, odd)
    return told


def _regimens(table: Table) -> list[Doubt]:
    """Components recorded by themselves that contradict the regimen's name."""
    if "regimen_assigned" not in table:
        return []
    components = {
        name.removeprefix("regimen_"): values
        for name, values in table.items()
        if name.startswith("regimen_") and values.dtype.kind == "f"
    }
    says = "it contradicts regimen_assigned, which wins"
    return [
        doubt
        for trait, odd in contradicts(table["regimen_assigned"], components).items()
        for doubt in of_rows("regimen_contradiction", f"regimen_{trait}", says, odd)
    ]


def _far_away(days: NDArray[Any], name: str) -> list[Doubt]:
    known = is_filled(days)
    if known.sum() < FEWEST_DATES:
        return []
    numbers = days.astype("int64")
    middle = np.median(numbers[known])
    far = known & (np.abs(numbers - middle) > FURTHEST_YEARS * 365.25)
    return of_rows("date_far_away", name, f"more than {FURTHEST_YEARS} years from the median", far)
