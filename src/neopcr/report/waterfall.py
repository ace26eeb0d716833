"""One prediction, step by step, drawn with the shap library."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import matplotlib.pyplot as plt
import numpy as np
import shap
from matplotlib.artist import Artist
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrow
from matplotlib.text import Text

from neopcr.explain.to_shap import patient_to_shap
from neopcr.report.drawing import Drawing
from neopcr.report.numbers import number, percent
from neopcr.report.palette import BLUE, INK, MUTED, PAPER, RULE, VERMILION, house_style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from neopcr.explain import Explanation

_Part = TypeVar("_Part", bound=Artist)

_SHOWN_COLUMNS = 12

_WATERFALL_SCALE = 0.75

_REPAINT = {
    to_hex(shap.plots.colors.red_rgb): BLUE,
    to_hex(shap.plots.colors.blue_rgb): VERMILION,
    "#cccccc": RULE,
    "#bbbbbb": MUTED,
    "#ffffff": PAPER,
    "#000000": INK,
}
"""shap's waterfall has fixed colours, made for white paper; ours, which follow the page."""


def waterfall(
    name: str, explanation: Explanation, patient: int, who: str = "one patient"
) -> Drawing:
    """One prediction, from the average to its value (``shap.plots.waterfall``).

    Parameters
    ----------
    name : str
        Of the drawing.
    explanation : Explanation
        Of the patient's cohort, or of a typical profile.
    patient : int
        0-based position in it.
    who : str
        Whom it shows, as in "typical profile". A real patient is drawn only when a person asks.

    Returns
    -------
    Drawing
    """
    with house_style(), pyplot_figure() as figure:
        shap.plots.waterfall(
            patient_to_shap(explanation, patient), max_display=_SHOWN_COLUMNS, show=False
        )
        _repaint(figure)
        _relabel(figure, explanation.base, float(explanation.logit[patient]))
        _shrink(figure)
    p = percent(float(explanation.p[patient]))
    order = np.argsort(-np.abs(explanation.columns[patient]), kind="stable")
    shown = explanation.shown(patient)
    said = "; ".join(
        f"{explanation.column_names[i]} {shown[i]} "
        f"{number(float(explanation.columns[patient, i]), 2, signed=True)}"
        for i in order[:5]
    )
    return Drawing(
        name=name,
        title=f"How one prediction is made up: {who}",
        caption="From the average logit, E[f(X)], each column adds its "
        f"contribution; the sum, f(x), is the logit of p_pcr, here {p}.",
        alt=f"Waterfall of {who}, p_pcr {p}. Largest contributions: {said}.",
        figure=figure,
    )


@contextmanager
def pyplot_figure() -> Iterator[Figure]:
    """Shap's waterfall draws on pyplot's current figure: give it one, then close it."""
    backend = plt.get_backend()
    plt.switch_backend("agg")
    with plt.ioff():
        figure = plt.figure()
        try:
            yield figure
        finally:
            plt.close(figure)
            plt.switch_backend(backend)


def _repaint(figure: Figure) -> None:
    for arrow in _parts(figure, FancyArrow):
        arrow.set_color(_REPAINT[to_hex(arrow.get_facecolor())])
    for text in _parts(figure, Text):
        text.set_color(_REPAINT.get(to_hex(text.get_color()), text.get_color()))
    for line in _parts(figure, Line2D):
        line.set_color(_REPAINT.get(to_hex(line.get_color()), line.get_color()))


def _shrink(figure: Figure) -> None:
    """Scale shap's eight-inch drawing and its type down together, to be read on a phone."""
    width, height = figure.get_size_inches()
    figure.set_size_inches(width * _WATERFALL_SCALE, height * _WATERFALL_SCALE)
    for text in _parts(figure, Text):
        text.set_fontsize(float(text.get_fontsize()) * _WATERFALL_SCALE)
    figure.set_layout_engine("constrained")


def _parts(figure: Figure, kind: type[_Part]) -> list[_Part]:
    return [part for part in figure.findobj(kind) if isinstance(part, kind)]


def _relabel(figure: Figure, base: float, logit: float) -> None:
    """Write each label once and in one piece: shap overlays two, placed by the width of its font."""
    rows, start, end = figure.axes
    ticks = rows.get_yticks()
    half = len(ticks) // 2
    labels = [label.get_text().partition(" = ") for label in rows.get_yticklabels()[:half]]
    rows.set_yticks(
        ticks[:half],
        [
            f"{column} = {value}" if column else value.replace("features", "columns")
            for value, _, column in labels
        ],
        fontfamily="monospace",
        color=INK,
    )
    start.set_xticks([base], [f"\nE[f(X)] = {number(base)}"], ha="center")
    end.set_xticks([logit], [f"f(x) = {number(logit)}"], ha="center")
