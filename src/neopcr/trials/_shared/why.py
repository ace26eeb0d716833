"""Why a patient is not eligible, or what would settle whether she is.

Criteria that read no column in common cannot help one another, so each group of criteria that do is
settled by itself, once for every pattern that occurs: which of its columns are missing, and what
each of its simplest rules comes to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from neopcr.trials._shared.connected import Connected, connected
from neopcr.trials._shared.criterion import ELIGIBLE, Trial
from neopcr.trials._shared.logic import NO, UNKNOWN, YES, Truth
from neopcr.trials._shared.settling import Settling, settling

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
        self._groups = [_Group(each) for each in connected(trial.hard, trial.contradictions)]

    def explain(self, table: Table, found: Mapping[str, Truth]) -> Whys:
        """Say why, patient by patient.

        Parameters
        ----------
        table : mapping of str to array of shape (n_patients,)
            Rows that `contradictions` names are told nothing of use.
        found : dict of str to int8 array
            `answers` of the same table.
        """
        eligible = found[ELIGIBLE]
        n = len(eligible)
        excluding = [_named(each.id, found[each.id] == NO) for each in self._hard]
        settled = [each.settle(table, found, eligible == UNKNOWN) for each in self._groups]
        flags = [_named(each.name, each.rule.holds(table) == YES) for each in self._flags]
        return Whys(
            why=_joined([*excluding, *_fewest(settled)], n),
            could_exclude=_joined([each.alone for each in settled], n),
            flags=_joined(flags, n),
        )


class _Settled(NamedTuple):
    """Texts of a group's `Settling`, and how many fields the first and the last of them name."""

    fields: pa.Array
    alone: pa.Array
    excluding: pa.Array
    n_fields: IntArray
    n_excluding: IntArray


class _Group:
    """Criteria that share columns, and what was found out about their patterns."""

    def __init__(self, group: Connected) -> None:
        self._group = group
        self._known: dict[tuple[int, ...], int] = {}
        self._learnt: list[Settling] = []

    def settle(
        self, table: Table, found: Mapping[str, Truth], asked: NDArray[np.bool_]
    ) -> _Settled:
        """Texts of the rows that are asked for and may still change in this group; else null."""
        if not self._group.revisable:
            together = np.minimum.reduce([found[each.id] for each in self._group.criteria])
            asked = asked & (together == UNKNOWN)
        rows = np.flatnonzero(asked)
        places = np.full(len(asked), -1, dtype=np.int32)
        if rows.size:
            places[rows] = self._places({name: table[name][rows] for name in self._group.reads})
        index = pa.array(places, mask=places < 0)
        # The last stands for the rows that are not asked for.
        learnt = [*self._learnt, Settling((), ())]
        texts = (
            pa.array([_BETWEEN.join(names) or None for names in each], pa.string())
            for each in zip(*learnt, strict=True)
        )
        counts = (
            np.array([len(names) for names in each], dtype=np.int64)
            for each in ([one.fields for one in learnt], [one.excluding for one in learnt])
        )
        return _Settled(*(each.take(index) for each in texts), *(each[places] for each in counts))

    def _places(self, part: Table) -> NDArray[np.int32]:
        """Places among what is known of each row's pattern, which is learned where it is new."""
        numbers = self._group.patterns(part)
        codes = np.zeros(len(numbers[0]), dtype=np.int64)
        for each in numbers:
            several, patterns = pd.factorize(each)
            codes = pd.factorize(codes * len(patterns) + several)[0]
        firsts = np.unique(codes, return_index=True)[1]
        keys = zip(*(each[firsts].tolist() for each in numbers), strict=True)
        known = [
            self._known[key]
            if key in self._known
            else self._learn(key, {name: part[name][first : first + 1] for name in part})
            for key, first in zip(keys, firsts.tolist(), strict=True)
        ]
        return np.array(known, dtype=np.int32)[codes]

    def _learn(self, pattern: tuple[int, ...], row: Table) -> int:
        place = self._known[pattern] = len(self._learnt)
        self._learnt.append(settling(self._group, row))
        return place


def _fewest(settled: list[_Settled]) -> list[pa.Array]:
    """Fields of each group, or of one alone where fewer exclude whatever they hold."""
    fewest = np.stack([each.n_excluding for each in settled])
    fewest = np.where(fewest > 0, fewest, np.iinfo(np.int64).max)
    fewer = fewest.min(axis=0) < sum(each.n_fields for each in settled)
    first = fewest.argmin(axis=0)
    return [
        pc.if_else(
            pa.array(fewer), pc.if_else(pa.array(first == place), each.excluding, None), each.fields
        )
        for place, each in enumerate(settled)
    ]


def _named(name: str, rows: NDArray[np.bool_]) -> pa.Array:
    """The name where a row is meant, else null."""
    return pa.array([name]).take(pa.array(np.zeros(len(rows), dtype=np.int8), mask=~rows))


def _joined(texts: list[pa.Array], n: int) -> pa.StringArray:
    """Join the texts that are not null, row by row."""
    # Arrow leaves a row out of which every text is null, so each has an empty one at its end.
    last = pa.array([""]).take(pa.array(np.zeros(n, dtype=np.int8)))
    joined = pc.binary_join_element_wise(*texts, last, _BETWEEN, null_handling="skip")
    return pc.utf8_rtrim(joined, _BETWEEN)
