"""The flow of a screening as a CONSORT diagram: who was screened, who fell out at what, who is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from neopcr.report.drawing import Drawing
from neopcr.report.palette import BLUE, INK, MUTED, RULE, VERMILION, house_style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# A line of text in inches; boxes grow with their lines.
_LINE = 0.19
_PAD, _GAP = 0.22, 0.3
_LEFT, _WIDTH, _SIDE, _SIDE_WIDTH = 0.05, 2.5, 3.0, 3.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """Counts of a screening.

    Parameters
    ----------
    rows, rejected : int
        Of the cohort; not answered.
    excluded : sequence of (str, int)
        Criteria, and whom each was the first of the hard criteria to exclude.
    unknown, eligible : int
        Left in the end.
    """

    rows: int
    rejected: int
    excluded: Sequence[tuple[str, int]]
    unknown: int
    eligible: int


def consort_figure(name: str, found: Screened) -> Drawing:
    """Draw the flow, from the cohort to the eligible.

    Parameters
    ----------
    name : str
        Of the drawing.
    found : Screened

    Returns
    -------
    Drawing
    """
    answered = found.rows - found.rejected
    out = sum(count for _, count in found.excluded)
    reasons = [f"{count:,}  {each}" for each, count in found.excluded if count]
    main = [
        [f"{found.rows:,} rows in the cohort"],
        [f"{answered:,} patients screened"],
        [f"{answered - out:,} not excluded by", "any hard criterion"],
        [f"{found.eligible:,} eligible"],
    ]
    aside = [
        [f"{found.rejected:,} rejected rows"],
        [f"{out:,} not eligible, by the first", "criterion not met", *reasons],
        [f"{found.unknown:,} not known:", "something decisive is not recorded"],
    ]
    heights = [_PAD + _LINE * len(each) for each in main]
    gaps = [_GAP + _PAD + _LINE * len(each) for each in aside]
    total = sum(heights) + sum(gaps)
    with house_style():
        figure = Figure(figsize=(6.6, total + 0.1))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, 6.6), ylim=(total + 0.05, -0.05))
        axes.axis("off")
        top = 0.0
        for place, lines in enumerate(main):
            colour = BLUE if place == len(main) - 1 else INK
            _box(axes, (_LEFT, top), (_WIDTH, heights[place]), lines, colour)
            top += heights[place]
            if place < len(aside):
                _fall_out(axes, top, gaps[place], aside[place])
                top += gaps[place]
    return Drawing(
        name=name,
        title="From the cohort to the eligible",
        caption="Each patient who is not eligible stands once, at the first hard criterion of the "
        "protocol that is not met. Soft criteria exclude nobody.",
        alt=f"Flow: {found.rows:,} rows, {found.rejected:,} rejected, {answered:,} screened, {out:,} "
        f"not eligible, {found.unknown:,} not known, {found.eligible:,} eligible.",
        figure=figure,
    )


def _fall_out(axes: Axes, top: float, gap: float, lines: list[str]) -> None:
    """An arrow down, and one aside to those who go no farther."""
    x, middle = _LEFT + _WIDTH / 2, top + gap / 2
    _arrow(axes, (x, top), (x, top + gap))
    _arrow(axes, (x, middle), (_SIDE, middle))
    height = gap - _GAP
    _box(axes, (_SIDE, middle - height / 2), (_SIDE_WIDTH, height), lines, VERMILION)


def _box(
    axes: Axes, corner: tuple[float, float], size: tuple[float, float], lines: list[str], ink: str
) -> None:
    axes.add_patch(Rectangle(corner, *size, facecolor="none", edgecolor=RULE, linewidth=0.9))
    axes.add_patch(Rectangle(corner, 0.04, size[1], facecolor=ink, linewidth=0))
    for place, line in enumerate(lines):
        axes.text(
            corner[0] + 0.14,
            corner[1] + _PAD / 2 + _LINE * (place + 0.5),
            line,
            va="center",
            color=INK,
            fontsize=9 if place else 9.5,
        )


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>", mutation_scale=9, color=MUTED, linewidth=0.9,
            shrinkA=0, shrinkB=0,
        )
    )  # fmt: skip
