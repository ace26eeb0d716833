"""A trial as data, and the one way to apply its criteria to a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from neopcr.specs import Problem
from neopcr.trials._shared.logic import NO, UNKNOWN, YES, Rule, Truth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import Column, Table

Answer = Literal["met", "not_met", "unknown"]
ANSWERS: tuple[Answer, ...] = ("not_met", "unknown", "met")
"""By truth: `NO`, `UNKNOWN`, `YES`."""

ELIGIBLE = "eligible"

# So many patients at a time stay in a core's cache.
_CHUNK = 16_384


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Criterion:
    """One criterion of a protocol.

    Parameters
    ----------
    id : str
        As the protocol numbers it, or as we do where it does not.
    sentence : str
        What the protocol says, in short.
    rule : Rule
        What an inclusion asks for, or what an exclusion excludes.
    excludes : bool
        Whether it is an exclusion: met where its rule does not hold.
    hard : bool
        A soft criterion is reported and never excludes.
    missing : {"unknown", "excluded"}
        What it means that the rule cannot be told.
    reading : str
        How the protocol's own text was read where it contradicts itself or leaves something open.
    """

    id: str
    sentence: str
    rule: Rule
    excludes: bool = False
    hard: bool = True
    missing: Literal["unknown", "excluded"] = "unknown"
    reading: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """What it reads."""
        return self.rule.columns

    def answer(self, table: Table) -> Truth:
        """In the patient's favour: `YES` met, `NO` not met, `UNKNOWN`."""
        holds = self.rule.holds(table)
        met = YES - holds if self.excludes else holds
        return met if self.missing == "unknown" else np.where(met == UNKNOWN, NO, met)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Remark:
    """Something to be known of a patient beside the answers.

    Parameters
    ----------
    name : str
        The flag, or the rule that a rejected row breaks.
    rule : Rule
        Raised where it holds.
    column : str
        Of a contradiction: what the rejects name.
    """

    name: str
    rule: Rule
    column: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trial:
    """A trial's criteria, as published.

    Parameters
    ----------
    name : str
        Its registry number in lower case.
    title : str
    criteria : tuple of Criterion
    columns : tuple of Column
        What it reads that no modality declares. A name that two trials declare is one column.
    flags : tuple of Remark
        Told of a patient, whatever the answers.
    contradictions : tuple of Remark
        What cannot be true: such a row is not answered.
    """

    name: str
    title: str
    criteria: tuple[Criterion, ...]
    columns: tuple[Column, ...] = ()
    flags: tuple[Remark, ...] = ()
    contradictions: tuple[Remark, ...] = ()

    @property
    def reads(self) -> tuple[str, ...]:
        """Names of every column that it reads, in the order of its criteria."""
        remarks = (*self.flags, *self.contradictions)
        rules = [*(each.rule for each in self.criteria), *(each.rule for each in remarks)]
        return tuple(dict.fromkeys(name for rule in rules for name in rule.columns))

    @property
    def hard(self) -> tuple[Criterion, ...]:
        """The criteria that decide."""
        return tuple(each for each in self.criteria if each.hard)


def answers(trial: Trial, table: Table) -> dict[str, Truth]:
    """Apply every criterion to every patient.

    Parameters
    ----------
    trial : Trial
    table : mapping of str to array of shape (n_patients,)
        Every column of `Trial.reads`; see `complete`.

    Returns
    -------
    dict of str to int8 array of shape (n_patients,)
        By criterion, then ``eligible``: `NO` if any hard criterion is not met, else `UNKNOWN` if
        any is, else `YES` (Kleene). Indices into `ANSWERS`.
    """
    n = len(next(iter(table.values())))
    names = [each.id for each in trial.criteria]
    found = np.empty((len(names) + 1, n), dtype=np.int8)
    hard = [place for place, each in enumerate(trial.criteria) if each.hard]
    for start in range(0, n, _CHUNK):
        chunk = slice(start, start + _CHUNK)
        rows = {name: table[name][chunk] for name in trial.reads}
        part = found[:, chunk]
        for place, each in enumerate(trial.criteria):
            part[place] = each.answer(rows)
        np.min(part[hard], axis=0, out=part[-1])
    return dict(zip([*names, ELIGIBLE], found, strict=True))


def complete(table: Table, columns: Sequence[Column]) -> dict[str, NDArray[Any]]:
    """Add the columns that a table lacks, missing in every row; see `neopcr.specs`."""
    n = len(next(iter(table.values())))
    return {**{each.name: missing_cells(each, n) for each in columns}, **table}


def missing_cells(column: Column, n: int) -> NDArray[Any]:
    """`n` missing cells of a column's kind."""
    if column.kind == "category":
        return np.full(n, -1, dtype=np.int16)
    if column.kind == "date":
        return np.full(n, np.datetime64("NaT", "D"))
    return np.full(n, None, dtype=object) if column.kind == "text" else np.full(n, np.nan)


def contradictions(trial: Trial, table: Table) -> list[Problem]:
    """Rows that cannot be true, by column and rule."""
    return [
        Problem(each.column, each.name, rows)
        for each in trial.contradictions
        if (rows := np.flatnonzero(each.rule.holds(table) == YES)).size
    ]
