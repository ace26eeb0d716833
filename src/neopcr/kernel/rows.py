"""The loops over rows. No sum depends on how rows are cut into blocks or dealt to threads."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

BLOCK = 2048
"""Rows worked on together, feature by feature, so that the inner loops run over rows."""

COUNTED = 128
"""Up to so many cuts it is quicker to compare with all of them at once than to search."""


@njit(cache=True, nogil=True)
def contribute(X, rows, program, out):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201
    """Write the contributions of some rows of X (n, n_features) into these of `out`, of its shape."""
    n_rows, n_features = len(rows), X.shape[1]
    phi = np.empty((n_features, BLOCK), np.float64)
    rank = np.empty((2 * len(program.used), BLOCK), program.rightmost.dtype)
    widest = 0
    for first, last in program.run_group:
        widest = max(widest, last - first)
    code = np.empty((widest, BLOCK), np.uint8)
    for start in range(0, n_rows, BLOCK):
        stop = min(start + BLOCK, n_rows)
        n = stop - start
        block = rows[start:stop]
        _linear(X, block, program, phi)
        _rank(X, block, program, rank)
        for run in range(len(program.run_group)):
            first, last = program.run_group[run]
            _encode(program, rank, first, last, code, n)
            _look_up(program, run, code, phi, n)
        for i in range(n):
            for j in range(n_features):
                out[block[i], j] = phi[j, i]


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
def _linear(X, block, program, phi):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    for j in range(X.shape[1]):
        offset, coefficient = program.offset[j], program.coefficient[j]
        missing = program.missing[j]
        for i in range(len(block)):
            x = X[block[i], j]
            # A feature that has no slope must not turn an infinite value into NaN.
            present = offset if coefficient == 0.0 else offset + coefficient * x
            phi[j, i] = missing if math.isnan(x) else present


@njit(cache=True, nogil=True)
def _rank(X, block, program, rank):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    n = len(block)
    x = np.empty(n, np.float32)
    for used in range(len(program.used)):
        for i in range(n):
            # xgboost compares in float32, so a tie is a tie after rounding.
            x[i] = X[block[i], program.used[used]]
        right, left = rank[2 * used], rank[2 * used + 1]
        cut = program.cut[program.cut_start[used] : program.cut_start[used + 1]]
        if len(cut) <= COUNTED:
            left[:n] = 0
            for c in cut:
                for i in range(n):
                    left[i] += x[i] >= c
        else:
            for i in range(n):
                left[i] = _search(cut, x[i])
        # A missing value compares false with every cut: so far it stands left of all.
        for i in range(n):
            right[i] = program.rightmost[0] if math.isnan(x[i]) else left[i]


@njit(cache=True, nogil=True)
def _search(cut, x):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Return the number of cuts at or below x, by halving without branches."""
    low = 0
    n = len(cut)
    while n > 1:
        half = n >> 1
        low += half if cut[low + half - 1] <= x else 0
        n -= half
    return low + (cut[low] <= x)


@njit(cache=True, nogil=True)
def _encode(program, rank, first, last, code, n):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    for group in range(first, last):
        byte = code[group - first]
        byte[:n] = 0
        start = program.bit_start[group]
        for k in range(start, program.bit_start[group + 1]):
            mine = rank[program.bit_rank[k]]
            limit = program.bit_limit[k]
            bit = np.uint8(1 << (k - start))
            for i in range(n):
                byte[i] |= bit if mine[i] <= limit else np.uint8(0)


@njit(cache=True, nogil=True)
def _look_up(program, run, code, phi, n):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    base = program.run_group[run, 0]
    table = program.table
    for j in range(phi.shape[0]):
        p = phi[j]
        t = program.run_start[run, j]
        last = program.run_start[run, j + 1]
        while t + 4 <= last:
            a = table[program.term_start[t] :]
            b = table[program.term_start[t + 1] :]
            c = table[program.term_start[t + 2] :]
            d = table[program.term_start[t + 3] :]
            at = code[program.term_group[t] - base]
            bt = code[program.term_group[t + 1] - base]
            ct = code[program.term_group[t + 2] - base]
            dt = code[program.term_group[t + 3] - base]
            for i in range(n):
                p[i] += (a[at[i]] + b[bt[i]]) + (c[ct[i]] + d[dt[i]])
            t += 4
        while t < last:
            a = table[program.term_start[t] :]
            at = code[program.term_group[t] - base]
            for i in range(n):
                p[i] += a[at[i]]
            t += 1


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
