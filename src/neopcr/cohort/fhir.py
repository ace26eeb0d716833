"""mCODE bundles and NDJSON as one row a patient, by walking the JSON.

Of several observations of a column the earliest counts, an undated one last; two of one day that
differ stay side by side in the cell, which the contract then refuses. A drug counts for the regimen
if it was ordered or begun within a week of the first one: what is added later was decided later,
perhaps because of the response. A drug that is not recorded is not known, never absent.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from neopcr.cohort.fhir_codes import BREAST_CANCER, INGREDIENTS, OBSERVATIONS
from neopcr.cohort.fhir_values import codes, dig, dose_day, names, observed_day, read_value
from neopcr.cohort.header import Batches, Wanted, check_header, chosen, refuse, text_rows
from neopcr.cohort.lines import read_lines

# A bundle is held in memory at some ten times its size; NDJSON is not (the project's choice).
MOST_BYTES = 256 << 20
_MEDICATION = frozenset({"MedicationStatement", "MedicationRequest", "MedicationAdministration"})
_VOID = frozenset({"entered-in-error", "cancelled", "not-done", "not-taken", "unknown"})
_WEEK = dt.timedelta(days=7)

Resource = dict[str, Any]


@dataclass(slots=True)
class _Patient:
    """What is known of a patient; values with the day they are of."""

    values: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    drugs: list[tuple[dt.date, str]] = field(default_factory=list)
    born: str = ""
    diagnosed: str = ""


def fhir_header(path: Path) -> tuple[str, ...]:
    """Columns that somebody has a value of, the identifier first.

    Raises
    ------
    TableError
        As `fhir_batches`.
    """
    header = ("patient_id", *dict.fromkeys(name for _, row in _rows(path) for name in row))
    check_header(path, header)
    return header


def fhir_batches(path: Path, columns: Wanted) -> Batches:
    """Read a bundle (``.json``) or one resource a line (``.ndjson``) as text cells.

    Parameters
    ----------
    path : Path
        Patient, Condition, Observation (tumour markers, TNM, size, grade, ECOG) and medications by
        the codes of `neopcr.cohort.fhir_codes`; other resources are passed over.
    columns : collection of str, optional
        Canonical names; all where None.

    Raises
    ------
    TableError
        If the file is no JSON, nested too deeply, too large, or holds no patient.
    """
    rows = list(_rows(path))
    header = ("patient_id", *dict.fromkeys(name for _, row in rows for name in row))
    wanted = chosen(path, header, columns)
    cells = ([{"patient_id": key, **row}.get(name, "") for name in wanted] for key, row in rows)
    yield from text_rows(cells, wanted)


def _rows(path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    patients: dict[str, _Patient] = {}
    alias: dict[str, str] = {}
    for url, resource in _resources(path):
        kind = str(resource.get("resourceType"))
        if kind == "Patient":
            identifier = _identifier(resource.get("id"))
            if url and identifier:
                alias[url] = identifier
        _take(patients, kind, {"id": url, **resource})
    if not patients:
        refuse(path, "it holds no patient", "Export Patient resources too")
    merged: dict[str, list[_Patient]] = {}
    for reference, patient in patients.items():
        merged.setdefault(alias.get(reference, reference), []).append(patient)
    for identifier, parts in merged.items():
        yield identifier, _row(parts)


def _take(patients: dict[str, _Patient], kind: str, resource: Resource) -> None:
    own = resource.get("id") if kind == "Patient" else dig(resource, "subject", "reference")
    reference = _identifier(own)
    if not reference or resource.get("doNotPerform") or str(resource.get("status")) in _VOID:
        return
    if kind == "Patient":
        _take_person(patients.setdefault(reference, _Patient()), resource)
    elif kind == "Condition":
        _take_condition(patients.setdefault(reference, _Patient()), resource)
    elif kind == "Observation":
        _take_observation(patients.setdefault(reference, _Patient()), resource)
    elif kind in _MEDICATION:
        _take_drug(patients.setdefault(reference, _Patient()), resource)


def _identifier(reference: object) -> str:
    """Identifier in a reference: the last part of ``Patient/p1``; a whole ``urn:uuid:…``."""
    return reference.rpartition("/")[2].strip() if isinstance(reference, str) else ""


def _take_person(patient: _Patient, resource: Resource) -> None:
    patient.born = str(resource.get("birthDate") or "")
    gender = str(resource.get("gender"))
    if gender in {"female", "male"}:
        patient.values.setdefault("sex", []).append(("", gender))


def _take_condition(patient: _Patient, resource: Resource) -> None:
    is_breast = any(code.startswith(BREAST_CANCER) for code in codes(resource.get("code")))
    day = str(resource.get("onsetDateTime") or resource.get("recordedDate") or "")[:10]
    if is_breast and day and (not patient.diagnosed or day < patient.diagnosed):
        patient.diagnosed = day


def _take_observation(patient: _Patient, resource: Resource) -> None:
    parts = resource.get("component")
    components = parts if isinstance(parts, list) else []
    for part in [resource, *(each for each in components if isinstance(each, dict))]:
        for code in codes(part.get("code")):
            for read in OBSERVATIONS.get(code, ()):
                value = read_value(part, read.how)
                if value:
                    day = observed_day(resource)
                    patient.values.setdefault(read.column, []).append((day or "~", value))


def _take_drug(patient: _Patient, resource: Resource) -> None:
    day = dose_day(resource)
    if day is not None:
        concept = resource.get("medicationCodeableConcept") or dig(
            resource, "medication", "concept"
        )
        patient.drugs += [(day, name.casefold()) for name in names(concept)]


def _row(parts: Sequence[_Patient]) -> dict[str, str]:
    row: dict[str, str] = {}
    collected: dict[str, list[tuple[str, str]]] = {}
    for part in parts:
        for name, found in part.values.items():
            collected.setdefault(name, []).extend(found)
    for name, found in collected.items():
        first = min(found)[0]
        row[name] = " | ".join(sorted({value for day, value in found if day == first}))
    row |= _age(next((p.born for p in parts if p.born), ""), [p.diagnosed for p in parts])
    return row | _regimen([drug for part in parts for drug in part.drugs])


def _age(born: str, diagnosed: Sequence[str]) -> dict[str, str]:
    """Completed years at diagnosis, where both days are known to the day."""
    try:
        birth = dt.date.fromisoformat(born)
        day = dt.date.fromisoformat(min(filter(None, diagnosed), default=""))
    except ValueError:
        return {}
    return {
        "age_years": str(day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day)))
    }


def _regimen(drugs: Sequence[tuple[dt.date, str]]) -> dict[str, str]:
    told = [(day, _parts(name)) for day, name in drugs]
    days = [day for day, parts in told if parts is not None]
    if not days:
        return {}
    first = min(days)
    found = {part for day, parts in told if day - first <= _WEEK for part in parts or ()}
    row = {part: "1" for part in sorted(found) if part.startswith("regimen_")}
    if {"trastuzumab", "pertuzumab"} <= found:
        row["regimen_dual_blockade"] = "1"
    return {"first_dose_date": first.isoformat(), **row}


def _parts(name: str) -> tuple[str, ...] | None:
    """What a medication's name says of the regimen; None where it is no cancer drug we know."""
    found: tuple[str, ...] | None = None
    for ingredient, parts in INGREDIENTS:
        if ingredient in name:
            found = (*(found or ()), *parts)
            name = name.replace(ingredient, "")
    return found


