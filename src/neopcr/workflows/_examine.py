"""A cohort read as it stands, and everything that is doubtful about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr.cohort import build_cohort, read_header
from neopcr.cohort.cbioportal import read_study
from neopcr.cohort.contract import CORE
from neopcr.cohort.doubt import Doubt
from neopcr.cohort.leakage import separating
from neopcr.cohort.mapping import source_of
from neopcr.cohort.outcome_names import tells_outcome
from neopcr.cohort.plausibility import doubts, numbered
from neopcr.cohort.public_data import resolve
from neopcr.cohort.unit_slips import unit_slips
from neopcr.config import CohortConfig, WideTable, config_hash, read_config
from neopcr.validation import missingness
from neopcr.workflows._columns import find_any_column, is_of_trials
from neopcr.workflows._prepare import external_files

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import Cohort, Column, IntArray, Landmark, Problem
    from neopcr.validation import Missingness

# Where more of a column's values lie outside its valid range, it may be in another unit.
_SLIPPED_SHARE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is checked: files, latest landmark that is asked for, the config's hash, what is told."""

    name: str
    files: CohortConfig
    latest: Landmark | None = None
    config_sha256: str = ""
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A cohort, its rejects, and what was found.

    Parameters
    ----------
    cohort : Cohort
        Rows that keep the contract.
    problems : tuple of Problem
        Why the others do not.
    n_rows : int
        Of the patients' files.
    ignored : tuple of str
        Headers that nothing reads.
    doubts : tuple of Doubt
        `first` counts from 0 over the patients' files.
    availability : tuple of Missingness
    centre : int array of shape (n_patients,), or None
        0-based number by first row, -1 unknown; None where the cohort names no centres.
    n_centres : int
    """

    cohort: Cohort
    problems: tuple[Problem, ...]
    n_rows: int
    ignored: tuple[str, ...]
    doubts: tuple[Doubt, ...]
    availability: tuple[Missingness, ...]
    centre: IntArray | None
    n_centres: int


def source_of_cohort(path: Path, *, external: bool) -> Source:
    """Take a table of canonical names, the files of a config, or a cBioPortal study folder.

    Raises
    ------
    ConfigError, TableError
    """
    if path.is_dir():
        study = read_study(path, find_any_column)
        return Source(name="a study folder", files=study.config, told=study.notes)
    if path.suffix.lower() not in {".yaml", ".yml"}:
        return Source(
            # The name of a file may name a patient, and a report is passed on.
            name=f"a {path.suffix.lower().removeprefix('.')} table",
            files=CohortConfig(patients=WideTable.model_validate({"path": str(path)})),
        )
    config = read_config(path)
    return Source(
        name=f"the config {config.name}",
        files=external_files(config) if external else config.cohort,
        latest=max(config.landmarks),
        config_sha256=config_hash(config),
    )


def examine(source: Source) -> Examined:
    """Read a cohort, reject what breaks the contract, and doubt what is left.

    Raises
    ------
    ConfigError, TableError
    """
    cohort, problems = build_cohort(
        source.files,
        find_any_column,
        landmark=None,
        mode="check",
        base=Path(),
        latest=source.latest,
    )
    table = cohort.table
    found = [*_leaks(cohort, source.files), *doubts(table, cohort.columns)]
    placed = [_placed(each, cohort) for each in found]
    centre, n_centres = numbered(table["centre"]) if "centre" in table else (None, 0)
    return Examined(
        cohort=cohort,
        problems=problems,
        n_rows=cohort.flow[0].remaining,
        ignored=_ignored(source.files, cohort),
        doubts=(*_out_of_range(source, problems, cohort), *placed),
        availability=_availability(cohort),
        centre=centre,
        n_centres=n_centres,
    )


def _placed(doubt: Doubt, cohort: Cohort) -> Doubt:
    """Count the first row over the patients' files, rejected rows among them."""
    if doubt.first is None:
        return doubt
    return replace(doubt, first=int(cohort.row[doubt.first]) - 1)


def _leaks(cohort: Cohort, files: CohortConfig) -> list[Doubt]:
    """What training would refuse; what only trials read is never trained on."""
    n = len(cohort.row)
    names = [
        column.name
        for column in cohort.columns
        if column.name not in CORE and not is_of_trials(column)
    ]
    said = {
        name: "alone, or by where it is missing, it separates the outcome"
        for name in separating(cohort)
        if name in names and name not in files.allow
    }
    said |= {name: f"its name speaks of {told}" for name in names if (told := tells_outcome(name))}
    return [Doubt(rule="leak", column=name, says=each, n=n) for name, each in said.items()]


def _out_of_range(
    source: Source, problems: tuple[Problem, ...], cohort: Cohort
) -> tuple[Doubt, ...]:
    """Doubts about columns of which much lies outside the valid range: read again without it."""
    lost = {
        one.column for one in problems
        if one.rule == "out_of_range" and one.rows.size > _SLIPPED_SHARE * cohort.flow[0].remaining
    }  # fmt: skip
    if not lost:
        return ()

    def without_range(name: str) -> Column:
        column = find_any_column(name)
        return replace(column, low=None, high=None) if name in lost else column

    wide, _ = build_cohort(
        source.files, without_range, landmark=None, mode="check", base=Path(), latest=source.latest
    )
    return tuple(
        _placed(each, wide)
        for column in wide.columns
        if column.name in lost
        for each in unit_slips(wide.table[column.name], column)
        if each.rule in {"unit_slip", "part_in_another_unit"}
    )


def _availability(cohort: Cohort) -> tuple[Missingness, ...]:
    """How well each column's missingness tells the outcome, the arm and the centre."""
    clinical = [
        column
        for column in cohort.columns
        if column.modality != "core" and not is_of_trials(column)
    ]
    targets: dict[str, NDArray[Any]] = {"outcome": cohort.pcr}
    targets |= {
        name: _unnamed(cohort.table[name], name)
        for name in ("arm", "centre")
        if name in cohort.table
    }
    useful = {name: values for name, values in targets.items() if _varies(values)}
    return missingness(cohort.table, clinical, useful) if len(cohort.row) else ()


def _unnamed(labels: NDArray[Any], what: str) -> NDArray[Any]:
    """Labels as numbers by their first row: a report quotes no cell."""
    codes, n = numbered(labels)
    names = np.array([*(f"{what} {code + 1} of {n}" for code in range(n)), None], dtype=object)
    return names[codes]


def _varies(values: NDArray[Any]) -> bool:
    codes, n = numbered(values)
    return n > 1 and bool((codes >= 0).any())


def _ignored(files: CohortConfig, cohort: Cohort) -> tuple[str, ...]:
    """Headers of the patients' files that nothing reads."""
    wide = files.patients
    outcome = files.outcome.headers.values()
    used = {wide.id, *outcome, *(column.name for column in cohort.columns)}
    if wide.columns:
        entries = [source_of(entry) for entry in wide.columns.values()]
        used = {wide.id, *outcome}
        used |= {name for entry in entries for name in (entry.source, *entry.times)}
    headers = [name for path in wide.path for name in read_header(resolve(path, Path()))]
    return tuple(dict.fromkeys(name for name in headers if name and name not in used))
