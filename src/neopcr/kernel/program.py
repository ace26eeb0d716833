"""A model made ready to run: one linear part, and tables for all of its trees."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neopcr.kernel.check import check_model
from neopcr.kernel.forest import Forest, plant
from neopcr.kernel.model import LinearMember, Member, Model, Reduced, TreeMember
from neopcr.kernel.tables import Groups, tabulate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from neopcr.specs import FloatArray

GROUPS_AT_ONCE = 256
"""Groups whose bytes are held together for a block of rows, so that they stay in the cache."""


class Program(NamedTuple):
    """What the loops over rows read; `start` arrays hold one more entry, the end.

    Parameters
    ----------
    offset, coefficient, missing : float arrays of shape (n_features,)
        The linear part.
    used : int64 array of shape (n_used,)
        Features that trees look at.
    cut_start : int64 array of shape (n_used + 1,)
        First cut of each. A value's rank is the number of its feature's cuts at or below it.
    cut : float32 array
        Distinct thresholds of each used feature, ascending.
    rightmost : unsigned array of shape (1,)
        A rank above all others. Every used feature has two ranks, which differ where the value is
        missing: this one, then 0, which is left of every cut.
    bit_start : int64 array of shape (n_groups + 1,)
        First split of each group.
    bit_rank : int64 array of shape (n_bits,)
        The rank a split looks at: twice the place in `used`, plus 1 if missing values go left.
    bit_limit : unsigned array of shape (n_bits,)
        Largest rank that goes left.
    run_group : int64 array of shape (n_runs, 2)
        Groups of a run, first and past the last.
    run_start : int64 array of shape (n_runs, n_features + 1)
        First term of each feature in a run.
    term_group, term_start : int64 arrays of shape (n_terms,)
        Whose byte a term reads, and where its table starts.
    table : float64 array
        The tables.
    """

    offset: FloatArray
    coefficient: FloatArray
    missing: FloatArray
    used: NDArray[np.int64]
    cut_start: NDArray[np.int64]
    cut: NDArray[np.float32]
    rightmost: NDArray[np.unsignedinteger[Any]]
    bit_start: NDArray[np.int64]
    bit_rank: NDArray[np.int64]
    bit_limit: NDArray[np.unsignedinteger[Any]]
    run_group: NDArray[np.int64]
    run_start: NDArray[np.int64]
    term_group: NDArray[np.int64]
    term_start: NDArray[np.int64]
    table: FloatArray


class Compiled(NamedTuple):
    """A program and the logit it starts from: the mean over the training patients."""

    program: Program
    base: float


class Fallback(NamedTuple):
    """A reduced model, and what it is to the whole one.

    Parameters
    ----------
    lacking : int64 array of shape (n_lacking,)
        Features that a row must lack.
    share : float array of shape (n_lacking,)
        Logits that each of them contributes: the difference of the bases, shared equally over the
        blocks, and within a block over its features.
    blend : Compiled
        The reduced model.
    """

    lacking: NDArray[np.int64]
    share: FloatArray
    blend: Compiled


@dataclass(frozen=True)
class CompiledModel:
    """A checked model; its tables are built when they are first needed, and kept."""

    model: Model

    @cached_property
    def blend(self) -> Compiled:
        """The recalibrated blend."""
        model = self.model
        scaled = [
            (model.slope * weight, member)
            for weight, member in zip(model.weights, model.members, strict=True)
        ]
        return _compile(scaled, model.n_features, model.intercept)

    @cached_property
    def fallbacks(self) -> tuple[Fallback, ...]:
        """Reduced models, those that lack most first."""
        found = [_fallback(each, self.blend.base) for each in self.model.reduced]
        return tuple(sorted(found, key=lambda each: -len(each.lacking)))

    @cached_property
    def members(self) -> tuple[Compiled, ...]:
        """Each member by itself."""
        return tuple(
            _compile([(1.0, member)], self.model.n_features, 0.0) for member in self.model.members
        )


def compile_model(model: Model) -> CompiledModel:
    """Check a model and make it ready to run.

    Parameters
    ----------
    model : Model
        As an estimator exported it or a bundle held it.

    Returns
    -------
    CompiledModel

    Raises
    ------
    ValueError
        If `check_model` refuses it.
    """
    check_model(model)
    return CompiledModel(model)


def _fallback(reduced: Reduced, base: float) -> Fallback:
    blend = CompiledModel(reduced.model).blend
    difference = (blend.base - base) / len(reduced.blocks)
    share = [difference / len(block) for block in reduced.blocks for _ in block]
    lacking = np.array([place for block in reduced.blocks for place in block], dtype=np.int64)
    return Fallback(lacking, np.array(share), blend)


def _compile(scaled: Sequence[tuple[float, Member]], n_features: int, intercept: float) -> Compiled:
    linear = [(scale, each) for scale, each in scaled if isinstance(each, LinearMember)]
    trees = [(scale, each) for scale, each in scaled if isinstance(each, TreeMember)]
    forest = plant(trees)
    groups = tabulate(forest)
    nothing = np.zeros(n_features)
    program = Program(
        sum((scale * each.offset for scale, each in linear), start=nothing),
        sum((scale * each.coefficient for scale, each in linear), start=nothing),
        sum((scale * each.missing for scale, each in linear), start=nothing),
        *(*_ranks(forest, groups), *_runs(groups, n_features), groups.table),
    )
    base = intercept + groups.mean
    base += sum(scale * each.intercept for scale, each in linear)
    base += sum(scale * each.base for scale, each in trees)
    return Compiled(program, base)


def _ranks(forest: Forest, groups: Groups) -> tuple[NDArray[Any], ...]:
    """`Program.used` to `Program.bit_limit`: splits on numbers become splits on ranks."""
    node = groups.bit_node
    threshold = forest.threshold[node]
    used, place = np.unique(forest.feature[node], return_inverse=True)
    cuts = [np.unique(threshold[place == number]) for number in range(len(used))]
    limit = np.empty(len(node), np.int64)
    for number, cut in enumerate(cuts):
        limit[place == number] = np.searchsorted(cut, threshold[place == number])
    kind = np.min_scalar_type(max(map(len, cuts), default=0))
    return (
        used.astype(np.int64),
        np.cumsum([0, *map(len, cuts)], dtype=np.int64),
        np.concatenate([*cuts, np.empty(0, np.float32)]),
        np.array([np.iinfo(kind).max], dtype=kind),
        groups.bit_start.astype(np.int64),
        2 * place + forest.default_left[node],
        limit.astype(kind),
    )


def _runs(groups: Groups, n_features: int) -> tuple[NDArray[np.int64], ...]:
    """`Program.run_group` to `Program.term_start`: terms by run, then feature, then group."""
    n_groups = len(groups.bit_start) - 1
    first = np.arange(0, n_groups, GROUPS_AT_ONCE)
    run = groups.term_group // GROUPS_AT_ONCE
    order = np.lexsort((groups.term_group, groups.term_feature, run))
    key = (run * n_features + groups.term_feature)[order]
    edges = np.arange(len(first))[:, None] * n_features + np.arange(n_features + 1)
    return (
        np.stack([first, np.minimum(first + GROUPS_AT_ONCE, n_groups)], axis=1).astype(np.int64),
        np.searchsorted(key, edges).astype(np.int64),
        groups.term_group[order].astype(np.int64),
        groups.term_start[order],
    )
