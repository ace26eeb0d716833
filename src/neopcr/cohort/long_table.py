"""What a long table becomes: columns of the patients, and what was wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from neopcr.cohort.complaint import Tally
from neopcr.cohort.readers import read_header
from neopcr.errors import TableError

if TYPE_CHECKING:
    from neopcr.specs import Problem

Broken = Mapping[tuple[str, str], NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class LongPart:
    """Columns of the patients that were made of a long table.

    Parameters
    ----------
    table : dict of str to array of shape (n_patients,)
        Canonical columns.
    problems : tuple of Problem
        By the patients' rows.
    tallies : tuple of Tally
        By the file's own rows: how bad each of its columns is.
    notes : tuple of str
        What was counted, for the flow.
    """

    table: dict[str, NDArray[Any]]
    problems: tuple[Problem, ...] = ()
    tallies: tuple[Tally, ...] = ()
    notes: tuple[str, ...] = ()


class Count(str):
    """A note of a count, which adds up over the parts of a table.

    >>> note = Count("samples without a date", 3)
    >>> note, note.what, note.n
    ('samples without a date: 3', 'samples without a date', 3)
    """

    what: str
    n: int

    def __new__(cls, what: str, n: int) -> Self:
        """Make the sentence."""
        note = super().__new__(cls, f"{what}: {n}")
        note.what, note.n = what, n
        return note

    def __getnewargs__(self) -> tuple[str, int]:  # type: ignore[override]
        """What a copy is made of."""
        return self.what, self.n


def counted(what: str, n: int) -> tuple[Count, ...]:
    """Return a note of a count, none where there is nothing to tell."""
    return (Count(what, n),) if n else ()


def add_notes(parts: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Notes of the parts of a cohort as those of the whole: counts add up, other notes are equal.

    >>> add_notes([counted("late", 2), [*counted("early", 1), "no filter", *counted("late", 3)]])
    ('early: 1', 'late: 5', 'no filter')
    """
    counts: dict[str, int] = {}
    for note in (note for part in parts for note in part):
        what, n = (note.what, note.n) if isinstance(note, Count) else (note, 0)
        counts[what] = counts.get(what, 0) + n
    return tuple(Count(what, n) if n else what for what, n in sorted(counts.items()))


def check_headers(path: Path, needed: Sequence[str]) -> None:
    """Refuse a file that lacks a header."""
    header = read_header(path)
    absent = [name for name in needed if name not in header]
    if absent:
        message = f"{path}: it needs column(s) {absent}, which are not in its header. Add them."
        raise TableError(message)


def is_filled(values: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether values of the house table are there: not NaN, NaT, None or a code below zero."""
    if values.dtype == object:
        return np.array([value is not None for value in values], dtype=bool)
    if values.dtype.kind == "i":
        return np.asarray(values >= 0)
    return np.asarray(values == values)  # noqa: PLR0124 - NaN and NaT differ from themselves


class TallyBook:
    """Counts, batch by batch, how many cells of each column of a file are filled and broken."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._filled: dict[str, int] = {}
        self._broken: dict[tuple[str, str], tuple[int, int]] = {}

    def add(self, start: int, broken: Broken, table: Mapping[str, NDArray[Any]]) -> None:
        """Count a batch whose first row is row `start` of the file, 0-based."""
        for name, values in table.items():
            self._filled[name] = self._filled.get(name, 0) + int(is_filled(values).sum())
        for key, rows in broken.items():
            count, first = self._broken.get(key, (0, start + int(np.argmax(rows)) + 1))
            self._broken[key] = (count + int(rows.sum()), first)
            # A broken cell is missing in the table, though something stood there.
            self._filled[key[0]] += int(rows.sum())

    def tallies(self) -> tuple[Tally, ...]:
        """One a column and rule that something breaks."""
        return tuple(
            Tally(self._path, column, rule, count, self._filled[column], first)
            for (column, rule), (count, first) in self._broken.items()
        )
