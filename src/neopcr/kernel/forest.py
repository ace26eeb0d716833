"""All trees of a model side by side, so that they are checked and tabulated in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from neopcr.kernel.model import TreeMember
    from neopcr.specs import FloatArray

_Kind = TypeVar("_Kind", bound=np.generic)


class Forest(NamedTuple):
    """Nodes of all trees, one tree after the other.

    Parameters
    ----------
    roots : int32 array of shape (n_trees + 1,)
        First node of each tree, and the number of nodes.
    left, right : int32 arrays of shape (n_nodes,)
        Children, counted over the whole forest; -1 at a leaf.
    feature, threshold, default_left, value, cover : arrays of shape (n_nodes,)
        As in a tree; `value` is scaled.
    dangling : bool array of shape (n_nodes,)
        Whether a child would lie outside the node's own tree.
    """

    roots: NDArray[np.int32]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    feature: NDArray[np.int32]
    threshold: NDArray[np.float32]
    default_left: NDArray[np.bool_]
    value: FloatArray
    cover: FloatArray
    dangling: NDArray[np.bool_]


def plant(members: Sequence[tuple[float, TreeMember]]) -> Forest:
    """Put the trees of members side by side.

    Parameters
    ----------
    members : sequence of (float, TreeMember)
        Each with the number that scales its leaves.

    Returns
    -------
    Forest
    """
    trees = [tree for _, member in members for tree in member.trees]
    scales = [scale for scale, member in members for _ in member.trees]
    sizes = [len(tree.left) for tree in trees]
    roots = np.cumsum([0, *sizes], dtype=np.int32)
    start = np.repeat(roots[:-1], sizes)
    size = np.repeat(np.array(sizes, dtype=np.int32), sizes)
    left = _stack([tree.left for tree in trees], np.int32)
    right = _stack([tree.right for tree in trees], np.int32)
    leaf = (left == -1) & (right == -1)
    inside = (np.minimum(left, right) >= 0) & (np.maximum(left, right) < size)
    return Forest(
        roots=roots,
        left=np.where(leaf, np.int32(-1), left + start),
        right=np.where(leaf, np.int32(-1), right + start),
        feature=_stack([tree.feature for tree in trees], np.int32),
        threshold=_stack([tree.threshold for tree in trees], np.float32),
        default_left=_stack([tree.default_left for tree in trees], np.bool_),
        value=_stack(
            [scale * tree.value for scale, tree in zip(scales, trees, strict=True)], np.float64
        ),
        cover=_stack([tree.cover for tree in trees], np.float64),
        dangling=~(leaf | inside),
    )


def _stack(arrays: Sequence[NDArray[_Kind]], dtype: type[_Kind]) -> NDArray[_Kind]:
    return np.concatenate([*arrays, np.empty(0, dtype)]).astype(dtype, copy=False)
