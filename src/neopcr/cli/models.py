"""Commands on models: train, validate, explain, recalibrate, score, monitor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from neopcr.cli._app import app, finish
from neopcr.cli._arguments import AsJson, BundleArgument, CohortArgument, Config, Output


@app.command()
def train(
    config: Config,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Folder of the report: reports/<name>.")
    ] = None,
    models: Annotated[Path, typer.Option(help="Where bundles go.")] = Path("models"),
    *,
    as_json: AsJson = False,
) -> None:
    """Train and validate internally; write a bundle for each landmark, and a report."""
    from neopcr.workflows.train import train as run

    finish(lambda: run(config, models, output), as_json=as_json)


@app.command()
def validate(
    bundle: BundleArgument,
    config: Config,
    output: Output,
    against: Annotated[
        Path | None, typer.Option(help="csv of another model's predictions, to stand beside ours.")
    ] = None,
    column: Annotated[str, typer.Option(help="Its column of probabilities.")] = "p_pcr",
    *,
    as_json: AsJson = False,
) -> None:
    """Examine a bundle once on the external cohort of a config."""
    from neopcr.workflows.validate import validate as run

    finish(lambda: run(bundle, config, output, against=against, column=column), as_json=as_json)


@app.command()
def explain(
    bundle: BundleArgument,
    cohort: CohortArgument,
    output: Output,
    patient: Annotated[
        str | None, typer.Option(help="Draw this patient's page too (by identifier).")
    ] = None,
    background: Annotated[
        Path | None,
        typer.Option(help="Cohort that stands in for what is left out: interventional SHAP."),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Explain the scores of a cohort, exactly."""
    from neopcr.workflows.explain import explain as run

    finish(
        lambda: run(bundle, cohort, output, patient=patient, background=background),
        as_json=as_json,
    )


@app.command()
def recalibrate(
    bundle: BundleArgument,
    cohort: CohortArgument,
    output: Output,
    *,
    as_json: AsJson = False,
) -> None:
    """Adjust a bundle to a new site with the outcomes of a few of its patients."""
    from neopcr.workflows.recalibrate import recalibrate as run

    finish(lambda: run(bundle, cohort, output), as_json=as_json)


@app.command()
def score(
    bundle: BundleArgument,
    cohort: CohortArgument,
    output: Output,
    *,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 11 if a row could not be scored.")
    ] = False,
    engine: Annotated[
        Literal["local", "spark"], typer.Option(help="Who moves the rows; the scores are the same.")
    ] = "local",
    master: Annotated[str, typer.Option(help="Spark's master.")] = "local[*]",
    report: Annotated[
        Path | None, typer.Option(help="HTML page of the scored cohort, by row number.")
    ] = None,
    with_ids: Annotated[
        bool, typer.Option("--with-ids", help="Name patients on the page.")
    ] = False,
    require_signature: Annotated[
        Path | None, typer.Option(help="Public key (PEM) of whoever must have signed the bundle.")
    ] = None,
    words: Annotated[
        bool, typer.Option("--text", help="Say the reasons in words too, in columns of their own.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Score a cohort: one row in, one row out, each with its reasons."""
    from neopcr.workflows._models import signed_bundle
    from neopcr.workflows.score import Page
    from neopcr.workflows.score import score as run

    finish(
        lambda: run(
            signed_bundle(bundle, require_signature),
            cohort,
            output,
            strict=strict,
            spark=master if engine == "spark" else None,
            page=Page(report, with_ids),
            words=words,
        ),
        as_json=as_json,
    )


@app.command()
def monitor(
    bundle: BundleArgument,
    cohort: CohortArgument,
    output: Output,
    *,
    outcomes: Annotated[
        bool, typer.Option("--outcomes", help="Hold the cohort's pcr against p_pcr too.")
    ] = False,
    track: Annotated[
        bool, typer.Option("--track/--no-track", help="Log the figures to MLflow.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Tell drift of a cohort from the training patients; exits with 20, of calibration with 21."""
    from neopcr.workflows.monitor import monitor as run

    finish(lambda: run(bundle, cohort, output, outcomes=outcomes, track=track), as_json=as_json)
