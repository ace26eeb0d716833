r"""Exact path-dependent SHAP values of shallow trees, tabulated.

A row's contributions from a tree depend on nothing but which way each split sends it. So a tree is
cut into groups of leaves that hang on at most 8 splits; the answers of those splits are one byte,
and for each feature of the group one table says what the feature contributes, byte by byte.

For one leaf of value :math:`v` let :math:`o_u` be 1 where the row passes every split on feature
:math:`u` along the leaf's path, else 0, and :math:`r_u` the share of training weight that passes
them. The game :math:`v \prod_{u \in S} o_u \prod_{u \notin S} r_u` has the Shapley values

.. math:: \phi_i = v\,(o_i - r_i) \sum_{S \not\ni i} \frac{|S|!\,(m - |S| - 1)!}{m!}
    \prod_{u \in S} o_u \prod_{u \notin S \cup i} r_u

and these add over leaves and trees. Their sum is the tree's value less its mean.

References
----------
.. [1] Lundberg, Erion & Chen et al., Nat Mach Intell 2 (2020) 56-67,
   doi:10.1038/s42256-019-0138-9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from neopcr.kernel.model import MAX_DEPTH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.kernel.forest import Forest
    from neopcr.specs import FloatArray

MAX_BITS = 8


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


class Groups(NamedTuple):
    """Splits and tables of each group; `start` arrays hold one more entry, the end.

    Parameters
    ----------
    bit_start : int32 array of shape (n_groups + 1,)
        First of its splits.
    bit_node : int32 array of shape (n_bits,)
        The split; its place in the group is its bit, which is 1 where the row goes left.
    term_group, term_feature : int32 arrays of shape (n_terms,)
        A term is one feature's table in one group.
    term_start : int64 array of shape (n_terms,)
        Where its table starts.
    table : float64 array
        All tables, in logits.
    mean : float
        What all trees add on average: their share of the base value.
    """

    bit_start: NDArray[np.int32]
    bit_node: NDArray[np.int32]
    term_group: NDArray[np.int32]
    term_feature: NDArray[np.int32]
    term_start: NDArray[np.int64]
    table: FloatArray
    mean: float


def tabulate(forest: Forest) -> Groups:
    """Cut a checked forest into groups and tabulate the contributions of each."""
    n_leaves = int((forest.left < 0).sum())
    leaves = Leaves(
        node=np.empty(n_leaves, np.int32),
        length=np.empty(n_leaves, np.int32),
        path=np.zeros((n_leaves, MAX_DEPTH), np.int32),
        goes_left=np.zeros((n_leaves, MAX_DEPTH), np.bool_),
        group=np.empty(n_leaves, np.int32),
    )
    _list_leaves(forest, leaves)
    bit_node = np.empty(n_leaves * MAX_BITS, np.int32)
    bit_start = np.zeros(n_leaves + 1, np.int32)
    n_groups = _cut(forest, leaves, bit_start, bit_node)
    bit_start = bit_start[: n_groups + 1]
    bit_node = bit_node[: bit_start[-1]]
    group, feature, size = _terms(bit_start, forest.feature[bit_node])
    end = np.cumsum(size)
    table = np.zeros(int(size.sum()))
    groups = Groups(bit_start, bit_node, group, feature, end - size, table, 0.0)
    return groups._replace(mean=_fill(forest, leaves, groups))


def _terms(
    bit_start: NDArray[np.int32], feature: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """Group, feature and table size of each term, by group, then feature."""
    bits = np.diff(bit_start)
    pairs = np.stack([np.repeat(np.arange(len(bits)), bits), feature])
    group, feature = np.unique(pairs, axis=1).astype(np.int32)
    return group, feature, np.left_shift(1, bits[group]).astype(np.int64)


@njit(cache=True, nogil=True)
def _list_leaves(forest, leaves):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
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


@njit(cache=True, nogil=True)
def _fill(forest, leaves, groups):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Add every leaf to the tables of its group; return the mean of the forest."""
    mean = 0.0
    first_term = 0
    for leaf in range(len(leaves.node)):
        group = leaves.group[leaf]
        while first_term < len(groups.term_group) and groups.term_group[first_term] < group:
            first_term += 1
        feature, ratio, care, wanted = _conditions(forest, leaves, groups, leaf)
        value = forest.value[leaves.node[leaf]]
        mean += value * np.prod(ratio)
        share = _shares(ratio)
        n_patterns = 1 << (groups.bit_start[group + 1] - groups.bit_start[group])
        for i in range(len(feature)):
            term = first_term
            while groups.term_feature[term] != feature[i]:
                term += 1
            start = groups.term_start[term]
            for pattern in range(n_patterns):
                passed = 0
                for u in range(len(feature)):
                    passed |= ((pattern & care[u]) == wanted[u]) << u
                groups.table[start + pattern] += value * share[passed, i]
    return mean


@njit(cache=True, nogil=True)
def _conditions(forest, leaves, groups, leaf):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Return the features on a leaf's path, their ratios, the bits that matter, and which are 1."""
    feature = np.empty(MAX_DEPTH, np.int32)
    ratio = np.ones(MAX_DEPTH, np.float64)
    care = np.zeros(MAX_DEPTH, np.int64)
    wanted = np.zeros(MAX_DEPTH, np.int64)
    first = groups.bit_start[leaves.group[leaf]]
    m = 0
    for step in range(leaves.length[leaf]):
        node = leaves.path[leaf, step]
        u = 0
        while u < m and feature[u] != forest.feature[node]:
            u += 1
        if u == m:
            feature[m] = forest.feature[node]
            m += 1
        left = leaves.goes_left[leaf, step]
        child = forest.left[node] if left else forest.right[node]
        ratio[u] *= forest.cover[child] / forest.cover[node]
        bit = 0
        while groups.bit_node[first + bit] != node:
            bit += 1
        care[u] |= 1 << bit
        wanted[u] |= left << bit
    return feature[:m], ratio[:m], care[:m], wanted[:m]


@njit(cache=True, nogil=True)
def _shares(ratio):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Shapley values of a leaf worth 1, by which of its features pass: shape (2^m, m)."""
    m = len(ratio)
    share = np.empty((1 << m, m))
    # coefficient[k]: products over the other features, k of them taken as passed
    coefficient = np.empty(m + 1)
    for passed in range(1 << m):
        for i in range(m):
            coefficient[:] = 0.0
            coefficient[0] = 1.0
            for u in range(m):
                if u != i:
                    o = float((passed >> u) & 1)
                    for k in range(m - 1, 0, -1):
                        coefficient[k] = coefficient[k] * ratio[u] + coefficient[k - 1] * o
                    coefficient[0] *= ratio[u]
            total = 0.0
            weight = 1.0 / m
            for k in range(m):
                total += weight * coefficient[k]
                if k < m - 1:
                    weight *= (k + 1.0) / (m - k - 1.0)
            share[passed, i] = (float((passed >> i) & 1) - ratio[i]) * total
    return share
