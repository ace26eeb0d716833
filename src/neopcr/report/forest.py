"""Paired differences with their intervals, one a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from neopcr.report.drawing import Drawing
from neopcr.report.numbers import TOO_FEW, estimate_text
from neopcr.report.palette import BLUE, INK, MUTED, house_style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from neopcr.specs import Estimate


def forest(
    name: str, title: str, labels: Sequence[str], differences: Sequence[Estimate], better: str
) -> Drawing:
    """Draw differences around zero.

    Parameters
    ----------
    name, title : str
        Of the drawing.
    labels : sequence of str
        What is compared with what, one a difference.
    differences : sequence of Estimate
        First minus second; a line without a value says "too few to say".
    better : {"higher", "lower"}
        Which side of zero speaks for the first.

    Returns
    -------
    Drawing
    """
    rows = len(labels)
    with house_style():
        figure = Figure(figsize=(4.9, 0.75 + 0.52 * rows), layout="constrained")
        axes = figure.subplots()
        for row, (label, difference) in enumerate(zip(labels, differences, strict=True)):
            _draw_row(axes, row, label, difference)
        axes.set_ylim(rows - 0.5, -0.7)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_xlabel(f"Difference ({better} is better)")
        axes.margins(x=0.08)
    said = "; ".join(
        f"{label}: {estimate_text(difference, signed=True)}"
        for label, difference in zip(labels, differences, strict=True)
    )
    return Drawing(
        name=name,
        title=title,
        caption="Paired differences in the same patients with 95 % intervals. An interval that "
        "crosses zero means that a difference was not shown, not that there is none.",
        alt=f"{title}. {said}.",
        figure=figure,
    )


def _draw_row(axes: Axes, row: int, label: str, difference: Estimate) -> None:
    """Set the words above the bar: long labels need no margin on a phone."""
    words = estimate_text(difference, signed=True)
    axes.text(0, row - 0.36, label, transform=axes.get_yaxis_transform(), va="center")
    axes.text(
        1, row - 0.36, words, transform=axes.get_yaxis_transform(), ha="right", va="center",
        color=MUTED if words == TOO_FEW else INK,
    )  # fmt: skip
    axes.plot([0, 0], [row - 0.17, row + 0.22], color=MUTED, linewidth=0.8)
    if difference.value is None:
        return
    if difference.lower is not None and difference.upper is not None:
        axes.plot([difference.lower, difference.upper], [row, row], color=BLUE, linewidth=1.6)
    axes.plot(difference.value, row, "s", color=BLUE, markersize=5.5)
