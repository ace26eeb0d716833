"""Score: one row in, one row out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from neopcr.bundle import load_bundle
from neopcr.errors import TableError, UserError
from neopcr.scoring import prepare, score_file
from neopcr.scoring.portrait import Portrait
from neopcr.workflows._models import bundle_folder
from neopcr.workflows._result import Result, progress


class Page(NamedTuple):
    """An HTML page of a scored cohort: where it goes, if anywhere, and whether it names patients."""

    path: Path | None = None
    with_ids: bool = False


NO_PAGE = Page()
NOTICE = "For research: p_pcr is no treatment recommendation."


def score(  # noqa: PLR0913 -- three files, and how to run it
    text: str,
    path: Path,
    output: Path,
    *,
    strict: bool,
    spark: str | None = None,
    page: Page = NO_PAGE,
    words: bool = False,
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
    spark : str, optional
        Spark's master, where Spark is to move the rows: the scores are the same, in a folder of
        parts.
    page : Page
        The page of the scored cohort, by the local engine only.
    words : bool
        Whether reasons are said in words too, in columns ``reason_1_text`` and so on.

    Raises
    ------
    BundleError, TableError, TargetError
    UserError
        If a page of Spark's scores is asked for, or identifiers without a page.
    """
    folder = bundle_folder(text)
    _check_page(page, spark)
    if spark is not None:
        manifest = _score_on_spark(folder, path, output, spark, words=words)
    else:
        manifest = _score_here(folder, path, output, page, words=words)
    data: dict[str, Any] = {**manifest, "scores": str(output)}
    status, rules = data["status"], data["rule"]
    not_scored = status.get("not_scored", 0)
    if strict and not_scored:
        data["exit_code"] = TableError.exit_code
    reasons = "".join(f"\n  {name}: {count:,} rows" for name, count in rules.items())
    head = f"{output}: {status.get('scored', 0):,} scored, {not_scored:,} not scored{reasons}"
    return Result(data, (head, *_told(data, page.path), NOTICE))


def _check_page(page: Page, spark: str | None) -> None:
    if page.path is None:
        if page.with_ids:
            message = "--with-ids is of the page. Ask for that too: --report FILE."
            raise UserError(message)
        return
    if spark is not None:
        message = "--report is of the local engine. Leave out --engine spark, or the page."
        raise UserError(message)
    from neopcr.workflows._outputs import require_writable  # noqa: PLC0415 - brings pooch

    require_writable(page.path)


def _score_here(
    folder: Path, path: Path, output: Path, page: Page, *, words: bool
) -> dict[str, object]:
    """Score with the local engine, and draw the page where one is asked for."""
    bundle = load_bundle(folder)
    portrait = None if page.path is None else Portrait(prepare(bundle))
    watch = None if portrait is None else portrait.add
    with progress("scoring") as move:
        manifest = score_file(folder, path, output, progress=move, watch=watch, text=words)
    if page.path is not None and portrait is not None:
        from neopcr.workflows._score_page import write_score_page  # noqa: PLC0415 - matplotlib

        write_score_page(bundle, portrait, manifest, page.path, with_ids=page.with_ids)
    return manifest


def _told(data: Mapping[str, Any], report: Path | None) -> list[str]:
    """Flags, how fast it went, what an earlier run had done, and where the page is."""
    lines = [f"  flagged {name}: {count:,} rows" for name, count in data["flag"].items()]
    rate = data["rows"] / max(data["seconds"], 1e-3)
    lines.append(f"{data['seconds']:.1f} s, {rate:,.0f} rows/s")
    if data.get("resumed_rows"):
        lines.append(f"{data['resumed_rows']:,} rows had been scored by a run that was interrupted")
    return [*lines, *([f"page: {report}"] if report else [])]


def _score_on_spark(
    folder: Path, path: Path, output: Path, master: str, *, words: bool
) -> dict[str, object]:
    try:
        from neopcr.scoring.spark import score_spark  # noqa: PLC0415 - Spark is an extra
    except ModuleNotFoundError:
        message = "the Spark engine needs an extra. Install it: pip install 'neopcr[spark]'."
        raise UserError(message) from None
    return score_spark(folder, path, output, master=master, text=words)