def _resources(path: Path) -> Iterator[tuple[str, Resource]]:
    """Every resource of a file, with the address that a bundle gives it."""
    if path.suffix.lower() == ".ndjson":
        for number, line in enumerate(read_lines(path), start=1):
            if line.strip():
                yield from _unpacked(path, _parsed(path, line, f"line {number} is"))
        return
    if path.stat().st_size > MOST_BYTES:
        refuse(path, "it is too large to be held in memory", "Export it as .ndjson")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeError:
        refuse(path, "the text is not UTF-8", "Export it again")
    yield from _unpacked(path, _parsed(path, text, "it is"))


def _parsed(path: Path, text: str, what: str) -> object:
    try:
        return json.loads(text)
    except RecursionError:
        refuse(path, f"{what} nested too deeply", "Export it again")
    except ValueError:
        refuse(path, f"{what} no JSON", "Export it again")


def _unpacked(path: Path, content: object) -> Iterator[tuple[str, Resource]]:
    if not isinstance(content, dict) or "resourceType" not in content:
        refuse(path, "it holds something that is no FHIR resource", "Export it as FHIR R4")
    if content["resourceType"] != "Bundle":
        yield "", content
        return
    entries = content.get("entry")
    for entry in entries if isinstance(entries, list) else []:
        resource = dig(entry, "resource")
        if isinstance(resource, dict):
            yield _identifier(dig(entry, "fullUrl")), resource
