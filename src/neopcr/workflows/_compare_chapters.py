"""Chapters of a comparison: recurrence, and another reader."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from neopcr.report.chapters import Chapter, Grid
from neopcr.report.comparison_figures import reread_figure
from neopcr.report.numbers import TOO_FEW, count, number, percent
from neopcr.report.survival_figures import survival_figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neopcr.report.drawing import Drawing
    from neopcr.validation.odds import OddsRatio
    from neopcr.validation.survival import Cox, HazardRatio
    from neopcr.workflows._classes import Comparison
    from neopcr.workflows._recurrence import Prognosis
    from neopcr.workflows._reread import Reread


def recurrence_chapter(found: Comparison) -> Chapter:
    """Disease-free survival by class and by blockade, or why there is none."""
    known = {name: one for name, one in found.recurrence.items() if not isinstance(one, str)}
    none = [f"By {name}: {one}" for name, one in found.recurrence.items() if isinstance(one, str)]
    endpoints = dict.fromkeys(f"Endpoint: {one.followed.endpoint}." for one in known.values())
    return Chapter(
        title="Disease-free survival",
        text=(*endpoints, *none),
        figures=tuple(_curves(name, one) for name, one in known.items()),
        grids=tuple(_hazards(name, one) for name, one in known.items()),
    )


def _curves(name: str, found: Prognosis) -> Drawing:
    until = max(float(curve.follow_up[-1]) for curve in found.curves.values())
    drawing = survival_figure(found.curves, until, "disease")
    return replace(
        drawing, name=f"survival-{found.groups.name.replace('_', '-')}", title=f"By {name}"
    )


def _hazards(name: str, found: Prognosis) -> Grid:
    first, *_ = found.curves
    _, p_value = found.test
    tested = "not defined" if p_value != p_value else p_text(p_value)  # noqa: PLR0124 - NaN
    return Grid(
        title=f"Recurrence or death by {name}",
        how=f"Cox regression against {first}, unadjusted and beside {', '.join(found.covariates)}"
        f"{_known(found.adjusted)}; log-rank {tested}.",
        header=("Group", "Patients", "Events", "Unadjusted", "p", "Adjusted", "p"),
        rows=tuple(
            (label, count(curve.n), count(curve.events))
            + (
                ("reference", "", "", "")
                if label == first
                else (*_hazard(found.crude, label), *_hazard(found.adjusted, label))
            )
            for label, curve in found.curves.items()
        ),
    )


def _known(adjusted: Cox | None) -> str:
    return "" if adjusted is None else f" (known of {count(adjusted.n)})"


def _hazard(fitted: Cox | None, label: str) -> tuple[str, str]:
    found = [] if fitted is None else [one for one in fitted.terms if one.name == label]
    return ratio_text(found[0]) if found else (TOO_FEW, "")


def reread_chapter(rereads: Sequence[Reread]) -> Chapter:
    """How far the odds ratio of pCR moves when IHC is read again."""
    title = "If IHC were read again"
    if not rereads:
        return Chapter(title=title, text=("IHC does not form these classes, or too few to say.",))
    grid = Grid(
        title="Odds ratio of pCR over re-reads",
        how="As recorded, then the median of the re-reads with their middle 95 %. By HR: weighted "
        "together over hormone receptor status (Mantel and Haenszel). Turned: re-reads on the other "
        "side of 1. Left: patients of the two who are of neither after a re-read, on average.",
        header=("Classes", "By HR", "As recorded", "Re-read", "Turned", "Left"),
        rows=tuple(
            (
                f"{one.first} v {one.second}",
                "yes" if one.stratified else "no",
                number(one.as_read, 2),
                f"{number(middle, 2)} ({number(low, 2)} to {number(high, 2)})",
                percent(one.turned()),
                number(one.left, 1),
            )
            for one in rereads
            for middle, low, high in [one.quantiles()]
        ),
        words=2,
    )
    first = rereads[0]
    text = (
        f"{len(first.draws)} re-reads of IHC with the rates at which readers err; what ISH said stays, "
        "and a 3+ re-read as 2+ without ISH is of no class. Errors blur classes, so re-reads lie "
        "nearer to 1 than the records: they say how far the answer could move, not where it lies.",
    )
    figure = reread_figure(f"{first.first} v {first.second}", first.as_read, first.draws)
    return Chapter(title=title, text=text, figures=(figure,), grids=(grid,))


def ratio_text(one: OddsRatio | HazardRatio) -> tuple[str, str]:
    """Write a ratio with its 95 % interval, and its p-value."""
    text = f"{number(one.ratio, 2)} ({number(one.lower, 2)} to {number(one.upper, 2)})"
    return text, p_text(one.p_value)


def p_text(value: float | None) -> str:
    """Write a p-value, or "too few to say"."""
    if value is None:
        return TOO_FEW
    return "p < 0.001" if value < 0.001 else f"p = {value:.3f}"
