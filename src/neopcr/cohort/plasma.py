"""A long ctDNA table, one row a sample, as columns of the patients: one sample a landmark."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from neopcr.cohort.contract import PATIENT_ID, parse
from neopcr.cohort.long_table import LongPart, TallyBook, check_headers, counted
from neopcr.cohort.readers import read_batches
from neopcr.oncology.ctdna import (
    ASSAYS,
    LOD_MTM_PER_ML,
    is_contradictory,
    sample_landmark,
)
from neopcr.specs import Column, Kind, Landmark, Problem, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from neopcr.cohort.patient_index import PatientIndex
    from neopcr.specs import IntArray

_COURSE = (
    "first_dose_date", "cycle2_date", "cycle3_date", "cycle4_date", "cycle5_date",
    "last_dose_date", "surgery_date",
)  # fmt: skip
_MEASURED = ("detected", "mtm_per_ml", "mean_vaf")
_NEEDED = (PATIENT_ID, "collected_date", "detected")


def _sample(
    name: str,
    kind: Kind,
    *,
    low: float | None = None,
    high: float | None = None,
    categories: tuple[str, ...] = (),
) -> Column:
    return Column(
        name=name,
        kind=kind,
        description="Of a sample.",
        source="neopcr",
        modality="ctdna",
        low=low,
        high=high,
        categories=categories,
    )


# Header of the file: patient_id, collected_date, assay, detected, mtm_per_ml, mean_vaf,
# n_variants_detected, lod_mtm_per_ml, qc_fail.
SAMPLE_COLUMNS = (
    _sample("collected_date", kind="date"),
    _sample("assay", kind="category", categories=ASSAYS),
    _sample("detected", kind="boolean"),
    _sample("mtm_per_ml", kind="number", low=0, high=1e6),
    _sample("mean_vaf", kind="number", low=0, high=1),
    _sample("lod_mtm_per_ml", kind="number", low=0),
    _sample("qc_fail", kind="boolean"),
)
_BY_NAME = {column.name: column for column in SAMPLE_COLUMNS}


@dataclass(frozen=True, slots=True)
class _Samples:
    """Samples of the cohort's patients; `bad` holds the rows of each broken rule, by column."""

    patient: IntArray
    landmark: NDArray[np.int16]
    table: dict[str, NDArray[Any]]
    bad: dict[tuple[str, str], NDArray[np.bool_]]


def assign_samples(path: Path, course: Table, index: PatientIndex, until: Landmark) -> LongPart:
    """Read a ctDNA table and give each patient one sample a landmark.

    A sample belongs to a landmark by its date. Of several the latest counts; two of one day must
    agree. A sample that failed quality control says nothing. `ctdna_assay` is that of baseline.

    Parameters
    ----------
    path : Path
        Of headers `SAMPLE_COLUMNS`; `patient_id`, `collected_date` and `detected` are needed.
    course : mapping of str to datetime64[D] array of shape (n_patients,)
        Dates of treatment, as far as they are known.
    index : PatientIndex
        Of the cohort.
    until : Landmark
        Later samples are not used.

    Returns
    -------
    LongPart
        Problems stand at the patient's row under the name of the column they concern.

    Raises
    ------
    TableError
        If the file cannot be read or lacks a column.
    """
    check_headers(path, _NEEDED)
    parts, book = [], TallyBook(path)
    start = total = 0
    for batch in read_batches(path, (PATIENT_ID, *_BY_NAME)):
        samples = _read(batch, course, index)
        book.add(start, samples.bad, samples.table)
        total += int((samples.patient >= 0).sum())
        start += batch.num_rows
        parts.append(_known(samples))
    joined = _join(parts)
    unassigned = int((joined.landmark < 0).sum())
    usable = _select(
        joined,
        (joined.landmark >= 0) & (joined.landmark <= until) & (joined.table["qc_fail"] != 1),
    )
    table, problems = _widen(usable, index.n_patients)
    notes = (
        *counted("ctDNA samples of patients who are not in the cohort's table", start - total),
        *counted("ctDNA samples outside every landmark's window, not used", unassigned),
    )
    dates = _patients_of(joined, "collected_date", "not_a_date")
    return LongPart(table, (*dates, *problems), book.tallies(), notes)


