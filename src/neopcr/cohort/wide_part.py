"""Wide files read by the contract: columns, what is wrong with them, and how bad it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr.cohort.cells import all_missing
from neopcr.cohort.complaint import Origin, Tally
from neopcr.cohort.contract import CORE, PATIENT_ID, Reading, read_columns
from neopcr.cohort.grammars import NOTED, SETTLES_UNIT, TOLD_BY
from neopcr.cohort.long_table import LongPart, counted, is_filled
from neopcr.cohort.mapping import FindColumn, Wide, find_declared, read_wide
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
    ambiguous: Collection[str] | None = None,
) -> tuple[Wide, LongPart]:
    """Read wide files by the contract; problems by the rows of the files.

    Every value of a column in `ambiguous` is in doubt; where it is None the files tell which are.
    """

    def is_wanted(column: Column) -> bool:
        return column.landmark <= until or column.name in CORE

    also = outcome.headers if outcome else {}
    wide = read_wide(paths, config, find_column, keep=is_wanted, also=also)
    wide, reading = _read(wide, find_column)
    table = reading.table
    table |= {
        column.name: all_missing(column, wide.table.num_rows)
        for column in wide.columns
        if column.name not in table
    }
    every = [*wide.problems, *reading.problems, *_in_doubt(wide, reading, ambiguous)]
    table |= {each.column: _without(table[each.column], each) for each in every}
    notes = (
        (f"columns that are not of the contract, not used: {', '.join(wide.ignored)}",)
        if wide.ignored
        else ()
    )
    tallies = tally_columns(every, table, wide.origin)
    return wide, LongPart(table, tuple(every), tallies, (*notes, *wide.notes, *_told(reading)))


def _read(wide: Wide, find_column: FindColumn) -> tuple[Wide, Reading]:
    """Read the columns of a file, and those that their texts tell of, which stand behind them."""
    every: list[Column] = []
    for column in wide.columns:
        every.append(column)
        # No text tells of a column that is later known, or not wanted, than its own.
        told = [find_declared(name, find_column) for name in TOLD_BY.get(column.name, ())]
        every += [each for each in told if each is not None and each not in wide.columns]
    reading = read_columns(wide.table, every, scale=wide.scale)
    there = {column.name for column in wide.columns} | reading.table.keys()
    return replace(wide, columns=tuple(each for each in every if each.name in there)), reading


def read_images(
    paths: Sequence[Path],
    config: WideTable,
    find_column: FindColumn,
    until: Landmark,
    index: PatientIndex,
    ambiguous: Collection[str] | None = None,
) -> LongPart:
    """Read wide files of their own patients and bring their rows in the cohort's order."""
    wide, part = read_part(paths, config, find_column, until, ambiguous=ambiguous)
    patient = index.rows(wide.table[PATIENT_ID])
    known = np.flatnonzero(patient >= 0)
    rows, counts = np.unique(patient[known], return_counts=True)
    table = {}
    for column in wide.columns:
        table[column.name] = all_missing(column, index.n_patients)
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


def _without(values: NDArray[Any], problem: Problem) -> NDArray[Any]:
    """Values with the rows of a problem set to missing (they are already, but for the unit)."""
    if problem.rule != "unit_ambiguous":
        return values
    blanked = values.copy()
    blanked[problem.rows] = np.nan
    return blanked


def _told(reading: Reading) -> tuple[str, ...]:
    """What is noted of cells, counted."""
    return tuple(
        note
        for each in reading.noted
        if NOTED[each.rule]
        for note in counted(f"{each.column}: {NOTED[each.rule]}", each.rows.size)
    )


def _in_doubt(wide: Wide, reading: Reading, ambiguous: Collection[str] | None) -> list[Problem]:
    """Percent columns that may hold fractions: every value in them is in doubt."""
    table = reading.table
    return [
        Problem(column.name, "unit_ambiguous", rows)
        for column in wide.columns
        if column.name not in wide.declared_units
        and (
            is_ambiguous(table[column.name], column) and column.name not in _settled(reading)
            if ambiguous is None
            else column.name in ambiguous
        )
        and (rows := np.flatnonzero(is_filled(table[column.name]))).size
    ]


def _settled(reading: Reading) -> set[str]:
    """Columns whose own cells say that they hold percents."""
    return {each.column for each in reading.noted if each.rule in SETTLES_UNIT}


def largest_percents(
    paths: Sequence[Path], config: WideTable, find_column: FindColumn, until: Landmark
) -> dict[Column, float]:
    """Largest value of each percent column whose unit is not declared; NaN where it has none.

    It is 100 where the column's own cells say that they hold percents.

    Whether such a column holds fractions is told by its largest value, which pieces of a table
    have to put together first.
    """

    def is_wanted(column: Column) -> bool:
        return column.unit == "percent" and column.landmark <= until

    wide = read_wide(paths, config, find_column, keep=is_wanted)
    reading = read_columns(wide.table, wide.columns, scale=wide.scale)
    settled = _settled(reading)
    return {
        column: 100.0
        if column.name in settled
        else float(np.fmax.reduce(reading.table[column.name], initial=np.nan))
        for column in wide.columns
        if column.name in reading.table and column.name not in wide.declared_units
    }


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
