"""Measurements on images: MRI, PET, digital pathology; of the MRI, how the tumour shrinks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from neopcr.modalities._shared import Derived, derived, generic, modality
from neopcr.specs import Column, Landmark

if TYPE_CHECKING:
    from neopcr.specs import FloatArray, Table

_SOURCE = "I-SPY 2 functional tumour volume: Hylton, Radiology 279 (2016) 44"
# A choice of this project: below it a volume is not told from none.
FLOOR_CC = 0.1
_MEASURED = (Landmark.baseline, Landmark.c1, Landmark.c2, Landmark.c4, Landmark.presurgery)

COLUMNS = tuple(
    Column(
        name=f"imaging_ftv_cc_{landmark.name}", kind="number", unit="cc", low=0, high=5000,
        modality="imaging", landmark=landmark, source=_SOURCE,
        description=f"Functional tumour volume on MRI at {landmark.name}.",
    )
    for landmark in _MEASURED
)  # fmt: skip


def _log_volume(table: Table, landmark: Landmark) -> FloatArray:
    logs: FloatArray = np.log10(table[f"imaging_ftv_cc_{landmark.name}"] + FLOOR_CC)
    return logs


def _log_change(table: Table, landmark: Landmark) -> FloatArray:
    return _log_volume(table, landmark) - _log_volume(table, Landmark.baseline)


def _at(landmark: Landmark) -> tuple[Derived, ...]:
    """Log10 of a volume and, after baseline, its change on that scale."""
    column, first = f"imaging_ftv_cc_{landmark.name}", f"imaging_ftv_cc_{Landmark.baseline.name}"
    volume = derived(
        f"imaging_log10_ftv_{landmark.name}", (column,), lambda table: _log_volume(table, landmark)
    )
    if landmark is Landmark.baseline:
        return (volume,)
    name = f"imaging_log10_ftv_change_{landmark.name}"
    return (volume, derived(name, (first, column), lambda table: _log_change(table, landmark)))


_OTHER = generic("imaging", "Imaging")
_DECLARED = modality(
    "imaging", "Imaging", COLUMNS, tuple(each for at in _MEASURED for each in _at(at))
)
_NAMES = frozenset(column.name for column in COLUMNS)


def _derive(table: Table) -> dict[str, FloatArray]:
    other = {name: values for name, values in table.items() if name not in _NAMES}
    return _DECLARED.derive(table) | _OTHER.derive(other)


MODALITY = replace(_DECLARED, derive=_derive, prefix=_OTHER.prefix)
