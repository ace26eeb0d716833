"""Decision curve: what acting on a prediction is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from neopcr.report.drawing import Drawing
from neopcr.report.palette import BLUE, DASHES, INK, MUTED, VERMILION, house_style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neopcr.report.curves import Curve


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
    prevalence = float(np.max(treat_all.y))
    with house_style():
        figure = Figure(figsize=(4.7, 5.0), layout="constrained")
        axes = figure.subplots()
        for threshold in thresholds:
            axes.axvline(threshold, color=MUTED, linewidth=0.7)
        if model.lower is not None and model.upper is not None:
            axes.fill_between(
                model.x, model.lower, model.upper, color=BLUE, alpha=0.16, linewidth=0
            )
        lines = [
            axes.plot(model.x, model.y, color=BLUE)[0],
            axes.plot(treat_all.x, treat_all.y, color=VERMILION, linestyle=DASHES[1])[0],
            axes.axhline(0.0, color=INK, linewidth=0.9, linestyle=DASHES[2]),
        ]
        axes.set_xlim(0, 1)
        axes.set_ylim(-0.15 * prevalence, 1.1 * prevalence)
        axes.grid(visible=True)
        axes.set_axisbelow(True)
        axes.set_xlabel("Threshold probability of pCR")
        axes.set_ylabel("Net benefit")
        said = ["the model", "all counted as pCR", "none counted as pCR"]
        figure.legend(lines, said, loc="outside lower left", handlelength=2.6)
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
