"""Decision curve: what acting on a prediction is worth, and how far that hangs on the sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from neopcr.report.drawing import Drawing
from neopcr.report.numbers import percent
from neopcr.report.palette import BLUE, DASHES, INK, MUTED, SKY, VERMILION, house_style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

    from neopcr.report.curves import Curve
    from neopcr.specs import FloatArray


def decision(
    name: str, model: Curve, treat_all: Curve, thresholds: Sequence[float] = ()
) -> Drawing:
    """Net benefit of acting on the model, for everyone and for nobody.

    Parameters
    ----------
    name : str
        Of the drawing.
    model, treat_all : Curve
        x threshold, y net benefit.
    thresholds : sequence of float
        Declared beforehand, drawn as thin lines.

    Returns
    -------
    Drawing
    """
    with house_style():
        figure, axes = _frame(treat_all)
        for threshold in thresholds:
            axes.axvline(threshold, color=MUTED, linewidth=0.7)
        if model.lower is not None and model.upper is not None:
            axes.fill_between(
                model.x, model.lower, model.upper, color=BLUE, alpha=0.16, linewidth=0
            )
        _draw_lines(figure, axes, model, treat_all)
    shown = (
        f" Thin lines: thresholds declared beforehand, {', '.join(f'{t:g}' for t in thresholds)}."
    )
    best = model.y > np.maximum(treat_all.y, 0.0)
    span = (
        f"above both from {model.x[best].min():.2f} to {model.x[best].max():.2f}"
        if best.any()
        else "nowhere above both"
    )
    return Drawing(
        name=name,
        title="Decision curve",
        caption="Net benefit of acting where the predicted probability reaches a threshold, with "
        "its 95 % interval, beside acting on all and on none. A model is of use at thresholds "
        f"where its line is the highest.{shown if thresholds else ''}",
        alt=f"Decision curve. The model's net benefit is {span}.",
        figure=figure,
    )


def decision_instability(
    name: str, model: Curve, treat_all: Curve, benefits: FloatArray
) -> Drawing:
    """Net benefit of bootstrap models in the original patients.

    Parameters
    ----------
    name : str
        Of the drawing.
    model, treat_all : Curve
        x threshold, y net benefit; of the model itself, and of acting on everyone.
    benefits : float array of shape (n_models, n_thresholds)
        Of each bootstrap model, at the thresholds of `model`.

    Returns
    -------
    Drawing

    References
    ----------
    .. [1] Riley & Collins, Biom J 65 (2023) 2200302, doi:10.1002/bimj.202200302.
    """
    with house_style():
        figure, axes = _frame(treat_all)
        thin = axes.plot(model.x, benefits.T, color=SKY, linewidth=0.5, alpha=0.45)[:1]
        _draw_lines(figure, axes, model, treat_all, others=thin)
    useful = (benefits > np.maximum(treat_all.y, 0.0)).mean(axis=0)
    best = int(np.argmax(useful))
    return Drawing(
        name=name,
        title="Decision curve instability",
        caption=f"Each thin line is one of {len(benefits)} bootstrap models in the original "
        "patients, the thick one the model itself in the patients it was fitted to, which flatters "
        "it. Where thin lines fall below acting on all or on none, whether the model is of use "
        "hangs on the sample.",
        alt=f"Decision curve instability plot of {len(benefits)} bootstrap models. At best, at a "
        f"threshold of {model.x[best]:.2f}, {percent(float(useful[best]))} of them are above acting "
        "on all and on none.",
        figure=figure,
    )


def _frame(treat_all: Curve) -> tuple[Figure, Axes]:
    """Axes that show what lies near and above acting on none."""
    prevalence = float(np.max(treat_all.y))
    figure = Figure(figsize=(4.7, 5.0), layout="constrained")
    axes = figure.subplots()
    axes.set_xlim(0, 1)
    axes.set_ylim(-0.15 * prevalence, 1.1 * prevalence)
    axes.grid(visible=True)
    axes.set_axisbelow(True)
    axes.set_xlabel("Threshold probability of pCR")
    axes.set_ylabel("Net benefit")
    return figure, axes


def _draw_lines(
    figure: Figure, axes: Axes, model: Curve, treat_all: Curve, others: Sequence[Line2D] = ()
) -> None:
    """The model, acting on all and on none, and their legend; `others` stand after the model."""
    lines = [
        axes.plot(model.x, model.y, color=BLUE)[0],
        *others,
        axes.plot(treat_all.x, treat_all.y, color=VERMILION, linestyle=DASHES[1])[0],
        axes.axhline(0.0, color=INK, linewidth=0.9, linestyle=DASHES[2]),
    ]
    said = ["the model", *["bootstrap models"] * len(others), "all counted as pCR"]
    figure.legend(lines, [*said, "none counted as pCR"], loc="outside lower left", handlelength=2.6)
