"""Rejected rows as a file: where and why, never what."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from neopcr.target import whole_or_absent

if TYPE_CHECKING:
    from neopcr.specs import IntArray, Problem

    Line = tuple[int, str, str]

# Rows whose lines are in memory at a time.
RANGE_ROWS = 1 << 16
HEADER = ("row", "column", "rule")


def write_rejects(problems: Iterable[Problem], path: Path) -> Path:
    """Write every broken rule of every row, by row, column and rule.

    Parameters
    ----------
    problems : iterable of Problem
        From `build_cohort`.
    path : Path
        csv of `HEADER`; rows count from 1, the header apart. Replaced whole where it exists.

    Returns
    -------
    Path

    Raises
    ------
    TargetError
        If the file cannot be written.
    """
    with whole_or_absent(path) as file:
        for lines in chain([[HEADER]], _in_order(problems)):
            text = io.StringIO(newline="")
            csv.writer(text, lineterminator="\n").writerows(lines)
            file.write(text.getvalue().encode())
    return path


def count_rejected(problems: Iterable[Problem]) -> int:
    """Count the rows that break any rule."""
    rows = [problem.rows for problem in problems]
    return int(np.unique(np.concatenate(rows)).size) if rows else 0


def _in_order(problems: Iterable[Problem]) -> Iterator[Iterator[Line]]:
    """Lines by row, column and rule, those of a range of rows at a time."""
    broken = [
        (problem.column, problem.rule, np.sort(problem.rows))
        for problem in sorted(problems, key=lambda each: (each.column, each.rule))
    ]
    last = max((int(rows[-1]) for *_, rows in broken if rows.size), default=-1)
    for start in range(0, last + 1, RANGE_ROWS):
        yield _lines(broken, start)


def _lines(broken: Sequence[tuple[str, str, IntArray]], start: int) -> Iterator[Line]:
    within = [
        rows[slice(*np.searchsorted(rows, [start, start + RANGE_ROWS]))] for *_, rows in broken
    ]
    which = np.repeat(np.arange(len(within)), [len(rows) for rows in within])
    row = np.concatenate(within)
    # Of one row, columns and rules stay in their order.
    order = np.argsort(row, kind="stable")
    for number, place in zip((row[order] + 1).tolist(), which[order].tolist(), strict=True):
        column, rule, _ = broken[place]
        yield number, column, rule
