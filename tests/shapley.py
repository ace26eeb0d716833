"""The kernel's model by its definition: slow, plain, and written without looking at the kernel."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np

from neopcr.kernel import LinearMember, Tree, TreeMember


def expected(tree, x, known, node=0):
    """Mean of a tree where only the features in `known` are known: by cover past the others."""
    if tree.left[node] == -1:
        return float(tree.value[node])
    feature = int(tree.feature[node])
    left, right = int(tree.left[node]), int(tree.right[node])
    if feature in known:
        if math.isnan(x[feature]):
            goes_left = bool(tree.default_left[node])
        else:
            with np.errstate(over="ignore"):
                goes_left = bool(np.float32(x[feature]) < tree.threshold[node])
        return expected(tree, x, known, left if goes_left else right)
    share = tree.cover[left] / tree.cover[node]
    other = tree.cover[right] / tree.cover[node]
    return share * expected(tree, x, known, left) + other * expected(tree, x, known, right)


def shapley(tree, x, n_features):
    """Shapley values by the sum over all subsets of the features the tree looks at."""
    players = sorted({int(f) for f in tree.feature[tree.left != -1]})
    phi = np.zeros(n_features)
    m = len(players)
    for player in players:
        others = [each for each in players if each != player]
        for size in range(m):
            weight = math.factorial(size) * math.factorial(m - size - 1) / math.factorial(m)
            for subset in combinations(others, size):
                gain = expected(tree, x, {*subset, player}) - expected(tree, x, set(subset))
                phi[player] += weight * gain
    return phi


def explain(model, X):
    """Contributions and base of a whole model."""
    phi = np.zeros(X.shape)
    base = model.intercept
    for weight, member in zip(model.weights, model.members, strict=True):
        scale = model.slope * weight
        if isinstance(member, LinearMember):
            base += scale * member.intercept
            present = member.offset + member.coefficient * X
            phi += scale * np.where(np.isnan(X), member.missing, present)
            continue
        base += scale * (member.base + sum(expected(t, X[0], set()) for t in member.trees))
        for tree in member.trees:
            phi += scale * np.array([shapley(tree, x, X.shape[1]) for x in X])
    return phi, base


def random_tree(rng, *, depth, n_features, grid=None, stop=0.2):
    """A tree with features that repeat along a path, and thresholds that meet values of `grid`."""
    nodes = []

    def grow(level, cover):
        index = len(nodes)
        nodes.append(None)
        if level == depth or (index and rng.random() < stop):
            nodes[index] = (-1, -1, 0, 0.0, False, rng.normal(), cover)
            return index
        share = rng.uniform(0.05, 0.95)
        left, right = grow(level + 1, cover * share), grow(level + 1, cover * (1 - share))
        threshold = rng.normal() if grid is None else rng.choice(grid)
        nodes[index] = (
            left, right, rng.integers(n_features), threshold, rng.random() < 0.5, 0.0, cover
        )  # fmt: skip
        return index

    grow(0, 100.0)
    kinds = (np.int32, np.int32, np.int32, np.float32, np.bool_, np.float64, np.float64)
    columns = zip(*nodes, strict=True)
    return Tree(
        *(np.array(values, dtype=kind) for values, kind in zip(columns, kinds, strict=True))
    )


def random_linear(rng, n_features):
    """A linear member."""
    return LinearMember(rng.normal(), *rng.normal(size=(3, n_features)))


def random_trees(rng, n_trees, **how):
    """A member of trees."""
    return TreeMember(rng.normal(), tuple(random_tree(rng, **how) for _ in range(n_trees)))
