"""Figure of performance by how many patients a model learns from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from neopcr.report.drawing import Drawing
from neopcr.report.numbers import estimate_text
from neopcr.report.palette import SERIES, house_style
from neopcr.report.tables import metric_title

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from neopcr.specs import Estimate


def learning(
    name: str, sizes: Sequence[int], estimates: Mapping[str, Sequence[Estimate]]
) -> Drawing:
    """Learning curve, one panel a metric.

    Parameters
    ----------
    name : str
        Of the drawing.
    sizes : sequence of int
        Patients a model learned from.
    estimates : mapping of str to sequence of Estimate
        Of each metric, one a size; those with a value are drawn.

    Returns
    -------
    Drawing
    """
    said = []
    with house_style():
        figure = Figure(figsize=(4.7, 1.0 + 2.2 * len(estimates)), layout="constrained")
        panels = figure.subplots(len(estimates), 1, sharex=True, squeeze=False)[:, 0]
        for axes, (metric, found) in zip(panels, estimates.items(), strict=True):
            known = [(n, one) for n, one in zip(sizes, found, strict=True) if one.value is not None]
            x = [n for n, _ in known]
            ends = [(one.value, one.lower, one.upper) for _, one in known]
            value, lower, upper = np.array(ends, dtype=np.float64).reshape(-1, 3).T
            axes.fill_between(x, lower, upper, color=SERIES[0], alpha=0.16, linewidth=0)
            axes.plot(x, value, color=SERIES[0], marker="o", markersize=4)
            axes.set_ylabel(metric_title(metric))
            axes.grid(visible=True, axis="y")
            said += [f"{metric_title(metric)} {estimate_text(one)} with {n}" for n, one in known]
        panels[-1].set_xlabel("Patients learned from")
    return Drawing(
        name=name,
        title="Learning curve",
        caption="Cross-validated performance by how many patients each fold's model learned from, "
        "with 95 % intervals; the patients it is tested on are the same throughout. Where the line "
        "still rises or falls at its end, more patients of the same kind would help.",
        alt=f"Learning curve. {'; '.join(said) or 'too few to say'}.",
        figure=figure,
    )
