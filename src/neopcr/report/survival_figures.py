"""Survival curves with what is needed to read them: bands, censoring, and who is still observed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from neopcr.report.comparison_figures import ratio_ticks
from neopcr.report.drawing import Drawing
from neopcr.report.palette import BLUE, DASHES, INK, MUTED, RULE, SERIES, house_style

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from neopcr.specs import FloatArray
    from neopcr.validation.survival import HazardRatio, SurvivalCurve

_FEWEST_AT_RISK = 5


def survival_figure(curves: Mapping[str, SurvivalCurve], until: float, event: str) -> Drawing:
    """Draw Kaplan-Meier curves, group by group, with 95 % bands and numbers at risk.

    Parameters
    ----------
    curves : mapping of str to SurvivalCurve
        By group.
    until : float
        Months shown. A curve ends where fewer than five patients are left, so that no step is one
        patient's.
    event : str
        What the curves are free of.
    """
    ticks = np.arange(0, until + 1, _step(until))
    with house_style():
        figure = Figure(figsize=(7.2, 3.7 + 0.24 * len(curves)), layout="constrained")
        axes, risk = figure.subplots(
            2, 1, height_ratios=(3.2, 0.28 * len(curves) + 0.1), sharex=True
        )
        for place, (name, curve) in enumerate(curves.items()):
            _draw(axes, name, curve, until, place)
        axes.set_ylim(0, 1.02)
        axes.set_xlim(0, until)
        axes.set_ylabel(f"Free of {event}")
        axes.legend(loc="lower left")
        _write_risk(risk, curves, ticks)
        risk.set_xticks(ticks)
        risk.set_xlabel("Months")
    said = "; ".join(
        f"{name}: {100 * curve.at(np.array([until]))[0][0]:.0f} % at {until:g} months"
        for name, curve in curves.items()
    )
    return Drawing(
        name="survival",
        title="Kaplan-Meier curves",
        caption="Bands are 95 % limits point by point. Below, patients still under observation; a "
        f"curve ends where fewer than {_FEWEST_AT_RISK} are.",
        alt=f"Share of patients free of {event}. {said}.",
        figure=figure,
    )


def cut_off_figure(by_cut: Mapping[float, HazardRatio | None], chosen: float) -> Drawing:
    """Draw the hazard ratio above against below each cut-off, with 95 % intervals."""
    known = [(cut, one) for cut, one in by_cut.items() if one is not None]
    with house_style():
        figure = Figure(figsize=(6.6, 3.2), layout="constrained")
        axes = figure.subplots()
        axes.axhline(1, color=RULE, linewidth=1)
        for cut, one in known:
            axes.plot([cut, cut], [one.lower, one.upper], color=MUTED, linewidth=1.4)
            face = BLUE if cut == chosen else "none"
            axes.plot(cut, one.ratio, "o", color=BLUE, markerfacecolor=face, markersize=6)
        axes.set_yscale("log")
        ends = [end for _, one in known for end in (one.lower, one.upper)]
        axes.set_yticks(ratio_ticks(min((1.0, *ends)), max((1.0, *ends))))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.minorticks_off()
        axes.set_xticks(list(by_cut))
        axes.set_xlabel("HER2/CEP17 ratio above which a patient counts as high")
        axes.set_ylabel("Hazard ratio")
    said = ", ".join(f"{cut:g}: {one.ratio:.2f}" for cut, one in known)
    return Drawing(
        name="cut-offs",
        title="How much hangs on the cut-off",
        caption="The filled point is the protocol's. The intervals hold for one cut-off chosen "
        "beforehand: who picks the best of them finds too much.",
        alt=f"Hazard ratios by cut-off: {said or 'none could be estimated'}.",
        figure=figure,
    )


def _draw(axes: Axes, name: str, curve: SurvivalCurve, until: float, place: int) -> None:
    colour, dash = SERIES[place % len(SERIES)], DASHES[place % len(DASHES)]
    end = min(until, _last_shown(curve))
    shown = curve.time <= end
    x = np.concatenate(([0.0], curve.time[shown], [end]))
    levels = [
        np.concatenate(([1.0], each[shown])) for each in (curve.survival, curve.lower, curve.upper)
    ]
    y, low, high = (np.append(each, each[-1]) for each in levels)
    axes.step(x, y, where="post", color=colour, linestyle=dash, label=f"{name} (n {curve.n:,})")
    axes.fill_between(x, low, high, step="post", color=colour, alpha=0.12, linewidth=0)


def _last_shown(curve: SurvivalCurve) -> float:
    """Months until which at least five patients are observed."""
    return float(curve.follow_up[-min(_FEWEST_AT_RISK, curve.n)])


def _write_risk(axes: Axes, curves: Mapping[str, SurvivalCurve], ticks: FloatArray) -> None:
    for place, curve in enumerate(curves.values()):
        for month, left in zip(ticks, curve.numbers_at_risk(ticks), strict=True):
            axes.text(month, place, f"{left:,}", ha="center", va="center", fontsize=8.5, color=INK)
    axes.set_yticks(range(len(curves)), list(_short(curves)))
    axes.set_ylim(len(curves) - 0.4, -0.6)
    axes.tick_params(length=0)
    axes.tick_params(axis="y", pad=16)
    for side in axes.spines.values():
        side.set_visible(False)


def _short(curves: Mapping[str, SurvivalCurve]) -> Sequence[str]:
    return [name if len(name) <= 24 else f"{name[:23]}…" for name in curves]


def _step(until: float) -> int:
    """Months between ticks: about six of them."""
    return next(step for step in (3, 6, 12, 24, 36, 60, 120) if until / step <= 8 or step == 120)
