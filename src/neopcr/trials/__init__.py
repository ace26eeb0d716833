"""Trials: published criteria as data, one trial a file."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from neopcr.trials import nct02286843, nct07239271, nct07376174
from neopcr.trials._shared import (
    ANSWERS,
    ELIGIBLE,
    NO,
    Criterion,
    Explainer,
    Trial,
    Truth,
    Whys,
    answers,
    complete,
    contradictions,
    missing_cells,
)

if TYPE_CHECKING:
    from neopcr.specs import Column

_REGISTRY: tuple[Trial, ...] = (
    nct07239271.TRIAL,
    nct07376174.TRIAL,
    nct02286843.TRIAL,
)

TRIALS: Mapping[str, Trial] = MappingProxyType({each.name: each for each in _REGISTRY})

COLUMNS: Mapping[str, Column] = MappingProxyType(
    {column.name: column for each in _REGISTRY for column in each.columns}
)
"""What trials read that no modality declares, by name."""

__all__ = [
    "ANSWERS",
    "COLUMNS",
    "ELIGIBLE",
    "NO",
    "TRIALS",
    "Criterion",
    "Explainer",
    "Trial",
    "Truth",
    "Whys",
    "answers",
    "complete",
    "contradictions",
    "missing_cells",
]
