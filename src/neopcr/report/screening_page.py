"""A screening as one self-contained HTML page: counts by criterion, no patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from neopcr.report.write import page_environment, write_page

if TYPE_CHECKING:
    from pathlib import Path

    from neopcr.report.consort import Screened
    from neopcr.report.drawing import Drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionRow:
    """A criterion and its answers."""

    id: str
    sentence: str
    reads: str
    reading: str
    hard: bool
    met: int
    not_met: int
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningPage:
    """What the page says.

    Parameters
    ----------
    version : str
        Of the package.
    notice, trial, title, source : str
        What the answers are; registry number, what it tests; the file's name.
    screened : Screened
    rows : tuple of CriterionRow
    absent : tuple of str
        Columns that the cohort lacks.
    flow : Drawing
    """

    version: str
    notice: str
    trial: str
    title: str
    source: str
    screened: Screened
    rows: tuple[CriterionRow, ...]
    absent: tuple[str, ...]
    flow: Drawing


def write_screening(page: ScreeningPage, path: Path) -> Path:
    """Write the page; the file is whole or not there.

    Raises
    ------
    TargetError
        If it cannot be written.
    """
    return write_page(page_environment().get_template("screening.html.j2").render(page=page), path)
