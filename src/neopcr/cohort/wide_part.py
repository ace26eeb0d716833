"""Wide files read by the contract: columns, what is wrong with them, and how bad it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr.cohort.complaint import Origin, Tally
from neopcr.cohort.contract import CORE, PATIENT_ID, parse
from neopcr.cohort.long_table import LongPart, counted, is_filled
from neopcr.cohort.mapping import FindColumn, Wide, read_wide
from neopcr.cohort.units import is_ambiguous
from neopcr.specs import Column, Landmark, Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.cohort.patient_index import PatientIndex
    from neopcr.config import Outcome, WideTable


def read_part(
    paths: Sequence[Path],
    config: WideTable,
    find_column: FindColumn,
    until: Landmark,
    outcome: Outcome | None = None,
) -> tuple[Wide, LongPart]:
    """Read wide files by the contract; problems by the rows of the files."""

    def is_wanted(column: Column) -> bool:
        return column.landmark <= until or column.name in CORE

    also = outcome.source if outcome else None
    wide = read_wide(paths, config, find_column, keep=is_wanted, also=also)
    table, problems = parse(wide.table, wide.columns, scale=wide.scale)
    table |= {
        column.name: _all_missing(column, wide.table.num_rows)
        for column in wide.columns
        if column.name not in table
    }
    every = [*wide.problems, *problems, *_ambiguous(wide, table)]
    table |= {each.column: _without(table[each.column], each) for each in every}
    notes = (
        (f"columns that are not of the contract, not used: {', '.join(wide.ignored)}",)
        if wide.ignored
        else ()
    )
    tallies = tally_columns(every, table, wide.origin)
    return wide, LongPart(table, tuple(every), tallies, notes)


def read_images(
    paths: Sequence[Path],
    config: WideTable,
    find_column: FindColumn,
    until: Landmark,
    index: PatientIndex,
) -> LongPart:
    """Read wide files of their own patients and bring their rows in the cohort's order."""
    wide, part = read_part(paths, config, find_column, until)
    patient = index.rows(wide.table[PATIENT_ID])
    known = np.flatnonzero(patient >= 0)
    rows, counts = np.unique(patient[known], return_counts=True)
    table = {}
    for column in wide.columns:
        table[column.name] = _all_missing(column, index.n_patients)
        table[column.name][patient[known]] = part.table[column.name][known]
    problems = [
        Problem(each.column, each.rule, np.unique(patient[each.rows][patient[each.rows] >= 0]))
        for each in part.problems
    ]
    problems.append(Problem("imaging", "duplicated_patient", rows[counts > 1]))
    strangers = len(patient) - len(known)
    notes = counted("imaging rows of patients who are not in the cohort's table", strangers)
    present = tuple(each for each in problems if each.rows.size)
    return LongPart(table, present, part.tallies, (*part.notes, *notes))


def _all_missing(column: Column, n: int) -> NDArray[Any]:
    if column.kind == "category":
        return np.full(n, -1, dtype=np.int16)
    if column.kind == "date":
        return np.full(n, np.datetime64("NaT", "D"))
    return np.full(n, None, dtype=object) if column.kind == "text" else np.full(n, np.nan)


def _without(values: NDArray[Any], problem: Problem) -> NDArray[Any]:
    """Values with the rows of a problem set to missing (they are already, but for the unit)."""
    if problem.rule != "unit_ambiguous":
        return values
    blanked = values.copy()
    blanked[problem.rows] = np.nan
    return blanked


def _ambiguous(wide: Wide, table: Mapping[str, NDArray[Any]]) -> list[Problem]:
    """Percent columns that may hold fractions: every value in them is in doubt."""
    return [
        Problem(column.name, "unit_ambiguous", np.flatnonzero(is_filled(table[column.name])))
        for column in wide.columns
        if column.name not in wide.declared_units and is_ambiguous(table[column.name], column)
    ]


def tally_columns(
    problems: Sequence[Problem], table: Mapping[str, NDArray[Any]], origin: Origin
) -> tuple[Tally, ...]:
    """How bad each column is; a broken cell is missing in the table, yet it was filled."""
    lost: dict[str, int] = {}
    for problem in problems:
        lost[problem.column] = lost.get(problem.column, 0) + problem.rows.size
    return tuple(
        Tally(
            path,
            problem.column,
            problem.rule,
            problem.rows.size,
            int(is_filled(table[problem.column]).sum()) + lost[problem.column],
            row,
        )
        for problem in problems
        for path, row in [origin.place(int(problem.rows[0]))]
    )
