"""A trial as data, and the one way to apply its criteria to a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from neopcr.specs import Column, FloatArray, Table

Answer = Literal["met", "not_met", "unknown"]
ANSWERS: tuple[Answer, ...] = ("not_met", "met", "unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One criterion of a protocol.

    Parameters
    ----------
    id : str
        As the protocol numbers it; I inclusion, E exclusion.
    sentence : str
        What the protocol says.
    columns : tuple of str
        What the rule reads; a column the cohort lacks counts as missing.
    rule : callable
        ``rule(table) -> float array``: 1 the criterion holds in the patient's favour, 0 it does
        not, NaN not known. An exclusion that applies is therefore 0.
    hard : bool
        A soft criterion is reported and never excludes.
    reading : str
        How a contradiction in the protocol's own text was read.
    """

    id: str
    sentence: str
    columns: tuple[str, ...]
    rule: Callable[[Table], FloatArray]
    hard: bool = True
    reading: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A trial's criteria, as published."""

    name: str
    title: str
    criteria: tuple[Criterion, ...]


def answers(trial: Trial, table: Table, columns: tuple[Column, ...]) -> dict[str, FloatArray]:
    """Apply every criterion to every patient.

    Parameters
    ----------
    trial : Trial
    table : mapping of str to array
        Columns of the contract.
    columns : tuple of Column
        Declarations of every column the criteria read.

    Returns
    -------
    dict of str to float array of shape (n_patients,)
        By criterion, then ``eligible``: 0 if any hard criterion is not met, else NaN if any is
        unknown, else 1 (Kleene).
    """
    n_patients = len(next(iter(table.values())))
    whole = {
        column.name: table[column.name] if column.name in table else _missing(column, n_patients)
        for column in columns
    }
    by_criterion = {criterion.id: criterion.rule(whole) for criterion in trial.criteria}
    hard = np.vstack([by_criterion[each.id] for each in trial.criteria if each.hard])
    eligible = np.where((hard == 0).any(axis=0), 0.0, hard.sum(axis=0) * 0 + 1)
    return {**by_criterion, "eligible": eligible}


def _missing(
    column: Column, n_patients: int
) -> FloatArray | np.ndarray[tuple[int], np.dtype[np.int16]]:
    if column.kind == "category":
        return np.full(n_patients, -1, dtype=np.int16)
    return np.full(n_patients, np.nan)


def is_within(
    name: str,
    low: float = -np.inf,
    high: float = np.inf,
    *,
    open_low: bool = False,
) -> Callable[[Table], FloatArray]:
    """Make a rule: a number lies in a range, both ends included unless `open_low`."""

    def rule(table: Table) -> FloatArray:
        value = table[name]
        above = value > low if open_low else value >= low
        return np.where(np.isnan(value), np.nan, (above & (value <= high)).astype(np.float64))

    return rule


def is_recorded(*names: str) -> Callable[[Table], FloatArray]:
    """Make a rule: each number is recorded. A blank is not known, never "not met"."""

    def rule(table: Table) -> FloatArray:
        known = ~np.isnan(np.vstack([table[name] for name in names])).any(axis=0)
        return np.where(known, 1.0, np.nan)

    return rule


def every(*rules: Callable[[Table], FloatArray]) -> Callable[[Table], FloatArray]:
    """Make a rule: all hold (Kleene): one that fails decides, else one not known leaves it open."""

    def rule(table: Table) -> FloatArray:
        parts = np.vstack([each(table) for each in rules])
        return np.where((parts == 0).any(axis=0), 0.0, parts.sum(axis=0) * 0 + 1)

    return rule
