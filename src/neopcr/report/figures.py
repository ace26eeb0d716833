"""Figures of performance: discrimination, calibration, and how far the outcomes lie apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from neopcr.report.drawing import Drawing
from neopcr.report.numbers import TOO_FEW, estimate_text, percent
from neopcr.report.palette import (
    DASHES,
    INK,
    MUTED,
    REACHED,
    RESIDUAL,
    RULE,
    SERIES,
    house_style,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from neopcr.report.curves import Bins, Curve
    from neopcr.specs import Estimate, FloatArray

_BINS = np.linspace(0, 1, 26)
_FEWEST = 5
"""Patients that a bar or a line stands for: such a figure leaves the page, and shows none alone."""


def roc(name: str, curves: Sequence[Curve], aurocs: Sequence[Estimate]) -> Drawing:
    """Receiver operating characteristic, one line a model.

    Parameters
    ----------
    name : str
        Of the drawing.
    curves : sequence of Curve
        x false positive rate, y true positive rate; positive means pCR reached.
    aurocs : sequence of Estimate
        One a curve; none of either where a cohort has one outcome only.

    Returns
    -------
    Drawing
    """
    said = [
        f"{curve.label} {estimate_text(auroc)}" for curve, auroc in zip(curves, aurocs, strict=True)
    ]
    with house_style():
        figure, axes = _square()
        axes.plot([0, 1], [0, 1], color=MUTED, linewidth=0.8)
        _draw_curves(axes, curves)
        axes.set_xlabel("False positive rate")
        axes.set_ylabel("Sensitivity")
        _legend_below(figure, axes, said)
    return Drawing(
        name=name,
        title="Discrimination",
        caption="Receiver operating characteristic. Sensitivity: share predicted above a cut "
        "among those who reached pCR. Legend: AUROC with its 95 % interval. Thin line: chance.",
        alt=f"ROC curve. AUROC: {'; '.join(said) or TOO_FEW}.",
        figure=figure,
    )


def calibration(
    name: str,
    curves: Sequence[Curve],
    bins: Bins,
    outcome: FloatArray,
    p: FloatArray,
    estimates: Sequence[Estimate] = (),
) -> Drawing:
    """Predicted against observed, above the distribution of predictions.

    Parameters
    ----------
    name : str
        Of the drawing.
    curves : sequence of Curve
        The flexible calibration curve with its ribbon, and a second opinion.
    bins : Bins
        Grouped patients, for those who trust points more than smooth lines.
    outcome, p : float array of shape (n_patients,)
        1 pCR reached, 0 residual disease; predicted probability.
    estimates : sequence of Estimate
        Slope and calibration in the large, to be said in words.

    Returns
    -------
    Drawing
    """
    with house_style():
        figure = Figure(figsize=(4.7, 5.5), layout="constrained")
        axes, below = figure.subplots(2, 1, sharex=True, height_ratios=(5, 1))
        _unit_square(axes)
        axes.plot([0, 1], [0, 1], color=MUTED, linewidth=0.8)
        _draw_curves(axes, curves)
        drawn = axes.lines[1:]
        spread = np.abs(np.stack([bins.lower, bins.upper]) - bins.observed)
        axes.errorbar(
            bins.predicted, bins.observed, yerr=spread, fmt="o", color=INK, markersize=4,
            elinewidth=0.9,
        )  # fmt: skip
        axes.set_ylabel("Share who reached pCR")
        _draw_spikes(below, outcome, p)
        below.set_xlabel("Predicted probability of pCR")
        said = [curve.label for curve in curves]
        figure.legend(drawn, said, loc="outside lower left", handlelength=2.6)
    words = "; ".join(f"{one.name.replace('_', ' ')} {estimate_text(one)}" for one in estimates)
    return Drawing(
        name=name,
        title="Calibration",
        caption="Solid line and ribbon: flexible curve by loess with its 95 % interval; dashed: by "
        "splines, where they can be fitted. What both show alike is no matter of method. Points: "
        "patients grouped by prediction. On the diagonal, predictions are right on average. "
        "Beneath: how many patients had each prediction, those who reached pCR upward, the others "
        "downward; no bar is of fewer than 5.",
        alt=f"Calibration curve of observed against predicted pCR{f'. {words}' if words else ''}.",
        figure=figure,
    )


def distributions(name: str, outcome: FloatArray, p: FloatArray) -> Drawing:
    """Predicted probabilities of those who reached pCR and of those who did not.

    Parameters
    ----------
    name : str
        Of the drawing.
    outcome, p : float array of shape (n_patients,)
        1 pCR reached, 0 residual disease; predicted probability.

    Returns
    -------
    Drawing
    """
    groups = (("pCR reached", REACHED, 1.0), ("residual disease", RESIDUAL, 0.0))
    said = []
    with house_style():
        figure = Figure(figsize=(4.7, 3.4), layout="constrained")
        upper, lower = figure.subplots(2, 1, sharex=True, sharey=True)
        for axes, (label, colour, code) in zip((upper, lower), groups, strict=True):
            held = p[outcome == code]
            said.append(f"{label}, n = {len(held)}{_middle(held)}")
            _draw_shares(axes, held, colour)
            axes.set_title(said[-1], loc="left", fontsize=9.5, color=colour)
        lower.set_xlabel("Predicted probability of pCR")
        figure.supylabel("Share of patients", fontsize=9.5)
    return Drawing(
        name=name,
        title="Predictions by outcome",
        caption="Distribution of the predicted probability in each outcome group, no bar of fewer "
        "than 5 patients; the vertical line is the group's mean. The further apart the two are, the "
        "better the model tells the groups apart.",
        alt="Histograms of predicted probability. " + "; ".join(said) + ".",
        figure=figure,
    )


def _square() -> tuple[Figure, Axes]:
    figure = Figure(figsize=(4.7, 5.0), layout="constrained")
    axes = figure.subplots()
    _unit_square(axes)
    axes.set_aspect("equal")
    return figure, axes


def _unit_square(axes: Axes) -> None:
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    ticks = np.linspace(0, 1, 6)
    axes.set_xticks(ticks)
    axes.set_yticks(ticks)
    axes.grid(visible=True)
    axes.set_axisbelow(True)


def _draw_curves(axes: Axes, curves: Sequence[Curve]) -> None:
    for index, curve in enumerate(curves):
        colour = SERIES[index % len(SERIES)]
        if curve.lower is not None and curve.upper is not None:
            axes.fill_between(
                curve.x, curve.lower, curve.upper, color=colour, alpha=0.16, linewidth=0
            )
        axes.plot(curve.x, curve.y, color=colour, linestyle=DASHES[index % len(DASHES)])


def _legend_below(figure: Figure, axes: Axes, labels: Sequence[str]) -> None:
    """Outside the axes: a legend never covers the data."""
    lines = axes.lines[len(axes.lines) - len(labels) :]
    figure.legend(lines, labels, loc="outside lower left", handlelength=2.6)


def _draw_spikes(axes: Axes, outcome: FloatArray, p: FloatArray) -> None:
    for colour, code, direction in ((REACHED, 1.0, 1), (RESIDUAL, 0.0, -1)):
        heights, edges = _shared_bins(p[outcome == code])
        axes.bar(edges[:-1], direction * heights, np.diff(edges), align="edge", color=colour,
                 alpha=0.75, linewidth=0)  # fmt: skip
    axes.axhline(0, color=MUTED, linewidth=0.7)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)


def _draw_shares(axes: Axes, p: FloatArray, colour: str) -> None:
    heights, edges = _shared_bins(p)
    axes.bar(edges[:-1], heights / max(len(p), 1), np.diff(edges), align="edge", color=colour,
             alpha=0.75, linewidth=0)  # fmt: skip
    axes.set_xlim(0, 1)
    axes.grid(visible=True, axis="x")
    axes.set_axisbelow(True)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.spines["bottom"].set_color(RULE)
    if len(p) >= _FEWEST:
        axes.axvline(float(p.mean()), color=INK, linewidth=1.1)


def _middle(p: FloatArray) -> str:
    return f", mean {percent(float(p.mean()))}" if len(p) >= _FEWEST else ""


def _shared_bins(p: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Heights and edges of bars; bins are taken together, from the left, until each has patients.

    A height is of patients in a bin of the usual width.
    """
    counts, edges = np.histogram(p, bins=_BINS)
    if len(p) < _FEWEST:
        return np.zeros(0), edges[:1]
    filled = np.flatnonzero(counts)
    reached, starts, below = 0, [int(filled[0])], []
    for place in filled:
        reached += counts[place]
        if reached >= _FEWEST:
            below.append(reached)
            starts.append(int(place) + 1)
            reached = 0
    # What is left over on the right joins the last bar.
    below[-1] += reached
    starts[-1] = int(filled[-1]) + 1
    cut = edges[starts]
    return np.array(below) * (_BINS[1] / np.diff(cut)), cut
