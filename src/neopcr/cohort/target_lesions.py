"""A table of measured lesions, one row a lesion and scan, as RECIST responses of the patients."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neopcr.cohort.cells import parse_text
from neopcr.cohort.contract import PATIENT_ID, parse
from neopcr.cohort.long_table import Broken, LongPart, TallyBook, check_headers, counted
from neopcr.cohort.plasma import course_of, mask_of
from neopcr.cohort.readers import read_table
from neopcr.oncology.ctdna import sample_landmark
from neopcr.oncology.recist import Lesions, choose_targets, recist_response
from neopcr.specs import Column, Kind, Landmark, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from neopcr.cohort.cells import Mask
    from neopcr.cohort.patient_index import PatientIndex
    from neopcr.oncology.kleene import Codes
    from neopcr.specs import FloatArray, IntArray, Table


def _measured(name: str, kind: Kind, description: str) -> Column:
    return Column(
        name=name, kind=kind, description=description, source="RECIST 1.1", modality="imaging"
    )


# Header of the file, beside patient_id and lesion_id, of which a scan has each once.
TARGET_COLUMNS = (
    _measured("scan_date", "date", "Day of the scan."),
    replace(
        _measured(
            "diameter_mm", "number", "Longest diameter, of a node its short axis; 0 it is gone."
        ),
        unit="mm", low=0, high=500,
    ),
    _measured("lymph_node", "boolean", "Whether the lesion is a lymph node."),
    _measured("new_lesion", "boolean", "Whether the scan shows a lesion that baseline did not."),
    _measured("organ", "text", "Organ: of two in one organ no third is measured."),
)  # fmt: skip
_NEEDED = (PATIENT_ID, "lesion_id", "scan_date", "diameter_mm", "lymph_node", "new_lesion")
_NO_DAY = np.iinfo(np.int64).min
_RESPONDS_AT = (Landmark.c1, Landmark.c2, Landmark.c4, Landmark.presurgery)


class _Scans(NamedTuple):
    """Rows of the file; arrays of shape (n_rows,)."""

    patient: IntArray
    landmark: Codes
    day: IntArray
    lesion: NDArray[Any]
    organ: NDArray[Any]
    diameter: FloatArray
    node: FloatArray
    new: FloatArray

    def select(self, rows: Mask | IntArray) -> _Scans:
        """Return some of the rows."""
        return _Scans(*[np.asarray(values)[rows] for values in self])


def assemble_responses(path: Path, course: Table, index: PatientIndex, until: Landmark) -> LongPart:
    """Read measured lesions and give each patient one response a landmark.

    Scans belong to landmarks as plasma samples do. The last scan of baseline is compared with; the
    response at a landmark is that of its last scan. Scans between the windows count for the least
    sum so far. Targets are the largest lesions of baseline, at most five and two an organ; where
    the file does not name the organ, each lesion is taken to be in one of its own.

    Parameters
    ----------
    path : Path
        Of headers `TARGET_COLUMNS`; all but `organ` are needed.
    course : mapping of str to datetime64[D] array of shape (n_patients,)
        Dates of treatment, as far as they are known.
    index : PatientIndex
        Of the cohort.
    until : Landmark
        Later scans are not used.

    Returns
    -------
    LongPart
        Columns ``recist_response_…``; problems stand at the patient's row.

    Raises
    ------
    TableError
        If the file cannot be read or lacks a column.
    """
    check_headers(path, _NEEDED)
    if until < _RESPONDS_AT[0]:
        return LongPart({})
    raw = read_table(path, (PATIENT_ID, "lesion_id", *(each.name for each in TARGET_COLUMNS)))
    parsed, problems = parse(raw, TARGET_COLUMNS)
    broken = {(each.column, each.rule): mask_of(each.rows, raw.num_rows) for each in problems}
    book = TallyBook(path)
    book.add(0, broken, parsed)
    patient = index.rows(raw[PATIENT_ID])
    dates = course_of(course, patient, index.n_patients)
    nowhere = np.full(raw.num_rows, None, dtype=object)
    scans = _Scans(
        patient,
        sample_landmark(parsed["scan_date"], dates),
        parsed["scan_date"].astype(np.int64),
        parse_text(raw["lesion_id"])[0],
        parsed.get("organ", nowhere),
        parsed["diameter_mm"],
        parsed["lymph_node"],
        parsed["new_lesion"],
    )
    used = _used(scans, until, index.n_patients)
    told = [*_broken_cells(broken, scans, used), *_contradictions(scans.select(used))]
    return LongPart(
        _columns(scans.select(used), index.n_patients),
        tuple(each for each in told if each.rows.size),
        book.tallies(),
        _notes(scans),
    )


def _used(scans: _Scans, until: Landmark, n_patients: int) -> Mask:
    """Rows up to the patient's last scan that a landmark claims."""
    last = np.full(n_patients, _NO_DAY)
    claimed = (
        (scans.landmark > Landmark.baseline) & (scans.landmark <= until) & (scans.patient >= 0)
    )
    np.maximum.at(last, scans.patient[claimed], scans.day[claimed])
    here = (scans.patient >= 0) & (scans.day > _NO_DAY)
    return np.asarray(here & (scans.day <= last[scans.patient]))


