"""Files of a cohort joined to one row a patient; nothing is left out yet, everything is counted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr.cohort.cells import parse_boolean, parse_text
from neopcr.cohort.contract import CORE, OUTCOME, PATIENT_ID, dates_out_of_order, found
from neopcr.cohort.long_table import LongPart
from neopcr.cohort.mapping import FindColumn, Wide, find_declared
from neopcr.cohort.mutations import pam_statuses
from neopcr.cohort.patient_index import PatientIndex
from neopcr.cohort.plasma import assign_samples
from neopcr.cohort.public_data import resolve
from neopcr.cohort.readers import require_file
from neopcr.cohort.recode import recoded
from neopcr.cohort.wide_part import read_images, read_part, tally_columns
from neopcr.errors import TableError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.cohort.complaint import Origin, Tally
    from neopcr.config import CohortConfig, Outcome
    from neopcr.specs import Column, FloatArray, Landmark, Problem


@dataclass(frozen=True, slots=True)
class Assembled:
    """Every row of the patients' files, and everything that is wrong with it.

    Parameters
    ----------
    table : dict of str to array of shape (n_rows,)
        Columns of the contract known by the landmark, and the dates.
    columns : tuple of Column
        Their declarations.
    patient_id : object array of shape (n_rows,)
        None missing.
    pcr : float array of shape (n_rows,), or None
        None where the files have no outcome.
    problems : tuple of Problem
        By row.
    tallies : tuple of Tally
        By file and column: how many of its cells are broken.
    notes : tuple of str
        What was counted without excluding anybody.
    origin : Origin
        The patients' files.
    fingerprint : str
        SHA-256 of the files.
    """

    table: dict[str, NDArray[Any]]
    columns: tuple[Column, ...]
    patient_id: NDArray[Any]
    pcr: FloatArray | None
    problems: tuple[Problem, ...]
    tallies: tuple[Tally, ...]
    notes: tuple[str, ...]
    origin: Origin
    fingerprint: str


def assemble(
    config: CohortConfig, find_column: FindColumn, *, base: Path, until: Landmark
) -> Assembled:
    """Read the files of a cohort and join them to one row a patient.

    Parameters
    ----------
    config : CohortConfig
    find_column : callable
        Canonical name to declaration; KeyError where there is none.
    base : Path
        Folder that relative paths start from.
    until : Landmark
        Columns known only later are not read, dates apart.

    Returns
    -------
    Assembled

    Raises
    ------
    TableError
        If a file cannot be read or lacks what the config names.
    ConfigError
        If the config names a column or unit that does not exist.
    """
    paths = _Paths(config, base)
    wide, part = read_part(paths.patients, config.patients, find_column, until, config.outcome)
    identifier, _ = parse_text(wide.table[PATIENT_ID])
    pcr, outcome_problems = _outcome(wide, config.outcome)
    problems = [*part.problems, *_identifier_problems(identifier), *outcome_problems]
    joined = Assembled(
        table=part.table,
        columns=wide.columns,
        patient_id=identifier,
        pcr=pcr,
        problems=(*problems, *dates_out_of_order(part.table)),
        tallies=(*part.tallies, *_outcome_tallies(outcome_problems, pcr, wide.origin)),
        notes=part.notes,
        origin=wide.origin,
        fingerprint=_fingerprint(paths.all()),
    )
    with PatientIndex(identifier) as index:
        for name, read in _parts(paths, config, find_column, until):
            joined = _add(joined, read(joined, index), name, find_column, until)
    return joined


class _Paths:
    """Files of a config, found."""

    def __init__(self, config: CohortConfig, base: Path) -> None:
        def found_at(names: Sequence[str]) -> tuple[Path, ...]:
            return tuple(resolve(name, base) for name in names)

        mutations = config.mutations
        self.patients = found_at(config.patients.path)
        self.imaging = found_at(config.imaging.path) if config.imaging else ()
        self.ctdna = found_at([config.ctdna] if config.ctdna else [])
        self.mutations = found_at([mutations.path, mutations.panel] if mutations else [])

    def all(self) -> tuple[Path, ...]:
        """Every file, in a fixed order."""
        return (*self.patients, *self.imaging, *self.ctdna, *self.mutations)


_ReadPart = Callable[[Assembled, PatientIndex], LongPart]


def _parts(
    paths: _Paths, config: CohortConfig, find_column: FindColumn, until: Landmark
) -> list[tuple[Path, _ReadPart]]:
    """What is joined to the patients: a file, and how it becomes columns of theirs."""
    parts: list[tuple[Path, _ReadPart]] = []
    if config.imaging is not None:
        imaging = config.imaging
        parts.append(
            (
                paths.imaging[0],
                lambda _, index: read_images(paths.imaging, imaging, find_column, until, index),
            )
        )
    if paths.ctdna:
        ctdna = paths.ctdna[0]
        parts.append(
            (ctdna, lambda so_far, index: assign_samples(ctdna, so_far.table, index, until))
        )
    if paths.mutations:
        maf, panel = paths.mutations
        parts.append((maf, lambda _, index: pam_statuses(maf, panel, index)))
    return parts


def _add(
    joined: Assembled, part: LongPart, path: Path, find_column: FindColumn, until: Landmark
) -> Assembled:
    """Join columns to the patients'; those the contract does not know, or only later, stay out."""
    declared = {name: find_declared(name, find_column) for name in part.table}
    columns = [
        column
        for column in declared.values()
        if column is not None and (column.landmark <= until or column.name in CORE)
    ]
    twice = sorted({column.name for column in columns} & set(joined.table))
    if twice:
        message = (
            f"{path}: column '{twice[0]}' comes from two files. Take it out of one of them or out "
            "of the mapping."
        )
        raise TableError(message)
    return replace(
        joined,
        table={**joined.table, **{column.name: part.table[column.name] for column in columns}},
        columns=(*joined.columns, *columns),
        problems=(*joined.problems, *part.problems),
        tallies=(*joined.tallies, *part.tallies),
        notes=(*joined.notes, *part.notes),
    )


def _identifier_problems(identifier: NDArray[Any]) -> list[Problem]:
    """Rows without an identifier, and every row of one that occurs twice."""
    absent = np.array([each is None for each in identifier], dtype=bool)
    _, inverse, counts = np.unique(
        np.where(absent, "", identifier).astype(str), return_inverse=True, return_counts=True
    )
    twice = (counts[inverse] > 1) & ~absent
    return found(PATIENT_ID, {"missing_patient_id": absent, "duplicated_patient": twice})


def _outcome(wide: Wide, outcome: Outcome) -> tuple[FloatArray | None, list[Problem]]:
    if OUTCOME not in wide.table.column_names:
        return None, []
    values = dict.fromkeys(outcome.reached, "1") | dict.fromkeys(outcome.residual, "0")
    cells, broken = recoded(wide.table[OUTCOME], values)
    pcr, _ = parse_boolean(cells)
    return pcr, found(OUTCOME, {"unknown_outcome": broken["not_in_recode"]})


def _outcome_tallies(
    problems: Sequence[Problem], pcr: FloatArray | None, origin: Origin
) -> tuple[Tally, ...]:
    return () if pcr is None else tally_columns(problems, {OUTCOME: pcr}, origin)


def _fingerprint(paths: Sequence[Path]) -> str:
    """SHA-256 over the files' own; where they lie does not change it."""
    digest = hashlib.sha256()
    for path in paths:
        require_file(path)
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()
