"""Figures of monitoring: how far every column has moved, and whether that is chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from neopcr.report.drawing import Drawing
from neopcr.report.palette import BLUE, MUTED, RULE, VERMILION, house_style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from neopcr.validation.drift import Shift

_WORST_SHOWN = 20
_FURTHEST = 3.0
"""An index beyond it says no more, and would leave the others no room."""


def index_figure(shifts: Sequence[Shift], matters: float) -> Drawing:
    """Draw stability indices with their intervals, the largest first.

    Parameters
    ----------
    shifts : sequence of Shift
        Of distributions.
    matters : float
        From which on, beyond chance, an index matters.
    """
    shown = sorted(shifts, key=lambda one: one.reference - one.value)[:_WORST_SHOWN]
    with house_style():
        figure = Figure(figsize=(7.2, 1.1 + 0.26 * len(shown)), layout="constrained")
        axes = figure.subplots()
        axes.axvline(matters, color=RULE, linewidth=1)
        for y, one in enumerate(shown):
            _draw(axes, y, one)
        axes.set_yticks(range(len(shown)), [one.column for one in shown])
        axes.set_ylim(len(shown) - 0.5, -0.5)
        axes.set_xlim(left=-0.02)
        axes.set_xlabel("Population stability index beyond chance")
        axes.tick_params(axis="y", length=0)
    drifted = [one.column for one in shown if one.drifted]
    return Drawing(
        name="stability",
        title="How far distributions have moved",
        caption=f"Filled: drifted. Bars are 95 % intervals; the line at {matters:g} is from where on "
        "an index matters. "
        + (f"The {_WORST_SHOWN} largest are shown. " if len(shifts) > _WORST_SHOWN else "")
        + (f"Beyond {_FURTHEST:g} one is drawn at {_FURTHEST:g}." if _is_cut(shown) else ""),
        alt=f"Stability indices of {len(shown)} columns; drifted: {', '.join(drifted) or 'none'}.",
        figure=figure,
    )


def _is_cut(shown: Sequence[Shift]) -> bool:
    return any(one.upper > _FURTHEST for one in shown)


def _draw(axes: Axes, y: int, one: Shift) -> None:
    colour = VERMILION if one.drifted else BLUE
    at = min(max(one.value - one.reference, 0.0), _FURTHEST)
    ends = [min(one.lower, _FURTHEST), min(one.upper, _FURTHEST)]
    axes.plot(ends, [y, y], color=MUTED, linewidth=1.4)
    face = colour if one.drifted else "none"
    axes.plot(at, y, "o", color=colour, markerfacecolor=face, markersize=6)
