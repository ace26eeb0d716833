"""Rules in three-valued logic: what may hold in a patient, as data that says what it reads.

Kleene's strong logic (1938) is the order no < unknown < yes: "and" is the lesser, "or" the greater,
"not" turns the order round. So a truth is one byte, and a million patients are a few passes over
their columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from neopcr.specs import Table

Truth = NDArray[np.int8]
NO, UNKNOWN, YES = 0, 1, 2

Probe = Callable[["Table"], NDArray[Any]]
"""Of a table of one row in which a column is missing: values of it that stand for all others."""


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """What may hold in a patient.

    Parameters
    ----------
    says : str
        In words; of column names, bounds and units.
    columns : tuple of str
        What it reads.
    holds : callable
        ``holds(table) -> int8 array of shape (n_patients,)``: `YES`, `NO`, or `UNKNOWN`.
    units : mapping of str to str
        Unit that its bounds are in, by column.
    probes : mapping of str to callable
        By column; where every value of the column gives the same answer as one of these.
    parts : tuple of Rule
        What it is made of; empty where it is not.
    revisable : bool
        Whether more information may turn yes into no, or no into yes.
    reach : int
        Of dates: days apart beyond which it does not matter how far apart they are.
    """

    says: str
    columns: tuple[str, ...]
    holds: Callable[[Table], Truth]
    units: Mapping[str, str] = field(default_factory=dict)
    probes: Mapping[str, Probe] = field(default_factory=dict)
    parts: tuple[Rule, ...] = ()
    revisable: bool = False
    reach: int = 0

    @property
    def leaves(self) -> tuple[Rule, ...]:
        """The rules at the ends of the tree."""
        if not self.parts:
            return (self,)
        return tuple(leaf for part in self.parts for leaf in part.leaves)


def every(*rules: Rule) -> Rule:
    """All hold: one that does not decides, else one that is not known leaves it open."""
    return _together(rules, " and ", lambda table: reduce(np.minimum, _each(rules, table)))


def either(*rules: Rule) -> Rule:
    """At least one holds: one that does decides, else one that is not known leaves it open."""
    return _together(rules, " or ", lambda table: reduce(np.maximum, _each(rules, table)))


def opposite(rule: Rule) -> Rule:
    """It does not hold."""
    return Rule(
        f"not ({rule.says})",
        rule.columns,
        lambda table: YES - rule.holds(table),
        parts=(rule,),
        revisable=rule.revisable,
    )


def first_known(*rules: Rule) -> Rule:
    """What the first rule says that is known."""

    def holds(table: Table) -> Truth:
        return reduce(lambda one, two: np.where(one == UNKNOWN, two, one), _each(rules, table))

    return replace(_together(rules, ", else ", holds), revisable=True)


def nothing_known() -> Rule:
    """Not known, whatever is recorded: what a rule comes to that has no more to go by."""

    def holds(table: Table) -> Truth:
        return np.full(len(next(iter(table.values()))), UNKNOWN, dtype=np.int8)

    return Rule("not known", (), holds)


def _each(rules: Iterable[Rule], table: Table) -> list[Truth]:
    return [rule.holds(table) for rule in rules]


def _together(rules: tuple[Rule, ...], word: str, holds: Callable[[Table], Truth]) -> Rule:
    columns = dict.fromkeys(name for rule in rules for name in rule.columns)
    says = word.join(f"({each.says})" if len(each.parts) > 1 else each.says for each in rules)
    revisable = any(each.revisable for each in rules)
    return Rule(says, tuple(columns), holds, parts=rules, revisable=revisable)
