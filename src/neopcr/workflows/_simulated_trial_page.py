"""The page of simulated trials: what was assumed, what would come out, and how sure that is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neopcr.report.chapters import Chapter, ChapterPage, Grid, write_chapters
from neopcr.report.numbers import count, percent
from neopcr.report.trial_figures import power_figure, rates_figure, spread_figure
from neopcr.simulation.effects import EFFECTS
from neopcr.simulation.trial_runs import Runs, Share

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_NOTICE = (
    "The effects of switching a regimen are assumptions of whoever ran this; no trial has measured "
    "them. No figure here is an estimate for a patient."
)


def write_simulated_trial(told: Mapping[str, Any], base: Runs, path: Path) -> Path:
    """Write the page.

    Parameters
    ----------
    told : mapping of str to object
        From `neopcr.workflows.simulate_trial.result_of`.
    base : Runs
        Of what was assumed.
    path : Path
    """
    page = ChapterPage(
        title="NCT07239271, simulated",
        subtitle=f"{count(told['n_trials'])} trials of "
        f"{count(base.n_control + base.n_experimental)} patients: {count(base.n_control)} TCbHP, "
        f"{count(base.n_experimental)} adaptive; seed {told['seed']}",
        version=str(told["version"]),
        notice=_NOTICE,
        chapters=(_assumptions(told), _rates(told), _power(told, base)),
    )
    return write_chapters(page, path)


def _assumptions(told: Mapping[str, Any]) -> Chapter:
    return Chapter(
        title="What is assumed",
        text=(
            "Log-odds are of pCR against staying on nab-PHP, in the patients who take the branch. "
            "EveroHT cannot be calibrated from published data: its effect was given by whoever ran this.",
        ),
        grids=(
            Grid(
                title="Assumptions of this run",
                header=("Assumption", "Source", "Unit", "Value"),
                rows=tuple(
                    (str(one["name"]), str(one["source"]), str(one["unit"]), str(one["value"]))
                    for one in told["assumptions"]
                ),
                words=3,
            ),
        ),
        folded=(
            Grid(
                title="Effects of the generator behind it",
                how="Population, ctDNA, images and pCR are drawn with these.",
                header=("Effect", "Source", "Unit", "Value"),
                rows=tuple(
                    (one.name, one.source, one.unit, str(one.value)) for one in EFFECTS.values()
                ),
                words=3,
            ),
        ),
    )


def _rates(told: Mapping[str, Any]) -> Chapter:
    arms = {name: (_share(one), 1.0) for name, one in told["arms"].items()}
    branches = {
        name: (_share(one["pcr"]), float(one["share_of_arm"]["value"]))
        for name, one in told["branches"].items()
        if one["pcr"]["value"] is not None
    }
    both = {**arms, **branches}
    shares = told["shares"]
    return Chapter(
        title="Expected pCR",
        text=(
            f"De-escalated to nab-PHP alone: {percent(shares['de_escalated'])} of the adaptive arm; "
            f"treated as the controls from cycle 3: {percent(shares['as_control'])}; escalated to "
            f"PyroHT or EveroHT: {percent(shares['escalated'])}. After cycle 4, "
            f"{percent(shares['changed_after_c4'])} change to an ADC or AC+H; they are counted in their "
            "branch after cycle 2 too.",
        ),
        figures=(rates_figure(both),),
        grids=(
            Grid(
                title="Expected pCR by arm and branch",
                how="Patients without surgery are counted as no pCR. The error is that of a finite "
                "number of trials.",
                header=("Arm or branch", "Share of its arm", "Expected pCR", "Monte-Carlo error"),
                rows=tuple(
                    (name, percent(share), percent(one.value), f"{100 * one.error:.2f} points")
                    for name, (one, share) in both.items()
                ),
            ),
        ),
    )


def _power(told: Mapping[str, Any], base: Runs) -> Chapter:
    scenarios = {(one["assay_sensitivity"], one["dropout"]): one for one in told["scenarios"]}
    assumed = next(iter(scenarios))
    won, lost, null = told["power"]["in_favour"], told["power"]["against"], told["type_1_error"]
    differences = base.experimental / base.n_experimental - base.control / base.n_control
    return Chapter(
        title="Power",
        text=(
            "The arms are compared by the normal test of two proportions, two-sided at 5 %. Power in "
            f"favour of the adaptive arm: {_with_interval(won)}; rejected against it: "
            f"{_with_interval(lost)}. With both arms treated alike {_with_interval(null)} reject: "
            "the type I error, 5 % by design.",
        ),
        figures=(
            power_figure({key: one["power"] for key, one in scenarios.items()}, told["n_trials"], assumed),
            spread_figure(differences.tolist()),
        ),
        folded=(
            Grid(
                title="Every scenario",
                how="All share their patients, so that a difference is one of assumptions. The first "
                "is what was assumed.",
                header=(
                    "Assay sensitivity", "Without surgery", "Power", "Monte-Carlo error",
                    "pCR, control", "pCR, adaptive", "De-escalated", "Escalated",
                ),
                rows=tuple(
                    (
                        percent(one["assay_sensitivity"]), percent(one["dropout"]),
                        f"{one['power']:.3f}", f"{one['monte_carlo_error']:.3f}",
                        *(percent(one[name]) for name in (
                            "pcr_control", "pcr_experimental", "de_escalated", "escalated",
                        )),
                    )
                    for one in scenarios.values()
                ),
            ),
        ),
    )  # fmt: skip


def _share(one: Mapping[str, float]) -> Share:
    return Share(value=one["value"], error=one["monte_carlo_error"])


def _with_interval(one: Mapping[str, Any]) -> str:
    low, high = one["interval"]
    return f"{one['value']:.3f} (95 % {low:.3f} to {high:.3f})"
