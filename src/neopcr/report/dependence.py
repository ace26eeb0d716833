"""How a column's contribution goes with its value, drawn with the shap library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shap

from neopcr.explain import shown_value
from neopcr.explain.to_shap import cohort_to_shap
from neopcr.report.drawing import Drawing
from neopcr.report.palette import BLUE, INK, MUTED, RULE, house_style
from neopcr.report.reasons import drawn_rows, fixed_jitter
from neopcr.report.waterfall import pyplot_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from neopcr.explain import Explanation
    from neopcr.specs import Column, FloatArray

_SHOWN_COLUMNS = 4
_UPRIGHT = 12
"""Letters of the labels of one axis that fit side by side."""


def dependence(name: str, explanation: Explanation) -> Drawing | None:
    """Draw the columns that contribute most, value against contribution (``shap.plots.scatter``).

    Parameters
    ----------
    name : str
        Of the drawing.
    explanation : Explanation
        Of a cohort of at least one patient; dots are patients, as in `beeswarm`.

    Returns
    -------
    Drawing or None
        None where nobody has a value in any column.
    """
    known = np.isfinite(explanation.values).sum(axis=0) > 0
    order = np.argsort(-np.abs(explanation.columns).mean(axis=0), kind="stable")
    places = [int(place) for place in order if known[place]][:_SHOWN_COLUMNS]
    if not places:
        return None
    given = cohort_to_shap(explanation)[drawn_rows(len(explanation.p))]
    n_rows = (len(places) + 1) // 2
    with house_style(), fixed_jitter(), pyplot_figure() as figure:
        figure.set_size_inches(6.4, 2.7 * n_rows)
        figure.set_layout_engine("constrained")
        for number, place in enumerate(places, start=1):
            axes = figure.add_subplot(n_rows, 2, number)
            shap.plots.scatter(
                given[:, place], color=BLUE, dot_size=9, alpha=0.7, hist=False, ax=axes,
                show=False, axis_color=INK,
            )  # fmt: skip
            _tidy(axes, explanation.specs[place], explanation.values[:, place])
    names = [explanation.column_names[place] for place in places]
    return Drawing(
        name=name,
        title="How contributions go with values",
        caption="The columns that contribute most. One dot is one patient: what the column holds, and "
        "what it adds to the logit; marks on the left are patients in whom it is missing. Dots of one "
        "value differ where the model lets other columns decide what it means.",
        alt=f"Contribution against value of {', '.join(names)}.",
        figure=figure,
        shows_patients=True,
    )


def _tidy(axes: Axes, column: Column, values: FloatArray) -> None:
    """Bring shap's fixed sizes and colours to the page's, and write levels in words."""
    axes.axhline(0.0, color=RULE, linewidth=0.8, zorder=-1)
    unit = f" ({column.unit})" if column.unit else ""
    axes.set_xlabel(f"{column.title or column.name}{unit}", fontsize=9)
    axes.set_ylabel("Contribution (logit)", fontsize=9)
    axes.tick_params(labelsize=8.5, color=MUTED, labelcolor=INK)
    for spine in axes.spines.values():
        spine.set_edgecolor(MUTED)
    if column.kind in {"category", "boolean"}:
        levels = np.unique(values[~np.isnan(values)])
        texts = [shown_value(column, float(level)) for level in levels]
        turned = 0.0 if sum(map(len, texts)) <= _UPRIGHT * 3 else 60.0
        axes.set_xticks(levels.tolist(), texts, rotation=turned, ha="right" if turned else "center")
