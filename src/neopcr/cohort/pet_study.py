"""A study of HER2-PET as one file: a row a lesion, read by two readers, some of them biopsied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neopcr.cohort.cells import all_missing, parse_text
from neopcr.cohort.contract import PATIENT_ID, found, parse
from neopcr.cohort.long_table import check_headers
from neopcr.cohort.pet_lesions import LESION_COLUMNS, NEEDED, READERS, odd_scores
from neopcr.cohort.readers import read_table
from neopcr.oncology.pet import LesionReads, is_suv_impossible
from neopcr.specs import Column, Problem

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from numpy.typing import NDArray

    from neopcr.oncology.kleene import Codes
    from neopcr.specs import BoolArray, Table

BIOPSIES = ("negative", "positive", "inconclusive")
BIOPSY = Column(
    name="biopsy_her2",
    kind="category",
    categories=BIOPSIES,
    description="HER2 of the lesion by biopsy after the scan.",
    source="NCT02286843",
    modality="imaging",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PetStudy:
    """Lesions of patients.

    Parameters
    ----------
    reads : LesionReads
        Patients count from 0.
    biopsy : int array of shape (n_lesions,)
        Codes into `BIOPSIES`; -1 none.
    n_patients, n_rows : int
        Patients with a row; rows of the file, used or not.
    tracers : tuple of str
        Those that the file names.
    problems : tuple of Problem
        By row of the file.
    """

    reads: LesionReads
    biopsy: Codes
    n_patients: int
    n_rows: int
    tracers: tuple[str, ...]
    problems: tuple[Problem, ...]


def read_pet_study(path: Path) -> PetStudy:
    """Read lesions; a row that cannot be used is a problem, and the rest goes on.

    A row without a patient is left out. A lesion without a name, or that stands twice, is of its
    patient but its reads are not used: so the patient's answer stays open. Of a lesion whose
    SUVpeak is above its SUVmax the uptake is not used, but the scores are.

    Parameters
    ----------
    path : Path
        Of headers `patient_id`, `lesion_id`, `reader1_score` and `reader2_score`; `suvmax`,
        `suvpeak`, `liver`, `tracer` and `biopsy_her2` where they are known.

    Raises
    ------
    TableError
        If the file cannot be read or lacks a column.
    """
    check_headers(path, NEEDED)
    columns = (*LESION_COLUMNS, BIOPSY)
    raw = read_table(path, (PATIENT_ID, "lesion_id", *(each.name for each in columns)))
    parsed, problems = parse(raw, columns)
    table = {each.name: parsed.get(each.name, all_missing(each, raw.num_rows)) for each in columns}
    patient, _ = parse_text(raw[PATIENT_ID])
    lesion, _ = parse_text(raw["lesion_id"])
    known = np.array([each is not None for each in patient], dtype=bool)
    # Whatever stands for a row without a patient, it is left out below.
    names, place = np.unique(np.where(known, patient, "").astype(str), return_inverse=True)
    nameless = known & np.array([each is None for each in lesion], dtype=bool)
    twice, again = _repeated(place, lesion, known & ~nameless)
    impossible = is_suv_impossible(table["suvmax"], table["suvpeak"])
    for name in READERS:
        problems += tuple(found(name, {"not_a_score": odd_scores(table[name])}))
    problems += (
        *found(PATIENT_ID, {"missing_patient_id": ~known}),
        *found("lesion_id", {"missing_lesion_id": nameless, "duplicated_lesion": twice}),
        *found("suvmax", {"suv_peak_above_max": impossible}),
    )
    kept = known & ~again
    _, who = np.unique(place[kept], return_inverse=True)
    return PetStudy(
        reads=_reads(table, kept, who, nameless | twice, impossible),
        biopsy=np.where(nameless | twice, -1, table["biopsy_her2"])[kept].astype(np.int16),
        n_patients=len(names) - int(not known.all()),
        n_rows=raw.num_rows,
        tracers=tuple(sorted({each.casefold() for each in table["tracer"][kept] if each})),
        problems=problems,
    )


def _repeated(
    place: NDArray[Any], lesion: NDArray[Any], named: BoolArray
) -> tuple[BoolArray, BoolArray]:
    """Rows whose lesion stands more than once, and all of these but the first."""
    rows = np.flatnonzero(named)
    _, number = np.unique(lesion[rows].astype(str), return_inverse=True)
    pairs = np.stack([place[rows], number])
    _, first, which, counts = np.unique(
        pairs, axis=1, return_index=True, return_inverse=True, return_counts=True
    )
    twice = np.zeros(len(place), dtype=bool)
    twice[rows[counts[which] > 1]] = True
    again = twice.copy()
    again[rows[first]] = False
    return twice, again


def _reads(
    table: Table, kept: BoolArray, who: NDArray[Any], unsure: BoolArray, impossible: BoolArray
) -> LesionReads:
    scores = (np.where(odd_scores(table[name]) | unsure, np.nan, table[name]) for name in READERS)
    uptake = np.where(impossible | unsure, np.nan, table["suvmax"])
    reader1, reader2, suv_max, background, liver = (
        values[kept] for values in (*scores, uptake, table["background_suvmean"], table["liver"])
    )
    return LesionReads(who, reader1, reader2, suv_max, background, liver)
