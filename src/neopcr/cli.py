"""The command line: arguments in, one workflow call, exit code out.

Workflows are imported inside the commands, so that ``neopcr --help`` loads nothing heavy.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from neopcr import __version__
from neopcr.errors import InternalError, UserError

if TYPE_CHECKING:
    from neopcr.workflows._result import Result

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
data_app = typer.Typer(help="Public cohorts.", no_args_is_help=True)
app.add_typer(data_app, name="data")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Output = Annotated[Path, typer.Option("-o", "--output", help="Where the result goes.")]
Config = Annotated[Path, typer.Argument(metavar="CONFIG", help="A YAML file, as in configs/.")]
BundleArgument = Annotated[
    str,
    typer.Argument(
        metavar="BUNDLE", help="A folder of models/, or models:/name@alias of the model registry."
    ),
]
CohortArgument = Annotated[
    Path, typer.Argument(metavar="COHORT", help="csv or parquet, one row a patient.")
]


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

    _finish(
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

    _finish(lambda: run(name), as_json=as_json)


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

    _finish(
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

    _finish(lambda: run(cohort, output, external=external), as_json=as_json)


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

    _finish(lambda: run(config, models, output), as_json=as_json)


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

    _finish(lambda: run(bundle, config, output, against=against, column=column), as_json=as_json)


@app.command()
def explain(
    bundle: BundleArgument,
    cohort: CohortArgument,
    output: Output,
    patient: Annotated[
        str | None, typer.Option(help="Draw this patient's waterfall too (by identifier).")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Explain the scores of a cohort, exactly."""
    from neopcr.workflows.explain import explain as run

    _finish(lambda: run(bundle, cohort, output, patient=patient), as_json=as_json)


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

    _finish(lambda: run(bundle, cohort, output), as_json=as_json)


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
    as_json: AsJson = False,
) -> None:
    """Score a cohort: one row in, one row out, each with its reasons."""
    from neopcr.workflows.score import score as run

    _finish(
        lambda: run(bundle, cohort, output, strict=strict, engine=engine, master=master),
        as_json=as_json,
    )


@app.command()
def screen(
    trial: Annotated[str, typer.Argument(help="A trial's registry number, in lower case.")],
    cohort: CohortArgument,
    output: Output,
    *,
    as_json: AsJson = False,
) -> None:
    """Apply a trial's published criteria to a cohort: met, not_met or unknown."""
    from neopcr.workflows.screen import screen as run

    _finish(lambda: run(trial, cohort, output), as_json=as_json)


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

    _finish(lambda: run(reads, output, between=between, seed=seed), as_json=as_json)


def _finish(run: Callable[[], Result], *, as_json: bool) -> None:
    """Run a workflow, print what it returns, and leave with its exit code."""
    try:
        result = run()
    except UserError as error:
        _leave(str(error), error.exit_code)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        fault = error.strerror or type(error).__name__
        _leave(f"{where}{fault}. Free or choose another target.", 13)
    except KeyboardInterrupt:
        _leave("stopped; nothing half-written was left behind.", 130)
    except Exception as error:  # noqa: BLE001 - the last wall: a traceback could quote a patient's value
        _leave(_bug(error), InternalError.exit_code)
    else:
        typer.echo(json.dumps(result.data) if as_json else "\n".join(result.lines))
        raise typer.Exit(int(str(result.data.get("exit_code", 0))))


def _bug(error: Exception) -> str:
    """Where our bug is, without its message; the whole traceback only when it is asked for."""
    if os.environ.get("NEOPCR_TRACEBACK"):
        return "".join(traceback.format_exception(error))
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}:{frame.lineno}"
    return (
        f"internal error ({type(error).__name__} at {place}). This is a bug of neopcr; set "
        "NEOPCR_TRACEBACK=1 to see it whole (it may quote values of the table)."
    )


def _leave(message: str, code: int) -> None:
    typer.echo(f"neopcr: {message}", err=True)
    raise typer.Exit(code)


def _version(asked: bool) -> None:  # noqa: FBT001 - typer calls it so
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def options(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Predict pathological complete response (pCR) in HER2-positive breast cancer.

    For research: no output is a treatment recommendation.
    """


def main() -> None:
    """Run the command line."""
    sys.exit(app())
