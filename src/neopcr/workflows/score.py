"""Score: one row in, one row out."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from neopcr.errors import TableError, UserError
from neopcr.scoring import score_file
from neopcr.workflows._models import bundle_folder
from neopcr.workflows._result import Result, progress

Engine = Literal["local", "spark"]

NOTICE = "For research: p_pcr is no treatment recommendation."


def score(
    text: str,
    path: Path,
    output: Path,
    *,
    strict: bool,
    engine: Engine = "local",
    master: str = "local[*]",
) -> Result:
    """Score a cohort.

    Parameters
    ----------
    text : str
        A bundle; see `bundle_folder`.
    path : Path
        A cohort under canonical names: csv, tsv or parquet.
    output : Path
        csv or parquet; ``<output>.manifest.json`` beside it accounts for every row.
    strict : bool
        End with the exit code of a bad table where a row was not scored.
    engine : {"local", "spark"}
        Who moves the rows; the scores are the same. Spark writes a folder of parts.
    master : str
        Spark's master.

    Raises
    ------
    BundleError, TableError, TargetError
    """
    folder = bundle_folder(text)
    if engine == "spark":
        manifest = _score_on_spark(folder, path, output, master)
    else:
        with progress("scoring") as move:
            manifest = score_file(folder, path, output, progress=move)
    data: dict[str, Any] = {**manifest, "scores": str(output)}
    status, rules = data["status"], data["rule"]
    not_scored = status.get("not_scored", 0)
    if strict and not_scored:
        data["exit_code"] = TableError.exit_code
    reasons = "".join(f"\n  {name}: {count:,} rows" for name, count in rules.items())
    head = f"{output}: {status.get('scored', 0):,} scored, {not_scored:,} not scored{reasons}"
    return Result(data, (head, NOTICE))


def _score_on_spark(folder: Path, path: Path, output: Path, master: str) -> dict[str, object]:
    try:
        from neopcr.scoring.spark import score_spark  # noqa: PLC0415 - Spark is an extra
    except ModuleNotFoundError:
        message = "the Spark engine needs an extra. Install it: pip install 'neopcr[spark]'."
        raise UserError(message) from None
    return score_spark(folder, path, output, master=master)
