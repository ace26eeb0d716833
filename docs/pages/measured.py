"""The page of what was measured, made of the figures in ``docs/measured/``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pages.figures import (
    COHORTS,
    METRICS,
    PEERS,
    difference_cells,
    interval,
    is_not_worse,
    mean_cells,
    number,
    performance_cells,
)
from pages.markdown import table

FOLDER = Path(__file__).parents[1] / "measured"
NON_INFERIOR = -0.02
"""AUROC: the lower end of ours minus theirs on I-SPY 2."""
WORSE_END = {"auroc": -0.01, "brier": 0.003}
"""Of the paired interval on all of I-SPY 2."""

HEAD = """# Measured

What was measured on real and on simulated patients beyond a training's own report, whatever came out. n is patients, in
brackets those who reached pCR; intervals are 95 %. A paired difference is ours minus theirs on the same patients and folds, with an interval
from 2,000 draws of patients, each averaged over the repeats; **not worse** means that the interval does not lie wholly on the worse side.
The 75 validation patients of TransNEO are not in any of it. This page is made by `make docs` of
the figures that these commands write to `docs/measured/`:

```
python benchmarks/evidence/run.py      # ridge, transport, ablation, simulator; or one of them by name
python benchmarks/peers/run.py         # AutoML tools, each in an environment of its own; or one of them by name
```
"""

ON_PEERS = """## Against AutoML

Five outer folds, the same for all; the columns our pipeline reads, categories by name. Ours is the pipeline of the config at its settings, its inner search
in every outer fold. AutoGluon and FLAML choose by log-loss, as ours and MLJAR do by themselves; the rest is their default.
Imports and compilation are not timed, but the start of worker processes is (ours and EBM have them; where ours were still there from the run before, as beside FLAML and EBM, a ratio is
three times as large).
Two cores, nothing else at work; each ratio is to a run of ours just before.
Ours runs its five folds on both cores, the peers one fold after the other on both. Promised on I-SPY 2: the lower end of the difference in AUROC above
\N{MINUS SIGN}0.02, at no more than a quarter of their time.
"""

ON_RIDGE = """## Against ridge logistic regression

Nested cross-validation, five repeats of five folds, same columns and folds; the ridge's penalty is chosen in the same inner folds. On all of I-SPY 2 the worse end of the
paired interval must lie within 0.01 of AUROC and 0.003 of the Brier score; elsewhere the interval must not lie wholly on the worse side.
"""

ON_TRANSPORT = """## From I-SPY 2 to I-SPY 1

`configs/ispy2_shared.yaml` trains on the columns that both cohorts have: age, hormone receptors, HER2. The bundle is carried over as it is, then adjusted by
`neopcr recalibrate` to {local} patients of I-SPY 1 drawn at random, and both are examined on the others: mean of {draws} draws, in brackets where 95 % of the draws lie.
"""

ON_ABLATION = """## TransNEO piece by piece

What is shipped, and what would be if one piece were otherwise, on the same folds of the {n} ({events}): means of {repeats} repeats of five folds, of {repeats_apart} for an
arrangement that is fitted anew; differences are of what is shipped minus the arrangement. What follows from it stands in [a decision](decisions/0008-members-weights-line.md).
"""

ON_LACKING = """Each modality taken from the held-out patients in turn, {repeats_apart} repeats: the model of all modalities, and the reduced model that was fitted without.
"""

ON_SIMULATOR = """## Simulated patients: what lies within reach

Cross-validated AUROC, whole centres left out, of {n:,} patients; medians of {seeds} cohorts, against a model trained on nearly 200,000. Promised: a gap
of at most {promised}.
"""


def measured_page() -> str:
    """Every section whose figures are there."""
    sections = (
        ("peers", _peers),
        ("ridge", _ridge),
        ("transport", _transport),
        ("ablation", _ablation),
        ("simulator", _simulator),
    )
    written = [
        part
        for name, section in sections
        if (FOLDER / f"{name}.json").exists()
        for part in section(read(name))
    ]
    return "\n".join([HEAD, *written])


def read(name: str) -> dict[str, Any]:
    """Figures of a study."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def _peers(found: Mapping[str, Any]) -> Iterator[str]:
    yield ON_PEERS
    for cohort, rows in found.items():
        ours = rows["neopcr"]
        of = ours["performance"]["auroc"]
        title = COHORTS[cohort, "all"]
        ordered = [(peer, rows[peer]) for peer in PEERS if peer in rows]
        yield f"### {title}, {of['n']} ({of['events']})\n"
        header = ["", "AUROC", "Brier", "calibration slope", "in the large"]
        yield table(header, [_peer_row(*each) for each in ordered]) + "\n"
        header = [
            "ours minus …", "AUROC", "Brier", "their wall time, s", "times ours", "processor time, s",
            "times ours",
        ]  # fmt: skip
        header += ["non-inferior"] if cohort == "ispy2" else ["not worse"]
        yield f"Ours took {ours['cpu']:.0f} s of processor time for the five folds.\n"
        others = [each for each in ordered if each[0] != "neopcr" and "failed" not in each[1]]
        yield table(header, [_beside_row(cohort, *each) for each in others]) + "\n"


