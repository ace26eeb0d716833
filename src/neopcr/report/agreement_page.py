"""Agreement between readers as one self-contained HTML page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from neopcr.report.numbers import TOO_FEW, count, number
from neopcr.target import one_sentence, whole_or_absent

if TYPE_CHECKING:
    from pathlib import Path

    from neopcr.validation.agreement import Agreement


PLURAL = {"reader": "readers", "laboratory": "laboratories"}


@dataclass(frozen=True, slots=True)
class AgreementPage:
    """What the page says.

    Parameters
    ----------
    version : str
        Of the package.
    between : str
        "reader" or "laboratory".
    cases, readers : int
        In the file.
    figures, errors : tuple of Agreement
        Kappas and ICCs; and rates of error that may replace the defaults.
    notes : tuple of str
        What was not used.
    """

    version: str
    between: str
    cases: int
    readers: int
    figures: tuple[Agreement, ...]
    errors: tuple[Agreement, ...]
    notes: tuple[str, ...] = ()


def write_agreement(page: AgreementPage, path: Path) -> Path:
    """Write the page; the file is whole or not there.

    Raises
    ------
    TargetError
        If it cannot be written.
    """
    environment = Environment(
        loader=PackageLoader("neopcr.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(count=count, figure=figure)
    text = environment.get_template("agreement.html.j2").render(page=page, who=PLURAL[page.between])
    with one_sentence(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with whole_or_absent(path) as file:
        file.write(text.encode())
    return path


def figure(one: Agreement) -> str:
    """Write a figure with its interval, or why there is none.

    Examples
    --------
    >>> from neopcr.validation.agreement import Agreement
    >>> few = Agreement(
    ...     item="her2_ihc", statistic="fleiss_kappa", definition="", value=None, lower=None,
    ...     upper=None, cases=4, readers=2, method="too few to say",
    ... )
    >>> figure(few)
    'too few to say'
    """
    if one.value is None:
        return one.method or TOO_FEW
    if one.lower is None or one.upper is None:
        return number(one.value)
    return f"{number(one.value)} ({number(one.lower)} to {number(one.upper)})"
