"""Who the patients are, what was measured, what being missing gives away, and who lacks what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr.validation import (
    Characteristics,
    Missingness,
    availability_patterns,
    characteristics,
    known_modalities,
    missingness,
)

if TYPE_CHECKING:
    from neopcr.specs import BoolArray, Table
    from neopcr.workflows._prepare import Prepared

TOLD = ("arm", "centre")
DESCRIBED = ("arm", "race")


def availability(prepared: Prepared) -> tuple[Missingness, ...]:
    """How often each column of a model is known, and what its missingness tells."""
    table = _with_absent(prepared)
    targets = {"outcome": prepared.y, **{name: table[name] for name in TOLD if name in table}}
    return missingness(table, prepared.space.columns, targets)


def described(prepared: Prepared) -> Characteristics:
    """Who the patients are: what the model reads of them, their arm and their race."""
    read = {column.name for column in prepared.space.columns}
    known = [
        column
        for column in prepared.cohort.columns
        if column.name in read or column.name in DESCRIBED
    ]
    return characteristics(prepared.cohort.table, known, prepared.y)


def of_centres(prepared: Prepared) -> str:
    """Say how many centres the patients come from; nothing where no centre is known."""
    names = prepared.cohort.table.get("centre")
    known = set() if names is None else set(names) - {None, ""}
    return f", of {len(known):,} centres" if known else ""


def assumptions(prepared: Prepared) -> tuple[str, ...]:
    """What was taken for granted when the columns were read."""
    names = {column.name for column in prepared.space.columns if column.modality == "regimen"}
    if names and "regimen_assigned" not in names:
        return (
            "The cohort names no regimen. Its components are taken as the plan assigned at "
            "baseline; if they are what was given, the model knows what it should not.",
        )
    return ()


def patterns(prepared: Prepared) -> dict[str, BoolArray]:
    """Patients by the modalities they lack, as groups of their own; none where all are alike."""
    known = known_modalities(_with_absent(prepared), prepared.space.columns)
    lacking = availability_patterns({name: ~there for name, there in known.items()})
    return {_lacks(name): mask for name, mask in lacking.items()} if len(lacking) > 1 else {}


def _with_absent(prepared: Prepared) -> Table:
    """The table, and what the model reads and the cohort lacks as missing in everyone."""
    table = prepared.cohort.table
    nobody = np.full(len(prepared.y), np.nan)
    return {**{column.name: nobody for column in prepared.space.columns}, **table}


def _lacks(pattern: str) -> str:
    return "every modality" if pattern == "nothing" else f"lacks {pattern.replace(' + ', ', ')}"
