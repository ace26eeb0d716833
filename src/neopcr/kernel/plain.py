"""Short loops over rows, each row by itself."""

from __future__ import annotations

import math

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def choose(X, start, features):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201
    """First list of features, `features[start[k] : start[k + 1]]`, that a row misses whole; else -1."""
    chosen = np.full(X.shape[0], -1)
    for i in range(X.shape[0]):
        for k in range(len(start) - 1):
            j = start[k]
            while j < start[k + 1] and math.isnan(X[i, features[j]]):
                j += 1
            if j == start[k + 1]:
                chosen[i] = k
                break
    return chosen


@njit(cache=True, nogil=True)
def add_up(phi, base):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201
    """Base and contributions added from the first feature to the last, row by row."""
    total = np.empty(phi.shape[0])
    for i in range(phi.shape[0]):
        s = base
        for j in range(phi.shape[1]):
            s += phi[i, j]
        total[i] = s
    return total


@njit(cache=True, nogil=True)
def logistic(logit):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201
    """Probabilities of logits, element by element, in a form that cannot overflow."""
    p = np.empty(len(logit))
    for i in range(len(logit)):
        e = math.exp(-abs(logit[i]))
        p[i] = 1.0 / (1.0 + e) if logit[i] >= 0.0 else e / (1.0 + e)
    return p


@njit(cache=True, nogil=True)
def largest(phi, index, value):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201
    """Keep the largest of each row by insertion; an equal one never overtakes."""
    k = index.shape[1]
    for i in range(phi.shape[0]):
        least = -1.0
        kept = 0
        for j in range(phi.shape[1]):
            size = abs(phi[i, j])
            if size > least:
                place = kept if kept < k else k - 1
                while place > 0 and size > abs(value[i, place - 1]):
                    value[i, place] = value[i, place - 1]
                    index[i, place] = index[i, place - 1]
                    place -= 1
                value[i, place] = phi[i, j]
                index[i, place] = j
                kept += kept < k
                if kept == k:
                    least = abs(value[i, k - 1])


@njit(cache=True, nogil=True)
def share_out(phi, start, owner, out):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201
    """Add to each owner an equal share of every contribution that is partly its own."""
    for i in range(phi.shape[0]):
        for j in range(phi.shape[1]):
            owners = start[j + 1] - start[j]
            part = phi[i, j] if owners == 1 else phi[i, j] / owners
            for k in range(start[j], start[j + 1]):
                out[i, owner[k]] += part


@njit(cache=True, nogil=True)
def search(cut, x):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201
    """Return the number of cuts at or below x, by halving without branches."""
    low = 0
    n = len(cut)
    while n > 1:
        half = n >> 1
        low += half if cut[low + half - 1] <= x else 0
        n -= half
    return low + (cut[low] <= x)


@njit(cache=True, nogil=True)
def select(phi, index, value):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201
    """Find a row's largest contributions one by one: the first of equal ones goes first."""
    value[:] = 0.0
    index[:] = -1
    for j in range(len(phi)):
        place = len(index)
        while place > 0 and abs(phi[j]) > abs(value[place - 1]):
            if place < len(index):
                index[place], value[place] = index[place - 1], value[place - 1]
            place -= 1
        if place < len(index):
            index[place], value[place] = j, phi[j]
    for k in range(len(index)):
        if index[k] < 0:
            value[k] = np.nan
