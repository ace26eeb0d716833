"""A long ctDNA table, one row a sample, as columns of the patients: one sample a landmark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from neopcr.cohort.contract import PATIENT_ID, parse
from neopcr.cohort.long_table import LongPart, TallyBook, check_headers, counted
from neopcr.cohort.plasma_columns import (
    BY_NAME,
    FRACTIONS,
    MEASURED,
    SAMPLE_COLUMNS,
    PlasmaSamples,
    missing_cells,
    percent_suspected,
)
from neopcr.cohort.plasma_problems import plasma_problems
from neopcr.cohort.readers import read_batches, read_header
from neopcr.oncology import ctdna_samples as rules
from neopcr.oncology.ctdna import sample_landmark
from neopcr.specs import Landmark, Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.cohort.patient_index import PatientIndex
    from neopcr.specs import BoolArray, IntArray

_COURSE = (
    "first_dose_date", "cycle2_date", "cycle3_date", "cycle4_date", "cycle5_date",
    "last_dose_date", "surgery_date",
)  # fmt: skip
_NEEDED = (PATIENT_ID, "collected_date", "detected")
_AMOUNTS = ("mtm_per_ml", *FRACTIONS)
_ALWAYS = ("detected", "mtm_per_ml", "mean_vaf")


def assign_samples(
    path: Path,
    course: Table,
    index: PatientIndex,
    until: Landmark,
    limits: Mapping[str, float] = rules.LOD_BY_ASSAY,
) -> LongPart:
    """Read a ctDNA table and give each patient one sample a landmark.

    A sample belongs to a landmark by its date. One that failed quality control says nothing. Of
    several the latest counts; two of one day must agree. `ctdna_assay` is that of baseline, and
    amounts of a later sample by another assay are not used, for they cannot be compared.

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
    limits : mapping of str to float
        Limit of detection by assay, MTM/mL, where a report gives none.

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
    for batch in read_batches(path, (PATIENT_ID, *BY_NAME)):
        samples = _read(batch, course, index)
        book.add(start, samples.bad, samples.table)
        parts.append(samples.select(samples.patient >= 0))
        total += len(parts[-1].patient)
        start += batch.num_rows
    joined = _join(parts)
    usable = joined.select(
        (joined.landmark >= 0) & (joined.landmark <= until) & (joined.table["qc_fail"] != 1)
    )
    places = rules.latest_of_each(usable.key, usable.table["collected_date"])
    latest = usable.select(places)
    others = _by_other_assay(latest, index.n_patients)
    notes = {
        "samples of patients who are not in the cohort's table": start - total,
        "samples outside every landmark's window, not used": int((joined.landmark < 0).sum()),
        **_notes(latest, others),
    }
    return LongPart(
        _widen(latest, others, _columns(read_header(path)), index.n_patients),
        plasma_problems(joined, usable, latest, limits),
        book.tallies(),
        tuple(note for what, n in notes.items() for note in counted(f"ctDNA {what}", n)),
    )


def _read(batch: pa.RecordBatch, course: Table, index: PatientIndex) -> PlasmaSamples:
    raw = pa.Table.from_batches([batch])
    parsed, problems = parse(raw, SAMPLE_COLUMNS)
    table = missing_cells(batch.num_rows) | parsed
    bad = {(each.column, each.rule): mask_of(each.rows, batch.num_rows) for each in problems}
    for name in FRACTIONS:
        percents = percent_suspected(table[name])
        if percents.any():
            bad[name, "percent_suspected"] = percents
            table[name] = np.where(percents, np.nan, table[name])
    patient = index.rows(raw[PATIENT_ID])
    dates = course_of(course, patient, index.n_patients)
    return PlasmaSamples(patient, sample_landmark(table["collected_date"], dates), table, bad)


def course_of(course: Table, patient: IntArray, n_patients: int) -> dict[str, NDArray[Any]]:
    """Dates of treatment of each row's patient; NaT where they, or the patient, are not known."""
    # One more entry at the end, where -1 points: a patient whom the cohort does not have.
    never = np.full(n_patients + 1, np.datetime64("NaT", "D"))
    return {
        name: np.append(course[name], never[-1:])[patient] if name in course else never[patient]
        for name in _COURSE
    }


def mask_of(rows: IntArray, n: int) -> BoolArray:
    """Rows as a mask over all `n`."""
    mask = np.zeros(n, dtype=bool)
    mask[rows] = True
    return mask


def _join(parts: Sequence[PlasmaSamples]) -> PlasmaSamples:
    if len(parts) == 1:
        return parts[0]
    rules_broken = dict.fromkeys(rule for part in parts for rule in part.bad)
    return PlasmaSamples(
        np.concatenate([part.patient for part in parts]),
        np.concatenate([part.landmark for part in parts]),
        {name: np.concatenate([part.table[name] for part in parts]) for name in parts[0].table},
        {
            rule: np.concatenate(
                [part.bad.get(rule, np.zeros(len(part.patient), dtype=bool)) for part in parts]
            )
            for rule in rules_broken
        },
    )


def _columns(header: Sequence[str]) -> tuple[str, ...]:
    """What becomes a column: the first three always, others where the file has them."""
    return tuple(name for name in MEASURED if name in _ALWAYS or name in header)


def _widen(
    latest: PlasmaSamples, others: BoolArray, names: Sequence[str], n_patients: int
) -> dict[str, NDArray[Any]]:
    """Columns of the latest sample of each patient and landmark."""
    table: dict[str, NDArray[Any]] = {}
    for landmark in Landmark:
        at = latest.landmark == landmark
        patient = latest.patient[at]
        if patient.size:
            for name in names:
                values = latest.table[name][at]
                column = table[f"ctdna_{name}_{landmark.name}"] = np.full(n_patients, np.nan)
                column[patient] = (
                    np.where(others[at], np.nan, values) if name in _AMOUNTS else values
                )
            if landmark is Landmark.baseline:
                table["ctdna_assay"] = np.full(n_patients, -1, dtype=np.int16)
                table["ctdna_assay"][patient] = latest.table["assay"][at]
    return table


def _by_other_assay(latest: PlasmaSamples, n_patients: int) -> BoolArray:
    """Whether a sample was measured by another assay than the patient's at baseline."""
    of_baseline = np.full(n_patients, -1, dtype=np.int16)
    at = latest.landmark == Landmark.baseline
    of_baseline[latest.patient[at]] = latest.table["assay"][at]
    return rules.is_other_assay(latest.table["assay"], of_baseline[latest.patient])


def _notes(latest: PlasmaSamples, others: BoolArray) -> dict[str, int]:
    table = latest.table
    expected = rules.expected_mtm_per_ml(table["mean_vaf"], table["cfdna_ng_per_ml"])
    noted = {
        "samples by another assay than at baseline, their amounts not used": others,
        "samples called detected on fewer than two variants (an unverified rule, told only)": (
            rules.is_called_on_too_few(
                table["detected"], table["n_variants_detected"], table["assay"]
            )
        ),
        "samples whose MTM/mL is far from VAF x cfDNA (an unverified rule, told only)": (
            rules.is_far_off(table["mtm_per_ml"], expected)
        ),
    }
    return {what: int(rows.sum()) for what, rows in noted.items()}
