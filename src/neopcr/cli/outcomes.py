"""Commands on outcomes and their studies: prognosis, compare, pet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from neopcr.cli._app import app, finish
from neopcr.cli._arguments import AsJson, CohortArgument, Output

By = Annotated[
    str,
    typer.Option(
        help="her2_ultra_high, expression_label, her2_ihc_ish, blockade, pcr, or a category or "
        "yes-or-no column."
    ),
]


@app.command()
def prognosis(
    cohort: CohortArgument,
    output: Output,
    by: By = "her2_ultra_high",
    adjust: Annotated[
        list[str] | None, typer.Option(help="A column to adjust for; may be given again.")
    ] = None,
    months: Annotated[
        float, typer.Option(min=1, help="Horizon of restricted mean survival.")
    ] = 60.0,
    landmark_months: Annotated[
        float | None, typer.Option(min=0, help="Start the clock there, for those still at risk.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Compare groups of patients in disease-free survival; pCR never stands in for it."""
    from neopcr.workflows.prognosis import prognosis as run

    finish(
        lambda: run(
            cohort,
            by,
            output,
            adjust=tuple(adjust or ()),
            months=months,
            landmark_months=landmark_months,
        ),
        as_json=as_json,
    )


@app.command()
def compare(
    cohort: CohortArgument,
    output: Output,
    by: By = "expression_label",
    reference: Annotated[
        str | None, typer.Option(help="The class that others are compared with; else the first.")
    ] = None,
    assay_error: Annotated[
        Path | None,
        typer.Option(help="Measured rates of error, as `neopcr agreement` writes them."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the re-reads of IHC.")] = 0,
    *,
    as_json: AsJson = False,
) -> None:
    """Compare HER2 classes: pCR, single and dual blockade, HER2 after therapy, recurrence."""
    from neopcr.workflows.compare import compare as run

    finish(
        lambda: run(cohort, by, output, reference=reference, assay_error=assay_error, seed=seed),
        as_json=as_json,
    )


@app.command()
def pet(
    lesions: Annotated[
        Path, typer.Argument(metavar="LESIONS", help="csv or parquet, one row a lesion.")
    ],
    output: Output,
    scanned: Annotated[
        int | None,
        typer.Option(min=1, help="Patients scanned, where some have no lesion in the file."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the bootstrap.")] = 0,
    *,
    as_json: AsJson = False,
) -> None:
    """Analyse HER2-PET lesions: two readers, unsuspected HER2, cut-offs of SUVmax."""
    from neopcr.workflows.pet import pet as run

    finish(lambda: run(lesions, output, scanned=scanned, seed=seed), as_json=as_json)
