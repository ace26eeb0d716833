"""Rejected rows as a file: where and why, never what."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from neopcr.errors import TargetError

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
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([HEADER, *lines])
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        message = f"{path}: cannot be written ({error.strerror}). Check the disk and the rights."
        raise TargetError(message) from error
    return path
