"""What the check of a cohort says, as data and as one HTML page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from neopcr.report.write import page_environment, write_page

if TYPE_CHECKING:
    from pathlib import Path

    from neopcr.report.drawing import Drawing
    from neopcr.specs import Step
    from neopcr.validation import Missingness


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockRow:
    """A modality: how many of its columns the cohort has, and how much of them is known."""

    title: str
    columns: tuple[str, ...]
    n_columns: int
    known: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectRow:
    """A rule that rows of a column break; `first` counts from 1."""

    column: str
    rule: str
    says: str
    rows: int
    first: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningRow:
    """Something doubtful; `first` counts from 1, None where no row is to blame."""

    column: str
    rule: str
    says: str
    rows: int
    first: int | None
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPage:
    """Everything the check of a cohort says.

    Parameters
    ----------
    source : str
        What was checked: the name of a file or config.
    version : str
        Of the package.
    rows, kept, rejected : int
        Rows of the patients' files; those left in the end; those that break the contract.
    centres : int
        How many centres there are; 0 where they are not named.
    blocks : tuple of BlockRow
        One a modality the cohort has columns of.
    ignored : tuple of str
        Headers that are not of the contract.
    flow : tuple of Step
    rejects : tuple of RejectRow
    warnings : tuple of WarningRow
    availability : tuple of Missingness
        One a column.
    picture : Drawing or None
        What is missing by block and centre; None where no patient is left.
    provenance : mapping of str to str
    """

    source: str
    version: str
    rows: int
    kept: int
    rejected: int
    centres: int
    blocks: tuple[BlockRow, ...] = ()
    ignored: tuple[str, ...] = ()
    flow: tuple[Step, ...] = ()
    rejects: tuple[RejectRow, ...] = ()
    warnings: tuple[WarningRow, ...] = ()
    availability: tuple[Missingness, ...] = ()
    picture: Drawing | None = None
    provenance: Mapping[str, str] = field(default_factory=dict)


def render_check(page: CheckPage) -> str:
    """Make the page; the same check gives the same text."""
    return page_environment().get_template("check.html.j2").render(page=page)


def write_check(page: CheckPage, path: Path) -> Path:
    """Write the page of a check; the file is whole or not there.

    Parameters
    ----------
    page : CheckPage
    path : Path
        The HTML file; an older one is replaced.

    Raises
    ------
    TargetError
        If it cannot be written.
    """
    return write_page(render_check(page), path)
