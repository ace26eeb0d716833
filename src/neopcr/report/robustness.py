"""Figures of how firm scores are: assays read again, and how far a patient is from the training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from neopcr.report.drawing import Drawing
from neopcr.report.numbers import number, percent
from neopcr.report.palette import BLUE, INK, MUTED, ORANGE, VERMILION, house_style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from neopcr.explain import Robustness, Standing

_SHOWN_COLUMNS = 10
_BINS = 40


def cohort_robustness(name: str, robustness: Robustness) -> Drawing:
    """Draw how wide p_pcr ranges over a cohort when each assay is read again.

    Parameters
    ----------
    name : str
        Of the drawing.
    robustness : Robustness
        Of a cohort; no single patient is shown.

    Returns
    -------
    Drawing
    """
    assays = list(robustness.by_assay)
    middle = [100 * float(np.median(each)) for each in robustness.by_assay.values()]
    ninth = [100 * float(np.quantile(each, 0.9)) for each in robustness.by_assay.values()]
    with house_style():
        figure = Figure(figsize=(4.7, 0.9 + 0.34 * len(assays)), layout="constrained")
        axes = figure.subplots()
        axes.barh(assays, middle, color=BLUE, alpha=0.85, height=0.56)
        axes.hlines(assays, middle, ninth, color=INK, linewidth=1.1)
        axes.plot(ninth, assays, "|", color=INK, markersize=9)
        _plain(axes)
        axes.set_xlabel("Range of p_pcr over re-reads (points)")
    said = "; ".join(
        f"{assay} {number(one, 1)}, of one patient in ten over {number(other, 1)}"
        for assay, one, other in zip(assays, middle, ninth, strict=True)
    )
    n_draws, n = robustness.draws.shape
    return Drawing(
        name=name,
        title="If an assay had been read again",
        caption=f"Bar: the median patient's range, which holds 95 % of the p_pcr of {n_draws} "
        f"plausible re-reads ({n} patients); line: up to the ninth decile. The readers' errors are "
        "assumptions of the simulator's assay table, not measured in this cohort.",
        alt=f"Median range of p_pcr over re-reads, in points. {said}.",
        figure=figure,
    )


def patient_robustness(name: str, robustness: Robustness, place: int) -> Drawing:
    """Draw one patient's p_pcr over re-reads; only when a person asks.

    Parameters
    ----------
    name : str
        Of the drawing.
    robustness : Robustness
        The patient's among others.
    place : int
        0-based place in it.
    """
    draws, p = robustness.draws[:, place], float(robustness.p[place])
    ends = [float(robustness.lower[place]), float(robustness.upper[place])]
    with house_style():
        figure = Figure(figsize=(4.7, 2.1), layout="constrained")
        axes = figure.subplots()
        axes.hist(draws, bins=np.linspace(0, 1, _BINS + 1).tolist(), color=BLUE, alpha=0.85)
        axes.axvline(p, color=VERMILION, linewidth=1.6)
        axes.hlines([0], ends[0], ends[1], color=INK, linewidth=3)
        axes.set_xlim(0, 1)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_xlabel("p_pcr")
    said = f"{percent(ends[0])} to {percent(ends[1])}"
    widths = "; ".join(
        f"{assay} {number(100 * float(each[place]), 1)}"
        for assay, each in robustness.by_assay.items()
    )
    return Drawing(
        name=name,
        title="If the assays had been read again",
        caption=f"p_pcr of {len(draws)} plausible re-reads; the line is p_pcr as recorded, "
        f"{percent(p)}. 95 % lie from {said}. Width of the range in points, by what is read again: "
        f"{widths}.",
        alt=f"Histogram of p_pcr over re-reads: 95 % lie from {said}, as recorded {percent(p)}.",
        figure=figure,
    )


def patient_standing(name: str, standing: Standing) -> Drawing:
    """Draw how far each of a patient's columns is from the training patients; only when asked."""
    shown = standing.columns[:_SHOWN_COLUMNS]
    colours = [ORANGE if one.excess > 0 else MUTED for one in shown]
    with house_style():
        figure = Figure(figsize=(4.7, 0.9 + 0.3 * max(len(shown), 1)), layout="constrained")
        axes = figure.subplots()
        values = [one.deviation for one in shown]
        axes.barh([one.name for one in shown], values, color=colours, height=0.6)
        _plain(axes)
        axes.axvline(0.0, color=INK, linewidth=0.7)
        axes.tick_params(axis="y", labelfontfamily="monospace")
        axes.set_xlabel("Standard deviations from the mean")
    beyond = [f"{one.name} by {number(one.excess, 1)}" for one in shown if one.excess > 0]
    outside = "; ".join(beyond) if beyond else "none"
    verdict = "Unlike the training patients" if standing.outside else "Like the training patients"
    measured = (
        f"distance {number(standing.distance, 2)} (limit {number(standing.farthest, 2)}), outermost "
        f"value {number(standing.excess, 1)} standard deviations outside the range (limit "
        f"{number(standing.outermost, 1)})"
    )
    return Drawing(
        name=name,
        title="How far from the training patients",
        caption=f"{verdict}: {measured}. Orange: outside the range of the training patients. Limits "
        "are those that about one in a hundred patients of the same kind passes.",
        alt=f"{verdict}: {measured}. Columns outside the range: {outside}.",
        figure=figure,
    )


def _plain(axes: Axes) -> None:
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
