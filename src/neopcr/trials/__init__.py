"""Trials: published criteria as data, one trial a file."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from neopcr.trials import nct07239271
from neopcr.trials._shared import ANSWERS, Criterion, Trial, answers

TRIALS: Mapping[str, Trial] = MappingProxyType({each.name: each for each in (nct07239271.TRIAL,)})

__all__ = ["ANSWERS", "TRIALS", "Criterion", "Trial", "answers"]
