"""Commands on trials."""

from __future__ import annotations

from typing import Annotated

import typer

from neopcr.cli._app import app, finish
from neopcr.cli._arguments import AsJson, CohortArgument, Output


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

    finish(lambda: run(trial, cohort, output), as_json=as_json)
