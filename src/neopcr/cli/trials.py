"""Commands on trials."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from neopcr.cli._app import app, finish
from neopcr.cli._arguments import AsJson, CohortArgument, Output

CtdnaPolicy = Annotated[
    Literal["literal", "c1_only", "baseline_or_c1"],
    typer.Option(help="When ctDNA is (+), which the protocol's text leaves open."),
]
PamSource = Annotated[
    Literal["tissue", "plasma_baseline", "plasma_c1"],
    typer.Option(help="What was sequenced: in plasma without ctDNA nobody is wild type."),
]


@app.command()
def screen(
    trial: Annotated[str, typer.Argument(help="A trial's registry number, in lower case.")],
    cohort: CohortArgument,
    output: Output,
    *,
    assign_at: Annotated[
        Literal["c2", "c4"] | None,
        typer.Option(help="Assign after this cycle in the same pass, as `neopcr assign` does."),
    ] = None,
    ctdna_policy: CtdnaPolicy = "literal",
    pam_source: PamSource = "tissue",
    as_json: AsJson = False,
) -> None:
    """Apply a trial's published criteria to a cohort: met, not_met or unknown."""
    from neopcr.workflows._assigned import Arm
    from neopcr.workflows.screen import screen as run

    finish(
        lambda: run(
            trial,
            cohort,
            output,
            Arm(decision=assign_at, policy=ctdna_policy, pam_source=pam_source)
            if assign_at
            else None,
        ),
        as_json=as_json,
    )


@app.command()
def assign(
    cohort: CohortArgument,
    *,
    at: Annotated[Literal["c2", "c4"], typer.Option(help="After which cycle it is decided.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="csv or parquet; a page goes beside it.")
    ] = None,
    ctdna_policy: CtdnaPolicy = "literal",
    pam_source: PamSource = "tissue",
    bundle: Annotated[
        str | None, typer.Option(help="A model at c1 or c2, to stand beside the protocol's text.")
    ] = None,
    patient: Annotated[
        str | None, typer.Option("--explain", help="Tell the path of this patient (identifier).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Apply the adaptive arm of NCT07239271 to a cohort: the regimen its text names, or why none."""
    from neopcr.workflows._assigned import Arm
    from neopcr.workflows.assign import assign as run

    finish(
        lambda: run(
            cohort,
            output,
            Arm(decision=at, policy=ctdna_policy, pam_source=pam_source),
            bundle=bundle,
            patient=patient,
        ),
        as_json=as_json,
    )


@app.command("simulate-trial")
def simulate_trial(
    output: Output,
    *,
    everoht_log_odds: Annotated[
        float | None,
        typer.Option(
            help="Required: effect of EveroHT against staying on nab-PHP, log-odds of pCR."
        ),
    ] = None,
    tcbhp_log_odds: Annotated[
        float | None, typer.Option(help="The same of TCbHP; else from published contrasts.")
    ] = None,
    pyroht_log_odds: Annotated[
        float | None, typer.Option(help="The same of PyroHT; else from published contrasts.")
    ] = None,
    after_c4_log_odds: Annotated[
        float, typer.Option(help="Effect of an ADC or AC+H after cycle 4, against going on.")
    ] = 0.0,
    assay_sensitivity: Annotated[
        float, typer.Option(help="Share of samples with ctDNA that the assay finds.")
    ] = 1.0,
    dropout: Annotated[float, typer.Option(help="Share of patients without surgery.")] = 0.05,
    ctdna_policy: Annotated[
        Literal["literal", "c1_only", "baseline_or_c1"],
        typer.Option(help="When ctDNA is (+); a conflict of literal is treated by rule d."),
    ] = "c1_only",
    n: Annotated[int, typer.Option("-n", help="Patients of a trial.")] = 2000,
    trials: Annotated[int, typer.Option(help="Number of trials.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same bytes.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Run NCT07239271 a thousand times under stated effects: pCR by arm and branch, and power."""
    from neopcr.workflows.simulate_trial import assumptions
    from neopcr.workflows.simulate_trial import simulate_trial as run

    finish(
        lambda: run(
            output,
            assumptions(
                everoht_log_odds,
                tcbhp=tcbhp_log_odds,
                pyroht=pyroht_log_odds,
                after_c4=after_c4_log_odds,
                assay_sensitivity=assay_sensitivity,
                dropout=dropout,
                policy=ctdna_policy,
                n_patients=n,
            ),
            n_trials=trials,
            seed=seed,
        ),
        as_json=as_json,
    )
