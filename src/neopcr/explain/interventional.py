"""Interventional SHAP values of the exported model, against a background of patients.

A feature that is not in a coalition takes its value from a patient of the background, whatever the
others are [1]_; a path-dependent value averages over the training patients that reached a split.
For every leaf a patient's route is one bit a feature on the path, and so is a background
patient's: values are tabulated over both, so that their number costs nothing more.

References
----------
.. [1] Lundberg, Erion & Chen et al., Nat Mach Intell 2 (2020) 56-67, doi:10.1038/s42256-019-0138-9.
"""

from __future__ import annotations

from functools import cache
from math import factorial
from typing import TYPE_CHECKING

import numpy as np

from neopcr.kernel import LinearMember, condense
from neopcr.kernel.scores import share

if TYPE_CHECKING:
    from collections.abc import Iterator

    from neopcr.kernel import Model, Tree
    from neopcr.specs import BoolArray, FloatArray, IntArray


def interventional(model: Model, X: FloatArray, background: FloatArray) -> tuple[FloatArray, float]:
    """Exact contribution of every feature to the recalibrated logit.

    Parameters
    ----------
    model : Model
        Checked.
    X : float64 array of shape (n_patients, n_inputs), C-contiguous
        NaN where missing.
    background : float64 array of shape (n_background, n_inputs), C-contiguous
        At least one patient.

    Returns
    -------
    phi : float64 array of shape (n_patients, n_inputs)
        In logits. A row that lacks whole blocks is explained by the reduced model that scores it, and
        what lacking them does to the background's mean is theirs; what a score of a wide block
        contributes is shared over its columns as in `neopcr.kernel.scores`.
    base : float
        Mean logit of the background by the whole model; with the sum of a row its logit.
    """
    seen, others = condense(model, X), condense(model, background)
    phi, slope = np.zeros(seen.shape), np.empty((len(X), len(model.scores)))
    base = _explain(model, seen[:0], others)[1]
    for blend, blocks, rows in _scored_by(model, seen):
        phi[rows], start = _explain(blend, seen[rows], others)
        slope[rows] = _slope(blend, len(model.scores))
        for block in blocks:
            phi[np.ix_(rows, np.array(block))] += (start - base) / len(blocks) / len(block)
    return share(model, X, phi, slope), base


def _scored_by(
    model: Model, seen: FloatArray
) -> Iterator[tuple[Model, tuple[tuple[int, ...], ...], IntArray]]:
    """Each model with the blocks it lacks, and the rows that it scores."""
    left, missing = np.ones(len(seen), dtype=np.bool_), np.isnan(seen)
    for each in sorted(model.reduced, key=lambda one: -sum(map(len, one.blocks))):
        rows = left & missing[:, [place for block in each.blocks for place in block]].all(axis=1)
        left &= ~rows
        yield each.model, each.blocks, np.flatnonzero(rows)
    yield model, (), np.flatnonzero(left)


def _slope(blend: Model, n_scores: int) -> FloatArray:
    """Logits that linear members add a unit of each score."""
    first = blend.n_features - n_scores
    slope: FloatArray = np.zeros(n_scores)
    for weight, member in zip(blend.weights, blend.members, strict=True):
        if isinstance(member, LinearMember):
            slope = slope + blend.slope * weight * member.coefficient[first:]
    return slope


def _explain(blend: Model, X: FloatArray, background: FloatArray) -> tuple[FloatArray, float]:
    phi, base = np.zeros(X.shape), blend.intercept
    for weight, member in zip(blend.weights, blend.members, strict=True):
        scale = blend.slope * weight
        if isinstance(member, LinearMember):
            mean = _terms(member, background).mean(axis=0)
            phi += scale * (_terms(member, X) - mean)
            base += scale * (member.intercept + float(mean.sum()))
        else:
            means = [_add_tree(tree, X, background, phi, scale) for tree in member.trees]
            base += scale * member.base + sum(means)
    return phi, base


def _terms(member: LinearMember, X: FloatArray) -> FloatArray:
    return np.where(np.isnan(X), member.missing, member.offset + member.coefficient * X)


def _add_tree(
    tree: Tree, X: FloatArray, background: FloatArray, phi: FloatArray, scale: float
) -> float:
    """Add what a tree contributes; return its mean over the background."""
    own, others, mean = _goes_left(tree, X), _goes_left(tree, background), 0.0
    for leaf, path in _paths(tree):
        value, features = (
            scale * float(tree.value[leaf]),
            sorted({tree.feature[n] for n, _ in path}),
        )
        routes = [[step for step in path if tree.feature[step[0]] == one] for one in features]
        full = 2 ** len(features)
        met = np.bincount(_bits(routes, others), minlength=full) / len(background)
        mean += value * float(met[-1])
        if features:
            phi[:, features] += (
                value * np.tensordot(_games(len(features)), met, (1, 0))[_bits(routes, own)]
            )
    return mean


def _goes_left(tree: Tree, X: FloatArray) -> BoolArray:
    """Whether each patient goes left at each node, shape (n_patients, n_nodes)."""
    cells = X[:, np.where(tree.left < 0, 0, tree.feature)]
    with np.errstate(over="ignore"):
        below = cells.astype(np.float32) < tree.threshold
    return np.where(np.isnan(cells), tree.default_left, below)


def _paths(tree: Tree) -> Iterator[tuple[int, tuple[tuple[int, bool], ...]]]:
    """Each leaf, with the splits above it and whether it lies to their left."""
    waiting: list[tuple[int, tuple[tuple[int, bool], ...]]] = [(0, ())]
    while waiting:
        node, path = waiting.pop()
        if tree.left[node] < 0:
            yield node, path
        else:
            waiting.append((int(tree.left[node]), (*path, (node, True))))
            waiting.append((int(tree.right[node]), (*path, (node, False))))


def _bits(routes: list[list[tuple[int, bool]]], goes_left: BoolArray) -> IntArray:
    """Per patient, bit i is set where feature i takes every turn to the leaf."""
    bits = np.zeros(len(goes_left), dtype=np.int64)
    for place, steps in enumerate(routes):
        taken = [goes_left[:, node] == left for node, left in steps]
        bits |= np.logical_and.reduce(taken).astype(np.int64) << place
    return bits


@cache
def _games(n: int) -> FloatArray:
    """Shapley values of reaching a leaf, by the patient's bits and another's.

    Shape (2**n, 2**n, n). Where only the patient's own value of a feature leads to the leaf, it must
    join before anyone whose value leads away.
    """
    games = np.zeros((2**n, 2**n, n))
    for own, other in np.ndindex(2**n, 2**n):
        if own | other != 2**n - 1:
            continue
        mine = [place for place in range(n) if own & ~other & 1 << place]
        theirs = [place for place in range(n) if other & ~own & 1 << place]
        a, b = len(mine), len(theirs)
        if a:
            games[own, other, mine] = factorial(a - 1) * factorial(b) / factorial(a + b)
        if b:
            games[own, other, theirs] = -factorial(a) * factorial(b - 1) / factorial(a + b)
    return games
