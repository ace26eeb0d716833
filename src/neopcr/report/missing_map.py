"""The picture of what is missing: blocks of columns down, centres across."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from neopcr.report.drawing import Drawing
from neopcr.report.palette import BLUE, INK, MUTED, RULE, house_style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from neopcr.validation.missing_map import MissingMap

_FEW_ENOUGH_FOR_NUMBERS = 16
# Words stay legible on the darkest cell, on white paper and on black.
_DARKEST = 0.62
_LEGEND = (0.0, 0.25, 0.5, 0.75, 1.0)


def missing_figure(name: str, found: MissingMap) -> Drawing:
    """Draw shares of missing cells as a heat map under bars of the centres' sizes.

    Parameters
    ----------
    name : str
        Of the drawing.
    found : MissingMap

    Returns
    -------
    Drawing
    """
    n_blocks, n_centres = found.share.shape
    width = max(5.2, min(10.4, 2.6 + 0.55 * n_centres))
    with house_style():
        figure = Figure(figsize=(width, 1.75 + 0.36 * n_blocks), layout="constrained")
        above, axes = figure.subplots(2, 1, sharex=True, height_ratios=(1.1, 0.36 * n_blocks + 0.1))
        _draw_sizes(above, found)
        _draw_cells(axes, found)
        _draw_legend(axes, n_blocks, n_centres)
    worst = ", ".join(
        f"{block} {100 * found.share[row, 0]:.0f} %" for row, block in enumerate(found.blocks)
    )
    return Drawing(
        name=name,
        title="What is missing, and where",
        caption="Share of missing cells in each block of columns: of all patients, then by centre. "
        "Bars: patients of each centre. Centres are numbered by their first row in the file and "
        "not named; “others” are the smallest together, “?” those without a centre.",
        alt=f"Heat map of missing cells. In all patients: {worst}.",
        figure=figure,
    )


def _at(column: int) -> float:
    """Where a column stands: a gap parts everybody from the centres."""
    return column + (0.35 if column else 0.0)


def _draw_sizes(axes: Axes, found: MissingMap) -> None:
    sizes = found.patients[1:]
    top = max(sizes, default=1) or 1
    few = len(sizes) <= _FEW_ENOUGH_FOR_NUMBERS
    axes.bar(
        [_at(column + 1) for column in range(len(sizes))], [n / top for n in sizes], width=0.72,
        color=MUTED, linewidth=0,
    )  # fmt: skip
    for column, n in enumerate(found.patients):
        if few or column == 0:
            height = n / top if column else 0.0
            axes.text(
                _at(column), height + 0.08, f"{n:,}", ha="center", va="bottom", fontsize=8,
                color=INK,
            )  # fmt: skip
    axes.set_ylim(0, 1.5)
    axes.axis("off")


def _draw_cells(axes: Axes, found: MissingMap) -> None:
    n_blocks, n_centres = found.share.shape
    few = n_centres <= _FEW_ENOUGH_FOR_NUMBERS
    for row in range(n_blocks):
        for column in range(n_centres):
            share = float(found.share[row, column])
            _draw_cell(axes, _at(column), row, share)
            if few or column == 0:
                axes.text(
                    _at(column), row, _words(share), ha="center", va="center", fontsize=8, color=INK
                )
    axes.set_xlim(-0.55, _at(n_centres - 1) + 0.55)
    axes.set_ylim(n_blocks - 0.45, -0.55)
    axes.set_yticks(range(n_blocks), found.blocks)
    axes.set_xticks([_at(column) for column in range(n_centres)], _labels(found.centres))
    axes.tick_params(length=0)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)


def _draw_cell(axes: Axes, x: float, row: float, share: float, width: float = 0.94) -> None:
    """Draw a frame, and in it the more colour the more is missing."""
    corner, height = (x - width / 2, row - 0.43), 0.86
    axes.add_patch(
        Rectangle(corner, width, height, facecolor="none", edgecolor=RULE, linewidth=0.6)
    )
    if share > 0:
        axes.add_patch(
            Rectangle(
                corner, width, height, facecolor=BLUE, alpha=_DARKEST * share, linewidth=0
            )
        )  # fmt: skip


def _labels(centres: tuple[str, ...]) -> list[str]:
    """Every label of few centres; of many, each fifth and those that are no numbers."""
    if len(centres) <= 1 + _FEW_ENOUGH_FOR_NUMBERS:
        return list(centres)
    return [
        name if not name.isdigit() or place == 1 or place % 5 == 0 else ""
        for place, name in enumerate(centres)
    ]


def _words(share: float) -> str:
    """Whole percents; what is little is not rounded to nothing, nor almost all to all."""
    if 0 < share < 0.01:
        return "<1"
    if 0.99 < share < 1:
        return ">99"
    return f"{100 * share:.0f}"


def _draw_legend(axes: Axes, n_blocks: int, n_centres: int) -> None:
    """Five cells beneath: what a colour means."""
    width = min(1.0, 12 / (n_centres + 1))
    strip = axes.inset_axes((0.0, -0.16 - 1.05 / n_blocks, width, 0.62 / n_blocks))
    for place, share in enumerate(_LEGEND):
        _draw_cell(strip, place, 0, share)
        strip.text(place, 0, f"{100 * share:.0f}", ha="center", va="center", fontsize=8, color=INK)
    strip.text(
        -0.03, 0.5, "Missing cells, %", transform=strip.transAxes, ha="right", va="center",
        fontsize=8.5, color=INK,
    )  # fmt: skip
    strip.set_xlim(-0.55, len(_LEGEND) - 0.45)
    strip.set_ylim(-0.5, 0.5)
    strip.axis("off")
