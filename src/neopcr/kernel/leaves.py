"""The leaves of a forest with their paths, and which of them share a group."""

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


class Leaves(NamedTuple):
    """Every leaf, left to right, with its path and its group.

    Parameters
    ----------
    node : int32 array of shape (n_leaves,)
        The leaf.
    length : int32 array of shape (n_leaves,)
        Splits on its path.
    path : int32 array of shape (n_leaves, 6)
        The splits, root first.
    goes_left : bool array of shape (n_leaves, 6)
        The way from each split.
    group : int32 array of shape (n_leaves,)
        Which group it is in.
    """

    node: NDArray[np.int32]
    length: NDArray[np.int32]
    path: NDArray[np.int32]
    goes_left: NDArray[np.bool_]
    group: NDArray[np.int32]


def list_leaves(forest: Forest) -> tuple[Leaves, NDArray[np.int32], NDArray[np.int32]]:
    """List the leaves of a checked forest and cut them into groups.

    Parameters
    ----------
    forest : Forest
        Checked: no path is longer than the longest allowed.

    Returns
    -------
    leaves : Leaves
        Every leaf.
    bit_start, bit_node : int32 arrays
        First split of each group (and the end), and the splits.
    """
    n_leaves = int((forest.left < 0).sum())
    leaves = Leaves(
        node=np.empty(n_leaves, np.int32),
        length=np.empty(n_leaves, np.int32),
        path=np.zeros((n_leaves, MAX_DEPTH), np.int32),
        goes_left=np.zeros((n_leaves, MAX_DEPTH), np.bool_),
        group=np.empty(n_leaves, np.int32),
    )
    _walk(forest, leaves)
    bit_node = np.empty(n_leaves * MAX_BITS, np.int32)
    bit_start = np.zeros(n_leaves + 1, np.int32)
    n_groups = _cut(forest, leaves, bit_start, bit_node)
    bit_start = bit_start[: n_groups + 1]
    return leaves, bit_start, bit_node[: bit_start[-1]]


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
def _cut(forest, leaves, bit_start, bit_node):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Fill groups with leaves in order, as long as they hang on at most 8 splits of one tree."""
    n_groups = 0
    first = 0
    used = 0
    next_root = 0
    for leaf in range(len(leaves.node)):
        path = leaves.path[leaf, : leaves.length[leaf]]
        fresh = 0
        for node in path:
            fresh += not _is_in(bit_node[first:used], node)
        if leaves.node[leaf] >= next_root or used - first + fresh > MAX_BITS:
            next_root = forest.roots[np.searchsorted(forest.roots, leaves.node[leaf], "right")]
            first = used
            bit_start[n_groups] = first
            n_groups += 1
        for node in path:
            if not _is_in(bit_node[first:used], node):
                bit_node[used] = node
                used += 1
        leaves.group[leaf] = n_groups - 1
    bit_start[n_groups] = used
    return n_groups


@njit(cache=True, nogil=True)
def _is_in(nodes, wanted):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    for node in nodes:  # noqa: SIM110 - numba knows no `any`
        if node == wanted:
            return True
    return False
