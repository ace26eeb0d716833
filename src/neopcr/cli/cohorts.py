"""Commands on cohorts: simulate, fetch, assemble, check, and agreement between readers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from neopcr.cli._app import app, finish
from neopcr.cli._arguments import AsJson, Output

data_app = typer.Typer(help="Public cohorts.", no_args_is_help=True)
app.add_typer(data_app, name="data")


@app.command()
def simulate(
    output: Output,
    preset: Annotated[str, typer.Option(help="Whose population and regimens.")] = "nct07239271",
    n: Annotated[int, typer.Option("-n", min=1, help="Number of patients.")] = 2000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same bytes.")] = 0,
    *,
    as_protocol: Annotated[
        bool, typer.Option("--as-protocol", help="Draw C1 ctDNA in the experimental arm only.")
    ] = False,
    complete: Annotated[
        bool, typer.Option("--complete", help="Nothing missing, no measurement error.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a simulated trial as the files people really have."""
    from neopcr.workflows.simulate import simulate as run

    finish(
        lambda: run(preset, output, n=n, seed=seed, as_protocol=as_protocol, complete=complete),
        as_json=as_json,
    )


@data_app.command("get")
def data_get(
    name: Annotated[str, typer.Argument(help="transneo, ispy1 or ispy2.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Fetch a public cohort, or find it in NEOPCR_DATA_DIR; every file is checked by SHA-256."""
    from neopcr.workflows.fetch import fetch as run

    finish(lambda: run(name), as_json=as_json)


@app.command()
def assemble(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCE",
            help="A config; a cBioPortal study folder; or one table under canonical names.",
        ),
    ],
    output: Output,
    *,
    external: Annotated[
        bool, typer.Option("--external", help="The files of the config's `external` block.")
    ] = False,
    exome: Annotated[
        bool, typer.Option("--exome", help="Of a study: its sequenced samples are exomes.")
    ] = False,
    assume_purity: Annotated[
        bool, typer.Option("--assume-purity", help="Of a study: every sample held enough tumour.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Join the files of a config or a study to one table of one row a patient."""
    from neopcr.workflows.assemble import assemble as run

    finish(
        lambda: run(source, output, external=external, exome=exome, assume_purity=assume_purity),
        as_json=as_json,
    )


@app.command()
def check(
    cohort: Annotated[
        Path,
        typer.Argument(
            metavar="COHORT", help="A table of one row a patient, a config, or a study folder."
        ),
    ],
    output: Output,
    *,
    external: Annotated[
        bool, typer.Option("--external", help="The files of the config's `external` block.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Hold a cohort to the data contract: rejects, doubtful values, what is missing where."""
    from neopcr.workflows.check import check as run

    finish(lambda: run(cohort, output, external=external), as_json=as_json)


@app.command()
def agreement(
    reads: Annotated[
        Path,
        typer.Argument(
            metavar="READS",
            help="csv or parquet, one row a read: case_id, reader or laboratory, items.",
        ),
    ],
    output: Output,
    between: Annotated[
        Literal["reader", "laboratory"] | None,
        typer.Option(help="Who is compared; readers where the file names them."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the bootstrap.")] = 0,
    *,
    as_json: AsJson = False,
) -> None:
    """Measure how far readers agree on the same cases, and how far a reader errs."""
    from neopcr.workflows.agreement import agreement as run

    finish(lambda: run(reads, output, between=between, seed=seed), as_json=as_json)
