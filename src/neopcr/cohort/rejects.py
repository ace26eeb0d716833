"""Rejected rows as a file: where and why, never what."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from neopcr.target import whole_or_absent

if TYPE_CHECKING:
    from neopcr.specs import Problem

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
    lines = sorted(
        (int(row) + 1, problem.column, problem.rule) for problem in problems for row in problem.rows
    )
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([HEADER, *lines])
    with whole_or_absent(path) as file:
        file.write(text.getvalue().encode())
    return path
