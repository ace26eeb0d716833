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

from neopcr.kernel.leaves import MAX_BITS, list_leaves
from neopcr.kernel.model import MAX_DEPTH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.kernel.forest import Forest
    from neopcr.specs import FloatArray


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
    leaves, bit_start, bit_node = list_leaves(forest)
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
        while groups.bit_node[first + bit] != leaves.split[leaf, step]:
            bit += 1
        if (care[u] >> bit & 1) and (wanted[u] >> bit & 1) != left:
            # Both ways from equal splits: no row passes, whatever its byte.
            wanted[u] |= 1 << MAX_BITS
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
