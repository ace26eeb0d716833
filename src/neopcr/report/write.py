"""Lay a report out as one self-contained HTML file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from neopcr.report.drawing import svg
from neopcr.report.numbers import (
    beside_text,
    cell_text,
    count,
    estimate_text,
    interval_text,
    number,
    percent,
    value_text,
)
from neopcr.report.tables import (
    by_group,
    by_group_further,
    definitions,
    grid,
    metric_title,
    overall,
    section_title,
    told,
)
from neopcr.target import one_sentence, whole_or_absent

if TYPE_CHECKING:
    from pathlib import Path

    from neopcr.report.content import Report
    from neopcr.report.drawing import Drawing


def write_report(report: Report, path: Path) -> Path:
    """Write a report; the file is whole or not there.

    Parameters
    ----------
    report : Report
        What it says.
    path : Path
        The HTML file; an older one is replaced. Its folder is made where it is absent.

    Returns
    -------
    Path
        The file, readable by its owner only.

    Raises
    ------
    TargetError
        If it cannot be written.
    """
    return write_page(render(report), path)


def write_page(page: str, path: Path) -> Path:
    """Write a page whole or not at all, and make its folder where it is absent."""
    with one_sentence(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with whole_or_absent(path) as file:
        file.write(page.encode())
    return path


def render(report: Report) -> str:
    """Make the page; the same report gives the same text."""
    names = [one.name for section in report.sections for one in section.performance]
    template = page_environment().get_template("report.html.j2")
    return template.render(report=report, definitions=definitions(names))


def page_environment() -> Environment:
    """Templates, and how they write numbers, estimates and drawings."""
    environment = Environment(
        loader=PackageLoader("neopcr.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        count=count,
        percent=percent,
        number=number,
        value=value_text,
        interval=interval_text,
        estimate=estimate_text,
        beside=beside_text,
        cell_text=cell_text,
        by_group=by_group,
        by_group_further=by_group_further,
        metric=metric_title,
        section_title=section_title,
        overall=overall,
        told=told,
        grid=grid,
        inline=_inline,
    )
    return environment


def _inline(drawing: Drawing) -> Markup:
    """Our own SVG may stand unescaped: matplotlib escapes the text it was given."""
    return Markup(svg(drawing))  # noqa: S704
