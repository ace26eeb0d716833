"""Assembled parts of a cohort, laid aside on disk and brought back in the order of the patients."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from neopcr.cohort.assemble import Assembled
from neopcr.cohort.contract import OUTCOME, PATIENT_ID
from neopcr.cohort.long_table import add_notes
from neopcr.cohort.spill import Spilled, in_order, range_bounds, spill
from neopcr.specs import Problem

if TYPE_CHECKING:
    from neopcr.cohort.complaint import Origin
    from neopcr.specs import Column, IntArray


@dataclass(frozen=True, slots=True)
class Laid:
    """A part on disk, and what it says about the whole.

    Parameters
    ----------
    spilled : Spilled
        Its patients.
    columns : tuple of Column
        Their columns.
    problems : tuple of Problem
        By the rows of the whole.
    notes : tuple of str
        What was counted.
    origin : Origin
        The patients' files, whole.
    """

    spilled: Spilled
    columns: tuple[Column, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    origin: Origin


def lay_aside(joined: Assembled, rows: IntArray, origin: Origin, path: Path) -> Laid:
    """Write a part to disk.

    Parameters
    ----------
    joined : Assembled
    rows : int array of shape (n_rows,)
        Its rows among all, ascending.
    origin : Origin
        All patients' files.
    path : Path
        Made here.
    """
    table = {**joined.table, PATIENT_ID: joined.patient_id}
    table |= {} if joined.pcr is None else {OUTCOME: joined.pcr}
    return Laid(
        spilled=spill(table, rows, sum(origin.rows), path),
        columns=joined.columns,
        problems=tuple(
            Problem(each.column, each.rule, rows[each.rows]) for each in joined.problems
        ),
        notes=joined.notes,
        origin=origin,
    )


@dataclass(frozen=True, slots=True)
class Gathered:
    """Parts on disk, and the whole that they make.

    Parameters
    ----------
    spilled : tuple of Spilled
        Together they hold every patient once.
    columns : tuple of Column
        Of all parts, in the order in which a single part would have them.
    problems : tuple of Problem
        By the patients' rows.
    notes : tuple of str
        What was counted.
    origin : Origin
        The patients' files.
    """

    spilled: tuple[Spilled, ...]
    columns: tuple[Column, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    origin: Origin

    def in_order(self) -> Iterator[Assembled]:
        """Rows of the patients' files in their order, a range at a time."""
        dtypes = {name: dtype for part in self.spilled for name, dtype in part.dtypes.items()}
        bounds = range_bounds(sum(self.origin.rows))
        ranges = in_order(self.spilled, dtypes)
        for start, end, table in zip(bounds[:-1], bounds[1:], ranges, strict=True):
            yield Assembled(
                table={column.name: table[column.name] for column in self.columns},
                columns=self.columns,
                patient_id=table[PATIENT_ID],
                pcr=table.get(OUTCOME),
                problems=tuple(_between(each, start, end) for each in self.problems),
                tallies=(),
                notes=self.notes,
                origin=self.origin,
                fingerprint="",
            )


def gather(parts: Iterable[Laid]) -> Gathered:
    """Put together what the parts say; at least one, in a fixed order."""
    laid = list(parts)
    columns: list[Column] = []
    rows: dict[tuple[str, str], list[IntArray]] = {}
    for part in laid:
        add_columns(columns, part.columns)
        for each in part.problems:
            rows.setdefault((each.column, each.rule), []).append(each.rows)
    return Gathered(
        spilled=tuple(part.spilled for part in laid),
        columns=tuple(columns),
        problems=tuple(Problem(*key, np.sort(np.concatenate(each))) for key, each in rows.items()),
        notes=add_notes([part.notes for part in laid]),
        origin=laid[0].origin,
    )


def add_columns(columns: list[Column], more: Sequence[Column]) -> None:
    """Take up the columns of a part.

    Of a landmark's plasma they come all at once, or not at all; those that texts tell of stand in
    the order of their names.

    >>> from neopcr.specs import Column, Landmark
    >>> def made(*landmarks):
    ...     return [
    ...         Column(name=f"{each}", kind="number", description="", source="", modality="",
    ...                landmark=Landmark[each]) for each in landmarks
    ...     ]
    >>> columns = made("c1", "c4")
    >>> add_columns(columns, made("baseline", "c2"))
    >>> [column.name for column in columns]
    ['baseline', 'c1', 'c2', 'c4']
    """
    theirs = set(more)
    place = 0
    for column in more:
        if column in columns:
            place = columns.index(column) + 1
            continue
        while (
            place < len(columns)
            and columns[place] not in theirs
            and (columns[place].landmark, columns[place].name) < (column.landmark, column.name)
        ):
            place += 1
        columns.insert(place, column)
        place += 1


def _between(problem: Problem, start: int, end: int) -> Problem:
    """Rows of a problem within a range, counted from its start."""
    first, last = np.searchsorted(problem.rows, [start, end])
    return Problem(problem.column, problem.rule, problem.rows[first:last] - start)
