"""Criteria that are settled together, and the patterns in which patients differ to them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr.trials._shared.rules import is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from neopcr.specs import IntArray, Table
    from neopcr.trials._shared.criterion import Criterion, Remark
    from neopcr.trials._shared.logic import Rule

# What one number can tell apart; patterns beyond it take several.
_MOST = 2**62


@dataclass(frozen=True)
class Connected:
    """Criteria that share columns, and what no values of these may come to.

    Parameters
    ----------
    criteria : tuple of Criterion
    impossible : tuple of Rule
        Contradictions that read any of their columns: such a row would be rejected. Columns of
        other criteria that they read are taken as recorded; where such a date is missing too, it
        binds nothing, so that what is found settles, though with both dates less might.
    """

    criteria: tuple[Criterion, ...]
    impossible: tuple[Rule, ...] = ()

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """What the criteria read."""
        return tuple(dict.fromkeys(name for each in self.criteria for name in each.columns))

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """`columns`, and what contradictions read beside."""
        beside = (name for rule in self.impossible for name in rule.columns)
        return tuple(dict.fromkeys((*self.columns, *beside)))

    @cached_property
    def leaves(self) -> tuple[Rule, ...]:
        """The simplest rules of the criteria."""
        found = (leaf for each in self.criteria for leaf in each.rule.leaves)
        return tuple({id(leaf): leaf for leaf in found}.values())

    @cached_property
    def limits(self) -> tuple[Rule, ...]:
        """The simplest rules of the contradictions."""
        return tuple(leaf for rule in self.impossible for leaf in rule.leaves)

    @property
    def revisable(self) -> bool:
        """Whether more information may turn an answer round."""
        return any(each.rule.revisable for each in self.criteria)

    def patterns(self, table: Table) -> tuple[IntArray, ...]:
        """Numbers of each patient which, where they are the same, have the same settle them.

        What is missing, what each leaf comes to, and where a date is missing how the others lie.
        """
        numbers: list[IntArray] = []
        size = _MOST
        for digit, base in self._digits(table):
            if size * base > _MOST:
                numbers, size = [*numbers, np.zeros(len(digit), dtype=np.int64)], 1
            numbers[-1] = numbers[-1] * base + digit
            size *= base
        return tuple(numbers)

    def _digits(self, table: Table) -> Iterator[tuple[NDArray[Any], int]]:
        for name in self.columns:
            yield is_missing(table[name]), 2
        for rule in self.impossible:
            yield rule.holds(table), 3
        for leaf in self.leaves:
            yield leaf.holds(table), 3
            for name in leaf.columns if leaf.revisable else ():
                bounds = leaf.probes[name](table)
                yield _cell(table[name], bounds), 2 * len(bounds) + 1
        reach = sum(leaf.reach for leaf in (*self.leaves, *self.limits))
        dates = [name for name in self.reads if table[name].dtype.kind == "M"]
        gone = np.any([np.isnat(table[name]) for name in dates if name in self.columns], axis=0)
        for one, other in combinations(dates, 2):
            yield np.where(gone, _apart(table[one], table[other], reach), 0), 2 * reach + 4


def _cell(values: NDArray[Any], bounds: NDArray[Any]) -> IntArray:
    """Where values lie among bounds; a missing one lies at an end."""
    cells: IntArray = np.searchsorted(bounds, values) + np.searchsorted(bounds, values, "right")
    return cells


def _apart(one: NDArray[Any], other: NDArray[Any], reach: int) -> IntArray:
    """Days apart as far as they may matter, counted from 1; 0 where either date is missing."""
    unknown = np.isnat(one) | np.isnat(other)
    days = (other - one).astype(np.int64)
    return np.where(unknown, 0, np.clip(days, -reach - 1, reach + 1) + reach + 2)


def connected(criteria: tuple[Criterion, ...], impossible: Sequence[Remark]) -> list[Connected]:
    """Group criteria that share columns, each group at the place of its first."""
    groups: list[list[Criterion]] = []
    for each in criteria:
        joined = [group for group in groups if any(_share(each, other) for other in group)]
        merged = [one for group in joined for one in group] + [each]
        place = groups.index(joined[0]) if joined else len(groups)
        groups = [group for group in groups if group not in joined]
        groups.insert(place, merged)
    return [_limited(tuple(group), impossible) for group in groups]


def _limited(criteria: tuple[Criterion, ...], impossible: Sequence[Remark]) -> Connected:
    columns = {name for each in criteria for name in each.columns}
    rules = (each.rule for each in impossible)
    return Connected(criteria, tuple(rule for rule in rules if columns & set(rule.columns)))


def _share(one: Criterion, other: Criterion) -> bool:
    return not set(one.columns).isdisjoint(other.columns)