def _read(batch: pa.RecordBatch, course: Table, index: PatientIndex) -> _Samples:
    raw = pa.Table.from_batches([batch])
    table, problems = parse(raw, SAMPLE_COLUMNS)
    missing = np.full(batch.num_rows, np.nan)
    table = {
        **{name: missing for name in _BY_NAME if name != "assay"},
        "assay": np.full(batch.num_rows, -1, dtype=np.int16),
        **table,
    }
    patient = index.rows(raw[PATIENT_ID])
    bad = {(each.column, each.rule): _mask(each.rows, batch.num_rows) for each in problems}
    never = np.full(index.n_patients, np.datetime64("NaT", "D"))
    dates = {name: course.get(name, never)[patient] for name in _COURSE}
    landmark = sample_landmark(table["collected_date"], dates)
    return _Samples(patient, landmark, table, bad)


def _mask(rows: IntArray, n: int) -> NDArray[np.bool_]:
    mask = np.zeros(n, dtype=bool)
    mask[rows] = True
    return mask


def _select(samples: _Samples, chosen: NDArray[Any]) -> _Samples:
    return _Samples(
        samples.patient[chosen],
        samples.landmark[chosen],
        {name: values[chosen] for name, values in samples.table.items()},
        {rule: rows[chosen] for rule, rows in samples.bad.items()},
    )


def _known(samples: _Samples) -> _Samples:
    return _select(samples, samples.patient >= 0)


def _join(parts: Sequence[_Samples]) -> _Samples:
    rules = dict.fromkeys(rule for part in parts for rule in part.bad)
    return _Samples(
        np.concatenate([part.patient for part in parts]),
        np.concatenate([part.landmark for part in parts]),
        {name: np.concatenate([part.table[name] for part in parts]) for name in parts[0].table},
        {
            rule: np.concatenate(
                [part.bad.get(rule, np.zeros(len(part.patient), dtype=bool)) for part in parts]
            )
            for rule in rules
        },
    )


def _widen(usable: _Samples, n_patients: int) -> tuple[dict[str, NDArray[Any]], list[Problem]]:
    """Columns of the latest sample of each patient and landmark."""
    table: dict[str, NDArray[Any]] = {}
    problems: list[Problem] = []
    for landmark in Landmark:
        at = _select(usable, usable.landmark == landmark)
        if at.patient.size:
            latest = _latest(at)
            for name in _MEASURED:
                column = f"ctdna_{name}_{landmark.name}"
                table[column] = np.full(n_patients, np.nan)
                table[column][latest.patient] = latest.table[name]
                for rule in ("not_a_boolean", "not_a_number", "out_of_range"):
                    problems += _patients_of(at, name, rule, column)
            problems += _contradictions(at, latest, landmark)
            if landmark is Landmark.baseline:
                table["ctdna_assay"] = np.full(n_patients, -1, dtype=np.int16)
                table["ctdna_assay"][latest.patient] = latest.table["assay"]
                problems += _patients_of(at, "assay", "unknown_category", "ctdna_assay")
    return table, problems


def _latest(at: _Samples) -> _Samples:
    """The last sample of each patient; among those of one day any, for they have to agree."""
    order = np.lexsort((at.table["collected_date"], at.patient))
    last = np.append(np.diff(at.patient[order]) != 0, values=True)[: len(order)]
    return _select(at, order[last])


def _contradictions(at: _Samples, latest: _Samples, landmark: Landmark) -> list[Problem]:
    """Patients whose samples of one day differ, or whose call contradicts the amount."""
    column = f"ctdna_detected_{landmark.name}"
    place = np.searchsorted(latest.patient, at.patient)
    same_day = at.table["collected_date"] == latest.table["collected_date"][place]
    differs = np.zeros(len(at.patient), dtype=bool)
    for name in _MEASURED:
        ours, theirs = at.table[name], latest.table[name][place]
        differs |= (ours != theirs) & ~(np.isnan(ours) & np.isnan(theirs))
    given = latest.table["lod_mtm_per_ml"]
    limit = np.where(given > 0, given, LOD_MTM_PER_ML)
    contradicts = is_contradictory(
        latest.table["mtm_per_ml"] / limit, latest.table["detected"], limit=1.0
    )
    return [
        *_at_patients(at.patient[same_day & differs], column, "conflicting_samples"),
        *_at_patients(latest.patient[contradicts], column, "ctdna_contradiction"),
    ]


def _patients_of(
    samples: _Samples, name: str, rule: str, column: str | None = None
) -> list[Problem]:
    bad = samples.bad.get((name, rule))
    if bad is None:
        return []
    return _at_patients(samples.patient[bad], column or f"ctdna_{name}", rule)


def _at_patients(patients: IntArray, column: str, rule: str) -> list[Problem]:
    rows = np.unique(patients)
    return [Problem(column, rule, rows)] if rows.size else []
