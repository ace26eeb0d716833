"""The scores of a cohort as one HTML page, without identifiers unless a person asks for them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING

from markupsafe import Markup

from neopcr.report.write import page_environment, write_page

if TYPE_CHECKING:
    from pathlib import Path

    from neopcr.report.drawing import Drawing
    from neopcr.report.score_figures import Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many rows of a status, rule, flag or missing column."""

    name: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredRow:
    """A line of the table; what a row lacks is None."""

    row: int
    patient: str | None
    p: float | None
    lower: float | None
    upper: float | None
    told: str
    reasons: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePage:
    """Everything that the page of a scored cohort says.

    Parameters
    ----------
    title : str
        The model's.
    version : str
        Of the package.
    estimand : str
    rows, scored : int
        Of the cohort, and those with a score.
    drawings : tuple of Drawing
    spreads : tuple of Spread
        One a class, everyone first.
    rules, flags, missing : tuple of Share
        Why rows were not scored; what is told of rows; columns without a value.
    table : tuple of ScoredRow
        The first rows.
    with_ids : bool
        Whether the table names patients.
    provenance : mapping of str to str
    """

    title: str
    version: str
    estimand: str
    rows: int
    scored: int
    drawings: tuple[Drawing, ...] = ()
    spreads: tuple[Spread, ...] = ()
    rules: Sequence[Share] = ()
    flags: Sequence[Share] = ()
    missing: Sequence[Share] = ()
    table: Sequence[ScoredRow] = ()
    with_ids: bool = False
    provenance: Mapping[str, str] = field(default_factory=dict)


def render_scores(page: ScorePage) -> str:
    """Make the page; its one script sorts the table, and no other may run."""
    script = (files("neopcr.report") / "templates" / "sort.js").read_text()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    template = page_environment().get_template("scores.html.j2")
    # Our own file, and the page's policy holds its digest.
    return template.render(page=page, script=Markup(script), digest=digest)  # noqa: S704


def write_scores(page: ScorePage, path: Path) -> Path:
    """Write the page of a scored cohort; the file is whole or not there.

    Parameters
    ----------
    page : ScorePage
    path : Path
        The HTML file; an older one is replaced.

    Raises
    ------
    TargetError
        If it cannot be written.
    """
    return write_page(render_scores(page), path)
