"""The leaves of a forest with their paths, and which of them share a group.

Trees of a boosted model repeat their splits. Leaves that hang on the same few share a group, of
whatever trees they are: the fewer features all groups together look at, the fewer tables a row is
looked up in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from neopcr.kernel.model import MAX_DEPTH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.kernel.forest import Forest

MAX_BITS = 8
"""Splits of a group: their answers are one byte, and a table has at most 256 entries."""

AHEAD = 256
"""Leaves that are looked at to find the next of a group."""


class Leaves(NamedTuple):
    """Every leaf with its path and its group, by group, then from left to right.

    Parameters
    ----------
    node : int32 array of shape (n_leaves,)
        The leaf.
    length : int32 array of shape (n_leaves,)
        Splits on its path.
    path : int32 array of shape (n_leaves, 6)
        The splits, root first.
    split : int32 array of shape (n_leaves, 6)
        The same, each as the first node of the forest that splits alike.
    goes_left : bool array of shape (n_leaves, 6)
        The way from each split.
    group : int32 array of shape (n_leaves,)
        Which group it is in.
    """

    node: NDArray[np.int32]
    length: NDArray[np.int32]
    path: NDArray[np.int32]
    split: NDArray[np.int32]
    goes_left: NDArray[np.bool_]
    group: NDArray[np.int32]


def list_leaves(forest: Forest) -> tuple[Leaves, NDArray[np.int32], NDArray[np.int32]]:
    """List the leaves of a checked forest and put them into groups.

    Parameters
    ----------
    forest : Forest
        Checked: no path is longer than the longest allowed.

    Returns
    -------
    leaves : Leaves
        Every leaf.
    bit_start, bit_node : int32 arrays
        First split of each group (and the end), and the splits: of equal ones, the first node.
    """
    n_leaves = int((forest.left < 0).sum())
    leaves = Leaves(
        node=np.empty(n_leaves, np.int32),
        length=np.empty(n_leaves, np.int32),
        path=np.zeros((n_leaves, MAX_DEPTH), np.int32),
        split=np.zeros((n_leaves, MAX_DEPTH), np.int32),
        goes_left=np.zeros((n_leaves, MAX_DEPTH), np.bool_),
        group=np.full(n_leaves, -1, np.int32),
    )
    _walk(forest, leaves)
    leaves.split[:] = _equal_splits(forest)[leaves.path]
    bit_node = np.empty(n_leaves * MAX_BITS, np.int32)
    bit_start = np.zeros(n_leaves + 1, np.int32)
    n_groups = _gather(forest.feature, leaves, bit_start, bit_node)
    bit_start = bit_start[: n_groups + 1]
    order = np.argsort(leaves.group, kind="stable")
    return Leaves._make(each[order] for each in leaves), bit_start, bit_node[: bit_start[-1]]


def _equal_splits(forest: Forest) -> NDArray[np.int32]:
    """For each node, the first that splits alike: same feature, threshold and default."""
    # Of 0.0 and -0.0, which are one threshold, the sum is 0.0.
    threshold = (forest.threshold + np.float32(0.0)).view(np.uint32)
    key = (forest.feature.astype(np.int64) * 2 + forest.default_left) << 32 | threshold
    _, first, which = np.unique(key, return_index=True, return_inverse=True)
    alike: NDArray[np.int32] = first[which].astype(np.int32)
    return alike


@njit(cache=True, nogil=True)
def _walk(forest, leaves):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Walk each tree depth first, left child first."""
    found = 0
    waiting = np.empty(MAX_DEPTH + 1, np.int32)
    depth_of = np.empty(MAX_DEPTH + 1, np.int32)
    path = np.zeros(MAX_DEPTH + 1, np.int32)
    side = np.zeros(MAX_DEPTH + 1, np.bool_)
    for tree in range(len(forest.roots) - 1):
        waiting[0], depth_of[0], n = forest.roots[tree], 0, 1
        while n:
            n -= 1
            node, depth = waiting[n], depth_of[n]
            if depth:
                # The parent's entry was written when it was met; its left child comes first.
                side[depth - 1] = node == forest.left[path[depth - 1]]
            if forest.left[node] < 0:
                leaves.node[found] = node
                leaves.length[found] = depth
                leaves.path[found, :depth] = path[:depth]
                leaves.goes_left[found, :depth] = side[:depth]
                found += 1
            else:
                path[depth] = node
                waiting[n], depth_of[n] = forest.right[node], depth + 1
                waiting[n + 1], depth_of[n + 1] = forest.left[node], depth + 1
                n += 2


@njit(cache=True, nogil=True)
def _gather(feature, leaves, bit_start, bit_node):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Fill one group after the other with leaves that hang on at most 8 splits, whatever the tree."""
    n_groups = 0
    used = 0
    has_split = np.zeros(len(feature), np.bool_)
    has_feature = np.zeros(feature.max() + 1 if len(feature) else 0, np.bool_)
    for first in range(len(leaves.node)):
        leaf = first if leaves.group[first] < 0 else -1
        if leaf < 0:
            continue
        bit_start[n_groups] = used
        while leaf >= 0:
            leaves.group[leaf] = n_groups
            for split in leaves.split[leaf, : leaves.length[leaf]]:
                if not has_split[split]:
                    bit_node[used] = split
                    used += 1
                has_split[split] = True
                has_feature[feature[split]] = True
            free = MAX_BITS - (used - bit_start[n_groups])
            leaf = _next(feature, leaves, first, (has_split, has_feature, free))
        for split in bit_node[bit_start[n_groups] : used]:
            has_split[split] = False
            has_feature[feature[split]] = False
        n_groups += 1
    bit_start[n_groups] = used
    return n_groups


@njit(cache=True, nogil=True)
def _next(feature, leaves, first, group):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Choose the leaf that shares most splits and adds fewest features; -1 where none fits."""
    has_split, has_feature, free = group
    best = -1
    most = -2 * MAX_DEPTH
    seen = 0
    for leaf in range(first, len(leaves.node)):
        if leaves.group[leaf] >= 0:
            continue
        shared = 0
        new_features = 0
        for split in leaves.split[leaf, : leaves.length[leaf]]:
            shared += has_split[split]
            new_features += not has_feature[feature[split]]
        fits = leaves.length[leaf] - shared <= free
        if fits and shared - new_features > most:
            best, most = leaf, shared - new_features
        seen += 1
        if seen == AHEAD:
            break
    return best
