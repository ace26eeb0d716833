"""Figures of simulated trials: pCR by branch, and power by assay and dropout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from neopcr.report.adaptive_arm import COLOURS
from neopcr.report.drawing import Drawing
from neopcr.report.palette import DASHES, INK, MUTED, PURPLE, RULE, SERIES, house_style
from neopcr.simulation.trial_runs import wilson

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from neopcr.simulation.trial_runs import Share


def rates_figure(rates: Mapping[str, tuple[Share, float]]) -> Drawing:
    """Draw the expected pCR of arms and branches.

    Parameters
    ----------
    rates : mapping of str to (Share, float)
        Expected pCR, and the group's share of its arm; 1 for an arm.
    """
    with house_style():
        figure = Figure(figsize=(7.6, 0.9 + 0.4 * len(rates)), layout="constrained")
        axes = figure.subplots()
        for y, (name, (rate, share)) in enumerate(rates.items()):
            colour = COLOURS.get(name, PURPLE if " or " in name else MUTED)
            axes.barh(y, rate.value, height=0.66, color=colour)
            words = f"{100 * rate.value:.1f} %" + (
                f"  ({100 * share:.0f} % of the arm)" if share < 1 else ""
            )
            axes.text(rate.value + 0.01, y, words, va="center", fontsize=8.5, color=INK)
        axes.set_yticks(range(len(rates)), list(rates))
        axes.set_ylim(len(rates) - 0.5, -0.5)
        axes.set_xlim(0, 1)
        axes.set_xlabel("Expected share with pCR, patients without surgery counted as none")
        axes.tick_params(axis="y", length=0)
    said = ", ".join(f"{name} {100 * rate.value:.1f} %" for name, (rate, _) in rates.items())
    return Drawing(
        name="expected-pcr",
        title="Expected pCR by arm and branch",
        caption="Branches hold different patients: who takes PyroHT or EveroHT was chosen for ctDNA "
        "that persists. Their rates are no comparison of regimens.",
        alt=f"Bars of expected pCR: {said}.",
        figure=figure,
    )


def power_figure(
    power: Mapping[tuple[float, float], float],
    n_trials: int,
    assumed: tuple[float, float],
) -> Drawing:
    """Draw power against the assay's sensitivity, a line a dropout, with Monte-Carlo intervals.

    Parameters
    ----------
    power : mapping of (float, float) to float
        By assay sensitivity and dropout.
    n_trials : int
    assumed : (float, float)
        The scenario that the page reports first.
    """
    dropouts = sorted({two for _, two in power})
    with house_style():
        figure = Figure(figsize=(6.6, 3.9), layout="constrained")
        axes = figure.subplots()
        for place, dropout in enumerate(dropouts):
            points = sorted((one, power[one, two]) for one, two in power if two == dropout)
            colour, dash = SERIES[place % len(SERIES)], DASHES[place % len(DASHES)]
            x, y = zip(*points, strict=True)
            low, high = zip(*(wilson(value, n_trials) for value in y), strict=True)
            axes.fill_between(x, low, high, color=colour, alpha=0.13, linewidth=0)
            axes.plot(
                x, y, color=colour, linestyle=dash, marker="o", markersize=3.5,
                label=f"{100 * dropout:g} %",
            )  # fmt: skip
        axes.plot(assumed[0], power[assumed], "o", markersize=9, mfc="none", mec=INK)
        axes.axhline(0.8, color=RULE, linewidth=1)
        axes.set_ylim(0, 1)
        axes.set_xlabel("Sensitivity of the ctDNA assay, against the sources' assays")
        axes.set_ylabel("Power")
        axes.legend(title="Without surgery", loc="center left", bbox_to_anchor=(1.0, 0.5))
    return Drawing(
        name="power",
        title="Power of comparing the arms",
        caption=f"Share of {n_trials:,} simulated trials with a two-sided p below 5 % in favour of "
        "the adaptive arm; bands are 95 % Monte-Carlo intervals. The ring is what was assumed.",
        alt=f"Lines of power by assay sensitivity and dropout; as assumed {power[assumed]:.3f}.",
        figure=figure,
    )


def spread_figure(differences: Sequence[float]) -> Drawing:
    """Draw how the difference between the arms falls out from trial to trial.

    Parameters
    ----------
    differences : sequence of float
        pCR of the experimental arm less that of the control, one a trial.
    """
    with house_style():
        figure = Figure(figsize=(6.6, 2.6), layout="constrained")
        axes = figure.subplots()
        axes.hist([100 * one for one in differences], bins=24, color=MUTED, alpha=0.75)
        axes.axvline(0, color=INK, linewidth=1)
        axes.set_xlabel("Adaptive arm less control, percentage points of pCR")
        axes.set_ylabel("Trials")
    mean = 100 * sum(differences) / len(differences)
    return Drawing(
        name="differences",
        title="What single trials would find",
        caption="Each trial is one draw of patients, centres and outcomes.",
        alt=f"Histogram of differences between the arms; mean {mean:.1f} percentage points.",
        figure=figure,
    )
