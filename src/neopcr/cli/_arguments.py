"""Arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
