"""Why a patient is not eligible, or what would settle whether she is.

Criteria that read no column in common cannot help one another, so each group of criteria that do is
settled by itself, once for every pattern that occurs: which of its columns are missing, and what
each of its simplest rules comes to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from neopcr.trials._shared.criterion import ELIGIBLE, Criterion, Remark, Trial
from neopcr.trials._shared.logic import NO, UNKNOWN, YES, Truth
from neopcr.trials._shared.rules import is_missing
from neopcr.trials._shared.settling import settling

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from neopcr.specs import IntArray, Table

_BETWEEN = ";"


class Whys(NamedTuple):
    """Three texts a patient, their names joined by ``;``.

    Parameters
    ----------
    why : pyarrow StringArray
        Of a patient who is not eligible, the hard criteria that are not met. Of one of whom it is
        not known, the fewest columns which, whatever their values, settle it. Else empty.
    could_exclude : pyarrow StringArray
        Where it is not known, the columns each of which could alone make her not eligible.
    flags : pyarrow StringArray
        What else is to be known of her.
    """

    why: pa.StringArray
    could_exclude: pa.StringArray
    flags: pa.StringArray


class Explainer:
    """Explains a trial's answers, and remembers every pattern that it has seen."""

    def __init__(self, trial: Trial) -> None:
        self._hard, self._flags = trial.hard, trial.flags
        self._groups = [_Group(each, trial.contradictions) for each in _connected(trial.hard)]

    def explain(self, table: Table, found: Mapping[str, Truth]) -> Whys:
        """Say why, patient by patient.

        Parameters
        ----------
        table : mapping of str to array of shape (n_patients,)
        found : dict of str to int8 array
            `answers` of the same table.
        """
        eligible = found[ELIGIBLE]
        n = len(eligible)
        excluding = [_named(each.id, found[each.id] == NO) for each in self._hard]
        settled = [each.settle(table, found, eligible == UNKNOWN) for each in self._groups]
        flags = [_named(each.name, each.rule.holds(table) == YES) for each in self._flags]
        return Whys(
            why=_joined([*excluding, *(fields for fields, _ in settled)], n),
            could_exclude=_joined([alone for _, alone in settled], n),
            flags=_joined(flags, n),
        )


class _Group:
    """Criteria that share columns, and what was found out about their patterns."""

    def __init__(self, criteria: tuple[Criterion, ...], impossible: tuple[Remark, ...]) -> None:
        self._criteria = criteria
        self._columns = tuple(dict.fromkeys(name for each in criteria for name in each.columns))
        self._impossible = tuple(
            each.rule for each in impossible if set(each.rule.columns) <= set(self._columns)
        )
        self._leaves = tuple(
            {id(leaf): leaf for each in criteria for leaf in each.rule.leaves}.values()
        )
        self._revisable = any(each.rule.revisable for each in criteria)
        self._known: dict[int, int] = {}
        self._fields: list[str | None] = []
        self._alone: list[str | None] = []

    def settle(
        self, table: Table, found: Mapping[str, Truth], asked: NDArray[np.bool_]
    ) -> tuple[pa.Array, pa.Array]:
        """Texts of the rows that are asked for and may still change in this group; else null."""
        if not self._revisable:
            together = np.minimum.reduce([found[each.id] for each in self._criteria])
            asked = asked & (together == UNKNOWN)
        rows = np.flatnonzero(asked)
        part = {name: table[name][rows] for name in self._columns}
        codes, patterns = pd.factorize(self._patterns(part))
        firsts = np.unique(codes, return_index=True)[1]
        for pattern, first in zip(patterns.tolist(), firsts.tolist(), strict=True):
            if pattern not in self._known:
                self._learn(pattern, {name: part[name][first : first + 1] for name in part})
        places = np.full(len(asked), -1, dtype=np.int32)
        known = np.array([self._known[each] for each in patterns.tolist()], dtype=np.int32)
        places[rows] = known[codes] if rows.size else 0
        index = pa.array(places, mask=places < 0)
        return (
            pa.array(self._fields, pa.string()).take(index),
            pa.array(self._alone, pa.string()).take(index),
        )

    def _patterns(self, table: Table) -> IntArray:
        """A number for each pattern: what is missing, and what each leaf comes to."""
        number = np.zeros(len(table[self._columns[0]]), dtype=np.int64)
        for name in self._columns:
            number = number * 2 + is_missing(table[name])
        for leaf in self._leaves:
            number = number * 3 + leaf.holds(table)
            for name in leaf.columns if leaf.revisable else ():
                number = _with_cell(number, table[name], leaf.probes[name](table))
        return number

    def _learn(self, pattern: int, row: Table) -> None:
        found = settling(self._criteria, self._leaves, row, self._impossible)
        self._known[pattern] = len(self._fields)
        self._fields.append(_BETWEEN.join(found.fields) or None)
        self._alone.append(_BETWEEN.join(found.alone) or None)


def _with_cell(number: IntArray, values: NDArray[Any], bounds: NDArray[Any]) -> IntArray:
    """Append where values lie among bounds; a missing one lies at an end."""
    low, high = np.searchsorted(bounds, values), np.searchsorted(bounds, values, side="right")
    cells: IntArray = number * (2 * len(bounds) + 1) + low + high
    return cells


def _connected(criteria: tuple[Criterion, ...]) -> list[tuple[Criterion, ...]]:
    """Group criteria that share columns, each group at the place of its first."""
    groups: list[list[Criterion]] = []
    for each in criteria:
        joined = [group for group in groups if any(_share(each, other) for other in group)]
        merged = [one for group in joined for one in group] + [each]
        place = groups.index(joined[0]) if joined else len(groups)
        groups = [group for group in groups if group not in joined]
        groups.insert(place, merged)
    return [tuple(group) for group in groups]


def _share(one: Criterion, other: Criterion) -> bool:
    return not set(one.columns).isdisjoint(other.columns)


def _named(name: str, rows: NDArray[np.bool_]) -> pa.Array:
    """The name where a row is meant, else null."""
    return pa.array([name]).take(pa.array(np.zeros(len(rows), dtype=np.int8), mask=~rows))


def _joined(texts: list[pa.Array], n: int) -> pa.StringArray:
    """Join the texts that are not null, row by row."""
    # Arrow leaves a row out of which every text is null, so each has an empty one at its end.
    last = pa.array([""]).take(pa.array(np.zeros(n, dtype=np.int8)))
    joined = pc.binary_join_element_wise(*texts, last, _BETWEEN, null_handling="skip")
    return pc.utf8_rtrim(joined, _BETWEEN)
