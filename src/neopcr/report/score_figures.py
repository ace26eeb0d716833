"""Scores of a cohort, drawn: the whole distribution, and that of each class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from neopcr.report.drawing import Drawing
from neopcr.report.numbers import count, percent
from neopcr.report.palette import BLUE, INK, MUTED, house_style

if TYPE_CHECKING:
    from neopcr.specs import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The scores of a class.

    Parameters
    ----------
    name : str
    n : int
        Scored patients.
    low, lower, middle, upper, high : float
        Where 5, 25, 50, 75 and 95 % of them lie below.
    outside : int
        Those unlike the training patients.
    """

    name: str
    n: int
    low: float
    lower: float
    middle: float
    upper: float
    high: float
    outside: int


def distribution(name: str, shares: FloatArray, everyone: Spread) -> Drawing:
    """Draw how p_pcr is spread over a cohort.

    Parameters
    ----------
    name : str
        Of the drawing.
    shares : float array
        Of patients, by equal steps of p_pcr from 0 to 1.
    everyone : Spread
    """
    edges = np.linspace(0.0, 1.0, len(shares) + 1)
    with house_style():
        figure = Figure(figsize=(6.2, 2.9), layout="constrained")
        axes = figure.subplots()
        axes.bar(edges[:-1], shares, width=edges[1], align="edge", color=BLUE, linewidth=0)
        axes.axvline(everyone.middle, color=INK, linewidth=1.2)
        axes.set_xlim(0.0, 1.0)
        axes.set_xlabel("Predicted probability of pCR")
        axes.set_ylabel("Share of patients")
        axes.yaxis.set_major_formatter(lambda share, _: percent(share))
    return Drawing(
        name=name,
        title="Predicted probabilities",
        caption=f"Scored patients by p_pcr, {count(everyone.n)} in all; the line is their median.",
        alt=f"Histogram of p_pcr: median {percent(everyone.middle)}, the middle half from "
        f"{percent(everyone.lower)} to {percent(everyone.upper)}.",
        figure=figure,
    )


def by_class(name: str, spreads: Sequence[Spread]) -> Drawing:
    """Draw p_pcr by class: median, middle half, and nine in ten.

    Parameters
    ----------
    name : str
        Of the drawing.
    spreads : sequence of Spread
        Of classes with patients, from the top down.
    """
    with house_style():
        figure = Figure(figsize=(6.2, 0.7 + 0.34 * len(spreads)), layout="constrained")
        axes = figure.subplots()
        for place, one in enumerate(spreads):
            axes.plot([one.low, one.high], [place, place], color=MUTED, linewidth=1.0)
            axes.plot([one.lower, one.upper], [place, place], color=BLUE, linewidth=7.0)
            axes.plot([one.middle], [place], marker="|", markersize=11, color=INK, mew=1.8)
        axes.set_yticks(range(len(spreads)), [f"{one.name} ({count(one.n)})" for one in spreads])
        axes.invert_yaxis()
        axes.set_xlim(0.0, 1.0)
        axes.set_xlabel("Predicted probability of pCR")
    said = "; ".join(f"{one.name} {percent(one.middle)}" for one in spreads)
    return Drawing(
        name=name,
        title="By HR and HER2 class",
        caption="Median, the middle half (bar) and nine in ten (line) of each class; scored "
        "patients in brackets. Classes are those of the model's own features.",
        alt=f"Median p_pcr by class: {said}.",
        figure=figure,
    )