def _notes(scans: _Scans) -> tuple[str, ...]:
    here, dated = scans.patient >= 0, scans.day > _NO_DAY
    notes = {
        "of patients who are not in the cohort's table": ~here,
        "without a scan_date, not used": here & ~dated,
        "outside every landmark's window, at most the least sum so far": (
            here & dated & (scans.landmark < 0)
        ),
    }
    return tuple(
        note
        for what, rows in notes.items()
        for note in counted(f"measured lesions {what}", int(rows.sum()))
    )


def _column(landmark: int) -> str:
    """Name the first response that a scan of a landmark has a part in."""
    return f"recist_response_{Landmark(max(landmark, _RESPONDS_AT[0])).name}"


def _broken_cells(broken: Broken, scans: _Scans, used: Mask) -> list[Problem]:
    """Patients with a cell that cannot be read; one whose day cannot be read may be of any scan."""
    problems = []
    for (name, rule), rows in broken.items():
        concerned = rows & ((scans.patient >= 0) if name == "scan_date" else used)
        problems += _at_patients(scans.select(concerned), rule)
    return problems


def _at_patients(scans: _Scans, rule: str) -> list[Problem]:
    """One problem a response that rows have a part in."""
    names = np.array([_column(landmark) for landmark in scans.landmark], dtype=object)
    return [
        Problem(name, rule, np.unique(scans.patient[names == name])) for name in sorted(set(names))
    ]


def _contradictions(scans: _Scans) -> list[Problem]:
    nameless = np.array([lesion is None for lesion in scans.lesion], dtype=bool)
    _, place = np.unique(scans.lesion.astype(str), return_inverse=True)
    keys = np.stack([scans.patient, scans.day, place])
    _, group, counts = np.unique(keys, axis=1, return_inverse=True, return_counts=True)
    return [
        *_at_patients(scans.select(nameless), "missing_lesion_id"),
        *_at_patients(scans.select((counts[group] > 1) & ~nameless), "duplicated_lesion"),
        *_at_patients(scans.select(np.isnan(scans.node)), "missing_lymph_node"),
    ]


def _columns(scans: _Scans, n_patients: int) -> dict[str, Codes]:
    table = {
        f"recist_response_{at.name}": np.full(n_patients, -1, dtype=np.int16)
        for at in _RESPONDS_AT
        if (scans.landmark == at).any()
    }
    order = np.argsort(scans.patient, kind="stable")
    bounds = np.flatnonzero(np.diff(scans.patient[order], prepend=-1, append=n_patients))
    for first, last in pairwise(bounds):
        own = scans.select(order[first:last])
        for landmark, response in _responses(own).items():
            table[f"recist_response_{landmark.name}"][own.patient[0]] = response
    return table


def _responses(scans: _Scans) -> dict[Landmark, int]:
    """Responses of one patient, by landmark: of several scans the last."""
    # Without a scan of baseline nothing was measured there, and nothing can be evaluated.
    first = scans.day[scans.landmark == Landmark.baseline].max(initial=_NO_DAY)
    at_first = scans.select(scans.day == first)
    is_node = at_first.node == 1
    chosen = choose_targets(at_first.diameter, is_node, _organs(at_first.organ))
    days = np.unique(scans.day[scans.day > first])
    measured = dict(zip(zip(scans.day, scans.lesion, strict=True), scans.diameter, strict=True))
    diameters = [
        [measured.get((day, lesion), np.nan) for lesion in at_first.lesion[chosen]]
        for day in (first, *days)
    ]
    new = np.array([0.0, *(_any_new(scans.new[scans.day == day]) for day in days)])
    # What was new at a scan is no less so at the next.
    new = np.where(np.logical_or.accumulate(new == 1), 1.0, new)
    codes = recist_response(Lesions(np.array(diameters), is_node[chosen], new))
    at = dict(zip(scans.day, scans.landmark, strict=True))
    return {
        Landmark(at[day]): int(code)
        for day, code in zip(days, codes, strict=True)
        if at[day] in _RESPONDS_AT
    }


def _any_new(told: FloatArray) -> float:
    """Whether any row of a scan tells of a new lesion; NaN where none says anything."""
    known = told[~np.isnan(told)]
    return float(known.max()) if known.size else np.nan


def _organs(names: NDArray[Any]) -> IntArray:
    """Equal numbers for equal organs; one that is not named is like no other."""
    keys = [
        str(place) if name is None else f"= {name.casefold()}" for place, name in enumerate(names)
    ]
    return np.unique(np.array(keys, dtype=str), return_inverse=True)[1]
