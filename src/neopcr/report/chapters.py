"""A page of chapters: words, tables and figures, as data and as one self-contained HTML file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from neopcr.report.write import page_environment, write_page

if TYPE_CHECKING:
    from pathlib import Path

    from neopcr.report.drawing import Drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table of texts.

    Parameters
    ----------
    title, how : str
        What it holds, and how to read it.
    header : tuple of str
    rows : tuple of tuple of str
        The first cell of each is its head.
    words : int
        How many columns from the left are words; those after them are numbers, set to the right.
    """

    title: str
    how: str = ""
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A heading, and what stands under it in this order; `folded` tables open on demand."""

    title: str
    text: tuple[str, ...] = ()
    figures: tuple[Drawing, ...] = ()
    grids: tuple[Grid, ...] = ()
    folded: tuple[Grid, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterPage:
    """Everything the page says.

    Parameters
    ----------
    title, subtitle, version : str
    notice : str
        What a reader must know first, beside "for research use only".
    chapters : tuple of Chapter
    provenance : mapping of str to str
        No times and no hosts.
    """

    title: str
    subtitle: str = ""
    version: str
    notice: str
    chapters: tuple[Chapter, ...]
    provenance: Mapping[str, str] = field(default_factory=dict)


def write_chapters(page: ChapterPage, path: Path) -> Path:
    """Write the page; the file is whole or not there.

    Raises
    ------
    TargetError
        If it cannot be written.
    """
    text = page_environment().get_template("chapters.html.j2").render(page=page)
    return write_page(text, path)
