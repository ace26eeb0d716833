"""What would settle criteria of one patient, found by trying every value that stands for others."""

from __future__ import annotations

from itertools import combinations, compress, islice
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neopcr.trials._shared.logic import NO, UNKNOWN, YES, Rule, Truth
from neopcr.trials._shared.rules import is_missing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from neopcr.specs import BoolArray, Table
    from neopcr.trials._shared.criterion import Criterion

# Sets of columns that are tried together: a call costs more than rows.
_AT_ONCE = 32
# Of values that a row cannot have.
IMPOSSIBLE = -1
NOTHING_SETTLES = "nothing_settles:"
"""Before the criteria that stay open whatever is recorded: what is known contradicts itself."""


class Settling(NamedTuple):
    """What would settle a group of criteria.

    Parameters
    ----------
    fields : tuple of str
        The fewest of its missing columns which, whatever their values, make it known; of equally
        few, the first in the order of the protocol.
    alone : tuple of str
        The missing columns each of which could alone make it not met.
    """

    fields: tuple[str, ...]
    alone: tuple[str, ...]


def settling(
    criteria: tuple[Criterion, ...],
    leaves: Iterable[Rule],
    row: Table,
    impossible: tuple[Rule, ...] = (),
) -> Settling:
    """Find what settles criteria of one patient, by trying every value that stands for others.

    Parameters
    ----------
    criteria : tuple of Criterion
    leaves : iterable of Rule
        Their simplest rules.
    row : mapping of str to array of shape (1,)
        What they read of the patient.
    impossible : tuple of Rule
        What no values may come to: such a row would be rejected.
    """
    missing = [name for name, values in row.items() if is_missing(values)[0]]
    values = {name: _values(name, leaves, row) for name in missing}
    # Nothing given stands first: a column may be missing of none.
    singles: list[Mapping[str, NDArray[Any]]] = [{}, *({name: values[name]} for name in missing)]
    excludes = _outcomes(criteria, row, singles, impossible)[0][1:]
    alone = tuple(compress(missing, excludes))
    for some in _some_at_a_time(missing):
        given = [{name: values[name] for name in names} for names in some]
        _, leaves_open = _outcomes(criteria, row, given, impossible)
        if not leaves_open.all():
            return Settling(some[int(leaves_open.argmin())], alone)
    still = "+".join(each.id for each in criteria if each.answer(row)[0] == UNKNOWN)
    return Settling((f"{NOTHING_SETTLES}{still}",), alone)


def _some_at_a_time(missing: list[str]) -> Iterator[list[tuple[str, ...]]]:
    """Every set of missing columns, the smallest first."""
    sets = (names for size in range(len(missing) + 1) for names in combinations(missing, size))
    while some := list(islice(sets, _AT_ONCE)):
        yield some


def _values(name: str, leaves: Iterable[Rule], row: Table) -> NDArray[Any]:
    """Values of a missing column that stand for all: those of every rule that reads it."""
    return np.unique(
        np.concatenate([leaf.probes[name](row) for leaf in leaves if name in leaf.columns])
    )


def _outcomes(
    criteria: tuple[Criterion, ...],
    row: Table,
    given: Sequence[Mapping[str, NDArray[Any]]],
    impossible: tuple[Rule, ...],
) -> tuple[BoolArray, BoolArray]:
    """Of each values given, whether a possible combination of them excludes, and leaves open."""
    sizes = [prod(len(values) for values in each.values()) for each in given]
    ends = np.cumsum(sizes, dtype=np.int64)
    table = {name: np.repeat(values, sum(sizes)) for name, values in row.items()}
    for each, size, end in zip(given, sizes, ends.tolist(), strict=True):
        places = np.indices([len(values) for values in each.values()]).reshape(len(each), size)
        for (name, values), place in zip(each.items(), places, strict=True):
            table[name][end - size : end] = values[place]
    together: Truth = np.minimum.reduce([each.answer(table) for each in criteria])
    for rule in impossible:
        together = np.where(rule.holds(table) == YES, IMPOSSIBLE, together)
    starts = ends - sizes
    excludes, leaves_open = (
        np.logical_or.reduceat(together == truth, starts) for truth in (NO, UNKNOWN)
    )
    return excludes, leaves_open
