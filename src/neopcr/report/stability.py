"""Figures of what another sample, or another centre, would have given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from neopcr.report.drawing import Drawing
from neopcr.report.numbers import TOO_FEW, estimate_text, number, percent
from neopcr.report.palette import BLUE, INK, MUTED, SKY, VERMILION, house_style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from neopcr.specs import Estimate, FloatArray

_TICKS = np.linspace(0, 1, 6)


def prediction_instability(
    name: str, p: FloatArray, lower: FloatArray, upper: FloatArray, error: float
) -> Drawing:
    """Predictions of bootstrap models against the model's own.

    Parameters
    ----------
    name : str
        Of the drawing.
    p, lower, upper : float array of shape (n_patients,)
        The model's prediction, and the middle 95 % of the bootstrap models'.
    error : float
        Mean absolute prediction error.

    Returns
    -------
    Drawing
    """
    with house_style():
        figure, axes = _square()
        axes.vlines(p, lower, upper, color=BLUE, linewidth=0.7, alpha=0.35)
        axes.plot([0, 1], [0, 1], color=MUTED, linewidth=0.8)
        axes.set_xlabel("Predicted probability of pCR")
        axes.set_ylabel("Predicted by bootstrap models")
    return Drawing(
        name=name,
        title="Prediction instability",
        caption="Each line is a patient: the middle 95 % of the predictions that models made from "
        "bootstrap samples of the same patients give. The longer, the more a prediction owes to "
        f"the sample. Mean absolute prediction error {number(error)}.",
        alt=f"Prediction instability plot. Mean absolute prediction error {number(error)}; middle "
        f"95 % of the models' predictions {percent(float(np.median(upper - lower)))} wide in the "
        "median patient.",
        figure=figure,
        shows_patients=True,
    )


def calibration_instability(name: str, grid: FloatArray, curves: FloatArray) -> Drawing:
    """Calibration of bootstrap models in the original patients.

    Parameters
    ----------
    name : str
        Of the drawing.
    grid : float array of shape (n_points,)
        Predictions.
    curves : float array of shape (n_models, n_points)
        Smoothed share of pCR of each model; NaN beyond its predictions.

    Returns
    -------
    Drawing
    """
    with house_style():
        figure, axes = _square()
        axes.plot(grid, curves.T, color=SKY, linewidth=0.5, alpha=0.45)
        axes.plot([0, 1], [0, 1], color=INK, linewidth=0.9)
        axes.set_xlabel("Predicted by a bootstrap model")
        axes.set_ylabel("Share who reached pCR")
    return Drawing(
        name=name,
        title="Calibration instability",
        caption=f"Each line is one of {len(curves)} bootstrap models in the original patients. The "
        "further they part, the less one sample tells of calibration.",
        alt=f"Calibration instability plot: curves of {len(curves)} bootstrap models.",
        figure=figure,
    )


def classification_instability(
    name: str, p: FloatArray, changed: FloatArray, threshold: float
) -> Drawing:
    """How often bootstrap models put a patient on the other side of a threshold.

    Parameters
    ----------
    name : str
        Of the drawing.
    p, changed : float array of shape (n_patients,)
        The model's prediction; share of models that disagree.
    threshold : float

    Returns
    -------
    Drawing
    """
    with house_style():
        figure, axes = _square()
        axes.axvline(threshold, color=MUTED, linewidth=0.8)
        axes.plot(p, changed, "o", color=VERMILION, markersize=2.6, alpha=0.6, markeredgewidth=0)
        axes.set_xlabel("Predicted probability of pCR")
        axes.set_ylabel("Share of models that disagree")
    often = float((changed > 0.1).mean())
    return Drawing(
        name=name,
        title=f"Classification instability at {threshold:g}",
        caption="Each dot is a patient: share of bootstrap models that put the patient on the "
        f"other side of the threshold. More than a tenth of the models do so for "
        f"{percent(often)} of the patients.",
        alt=f"Classification instability plot at {threshold:g}. {percent(often)} of patients are "
        "put on the other side by more than a tenth of the models.",
        figure=figure,
        shows_patients=True,
    )


def centres(name: str, title: str, estimates: Sequence[Estimate], line: float) -> Drawing:
    """One metric in every centre, then its average and what a new centre may expect.

    Parameters
    ----------
    name, title : str
        Of the drawing and of the metric.
    estimates : sequence of Estimate
        In drawing order; their groups are the labels.
    line : float
        Where a thin line stands: the ideal, or the average.

    Returns
    -------
    Drawing
    """
    rows = len(estimates)
    with house_style():
        figure = Figure(figsize=(4.9, 0.75 + 0.42 * rows), layout="constrained")
        axes = figure.subplots()
        for row, one in enumerate(estimates):
            # Beside the words, not through them.
            axes.plot([line, line], [row - 0.14, row + 0.2], color=MUTED, linewidth=0.8)
            _draw_centre(axes, row, one)
        axes.set_ylim(rows - 0.5, -0.7)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_xlabel(title)
        axes.margins(x=0.06)
    said = "; ".join(f"{one.group}: {estimate_text(one)}" for one in estimates)
    return Drawing(
        name=name,
        title=f"{title} by centre",
        caption="Each centre was examined by a model of the others, with its 95 % interval. "
        "Diamond: average of centres. Last line: 95 % prediction interval, where a new "
        "centre is expected.",
        alt=f"{title}. {said}.",
        figure=figure,
    )


def _draw_centre(axes: Axes, row: int, one: Estimate) -> None:
    words = estimate_text(one)
    at = axes.get_yaxis_transform()
    axes.text(0, row - 0.33, f"{one.group} (n = {one.n})", transform=at, va="center")
    axes.text(
        1, row - 0.33, words, transform=at, ha="right", va="center",
        color=MUTED if words == TOO_FEW else INK,
    )  # fmt: skip
    if one.value is None:
        return
    average = "centre" in one.method or one.method == "prediction interval"
    colour = VERMILION if average else BLUE
    if one.lower is not None and one.upper is not None:
        axes.plot([one.lower, one.upper], [row, row], color=colour, linewidth=1.6)
    if one.method != "prediction interval":
        axes.plot(one.value, row, "D" if average else "s", color=colour, markersize=5)


def _square() -> tuple[Figure, Axes]:
    figure = Figure(figsize=(4.7, 4.6), layout="constrained")
    axes = figure.subplots()
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_xticks(_TICKS)
    axes.set_yticks(_TICKS)
    axes.grid(visible=True)
    axes.set_axisbelow(True)
    return figure, axes
