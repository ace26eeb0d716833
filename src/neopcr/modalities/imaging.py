"""Measurements on images: MRI, PET, digital pathology; how the tumour shrinks, and by RECIST.

A change is known from the later of its two images.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from neopcr.modalities._shared import WHEN, Derived, as_is, derived, generic, modality
from neopcr.oncology.kleene import equals
from neopcr.oncology.mri import volume_change_percent
from neopcr.oncology.recist import RESPONSES
from neopcr.specs import Column, Landmark

if TYPE_CHECKING:
    from neopcr.specs import FloatArray, Table

_SOURCE = "I-SPY 2 functional tumour volume: Hylton, Radiology 279 (2016) 44"
# A choice of this project: below it a volume is not told from none.
FLOOR_CC = 0.1
_MEASURED = (Landmark.baseline, Landmark.c1, Landmark.c2, Landmark.c4, Landmark.presurgery)

_LATER = _MEASURED[1:]
_RESPONDED = (RESPONSES.index("CR"), RESPONSES.index("PR"))
_RECIST = "RECIST 1.1: Eisenhauer, Eur J Cancer 45 (2009) 228"

_PET_SOURCE = "NCT02286843 (two readers, 4 or 5 of 5 each); SUV outside the liver"
_PET: tuple[tuple[str, str, float, str], ...] = (
    ("lesions", "HER2-PET lesions that were read.", 1000, "HER2-PET lesions"),
    (
        "positive_lesions", "HER2-PET lesions that both readers call positive.", 1000,
        "positive HER2-PET lesions",
    ),
    ("suvmax_max", "Largest SUVmax of a lesion outside the liver.", 200, "largest SUVmax"),
    (
        "background_ratio_max", "Largest SUVmax over the background's mean, outside the liver.", 2e4,
        "largest SUVmax over background",
    ),
)  # fmt: skip

COLUMNS = (
    *(
        Column(
            name=f"imaging_ftv_cc_{landmark.name}", kind="number", unit="cc", low=0, high=5000,
            modality="imaging", landmark=landmark, source=_SOURCE,
            description=f"Functional tumour volume on MRI at {landmark.name}.",
            title=f"tumour volume on MRI {WHEN[landmark]}",
        )
        for landmark in _MEASURED
    ),
    *(
        Column(
            name=f"recist_response_{landmark.name}", kind="category", categories=RESPONSES,
            modality="imaging", landmark=landmark, source=_RECIST,
            description=f"Response of the measured lesions at {landmark.name}; NE not evaluable.",
            title=f"RECIST response {WHEN[landmark]}", unknown="not assessed",
        )
        for landmark in _LATER
    ),
    Column(
        name="imaging_pet_positive", kind="boolean", modality="imaging", source=_PET_SOURCE,
        description="A lesion takes up the HER2 tracer by both readers, before the first dose.",
        title="HER2-PET", words=("negative", "positive"), unknown="not done",
    ),
    Column(
        name="imaging_pet_disagreement", kind="boolean", modality="imaging", source=_PET_SOURCE,
        description="The readers stand on either side of 4 in a lesion.",
        title="readers of HER2-PET", words=("agree", "disagree"), unknown="not known",
    ),
    *(
        Column(
            name=f"imaging_pet_{name}", kind="number", low=0, high=high, modality="imaging",
            source=_PET_SOURCE, description=description, title=title,
        )
        for name, description, high, title in _PET
    ),
)  # fmt: skip
# An optional feature: no effect of HER2-PET on pCR is assumed anywhere.
_PET_FEATURES = ("positive", "positive_lesions", "suvmax_max", "background_ratio_max")


def _log_volume(table: Table, landmark: Landmark) -> FloatArray:
    logs: FloatArray = np.log10(table[f"imaging_ftv_cc_{landmark.name}"] + FLOOR_CC)
    return logs


def _log_change(table: Table, landmark: Landmark) -> FloatArray:
    return _log_volume(table, landmark) - _log_volume(table, Landmark.baseline)


def _percent_change(table: Table, landmark: Landmark) -> FloatArray:
    now, first = (table[f"imaging_ftv_cc_{at.name}"] for at in (landmark, Landmark.baseline))
    return volume_change_percent(first, now)


def _responded(table: Table, landmark: Landmark) -> FloatArray:
    """CR or PR, of what could be evaluated."""
    codes = table[f"recist_response_{landmark.name}"]
    return np.where(codes == RESPONSES.index("NE"), np.nan, equals(codes, *_RESPONDED))


def _at(landmark: Landmark) -> tuple[Derived, ...]:
    """Log10 of a volume and, after baseline, its change on that scale and in percent."""
    column, first = f"imaging_ftv_cc_{landmark.name}", f"imaging_ftv_cc_{Landmark.baseline.name}"
    volume = derived(
        f"imaging_log10_ftv_{landmark.name}", (column,), lambda table: _log_volume(table, landmark)
    )
    if landmark is Landmark.baseline:
        return (volume,)
    return (
        volume,
        derived(
            f"imaging_log10_ftv_change_{landmark.name}",
            (first, column),
            lambda table: _log_change(table, landmark),
        ),
        derived(
            f"imaging_ftv_change_percent_{landmark.name}",
            (first, column),
            lambda table: _percent_change(table, landmark),
        ),
    )


def _recist(landmark: Landmark) -> Derived:
    column = f"recist_response_{landmark.name}"
    return derived(
        f"recist_responded_{landmark.name}", (column,), lambda table: _responded(table, landmark)
    )


_OTHER = generic("imaging", "Imaging")
_DECLARED = modality(
    "imaging",
    "Imaging",
    COLUMNS,
    (
        *(each for at in _MEASURED for each in _at(at)),
        *(_recist(at) for at in _LATER),
        *(as_is(f"imaging_pet_{name}") for name in _PET_FEATURES),
    ),
)
_NAMES = frozenset(column.name for column in COLUMNS)


def _derive(table: Table) -> dict[str, FloatArray]:
    other = {name: values for name, values in table.items() if name not in _NAMES}
    return _DECLARED.derive(table) | _OTHER.derive(other)


MODALITY = replace(_DECLARED, derive=_derive, prefix=_OTHER.prefix)
