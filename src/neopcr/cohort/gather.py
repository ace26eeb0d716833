"""Assembled parts of a cohort, laid aside on disk and brought back in the order of the patients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from neopcr.cohort.assemble import Assembled
from neopcr.cohort.complaint import Origin
from neopcr.cohort.contract import OUTCOME, PATIENT_ID
from neopcr.cohort.long_table import add_notes
from neopcr.cohort.spill import Spilled, in_order, range_bounds, spill
from neopcr.specs import Problem

if TYPE_CHECKING:
    from neopcr.specs import Column, IntArray


@dataclass(slots=True)
class Gathered:
    """Parts on disk, and what they say about the whole.

    Parameters
    ----------
    folder : Path
        For the parts.
    columns : list of Column
        Of all parts, in the order in which a single part would have them.
    """

    folder: Path
    columns: list[Column] = field(default_factory=list)
    _spilled: list[Spilled] = field(default_factory=list)
    _problems: dict[tuple[str, str], list[IntArray]] = field(default_factory=dict)
    _notes: list[tuple[str, ...]] = field(default_factory=list)
    _origin: Origin = field(default_factory=lambda: Origin((), ()))

    def add(self, joined: Assembled, rows: IntArray) -> None:
        """Lay a part aside.

        Parameters
        ----------
        joined : Assembled
            Its `origin` is that of the whole.
        rows : int array of shape (n_rows,)
            Its rows among all, ascending.
        """
        add_columns(self.columns, joined.columns)
        self._notes.append(joined.notes)
        self._origin = joined.origin
        for each in joined.problems:
            self._problems.setdefault((each.column, each.rule), []).append(rows[each.rows])
        table = {**joined.table, PATIENT_ID: joined.patient_id}
        table |= {} if joined.pcr is None else {OUTCOME: joined.pcr}
        path = self.folder / f"assembled-{len(self._spilled)}"
        self._spilled.append(spill(table, rows, sum(joined.origin.rows), path))

    def problems(self) -> tuple[Problem, ...]:
        """Problems of all parts, by the patients' rows."""
        return tuple(
            Problem(*key, np.sort(np.concatenate(rows))) for key, rows in self._problems.items()
        )

    def in_order(self) -> Iterator[Assembled]:
        """Rows of the patients' files in their order, a range at a time."""
        notes, problems = add_notes(self._notes), self.problems()
        dtypes = {name: dtype for part in self._spilled for name, dtype in part.dtypes.items()}
        bounds = range_bounds(sum(self._origin.rows))
        ranges = in_order(self._spilled, dtypes)
        for start, end, table in zip(bounds[:-1], bounds[1:], ranges, strict=True):
            yield Assembled(
                table={column.name: table[column.name] for column in self.columns},
                columns=tuple(self.columns),
                patient_id=table[PATIENT_ID],
                pcr=table.get(OUTCOME),
                problems=tuple(_between(each, start, end) for each in problems),
                tallies=(),
                notes=notes,
                origin=self._origin,
                fingerprint="",
            )


def add_columns(columns: list[Column], more: Sequence[Column]) -> None:
    """Take up the columns of a part; those of one landmark come all at once, or not at all.

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
            and columns[place].landmark < column.landmark
        ):
            place += 1
        columns.insert(place, column)
        place += 1


def _between(problem: Problem, start: int, end: int) -> Problem:
    """Rows of a problem within a range, counted from its start."""
    first, last = np.searchsorted(problem.rows, [start, end])
    return Problem(problem.column, problem.rule, problem.rows[first:last] - start)
