"""A table of HER2-PET lesions, one row a lesion, as columns of the patients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr.cohort.cells import parse_text
from neopcr.cohort.contract import PATIENT_ID, found, parse
from neopcr.cohort.long_table import Broken, LongPart, TallyBook, check_headers, counted
from neopcr.cohort.readers import read_table
from neopcr.oncology.pet import (
    HIGHEST_SCORE,
    LOWEST_SCORE,
    LesionReads,
    by_patient,
    is_suv_impossible,
)
from neopcr.specs import Column, Kind, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from neopcr.cohort.cells import Mask
    from neopcr.cohort.patient_index import PatientIndex
    from neopcr.specs import IntArray, Table

READERS = ("reader1_score", "reader2_score")
NEEDED = (PATIENT_ID, "lesion_id", *READERS)
_POSITIVE, _SUV_MAX = "imaging_pet_positive", "imaging_pet_suvmax_max"


def _lesion(name: str, kind: Kind, low: float | None = None, high: float | None = None) -> Column:
    return Column(
        name=name,
        kind=kind,
        description="Of a lesion.",
        source="neopcr",
        modality="imaging",
        low=low,
        high=high,
    )


# Header of the file, beside patient_id and lesion_id, of which a patient has each once.
LESION_COLUMNS = (
    _lesion("tracer", "text"),
    _lesion("scan_date", "date"),
    *(_lesion(name, "number", LOWEST_SCORE, HIGHEST_SCORE) for name in READERS),
    *(
        _lesion(name, "number", 0, 200)
        for name in ("suvmax", "suvpeak", "background_suvmax", "background_suvmean")
    ),
    _lesion("liver", "boolean"),
)
# Which column of the patient a broken cell makes doubtful.
_CONCERNS = dict.fromkeys((*READERS, "scan_date"), _POSITIVE)


def assemble_lesions(path: Path, course: Table, index: PatientIndex) -> LongPart:
    """Read HER2-PET lesions and put them together by patient.

    Only scans up to the first dose count. Where the file has no `scan_date` the scans are taken as
    of baseline, and that is told; where it has one, lesions without it are not used, and counted.

    Parameters
    ----------
    path : Path
        Of headers `LESION_COLUMNS`; `patient_id`, `lesion_id` and both readers' are needed.
    course : mapping of str to datetime64[D] array of shape (n_patients,)
        `first_dose_date`, where it is known.
    index : PatientIndex
        Of the cohort.

    Returns
    -------
    LongPart
        Columns ``imaging_pet_…``; problems stand at the patient's row.

    Raises
    ------
    TableError
        If the file cannot be read or lacks a column.
    """
    check_headers(path, NEEDED)
    raw = read_table(path, (PATIENT_ID, "lesion_id", *(each.name for each in LESION_COLUMNS)))
    parsed, problems = parse(raw, LESION_COLUMNS)
    fractions = [
        problem
        for name in READERS
        for problem in found(name, {"not_a_score": odd_scores(parsed[name])})
    ]
    n = raw.num_rows
    book = TallyBook(path)
    broken = {(each.column, each.rule): _mask(each.rows, n) for each in (*problems, *fractions)}
    book.add(0, broken, parsed)
    table = _all_columns(parsed, n)
    patient = index.rows(raw[PATIENT_ID])
    known = patient >= 0
    early, notes = _at_baseline(parsed.get("scan_date"), course, patient)
    lesion, _ = parse_text(raw["lesion_id"])
    used = known & early
    told = _broken_cells(broken, patient)
    told += _contradictions(table, lesion, patient, used)
    return LongPart(
        _columns(table, patient, used, index.n_patients),
        tuple(problem for problem in told if problem.rows.size),
        book.tallies(),
        (
            *counted(
                "PET lesions of patients who are not in the cohort's table", int((~known).sum())
            ),
            *notes,
        ),
    )


def _broken_cells(broken: Broken, patient: IntArray) -> list[Problem]:
    """Patients with a cell that cannot be read, under the column that it makes doubtful."""
    rows: dict[tuple[str, str], Mask] = {}
    for (name, rule), mask in broken.items():
        key = (_CONCERNS.get(name, _SUV_MAX), rule)
        rows[key] = rows.get(key, np.zeros(len(patient), dtype=bool)) | mask
    return [Problem(*key, np.unique(patient[mask & (patient >= 0)])) for key, mask in rows.items()]


def odd_scores(scores: NDArray[Any]) -> Mask:
    """Whether scores lie between two steps of their scale."""
    return np.asarray(~np.isnan(scores) & (scores != np.floor(scores)))


def _mask(rows: IntArray, n: int) -> Mask:
    mask = np.zeros(n, dtype=bool)
    mask[rows] = True
    return mask


def _all_columns(parsed: Table, n: int) -> dict[str, NDArray[Any]]:
    """Every column of a lesion; those that the file lacks are missing throughout."""
    empty: dict[str, NDArray[Any]] = {
        each.name: np.full(n, np.nan) for each in LESION_COLUMNS if each.kind != "text"
    }
    empty["tracer"] = np.full(n, None, dtype=object)
    empty["scan_date"] = np.full(n, np.datetime64("NaT", "D"))
    scores = {name: np.where(odd_scores(parsed[name]), np.nan, parsed[name]) for name in READERS}
    return {**empty, **parsed, **scores}


def _at_baseline(
    scanned: NDArray[Any] | None, course: Table, patient: IntArray
) -> tuple[Mask, tuple[str, ...]]:
    """Which lesions were seen up to the first dose, and what is to be told of the others."""
    if scanned is None:
        return np.ones(len(patient), dtype=bool), (
            "PET lesions have no scan_date: they are taken as seen before the first dose",
        )
    never = np.full(int(patient.max(initial=0)) + 1, np.datetime64("NaT", "D"))
    first = course.get("first_dose_date", never)[patient]
    unknown = (np.isnat(scanned) | np.isnat(first)) & (patient >= 0)
    late = (scanned > first) & (patient >= 0)
    return np.asarray(scanned <= first), (
        *counted("PET lesions whose scan or first dose has no date, not used", int(unknown.sum())),
        *counted("PET lesions seen after the first dose, not used", int(late.sum())),
    )


def _contradictions(
    table: Table, lesion: NDArray[Any], patient: IntArray, used: Mask
) -> list[Problem]:
    """Patients with an impossible uptake, a lesion that stands twice, or several tracers."""
    impossible = used & is_suv_impossible(table["suvmax"], table["suvpeak"])
    nameless = used & np.array([each is None for each in lesion], dtype=bool)
    tracers = np.array([str(each or "").casefold() for each in table["tracer"]])
    return [
        Problem(_SUV_MAX, "suv_peak_above_max", np.unique(patient[impossible])),
        Problem(_POSITIVE, "missing_lesion_id", np.unique(patient[nameless])),
        Problem(_POSITIVE, "duplicated_lesion", _repeated(patient[used], lesion[used].astype(str))),
        Problem(_POSITIVE, "several_tracers", _several(patient[used], tracers[used])),
    ]


def _repeated(patient: IntArray, lesion: NDArray[Any]) -> IntArray:
    """Patients of whom a lesion stands more than once."""
    _, place = np.unique(lesion, return_inverse=True)
    pairs, counts = np.unique(np.stack([patient, place]), axis=1, return_counts=True)
    return np.unique(pairs[0][counts > 1])


def _several(patient: IntArray, values: NDArray[Any]) -> IntArray:
    """Patients whose lesions have more than one value; one that is not given is none."""
    given = values != ""
    _, place = np.unique(values[given], return_inverse=True)
    pairs = np.unique(np.stack([patient[given], place]), axis=1)
    who, counts = np.unique(pairs[0], return_counts=True)
    return np.asarray(who[counts > 1])


def _columns(
    table: Table, patient: IntArray, used: Mask, n_patients: int
) -> dict[str, NDArray[Any]]:
    lesions = LesionReads(
        patient[used],
        *(table[name][used] for name in (*READERS, "suvmax", "background_suvmean", "liver")),
    )
    of = by_patient(lesions, n_patients)
    return {
        _POSITIVE: of.positive,
        "imaging_pet_lesions": of.lesions,
        "imaging_pet_positive_lesions": of.positive_lesions,
        "imaging_pet_disagreement": of.disagreement,
        _SUV_MAX: of.suv_max,
        "imaging_pet_background_ratio_max": of.background_ratio,
    }
