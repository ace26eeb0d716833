"""Shares by class with exact intervals, and odds ratios over re-reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from neopcr.report.drawing import Drawing
from neopcr.report.numbers import TOO_FEW, number, percent
from neopcr.report.palette import BLUE, INK, MUTED, RULE, SERIES, VERMILION, house_style

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

    from neopcr.specs import FloatArray
    from neopcr.validation.proportion import Share


def shares_figure(name: str, title: str, shares: Mapping[str, Share]) -> Drawing:
    """Draw shares of patients, one a line, with exact 95 % intervals.

    Parameters
    ----------
    name, title : str
        Of the drawing; the title is its axis too.
    shares : mapping of str to Share
        By class.
    """
    with house_style():
        figure = Figure(figsize=(6.4, 0.8 + 0.5 * len(shares)), layout="constrained")
        axes = figure.subplots()
        for row, (label, one) in enumerate(shares.items()):
            _draw_share(axes, row, label, one)
        axes.set_ylim(len(shares) - 0.5, -0.7)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_xlim(0, 100)
        axes.set_xlabel(f"{title}, %")
    said = "; ".join(f"{label}: {share_text(one)}" for label, one in shares.items())
    return Drawing(
        name=name,
        title=title,
        caption="Points with exact 95 % intervals; beside them, how many of how many.",
        alt=f"{title}. {said}.",
        figure=figure,
    )


def share_text(one: Share) -> str:
    """Write a share with its interval.

    Examples
    --------
    >>> from neopcr.validation.proportion import share
    >>> share_text(share(3, 20)) == "15.0\N{NO-BREAK SPACE}% (3.2 to 37.9)"
    True
    >>> share_text(share(1, 2))
    'too few to say'
    """
    if one.value is None or one.lower is None or one.upper is None:
        return TOO_FEW
    return f"{percent(one.value)} ({number(100 * one.lower, 1)} to {number(100 * one.upper, 1)})"


def _draw_share(axes: Axes, row: int, label: str, one: Share) -> None:
    axes.text(0, row - 0.34, label, transform=axes.get_yaxis_transform(), va="center")
    words = TOO_FEW if one.value is None else f"{one.events:,} of {one.n:,}"
    axes.text(
        1, row - 0.34, words, transform=axes.get_yaxis_transform(), ha="right", va="center",
        color=MUTED if one.value is None else INK,
    )  # fmt: skip
    axes.plot([0, 100], [row, row], color=RULE, linewidth=0.6, zorder=0)
    if one.value is None or one.lower is None or one.upper is None:
        return
    axes.plot([100 * one.lower, 100 * one.upper], [row, row], color=BLUE, linewidth=1.6)
    axes.plot(100 * one.value, row, "s", color=BLUE, markersize=5.5)


def reread_figure(label: str, as_read: float, draws: FloatArray) -> Drawing:
    """Draw odds ratios over re-reads as a histogram, and the one of the classes as recorded.

    Parameters
    ----------
    label : str
        What is compared with what.
    as_read : float
        Above 0.
    draws : float array of shape (n_draws,)
        NaN where not defined.
    """
    known = draws[np.isfinite(draws)]
    edges = np.geomspace(min(known.min(), as_read) * 0.98, max(known.max(), as_read) * 1.02, 31)
    with house_style():
        figure = Figure(figsize=(6.4, 2.7), layout="constrained")
        axes = figure.subplots()
        axes.hist(known, bins=list(edges), color=BLUE, alpha=0.55)
        axes.axvline(as_read, color=VERMILION, linewidth=1.8)
        axes.axvline(1, color=MUTED, linewidth=0.8, linestyle=(0, (4, 2)))
        axes.set_xscale("log")
        axes.set_xticks(ratio_ticks(min(1.0, edges[0]), max(1.0, edges[-1])))
        axes.xaxis.set_major_formatter("{x:g}")
        axes.minorticks_off()
        axes.set_xlabel(f"Odds ratio of pCR, {label}")
        axes.set_ylabel("Re-reads")
    return Drawing(
        name="reread",
        title="Odds ratio if IHC were read again",
        caption="Each re-read sorts every patient anew. The line is the ratio of the classes as "
        "recorded; the dashed line is 1, no difference.",
        alt=f"Odds ratios of {label} over {len(known)} re-reads, from {number(known.min(), 2)} to "
        f"{number(known.max(), 2)}; as recorded {number(as_read, 2)}.",
        figure=figure,
    )


_STEPS = (0.1, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 15.0, 20.0, 50.0, 100.0)


def ratio_ticks(low: float, high: float) -> list[float]:
    """Ratios to write at a logarithmic axis of that range."""
    return [step for step in _STEPS if low * 0.99 <= step <= high * 1.01]


def operating_points_figure(
    cuts: Sequence[float], lines: Mapping[str, Sequence[Share]], chosen: float
) -> Drawing:
    """Draw shares by cut-off, one line each with its exact band.

    Parameters
    ----------
    cuts : sequence of float
    lines : mapping of str to sequence of Share
        By name: one share a cut-off; a gap where there is too little to say.
    chosen : float
        The published cut-off.
    """
    with house_style():
        figure = Figure(figsize=(6.4, 3.4), layout="constrained")
        axes = figure.subplots()
        axes.axvline(chosen, color=MUTED, linewidth=0.8, linestyle=(0, (4, 2)))
        for place, (name, shares) in enumerate(lines.items()):
            ends = [(one.value, one.lower, one.upper) for one in shares]
            value, low, high = 100 * np.array(ends, dtype=np.float64).reshape(-1, 3).T
            marker = "os^D"[place]
            axes.plot(cuts, value, color=SERIES[place], marker=marker, markersize=4, label=name)
            axes.fill_between(cuts, low, high, color=SERIES[place], alpha=0.12, linewidth=0)
        axes.set_ylim(0, 102)
        axes.set_xlabel("SUVmax above which a lesion counts as positive")
        axes.set_ylabel("%")
        axes.legend(loc="best")
    said = "; ".join(
        f"{name} at {chosen:g}: {share_text(shares[list(cuts).index(chosen)])}"
        for name, shares in lines.items()
    )
    return Drawing(
        name="operating-points",
        title="What a cut-off of SUVmax finds, and misses",
        caption="Bands are exact 95 % limits, cut-off by cut-off; the dashed line is the published "
        "cut-off. Whoever picks the best of them finds too much.",
        alt=f"Operating points. {said}.",
        figure=figure,
    )
