"""What a model must be before a number is computed from it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from neopcr.kernel.forest import Forest, plant
from neopcr.kernel.model import MAX_DEPTH, LinearMember, Model, Reduced, Score, TreeMember

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGEST = 1e12
"""No logit or coefficient of an honest model is near it, and no sum of such numbers overflows."""

ROUNDING = 0.01
"""Relative: xgboost adds covers in 32 bits."""


def check_model(model: Model) -> None:
    """Refuse a model that the kernel would misread.

    Raises
    ------
    ValueError
        If a number is not finite or is huge, a length or a feature's index does not fit, the weights do not
        add to 1, or a tree is cyclic, malformed or deeper than 6 splits.
    """
    if model.n_features < 1 or not model.members:
        _refuse("a model needs at least one feature and one member")
    if len(model.weights) != len(model.members):
        _refuse(f"{len(model.members)} members have {len(model.weights)} weights")
    _refuse_wild("blend or recalibration", [*model.weights, model.intercept, model.slope])
    if not math.isclose(sum(model.weights), 1.0, abs_tol=1e-9):
        _refuse("the weights of the blend do not add to 1")
    for member in model.members:
        if isinstance(member, LinearMember):
            _check_linear(member, model.n_features)
        else:
            _check_trees(member, model.n_features)
    for each in model.reduced:
        _check_reduced(each, model.n_features)
    _check_scores(model.scores, model.n_features, model.n_inputs)


def _check_scores(scores: tuple[Score, ...], n_features: int, n_inputs: int) -> None:
    """Each of some columns that no other score takes."""
    if len(scores) > n_features:
        _refuse("it has more scores than features")
    for each in scores:
        if not each.features.size or np.any(np.diff(each.features) <= 0):
            _refuse("a score takes no column, or its columns are not in order")
        for name in ("centre", "coefficient"):
            if getattr(each, name).shape != each.features.shape:
                _refuse(f"a score's {name} does not have one value a column")
            _refuse_wild(f"a score's {name}", getattr(each, name))
    taken = [place for each in scores for place in each.features.tolist()]
    if len(set(taken)) < len(taken) or not all(0 <= place < n_inputs for place in taken):
        _refuse("two scores take one column, or a column is not there")


def _check_reduced(reduced: Reduced, n_features: int) -> None:
    """A model of some of the features."""
    places = [place for block in reduced.blocks for place in block]
    if not places or not all(reduced.blocks) or len(set(places)) < len(places):
        _refuse("a reduced model names no feature that is missing, or one twice")
    if min(places) < 0 or max(places) >= n_features or reduced.model.n_features != n_features:
        _refuse("a reduced model is not of the whole model's features")
    if reduced.model.reduced or reduced.model.scores:
        _refuse("a reduced model is itself reduced, or has scores of its own")
    check_model(reduced.model)


def _check_linear(member: LinearMember, n_features: int) -> None:
    for name in ("offset", "coefficient", "missing"):
        values = getattr(member, name)
        if values.shape != (n_features,):
            _refuse(f"the linear member's {name} does not have one value a feature ({n_features})")
        _refuse_wild(f"the linear member's {name}", values)
    _refuse_wild("the linear member's intercept", [member.intercept])


def _check_trees(member: TreeMember, n_features: int) -> None:
    _refuse_wild("the trees' base", [member.base])
    for number, tree in enumerate(member.trees):
        lengths = {getattr(tree, name).shape for name in tree.__slots__}
        if len(lengths) > 1 or tree.left.ndim != 1 or not tree.left.size:
            _refuse(f"tree {number}: its arrays are not of one length")
    forest = plant([(1.0, member)])
    split = forest.left >= 0
    _refuse_where(forest.dangling, forest, "a child that is not one of its nodes")
    _refuse_bad_shape(forest, split)
    _refuse_bad_nodes(forest, split, n_features)


def _refuse_bad_nodes(forest: Forest, split: NDArray[np.bool_], n_features: int) -> None:
    inside = (forest.feature >= 0) & (forest.feature < n_features)
    _refuse_where(split & ~inside, forest, "a feature index out of range")
    _refuse_where(~np.isfinite(forest.threshold), forest, "a threshold that is not finite")
    _refuse_where(
        ~_is_tame(forest.value), forest, f"a leaf value that is not finite, or beyond {LARGEST:.0e}"
    )
    cover = forest.cover
    _refuse_where(~(_is_tame(cover) & (cover >= 0.0)), forest, "a negative or no cover")
    _refuse_where(split & ~(cover > 0.0), forest, "a split that no training weight reached")
    parts = cover[forest.left] + cover[forest.right]
    _refuse_where(
        split & ~np.isclose(parts, cover, rtol=ROUNDING, atol=0.0),
        forest,
        "a split whose cover is not that of its two sides",
    )


def _refuse_bad_shape(forest: Forest, split: NDArray[np.bool_]) -> None:
    """Walk all trees from their roots at once, one level a step; no node may be met twice."""
    met = np.zeros(len(forest.left), dtype=np.int64)
    level = forest.roots[:-1].astype(np.int64)
    for _ in range(MAX_DEPTH + 1):
        np.add.at(met, level, 1)
        _refuse_where(met > 1, forest, "a node with two parents: it is cyclic or malformed")
        level = level[split[level]]
        level = np.concatenate([forest.left[level], forest.right[level]]).astype(np.int64)
    deep = np.zeros(len(met), dtype=np.bool_)
    deep[level] = True
    _refuse_where(deep & (met > 0), forest, "a node with two parents: it is cyclic or malformed")
    _refuse_where(deep, forest, f"more than {MAX_DEPTH} splits on a path")
    _refuse_where(met == 0, forest, "a node that cannot be reached from its root")


def _refuse_where(bad: NDArray[np.bool_], forest: Forest, what: str) -> None:
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        _refuse(f"tree {int(np.searchsorted(forest.roots, first, side='right')) - 1} has {what}")


def _refuse_wild(what: str, values: object) -> None:
    if not _is_tame(values).all():
        _refuse(f"{what} holds a number that is not finite, or beyond {LARGEST:.0e}")


def _is_tame(values: object) -> NDArray[np.bool_]:
    # NaN compares false.
    return np.abs(np.asarray(values, dtype=np.float64)) <= LARGEST


def _refuse(what: str) -> None:
    message = f"The model cannot be used: {what}."
    raise ValueError(message)
