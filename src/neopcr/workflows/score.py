"""Score: one row in, one row out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from neopcr.errors import TableError
from neopcr.scoring import score_file
from neopcr.workflows._models import bundle_folder
from neopcr.workflows._result import Result, progress

NOTICE = "For research: p_pcr is no treatment recommendation."


def score(text: str, path: Path, output: Path, *, strict: bool) -> Result:
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

    Raises
    ------
    BundleError, TableError, TargetError
    """
    with progress("scoring") as move:
        manifest = score_file(bundle_folder(text), path, output, progress=move)
    data: dict[str, Any] = {**manifest, "scores": str(output)}
    status, rules = data["status"], data["rule"]
    not_scored = status.get("not_scored", 0)
    if strict and not_scored:
        data["exit_code"] = TableError.exit_code
    reasons = "".join(f"\n  {name}: {count:,} rows" for name, count in rules.items())
    head = f"{output}: {status.get('scored', 0):,} scored, {not_scored:,} not scored{reasons}"
    return Result(data, (head, NOTICE))
