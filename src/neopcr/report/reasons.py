"""Figures of explanations, drawn with the shap library from contributions the kernel made."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import shap
from matplotlib.figure import Figure

from neopcr.explain.to_shap import cohort_to_shap
from neopcr.report.drawing import Drawing
from neopcr.report.numbers import number
from neopcr.report.palette import (
    BLUE,
    INK,
    LOW_TO_HIGH,
    RULE,
    house_style,
)
from neopcr.report.waterfall import waterfall

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from neopcr.explain import Explanation, Importance
    from neopcr.specs import IntArray

__all__ = ["beeswarm", "drawn_rows", "fixed_jitter", "modality_bars", "waterfall"]

_MOST_DOTS = 300
"""Patients drawn: vector dots of more make the page heavy and say no more."""

_SHOWN_COLUMNS = 12


def beeswarm(name: str, explanation: Explanation) -> Drawing:
    """Draw what each column contributes, one dot a patient (``shap.plots.beeswarm``).

    Parameters
    ----------
    name : str
        Of the drawing.
    explanation : Explanation
        Of a cohort of at least one patient. Of large cohorts 300 patients, evenly spaced in the
        table, are drawn; the columns are ranked over all of them.

    Returns
    -------
    Drawing
    """
    n = len(explanation.p)
    rows = drawn_rows(n)
    order = np.argsort(-np.abs(explanation.columns).mean(axis=0), kind="stable")
    with house_style(), fixed_jitter(), warnings.catch_warnings():
        # A column nobody has: shap asks numpy for its percentiles, and draws its dots grey.
        warnings.filterwarnings("ignore", message="All-NaN slice", category=RuntimeWarning)
        height = 1.0 + 0.36 * min(len(order), _SHOWN_COLUMNS)
        figure = Figure(figsize=(5.6, height), layout="constrained")
        axes = figure.subplots()
        shap.plots.beeswarm(
            cohort_to_shap(explanation)[rows], max_display=_SHOWN_COLUMNS, order=order, ax=axes,
            show=False, plot_size=None, color=LOW_TO_HIGH, s=9, axis_color=INK,
        )  # fmt: skip
        _tidy(figure, axes)
    leading = ", ".join(explanation.column_names[i] for i in order[:5])
    drawn = f"{len(rows)} of {n} patients are drawn. " if len(rows) < n else ""
    return Drawing(
        name=name,
        title="What moves the prediction",
        caption=f"One dot is one patient. {drawn}Right of the line, the column raises that "
        "patient's p_pcr; left, it lowers it. Colour: low to high value; grey: missing. A "
        "contribution describes the model; it is not the effect of a treatment or a cause.",
        alt=f"Contributions of columns to the logit. Largest on average: {leading}.",
        figure=figure,
        shows_patients=True,
    )


def drawn_rows(n_patients: int) -> IntArray:
    """Positions of the patients that are drawn, evenly spaced; of 300 or fewer all of them."""
    return np.unique(np.linspace(0, n_patients - 1, min(n_patients, _MOST_DOTS)).astype(np.int64))


def modality_bars(name: str, ranking: Sequence[Importance]) -> Drawing:
    """Mean absolute contribution of each modality.

    Parameters
    ----------
    name : str
        Of the drawing.
    ranking : sequence of Importance
        Largest first.

    Returns
    -------
    Drawing
    """
    names = [one.name for one in ranking]
    values = [one.value for one in ranking]
    with house_style():
        figure = Figure(figsize=(4.7, 0.8 + 0.3 * len(names)), layout="constrained")
        axes = figure.subplots()
        bars = axes.barh(names, values, color=BLUE, alpha=0.85, height=0.62)
        axes.bar_label(bars, [number(value, 2) for value in values], padding=4)
        axes.invert_yaxis()
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.set_xlabel("Mean absolute contribution (logit)")
        axes.margins(x=0.12)
    said = "; ".join(f"{one.name} {number(one.value, 2)}" for one in ranking)
    return Drawing(
        name=name,
        title="Modalities",
        caption="How far each modality moves the prediction of an average patient, on the logit. "
        "What a missing modality contributes is its own.",
        alt=f"Mean absolute contribution in logits. {said}.",
        figure=figure,
    )


def _tidy(figure: Figure, axes: Axes) -> None:
    """Bring shap's fixed sizes and colours to the page's."""
    for line in axes.lines:
        line.set_color(RULE)
        line.set_linewidth(0.8)
    for dots in axes.collections:
        dots.set_clip_on(False)
    labels = [
        label.get_text().replace("other features", "others") for label in axes.get_yticklabels()
    ]
    axes.set_yticks(axes.get_yticks(), labels)
    axes.set_xlabel("Contribution (logit)", fontsize=9.5)
    axes.tick_params(axis="both", labelsize=9)
    axes.tick_params(axis="y", labelfontfamily="monospace")
    for bar in figure.axes[1:]:
        bar.set_ylabel("Value of the column", fontsize=9, labelpad=-8)
        bar.tick_params(labelsize=9)


@contextmanager
def fixed_jitter() -> Iterator[None]:
    """Shap scatters its dots with numpy's global generator: lend it a seeded state."""
    before = np.random.get_state()  # noqa: NPY002
    np.random.set_state(dict(np.random.MT19937(0).state))  # noqa: NPY002
    try:
        yield
    finally:
        np.random.set_state(before)  # noqa: NPY002
