"""Values of FHIR resources as text, whatever type they are of; what is something else is nothing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeGuard

from neopcr.cohort.fhir_codes import CALLS, ECOG_ANSWERS

if TYPE_CHECKING:
    from neopcr.cohort.fhir_codes import How

_IHC = re.compile(r"(?<![\d.])([0-3]\s?\+|0(?![\d.%]))")
_STAGE = re.compile(r"\bc?(T(?:is|1mi|[0-4X])|N(?:1mi|[0-3X])|M[01X])", re.IGNORECASE)
_PERCENT = frozenset({"%", "percent", "{%}"})
_LARGEST = 1e12
_MILLIMETRES = {"mm": 1, "cm": 10}


def dig(value: object, *keys: str) -> Any:  # noqa: ANN401 - JSON
    """Value under nested keys; None where the way ends.

    >>> dig({"subject": {"reference": "Patient/p1"}}, "subject", "reference")
    'Patient/p1'
    >>> dig({"subject": "p1"}, "subject", "reference")
    """
    for key in keys:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def _codings(concept: object) -> Iterator[dict[str, Any]]:
    listed = dig(concept, "coding")
    for coding in listed if isinstance(listed, list) else []:
        if isinstance(coding, dict):
            yield coding


def codes(concept: object) -> tuple[str, ...]:
    """Codes of a CodeableConcept, whatever their system."""
    found = [coding.get("code") for coding in _codings(concept)]
    return tuple(code for code in found if isinstance(code, str))


def names(concept: object) -> tuple[str, ...]:
    """Texts and displays of a CodeableConcept."""
    found = [dig(concept, "text"), *(coding.get("display") for coding in _codings(concept))]
    return tuple(text for text in found if isinstance(text, str) and text.strip())


def observed_day(resource: dict[str, Any]) -> str:
    """Day of an observation, empty where it has none."""
    day = resource.get("effectiveDateTime") or dig(resource, "effectivePeriod", "start")
    return day[:10] if isinstance(day, str) else ""


def dose_day(resource: dict[str, Any]) -> dt.date | None:
    """Day on which a medication was ordered or begun."""
    starts = (
        resource.get("effectiveDateTime"),
        dig(resource, "effectivePeriod", "start"),
        resource.get("occurenceDateTime"),
        resource.get("authoredOn"),
    )
    for start in starts:
        try:
            return dt.date.fromisoformat(str(start)[:10])
        except ValueError:
            continue
    return None


def read_value(part: dict[str, Any], how: How) -> str:
    """Value of an observation or component, as a cell of its column; empty where there is none."""
    if how in {"number", "percent", "millimetres"}:
        return _number(part, how) or _text(part)
    if how == "call":
        return _call(part)
    if how == "ihc":
        found = _IHC.search(_text(part))
        return found[1].replace(" ", "") if found else ""
    if how == "stage":
        return _stage(part)
    text = _score(part)
    digit = re.search(r"[0-5]", text)
    return digit[0] if digit else text


def _number(part: dict[str, Any], how: How) -> str:
    quantity = part.get("valueQuantity")
    value = dig(quantity, "value") if quantity else part.get("valueInteger")
    if not _is_number(value):
        return _ratio(part)
    unit = str(dig(quantity, "unit") or dig(quantity, "code") or "").strip()
    written = f"{dig(quantity, 'comparator') or ''}{value}"
    if how == "millimetres":
        return (
            str(round(value * _MILLIMETRES[unit], 6))
            if unit in _MILLIMETRES
            else f"{written}{unit}"
        )
    return f"{written}%" if how == "percent" and unit in _PERCENT else written


def _ratio(part: dict[str, Any]) -> str:
    top = dig(part, "valueRatio", "numerator", "value")
    bottom = dig(part, "valueRatio", "denominator", "value")
    return str(top / bottom) if _is_number(top) and _is_number(bottom) and bottom > 0 else ""


def _is_number(value: object) -> TypeGuard[float]:
    """Whether a number of JSON is one, and no larger than anything that is measured."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST


def _text(part: dict[str, Any]) -> str:
    text = part.get("valueString")
    if isinstance(text, str):
        return text.strip()
    return next(iter(names(part.get("valueCodeableConcept"))), "").strip()


def _call(part: dict[str, Any]) -> str:
    """Positive, negative or equivocal by code; an IHC score is none; other text as it stands."""
    concepts = [part.get("valueCodeableConcept")]
    listed = part.get("interpretation")
    concepts += listed if isinstance(listed, list) else []
    for concept in concepts:
        for code in codes(concept):
            if code in CALLS:
                return CALLS[code]
    text = re.sub(r"\s*\((qualifier value|finding)\)$", "", _text(part))
    return "" if _IHC.search(text) else text


def _stage(part: dict[str, Any]) -> str:
    concept = part.get("valueCodeableConcept")
    texts = [*codes(concept), *names(concept), _text(part)]
    found = next(filter(None, (_STAGE.search(text) for text in texts)), None)
    return found[1] if found else _text(part)


def _score(part: dict[str, Any]) -> str:
    answers = [ECOG_ANSWERS.get(code) for code in codes(part.get("valueCodeableConcept"))]
    return next(filter(None, answers), None) or _number(part, "number") or _text(part)
