"""Figures of what a model leans on: columns in an order that others may not share, and classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from neopcr.report.drawing import Drawing
from neopcr.report.numbers import number, percent
from neopcr.report.palette import BLUE, INK, MUTED, VERMILION, house_style

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from neopcr.explain import ClassSpread, Importance, RankStability

_SHOWN_COLUMNS = 12
_COLOURS = {"HR positive": BLUE, "HR negative": VERMILION}


def column_bars(
    name: str, ranking: Sequence[Importance], stability: RankStability | None
) -> Drawing:
    """Mean absolute contribution of each column, and the ranks that bootstrap models give it.

    Parameters
    ----------
    name : str
        Of the drawing.
    ranking : sequence of Importance
        Largest first; 12 are drawn.
    stability : RankStability or None
        Of the model's training.

    Returns
    -------
    Drawing
        No single patient is shown.
    """
    shown = ranking[:_SHOWN_COLUMNS]
    ranks = _ranks(stability)
    with house_style():
        figure = Figure(figsize=(5.6, 0.9 + 0.3 * len(shown)), layout="constrained")
        axes = figure.subplots()
        names, values = [one.name for one in shown], [one.value for one in shown]
        bars = axes.barh(names, values, color=BLUE, alpha=0.85, height=0.62)
        labels = [
            number(one.value, 2) + (f", {ranks[one.name]}" if one.name in ranks else "")
            for one in shown
        ]
        axes.bar_label(bars, labels, padding=4, fontsize=9)
        axes.tick_params(axis="y", labelfontfamily="monospace")
        axes.set_xlabel("Mean absolute contribution (logit)")
        axes.margins(x=0.3)
        _plain(axes)
    return Drawing(
        name=name,
        title="Columns, and how firm their order is",
        caption=f"Mean absolute contribution in these patients. {_firm(stability)}",
        alt="Mean absolute contribution in logits. "
        + "; ".join(
            f"{one.name} {number(one.value, 2)}"
            + (f" ({ranks[one.name]})" if one.name in ranks else "")
            for one in shown
        )
        + ".",
        figure=figure,
    )


def _ranks(stability: RankStability | None) -> dict[str, str]:
    if stability is None:
        return {}
    parts = zip(stability.names, stability.lower, stability.upper, strict=True)
    return {
        name: f"rank {lower}" if lower == upper else f"rank {lower} to {upper}"
        for name, lower, upper in parts
    }


def _firm(stability: RankStability | None) -> str:
    if stability is None:
        return "How firm this order is, was not measured: too few bootstrap models were fitted."
    agreed = (
        ""
        if stability.concordance is None
        else f" and Kendall's W of all ranks is {number(stability.concordance, 2)} (1: one order)"
    )
    top = min(10, len(stability.names))
    return (
        f"Beside it, between which ranks the column stood in 95 % of {stability.models} models "
        "fitted to bootstrap samples of the training patients. On average they share "
        f"{percent(stability.overlap)} of the first {top} with this model{agreed}. Columns whose "
        "ranks overlap are not told apart: their order is noise, not biology."
    )


def interaction(
    name: str, classes: Sequence[ClassSpread], products: Mapping[str, float]
) -> Drawing:
    """Draw what the PAM modality contributes by its status and by hormone receptors.

    Parameters
    ----------
    name : str
        Of the drawing.
    classes : sequence of ClassSpread
        At least one; of 20 patients or more each, so that no single patient is shown.
    products : mapping of str to float
        Mean absolute contribution of each feature that is a product of both.

    Returns
    -------
    Drawing
    """
    labels = [f"{one.pam}, {one.hr} (n = {one.n:,})" for one in classes]
    places = range(len(classes))
    colours = [_COLOURS.get(one.hr, MUTED) for one in classes]
    with house_style():
        figure = Figure(figsize=(5.6, 0.9 + 0.34 * len(classes)), layout="constrained")
        axes = figure.subplots()
        axes.axvline(0.0, color=INK, linewidth=0.7)
        axes.hlines(
            places, [one.lower for one in classes], [one.upper for one in classes], color=colours,
            linewidth=5, alpha=0.4,
        )  # fmt: skip
        middles = [one.middle for one in classes]
        axes.plot(middles, places, "|", color=INK, markersize=9, zorder=2)
        axes.scatter([one.mean for one in classes], places, color=colours, s=26, zorder=3)
        axes.set_yticks(list(places), labels)
        axes.set_xlabel("Contribution of PI3K/AKT/mTOR (logit)")
        _plain(axes)
    said = "; ".join(
        f"{label}: {number(one.mean, 2, signed=True)}"
        for label, one in zip(labels, classes, strict=True)
    )
    told = "; ".join(f"{each}: {number(value, 3)}" for each, value in products.items())
    own = f" Mean absolute contribution of the declared products: {told}." if products else ""
    return Drawing(
        name=name,
        title="PI3K/AKT/mTOR by hormone receptors",
        caption="Dot: mean; mark: median; bar: from the lower to the upper quartile. Were there no interaction, "
        "the same PAM status would contribute alike whatever the receptors. Classes of fewer than "
        f"20 patients are not drawn.{own}",
        alt=f"Mean contribution of PI3K/AKT/mTOR in logits. {said}.",
        figure=figure,
    )


def _plain(axes: Axes) -> None:
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
