"""Check: a cohort held to the data contract, and what is doubtful or missing in it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr import __version__
from neopcr.cohort import count_rejected, write_rejects
from neopcr.cohort.complaint import RULES
from neopcr.cohort.doubt import REMEDIES
from neopcr.errors import TableError
from neopcr.modalities import MODALITIES
from neopcr.report.check_page import BlockRow, CheckPage, RejectRow, WarningRow, write_check
from neopcr.report.missing_map import missing_figure
from neopcr.report.numbers import estimate_text
from neopcr.specs import Step
from neopcr.target import whole_or_absent
from neopcr.validation.missing_map import missing_map
from neopcr.validation.missingness import missing
from neopcr.workflows._examine import Examined, Source, examine, source_of_cohort
from neopcr.workflows._outputs import files_of, refuse_input, require_writable
from neopcr.workflows._result import Result

if TYPE_CHECKING:
    from neopcr.report.drawing import Drawing
    from neopcr.validation import Missingness

FILES = ("report.html", "summary.json", "rejects.csv")
_WARNINGS_SHOWN = 20
_TITLES = {"core": "Dates, arm and centre", "eligibility": "Eligibility for trials"}


def check(path: Path, output: Path, *, external: bool) -> Result:
    """Report what breaks the contract, what is doubtful and what is missing.

    Parameters
    ----------
    path : Path
        A table of one row a patient under canonical names, a config, or a cBioPortal study folder.
    output : Path
        Folder of `FILES`; older ones are replaced.
    external : bool
        Read the files of the config's `external` block.

    Returns
    -------
    Result
        Its exit code is that of a bad table where a row is rejected or a column leaks.

    Raises
    ------
    ConfigError, TableError, TargetError
    """
    source = source_of_cohort(path, external=external)
    for name in FILES:
        refuse_input(output / name, files_of(source.files, Path()))
        require_writable(output / name)
    examined = examine(source)
    page = _page(source, examined)
    report = write_check(page, output / "report.html")
    write_rejects(examined.problems, output / "rejects.csv")
    data = _summary(page, examined) | {"report": str(report)}
    with whole_or_absent(output / "summary.json") as file:
        file.write(f"{json.dumps(data, indent=1)}\n".encode())
    return Result(data, (*_lines(page), f"report: {report}"))


def _page(source: Source, examined: Examined) -> CheckPage:
    cohort = examined.cohort
    provenance = {"data_sha256": cohort.fingerprint}
    told = [Step(note, 0, examined.n_rows) for note in source.told]
    if source.config_sha256:
        provenance["config_sha256"] = source.config_sha256
    return CheckPage(
        source=source.name,
        version=__version__,
        rows=examined.n_rows,
        kept=len(cohort.row),
        rejected=count_rejected(examined.problems),
        centres=examined.n_centres,
        blocks=_blocks(examined),
        ignored=examined.ignored,
        flow=(cohort.flow[0], *told, *cohort.flow[1:]),
        rejects=_rejects(examined),
        warnings=(*_doubtful(examined), *_telling(examined.availability)),
        availability=examined.availability,
        picture=_picture(examined),
        provenance=provenance,
    )


def _title(modality: str) -> str:
    return _TITLES.get(modality) or MODALITIES[modality].title


def _blocks(examined: Examined) -> tuple[BlockRow, ...]:
    cohort = examined.cohort
    found = []
    for modality in dict.fromkeys(column.modality for column in cohort.columns):
        names = [column.name for column in cohort.columns if column.modality == modality]
        cells = [missing(cohort.table[name]) for name in names]
        known = 1 - float(np.mean(cells)) if cells[0].size else 0.0
        found.append(
            BlockRow(
                title=_title(modality), columns=tuple(names), n_columns=len(names), known=known
            )
        )
    return tuple(found)


def _rejects(examined: Examined) -> tuple[RejectRow, ...]:
    return tuple(
        RejectRow(
            column=one.column,
            rule=one.rule,
            says=RULES.get(one.rule, one.rule.replace("_", " ")),
            rows=int(one.rows.size),
            first=int(one.rows[0]) + 1,
        )
        for one in sorted(examined.problems, key=lambda one: (one.column, one.rule))
    )


def _doubtful(examined: Examined) -> list[WarningRow]:
    return [
        WarningRow(
            column=one.column,
            rule=one.rule,
            says=one.says,
            rows=one.n,
            first=None if one.first is None else one.first + 1,
            remedy=one.remedy,
        )
        for one in examined.doubts
    ]


def _telling(availability: tuple[Missingness, ...]) -> list[WarningRow]:
    """Warn once of each block whose columns give the same away, by its most telling column."""
    alike: dict[tuple[str, ...], list[Missingness]] = {}
    for one in availability:
        if one.telling:
            alike.setdefault((one.modality, *one.telling), []).append(one)
    return [_of_alike(sorted(each, key=_how_telling, reverse=True)) for each in alike.values()]


def _how_telling(one: Missingness) -> float:
    return max(abs((one.tells[what].value or 0.5) - 0.5) for what in one.telling)


def _of_alike(found: list[Missingness]) -> WarningRow:
    first, others = found[0], len(found) - 1
    figures = "; ".join(f"the {what}: AUROC {_figure(first, what)}" for what in first.telling)
    more = f" So do {others} more columns of this block." if others > 1 else ""
    more = " So does one more column of this block." if others == 1 else more
    return WarningRow(
        column=first.column,
        rule="missingness_tells",
        says=f"where it is missing tells {figures}.{more}".removesuffix("."),
        rows=first.n - first.known,
        first=None,
        remedy=REMEDIES["missingness_tells"],
    )


def _figure(one: Missingness, what: str) -> str:
    told = one.tells[what]
    who = "" if told.group == "all" else f" for {told.group}"
    return f"{estimate_text(told)}{who}, n {told.n:,}, {told.events:,} events"


def _picture(examined: Examined) -> Drawing | None:
    cohort = examined.cohort
    if not len(cohort.row):
        return None
    shown: dict[str, list[Any]] = {"Outcome": [cohort.pcr]}
    for column in cohort.columns:
        shown.setdefault(_title(column.modality), []).append(cohort.table[column.name])
    return missing_figure("missing", missing_map(shown, examined.centre, len(cohort.row)))


def _summary(page: CheckPage, examined: Examined) -> dict[str, Any]:
    leaks = any(one.rule == "leak" for one in page.warnings)
    return {
        "source": page.source,
        "rows": page.rows,
        "kept": page.kept,
        "rejected_rows": page.rejected,
        "columns": {row.title: list(row.columns) for row in page.blocks},
        "ignored": list(page.ignored),
        "centres": page.centres,
        "flow": [
            {"reason": str(step.reason), "excluded": step.excluded, "remaining": step.remaining}
            for step in page.flow
        ],
        "rejects": [asdict(row) for row in page.rejects],
        "warnings": [asdict(row) for row in page.warnings],
        "missingness": [asdict(one) for one in examined.availability],
        "provenance": dict(page.provenance),
        "exit_code": TableError.exit_code if page.rejected or leaks else 0,
    }


def _lines(page: CheckPage) -> tuple[str, ...]:
    """Give the summary for a person at a terminal."""
    n_columns = sum(row.n_columns for row in page.blocks)
    blocks = ", ".join(f"{row.title} {row.n_columns}" for row in page.blocks)
    shown = page.warnings[:_WARNINGS_SHOWN]
    more = len(page.warnings) - len(shown)
    return (
        f"{page.source}: {page.rows:,} rows, {page.kept:,} kept, {page.rejected:,} rejected",
        f"columns: {n_columns} recognised ({blocks}), {len(page.ignored)} not used",
        *(f"flow: {one.reason}{_left(one)}" for one in page.flow[1:]),
        *(
            f"rejected: {one.column} {one.says}, but {one.rows:,} of {page.rows:,} rows do not (first at row "
            f"{one.first})"
            for one in page.rejects
        ),
        *(f"warning: {one.column}: {one.says}{_where(one)}. {one.remedy}" for one in shown),
        *((f"… and {more} more warnings in the report",) if more > 0 else ()),
    )


def _left(step: Step) -> str:
    return f": {step.excluded:,} out, {step.remaining:,} left" if step.excluded else ""


def _where(one: WarningRow) -> str:
    return "" if one.first is None else f" ({one.rows:,} rows, first at row {one.first})"
