"""Files of a cohort joined to one row a patient; nothing is left out yet, everything is counted."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from neopcr.cohort.beside import located
from neopcr.cohort.cells import parse_text
from neopcr.cohort.contract import CORE, PATIENT_ID, found
from neopcr.cohort.date_order import dates_out_of_order
from neopcr.cohort.long_table import LongPart
from neopcr.cohort.mapping import FindColumn, find_declared
from neopcr.cohort.mutations import read_mutations
from neopcr.cohort.outcome import read_outcome
from neopcr.cohort.patient_index import PatientIndex
from neopcr.cohort.pet_lesions import assemble_lesions
from neopcr.cohort.plasma import assign_samples
from neopcr.cohort.regimen_check import regimen_contradictions
from neopcr.cohort.sources import Sources, find_sources, fingerprint
from neopcr.cohort.target_lesions import assemble_responses
from neopcr.cohort.wide_part import read_images, read_part
from neopcr.errors import TableError
from neopcr.oncology.facts import facts_from

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.cohort.complaint import Origin, Tally
    from neopcr.config import CohortConfig
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
    config, sources = located(config, base), find_sources(config, base)
    identity = fingerprint(sources.all())
    return replace(join(sources, config, find_column, until), fingerprint=identity)


def join(
    sources: Sources,
    config: CohortConfig,
    find_column: FindColumn,
    until: Landmark,
    ambiguous: Collection[str] | None = None,
) -> Assembled:
    """Join files, or the pieces of files that hold the same patients; they are held in memory.

    Parameters
    ----------
    sources : Sources
        Files of `config`, or pieces of them.
    config, find_column, until
        As in `assemble`.
    ambiguous : collection of str, optional
        Columns whose unit is in doubt, where pieces cannot tell; each file tells where None.

    Returns
    -------
    Assembled
        Without a fingerprint.
    """
    wide, part = read_part(
        sources.patients, config.patients, find_column, until, config.outcome, ambiguous
    )
    identifier, _ = parse_text(wide.table[PATIENT_ID])
    facts = facts_from(config.facts)
    outcome = read_outcome(wide, config.outcome, itc_is_pcr=facts.itc_is_pcr)
    problems = [
        *part.problems,
        *_identifier_problems(identifier),
        *outcome.problems,
        *regimen_contradictions(part.table),
    ]
    joined = Assembled(
        table=part.table,
        columns=wide.columns,
        patient_id=identifier,
        pcr=outcome.pcr,
        problems=(*problems, *dates_out_of_order(part.table)),
        tallies=(*part.tallies, *outcome.tallies),
        notes=(*part.notes, *outcome.notes),
        origin=wide.origin,
        fingerprint="",
    )
    with PatientIndex(identifier) as index:
        for name, read in _parts(sources, config, find_column, until, ambiguous):
            joined = _add(joined, read(joined, index), name, find_column, until)
    return joined


_ReadPart = Callable[[Assembled, PatientIndex], LongPart]


def _parts(
    sources: Sources,
    config: CohortConfig,
    find_column: FindColumn,
    until: Landmark,
    ambiguous: Collection[str] | None,
) -> list[tuple[Path, _ReadPart]]:
    """What is joined to the patients: a file, and how it becomes columns of theirs."""
    parts: list[tuple[Path, _ReadPart]] = []
    if config.imaging is not None:
        imaging = config.imaging
        parts.append(
            (
                sources.imaging[0],
                lambda _, index: read_images(
                    sources.imaging, imaging, find_column, until, index, ambiguous
                ),
            )
        )
    facts = facts_from(config.facts)
    if sources.ctdna:
        ctdna = sources.ctdna[0]
        limits = {str(assay): lod for assay, lod in facts.ctdna_lod_mtm_per_ml.items()}
        parts.append(
            (ctdna, lambda so_far, index: assign_samples(ctdna, so_far.table, index, until, limits))
        )
    if sources.pet:
        pet = sources.pet[0]
        parts.append((pet, lambda so_far, index: assemble_lesions(pet, so_far.table, index)))
    if sources.recist:
        scans = sources.recist[0]
        parts.append((scans, lambda so, index: assemble_responses(scans, so.table, index, until)))
    if sources.mutations is not None and config.mutations is not None:
        files, options = sources.mutations, config.mutations
        parts.append(
            (files.calls[0], lambda _, index: read_mutations(files, options, index, facts))
        )
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
    encoded = pa.array(identifier, pa.string()).dictionary_encode()
    absent = encoded.is_null().to_numpy(zero_copy_only=False)
    place = pc.fill_null(encoded.indices, 0).to_numpy(zero_copy_only=False)
    counts = np.bincount(place[~absent], minlength=1)
    twice = (counts[place] > 1) & ~absent
    return found(PATIENT_ID, {"missing_patient_id": absent, "duplicated_patient": twice})
