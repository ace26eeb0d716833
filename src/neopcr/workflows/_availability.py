"""Who the patients are, what was measured, what being missing gives away, and who lacks what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
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
    """How often each column of a model is known, and what its missingness tells.

    A block of thousands of columns is told as one, which is known where any of them is.
    """
    table, space = _with_absent(prepared), prepared.space
    targets = {"outcome": prepared.y, **{name: table[name] for name in TOLD if name in table}}
    wide = {
        replace(space.columns[0], name=f"{block.name}_score", kind="number", modality=block.name): (
            np.where(np.isnan(prepared.X[:, block.own]).all(axis=1), np.nan, 0.0)
        )
        for block in space.wide()
    }
    told = {**table, **{column.name: known for column, known in wide.items()}}
    return missingness(told, (*space.narrow(), *wide), targets)


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
    return (*_of_regimens(prepared), *_of_wide_blocks(prepared))


def _of_wide_blocks(prepared: Prepared) -> Iterator[str]:
    """Cells that count as the training mean."""
    for block in prepared.space.wide():
        missing = np.isnan(prepared.X[:, block.own])
        whole: BoolArray = np.asarray(missing.all(axis=1))
        counted = missing[~whole]
        yield (
            f"{len(block.own):,} columns of {block.name} enter as one ridge score, which "
            f"{len(whole) - int(whole.sum()):,} of {len(whole):,} patients have. Of their cells "
            f"{int(counted.sum()):,} of {counted.size:,} are missing, in "
            f"{int(counted.any(axis=1).sum()):,} patients, and count as the training mean."
        )


def _of_regimens(prepared: Prepared) -> tuple[str, ...]:
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