def _peer_row(peer: str, row: Mapping[str, Any]) -> list[str]:
    version = f" {row['version']}" if "version" in row else ""
    if "failed" in row:
        return [PEERS[peer], f"could not be run: {' '.join(row['failed'])}", "", "", ""]
    return [f"{PEERS[peer]}{version}", *performance_cells(row["performance"])]


def _beside_row(cohort: str, peer: str, row: Mapping[str, Any]) -> list[str]:
    difference = row["difference"]
    lower = difference["auroc"]["lower"]
    holds = lower > NON_INFERIOR if cohort == "ispy2" else is_not_worse(difference)
    return [
        PEERS[peer],
        *difference_cells(difference),
        f"{row['wall']:,.0f}",
        f"{row['wall_ratio']:,.1f}",
        f"{row['cpu']:,.0f}",
        f"{row['cpu_ratio']:,.1f}",
        "yes" if holds else "no",
    ]


def _ridge(found: Mapping[str, Any]) -> Iterator[str]:
    yield ON_RIDGE
    header = ["cohort", "n", "", "AUROC", "Brier", "calibration slope", "in the large", "holds"]
    yield table(header, [line for row in found["rows"] for line in _ridge_rows(row)]) + "\n"


def _ridge_rows(row: Mapping[str, Any]) -> Iterator[list[str]]:
    key = (row["cohort"], row["part"])
    of, difference = row["ours"]["auroc"], row["difference"]
    size = f"{of['n']} ({of['events']})"
    holds = _within(difference) if key == ("ispy2", "all") else is_not_worse(difference)
    yield [COHORTS[key], size, "ours", *performance_cells(row["ours"]), ""]
    yield ["", "", "ridge", *performance_cells(row["ridge"]), ""]
    yield ["", "", "difference", *difference_cells(difference), "", "", "yes" if holds else "no"]


def _within(difference: Mapping[str, Mapping[str, Any]]) -> bool:
    return bool(
        difference["auroc"]["lower"] > WORSE_END["auroc"]
        and difference["brier"]["upper"] < WORSE_END["brier"]
    )


def _transport(found: Mapping[str, Any]) -> Iterator[str]:
    yield ON_TRANSPORT.format(**found)
    rows = []
    for row in found["rows"]:
        signed = row["metric"] == "calibration_in_the_large"
        in_all = interval(found["before_in_all"][row["metric"]], signed=signed)
        cells = [_spread(row["before"], signed), _spread(row["after"], signed)]
        rows.append([METRICS[row["metric"]], in_all, *cells, _spread(row["moved"], signed=True)])
    size = f"{found['n']} ({found['events']})"
    left = found["n"] - found["local"]
    header = ["", f"before, all {size}", f"before, the other {left}", "after, these", "change"]
    yield table(header, rows) + "\n"
    low, high = found["local_events"]
    steps = ", ".join(f"{step} {count}" for step, count in found["steps"].items())
    yield (
        f"Among the {found['local']} were {low} to {high} with pCR. Calibration in the large came nearer to 0 in "
        f"{100 * found['nearer_in_the_large']:.0f} % of the draws, the Brier score became smaller in "
        f"{100 * found['better_brier']:.0f} %. "
        f"What the closed test chose: {steps}.\n"
    )


def _spread(values: tuple[float, float, float], signed: bool = False) -> str:  # noqa: FBT001, FBT002
    mean, low, high = (number(value, 3, signed) for value in values)
    return f"{mean} ({low} to {high})"


def _ablation(found: Mapping[str, Any]) -> Iterator[str]:
    yield ON_ABLATION.format(**found)
    header = [
        "",
        "AUROC",
        "Brier",
        "calibration slope",
        "in the large",
        "difference in AUROC",
        "in Brier",
    ]
    rows = []
    for number_of_row, row in enumerate(found["rows"]):
        beside = difference_cells(row["difference"]) if number_of_row else ["", ""]
        rows.append([row["arrangement"], *mean_cells(row["mean"]), *beside])
    yield table(header, rows) + "\n"
    mean, low, high = (number(value, 2) for value in found["slope"])
    yield f"Calibration slope of what is shipped: mean of {found['repeats']} repeats {mean}, lowest {low}, highest {high}.\n"
    yield ON_LACKING.format(**found)
    header = ["without", "by", *header[1:5], "difference in AUROC", "in Brier"]
    lacking = [line for row in found["lacking"] for line in _lacking_rows(row)]
    yield table(header, lacking) + "\n"


def _lacking_rows(row: Mapping[str, Any]) -> Iterator[list[str]]:
    (whole, plain), (fitted, reduced) = row["mean"].items()
    yield [row["modality"], whole, *mean_cells(plain), "", ""]
    yield ["", fitted, *mean_cells(reduced), *difference_cells(row["difference"])]


def _simulator(found: Mapping[str, Any]) -> Iterator[str]:
    yield ON_SIMULATOR.format(**found)
    header = ["landmark", "within reach", "AUROC (quartiles)", "gap", "calibration slope", "holds"]
    rows = [
        [
            row["landmark"],
            number(row["reachable"]),
            f"{number(row['auroc'])} ({' to '.join(number(each) for each in row['quartiles'])})",
            number(row["gap"]),
            number(row["slope"], 2),
            "yes" if row["holds"] else "no",
        ]
        for row in found["rows"]
    ]
    yield table(header, rows) + "\n"
