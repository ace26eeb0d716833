"""Simulate-trial: a thousand runs of NCT07239271 under effects that are stated, not known."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr import __version__
from neopcr.errors import UserError
from neopcr.simulation.assumptions import Assumptions
from neopcr.simulation.trial_runs import (
    ADC_OR_AC_H,
    ROWS,
    Runs,
    power,
    rate,
    run_trials,
    two_sided_p,
    wilson,
)
from neopcr.target import whole_folder
from neopcr.workflows._outputs import require_writable
from neopcr.workflows._result import Result, progress
from neopcr.workflows._simulated_trial_page import write_simulated_trial

if TYPE_CHECKING:
    from neopcr.simulation.trial_runs import Share
    from neopcr.specs import IntArray

NOTICE = (
    "For research: the effects of switching are assumptions, none is an estimate; nothing here is a "
    "treatment recommendation."
)
NO_EVEROHT = (
    "the effect of EveroHT has to be given: --everoht-log-odds, the log-odds of pCR of EveroHT from "
    "cycle 3 against staying on nab-PHP, in those who take that branch. No published figure can "
    "calibrate it (RADHER found no gain of everolimus, without chemotherapy), so that there is no "
    "default; run several, such as 0, 0.4 and 0.8."
)


def simulate_trial(
    output: Path, assumed: Assumptions, *, n_trials: int = 1000, seed: int = 0
) -> Result:
    """Run the trial many times, and write what would come out.

    Parameters
    ----------
    output : Path
        A new folder: ``result.json``, ``scenarios.csv``, ``trials.csv`` and ``report.html``.
    assumed : Assumptions
    n_trials : int
    seed : int
        The same seed gives the same bytes.

    Raises
    ------
    UserError
        If no trial is asked for.
    TargetError
    """
    if n_trials < 1:
        message = "no trial is asked for. Give --trials 1 or more."
        raise UserError(message)
    require_writable(output)
    with progress("simulating trials") as move:
        runs = run_trials(assumed, n_trials, seed, progress=move)
    told = result_of(runs, assumed, n_trials=n_trials, seed=seed)
    base = next(iter(runs.values()))
    with whole_folder(output) as folder:
        (folder / "result.json").write_text(f"{json.dumps(told, indent=1)}\n", encoding="utf-8")
        _write_csv(folder / "scenarios.csv", told["scenarios"])
        _write_csv(folder / "trials.csv", _trials(base))
        write_simulated_trial(told, base, folder / "report.html")
    data = {**told, "folder": str(output)}
    return Result(data, (*_lines(told, output), NOTICE))


def assumptions(everoht: float | None, **others: Any) -> Assumptions:  # noqa: ANN401 - fields of Assumptions
    """What is assumed; of `others` those that are None keep their default.

    Raises
    ------
    UserError
        If the effect of EveroHT is not given, or a share is none.
    """
    if everoht is None:
        raise UserError(NO_EVEROHT)
    return Assumptions(
        everoht=everoht, **{name: one for name, one in others.items() if one is not None}
    )


def result_of(
    runs: dict[tuple[float, float], Runs], assumed: Assumptions, *, n_trials: int, seed: int
) -> dict[str, Any]:
    """What was found, as plain values.

    Parameters
    ----------
    runs : dict of (float, float) to Runs
        From `run_trials`; the first is what was assumed.
    assumed : Assumptions
    n_trials, seed : int
    """
    base = next(iter(runs.values()))
    return {
        "version": __version__,
        "trial": "nct07239271",
        "n_trials": n_trials,
        "seed": seed,
        "notice": NOTICE,
        "assumptions": assumed.told(),
        "power": _power(base, n_trials),
        "type_1_error": _power(base, n_trials, equal=True),
        "arms": {
            "control": _rate(base.control, base.n_control),
            "experimental": _rate(base.experimental, base.n_experimental),
        },
        "branches": {name: _branch(base, place) for place, name in enumerate(ROWS)},
        "shares": _shares(base),
        "scenarios": [
            {"assay_sensitivity": one, "dropout": two, **_scenario(each, n_trials)}
            for (one, two), each in runs.items()
        ],
    }


def _power(runs: Runs, n_trials: int, *, equal: bool = False) -> dict[str, object]:
    better, worse = power(runs, equal=equal)
    both = better.value + worse.value
    said = {"in_favour": better, "against": worse}
    if equal:
        error = float(np.sqrt(both * (1 - both) / n_trials))
        return {"value": both, "monte_carlo_error": error, "interval": wilson(both, n_trials)}
    return {
        name: {
            "value": one.value,
            "monte_carlo_error": one.error,
            "interval": wilson(one.value, n_trials),
        }
        for name, one in said.items()
    }


def _rate(reached: IntArray, n: int) -> dict[str, object]:
    found = rate(reached, np.full(reached.size, n))
    return {"patients": n, **_told(found)}


def _branch(runs: Runs, place: int) -> dict[str, object]:
    patients = runs.patients[:, place]
    share = rate(patients, np.full(patients.size, runs.n_experimental))
    return {
        "share_of_arm": _told(share),
        "pcr": _told(rate(runs.reached[:, place], patients)),
    }


def _told(found: Share | None) -> dict[str, object]:
    if found is None:
        return {"value": None, "monte_carlo_error": None}
    return {"value": found.value, "monte_carlo_error": found.error}


def _shares(runs: Runs) -> dict[str, float]:
    """Who is treated with less than the control arm, with as much, and with something else."""
    share = dict(zip(ROWS, runs.patients.mean(axis=0) / runs.n_experimental, strict=True))
    return {
        "de_escalated": float(share["nab-PHP"]),
        "as_control": float(share["TCbHP"]),
        "escalated": float(share["PyroHT"] + share["EveroHT"]),
        "changed_after_c4": float(share[ADC_OR_AC_H]),
    }


def _scenario(runs: Runs, n_trials: int) -> dict[str, object]:
    better, worse = power(runs)
    low, high = wilson(better.value, n_trials)
    return {
        "power": better.value,
        "monte_carlo_error": better.error,
        "power_lower": low,
        "power_upper": high,
        "rejected_against": worse.value,
        "pcr_control": float(runs.control.mean() / runs.n_control),
        "pcr_experimental": float(runs.experimental.mean() / runs.n_experimental),
        **_shares(runs),
    }


def _trials(runs: Runs) -> list[dict[str, object]]:
    """One row a trial."""
    difference, p = two_sided_p(
        runs.experimental, runs.n_experimental, runs.control, runs.n_control
    )
    names = [f"patients_{name}" for name in ROWS] + [f"pcr_{name}" for name in ROWS]
    return [
        {
            "trial": trial + 1,
            "pcr_control": int(runs.control[trial]),
            "pcr_experimental": int(runs.experimental[trial]),
            "difference": float(difference[trial]),
            "p": float(p[trial]),
            **dict(
                zip(
                    names,
                    [*runs.patients[trial].tolist(), *runs.reached[trial].tolist()],
                    strict=True,
                )
            ),
        }
        for trial in range(runs.control.size)
    ]


def _write_csv(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")


def _lines(told: Mapping[str, Any], output: Path) -> tuple[str, ...]:
    arms, won, null = told["arms"], told["power"]["in_favour"], told["type_1_error"]
    shares = told["shares"]
    rates = ", ".join(f"{name} {100 * one['value']:.1f} %" for name, one in arms.items())
    return (
        f"{output}: {told['n_trials']:,} trials; expected pCR {rates}",
        f"  de-escalated {100 * shares['de_escalated']:.1f} %, escalated "
        f"{100 * shares['escalated']:.1f} % of the adaptive arm",
        f"  power {won['value']:.3f} (Monte-Carlo error {won['monte_carlo_error']:.3f}), type I "
        f"error with equal arms {null['value']:.3f} ({null['monte_carlo_error']:.3f})",
    )
