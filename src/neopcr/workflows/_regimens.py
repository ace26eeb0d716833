"""Regimens that are not in the vocabulary: never guessed, and named by their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr.cohort.contract import PATIENT_ID, Reading, read_columns
from neopcr.cohort.readers import read_batches
from neopcr.modalities import MODALITIES
from neopcr.oncology.regimen_names import REGIMEN_NAMES
from neopcr.specs import Problem

if TYPE_CHECKING:
    from pathlib import Path

_UNMATCHED = "unmatched_regimen"
_COLUMNS = tuple(
    column for column in MODALITIES["regimen"].columns if column.categories == REGIMEN_NAMES
)


def unmatched(reading: Reading) -> tuple[Problem, ...]:
    """Rows with a regimen that could not be read."""
    return tuple(each for each in reading.noted if each.rule == _UNMATCHED)


def unmatched_in(path: Path) -> tuple[Problem, ...]:
    """Rows of a file with a regimen that could not be read."""
    found: dict[str, list[np.ndarray]] = {}
    start = 0
    for batch in read_batches(path, (PATIENT_ID, *(column.name for column in _COLUMNS))):
        for each in unmatched(read_columns(batch, _COLUMNS)):
            found.setdefault(each.column, []).append(start + each.rows)
        start += batch.num_rows
    return tuple(Problem(name, _UNMATCHED, np.concatenate(rows)) for name, rows in found.items())
