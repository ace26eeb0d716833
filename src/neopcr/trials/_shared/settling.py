"""What would settle criteria of one patient, found by trying every value that stands for others."""

from __future__ import annotations

from itertools import combinations, compress, islice
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neopcr.trials._shared.logic import NO, UNKNOWN, YES, Truth
from neopcr.trials._shared.rules import is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from neopcr.specs import BoolArray, Table
    from neopcr.trials._shared.connected import Connected

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
    excluding : tuple of str
        The fewest which, whatever their values, make it not met: one, or `fields`, or none. One
        such set settles all criteria, whatever else is missing.
    """

    fields: tuple[str, ...]
    alone: tuple[str, ...]
    excluding: tuple[str, ...] = ()


def settling(group: Connected, row: Table) -> Settling:
    """Find what settles criteria of one patient, by trying every value that stands for others.

    Parameters
    ----------
    group : Connected
    row : mapping of str to array of shape (1,)
        Of the patient, what the group reads. Nothing settles what cannot be true.
    """
    missing = [name for name in group.columns if is_missing(row[name])[0]]
    values = {name: _values(name, group, row) for name in missing}
    # Nothing given stands first: a column may be missing of none.
    singles: list[Mapping[str, NDArray[Any]]] = [{}, *({name: values[name]} for name in missing)]
    no, unknown, yes = _outcomes(group, row, singles)
    if not (no | unknown | yes)[0]:
        return Settling((), ())
    alone = tuple(compress(missing, no[1:]))
    excluding = tuple(compress(missing, (no & ~unknown & ~yes)[1:]))[:1]
    for some in _some_at_a_time(missing):
        given = [{name: values[name] for name in names} for names in some]
        found = _outcomes(group, row, given)
        settles = ~found[UNKNOWN] & (found[NO] | found[YES])
        if settles.any():
            first = int(settles.argmax())
            fields = some[first]
            return Settling(fields, alone, excluding or (() if found[YES][first] else fields))
    still = "+".join(each.id for each in group.criteria if each.answer(row)[0] == UNKNOWN)
    return Settling((f"{NOTHING_SETTLES}{still}",), alone)


def _some_at_a_time(missing: list[str]) -> Iterator[list[tuple[str, ...]]]:
    """Every set of missing columns, the smallest first."""
    sets = (names for size in range(len(missing) + 1) for names in combinations(missing, size))
    while some := list(islice(sets, _AT_ONCE)):
        yield some


def _values(name: str, group: Connected, row: Table) -> NDArray[Any]:
    """Values of a missing column that stand for all: those of every rule that reads it.

    Of dates also those at which the row becomes impossible.
    """
    limits = group.limits if row[name].dtype.kind == "M" else ()
    leaves = (leaf for leaf in (*group.leaves, *limits) if name in leaf.columns)
    return np.unique(np.concatenate([leaf.probes[name](row) for leaf in leaves]))


def _outcomes(
    group: Connected, row: Table, given: Sequence[Mapping[str, NDArray[Any]]]
) -> tuple[BoolArray, ...]:
    """Whether any possible combination of the values given comes to no, unknown, yes; for each."""
    sizes = [prod(len(values) for values in each.values()) for each in given]
    ends = np.cumsum(sizes, dtype=np.int64)
    table = {name: np.repeat(values, sum(sizes)) for name, values in row.items()}
    for each, size, end in zip(given, sizes, ends.tolist(), strict=True):
        places = np.indices([len(values) for values in each.values()]).reshape(len(each), size)
        for (name, values), place in zip(each.items(), places, strict=True):
            table[name][end - size : end] = values[place]
    together: Truth = np.minimum.reduce([each.answer(table) for each in group.criteria])
    for rule in group.impossible:
        together = np.where(rule.holds(table) == YES, IMPOSSIBLE, together)
    starts = ends - sizes
    return tuple(np.logical_or.reduceat(together == truth, starts) for truth in (NO, UNKNOWN, YES))
