"""The command itself, and how each of its subcommands ends: a result, or an error for people."""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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


def finish(run: Callable[[], Result], *, as_json: bool) -> None:
    """Run a workflow, print what it returns, and leave with its exit code."""
    try:
        result = _private(run)
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


def _private(run: Callable[[], Result]) -> Result:
    """Run with files and folders of its owner alone, whichever library makes them."""
    before = os.umask(0o077)
    try:
        return run()
    finally:
        os.umask(before)


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
