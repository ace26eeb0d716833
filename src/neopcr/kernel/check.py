"""What a model must be before a number is computed from it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from neopcr.kernel.forest import Forest, plant
from neopcr.kernel.model import MAX_DEPTH, LinearMember, Model, TreeMember

if TYPE_CHECKING:
    from numpy.typing import NDArray


def check_model(model: Model) -> None:
    """Refuse a model that the kernel would misread.

    Raises
    ------
    ValueError
        If a number is not finite, a length or a feature's index does not fit, the weights do not
        add to 1, or a tree is cyclic, malformed or deeper than 6 splits.
    """
    if model.n_features < 1 or not model.members:
        _refuse("a model needs at least one feature and one member")
    if len(model.weights) != len(model.members):
        _refuse(f"{len(model.members)} members have {len(model.weights)} weights")
    _refuse_infinite("blend or recalibration", [*model.weights, model.intercept, model.slope])
    if not math.isclose(sum(model.weights), 1.0, abs_tol=1e-9):
        _refuse("the weights of the blend do not add to 1")
    for member in model.members:
        if isinstance(member, LinearMember):
            _check_linear(member, model.n_features)
        else:
            _check_trees(member, model.n_features)


def _check_linear(member: LinearMember, n_features: int) -> None:
    for name in ("offset", "coefficient", "missing"):
        values = getattr(member, name)
        if values.shape != (n_features,):
            _refuse(f"the linear member's {name} does not have one value a feature ({n_features})")
        _refuse_infinite(f"the linear member's {name}", values)
    _refuse_infinite("the linear member's intercept", [member.intercept])


def _check_trees(member: TreeMember, n_features: int) -> None:
    _refuse_infinite("the trees' base", [member.base])
    for number, tree in enumerate(member.trees):
        lengths = {getattr(tree, name).shape for name in tree.__slots__}
        if len(lengths) > 1 or tree.left.ndim != 1 or not tree.left.size:
            _refuse(f"tree {number}: its arrays are not of one length")
    forest = plant([(1.0, member)])
    split = forest.left >= 0
    _refuse_where(forest.dangling, forest, "a child that is not one of its nodes")
    _refuse_bad_nodes(forest, split, n_features)
    _refuse_bad_shape(forest, split)


def _refuse_bad_nodes(forest: Forest, split: NDArray[np.bool_], n_features: int) -> None:
    inside = (forest.feature >= 0) & (forest.feature < n_features)
    _refuse_where(split & ~inside, forest, "a feature index out of range")
    _refuse_where(~np.isfinite(forest.threshold), forest, "a threshold that is not finite")
    _refuse_where(~np.isfinite(forest.value), forest, "a leaf value that is not finite")
    _refuse_where(
        ~(np.isfinite(forest.cover) & (forest.cover >= 0.0)), forest, "a negative or no cover"
    )
    _refuse_where(split & ~(forest.cover > 0.0), forest, "a split that no training weight reached")


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


def _refuse_infinite(what: str, values: object) -> None:
    if not np.isfinite(np.asarray(values, dtype=np.float64)).all():
        _refuse(f"{what} holds a number that is not finite")


def _refuse(what: str) -> None:
    message = f"The model cannot be used: {what}."
    raise ValueError(message)
