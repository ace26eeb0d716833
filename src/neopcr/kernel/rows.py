"""The loops over rows. No sum depends on how rows are cut into blocks or dealt to threads.

What depends on the size of a block stands in this one file: numba compiles a function anew when its
own file changes, not when another does that it calls.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from neopcr.kernel.plain import search, select

BLOCK = 1024
"""Rows worked on together, feature by feature, so that the inner loops run over rows."""

WIDTH = BLOCK + 8
"""Room for a block: what lies a power of two apart shares few places of the processor's cache."""

COUNTED = 128
"""Up to so many cuts it is quicker to compare with all of them at once than to search."""

_NO_SIGN = np.iinfo(np.int64).max


@njit(cache=True, nogil=True)
def contribute(X, rows, program, out):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201
    """Write the contributions of some rows of X (n, n_features) into these of `out`, of its shape."""
    room = _make_room(X.shape[1], program)
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        phi = _fill(X, block, program, room)
        for i in range(len(block)):
            for j in range(X.shape[1]):
                out[block[i], j] = phi[j, i]


@njit(cache=True, nogil=True)
def explain_rows(X, rows, part, owners, out):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201
    """Write the logits and the largest contributions of some rows into their places of `out`."""
    program, base, lacking, share = part
    logit, index, value = out
    room = _make_room(X.shape[1], program)
    by_group = np.empty((owners[2], WIDTH))
    key = np.empty((len(index) + 1, WIDTH), np.int64)
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        phi = _fill(X, block, program, room)
        for k in range(len(lacking)):
            phi[lacking[k], : len(block)] += share[k]
        _add_up(phi, base, block, logit)
        _roll_up(phi, owners, by_group, len(block))
        _sift(by_group, key, len(block))
        _name(by_group, key, block, (index, value))


@njit(cache=True, nogil=True)
def _make_room(n_features, program):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Arrays that `_fill` works in."""
    widest = 0
    for first, last in program.run_group:
        widest = max(widest, last - first)
    return (
        np.empty((n_features, WIDTH), np.float64),
        np.empty((2 * len(program.used), WIDTH), program.rightmost.dtype),
        np.empty((widest, WIDTH), np.uint8),
    )


@njit(cache=True, nogil=True)
def _fill(X, block, program, room):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Contributions of the rows of a block, shape (n_features, WIDTH); it lies in the room."""
    phi, rank, code = room
    n = len(block)
    for i in range(n):
        for j in range(X.shape[1]):
            phi[j, i] = X[block[i], j]
    _rank(phi, n, program, rank)
    _linear(program, phi, n)
    for run in range(len(program.run_group)):
        first, last = program.run_group[run]
        _encode(program, rank, first, last, code, n)
        _look_up(program, run, code, phi, n)
    return phi


@njit(cache=True, nogil=True)
def _linear(program, phi, n):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Put the linear contributions in the place of the values."""
    for j in range(len(phi)):
        offset, coefficient = program.offset[j], program.coefficient[j]
        missing = program.missing[j]
        for i in range(n):
            x = phi[j, i]
            # A feature that has no slope must not turn an infinite value into NaN.
            present = offset if coefficient == 0.0 else offset + coefficient * x
            phi[j, i] = missing if math.isnan(x) else present


@njit(cache=True, nogil=True)
def _rank(wide, n, program, rank):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    x = np.empty(n, np.float32)
    for used in range(len(program.used)):
        for i in range(n):
            # xgboost compares in float32, so a tie is a tie after rounding.
            x[i] = wide[program.used[used], i]
        right, left = rank[2 * used], rank[2 * used + 1]
        cut = program.cut[program.cut_start[used] : program.cut_start[used + 1]]
        if len(cut) <= COUNTED:
            left[:n] = 0
            for c in cut:
                for i in range(n):
                    left[i] += x[i] >= c
        else:
            for i in range(n):
                left[i] = search(cut, x[i])
        # A missing value compares false with every cut: so far it stands left of all.
        for i in range(n):
            right[i] = program.rightmost[0] if math.isnan(x[i]) else left[i]


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
def _add_up(phi, base, block, logit):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    total = np.full(len(block), base)
    for j in range(len(phi)):
        for i in range(len(block)):
            total[i] += phi[j, i]
    for i in range(len(block)):
        logit[block[i]] = total[i]


@njit(cache=True, nogil=True)
def _roll_up(phi, owners, by_group, n):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    start, owner, _ = owners
    by_group[:] = 0.0
    for j in range(len(phi)):
        parts = float(start[j + 1] - start[j])
        for k in range(start[j], start[j + 1]):
            mine = by_group[owner[k]]
            if parts == 1.0:
                for i in range(n):
                    mine[i] += phi[j, i]
            else:
                for i in range(n):
                    mine[i] += phi[j, i] / parts


@njit(cache=True, nogil=True)
def _sift(by_group, key, n):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Keep the largest keys of each row, in order.

    A key is the size of a contribution as an integer, whose order is that of the sizes, with the
    group's number in place of its last bits. A contribution of nothing has the key 0.
    """
    bits = by_group.view(np.int64)
    mask = _mask(len(by_group))
    own = np.empty(n, np.int64)
    key[:] = 0
    for j in range(len(by_group)):
        for i in range(n):
            found = (bits[j, i] & _NO_SIGN & ~mask) | (mask - j)
            own[i] = found if abs(by_group[j, i]) > 0.0 else 0
        for k in range(len(key)):
            kept = key[k]
            for i in range(n):
                larger = max(kept[i], own[i])
                own[i] = min(kept[i], own[i])
                kept[i] = larger


@njit(cache=True, nogil=True)
def _mask(n_groups):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Last bits of a key, enough for the number of a group and, with all of them 1, for no group."""
    mask = 1
    while mask <= n_groups:
        mask = mask << 1 | 1
    return mask


@njit(cache=True, nogil=True)
def _name(by_group, key, block, out):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Write the groups of the largest keys; where last bits could matter, ask the contributions."""
    index, value = out
    mask = _mask(len(by_group))
    doubtful = np.zeros(len(block), np.bool_)
    for k in range(len(index)):
        for i in range(len(block)):
            row, group = block[i], mask - (key[k, i] & mask)
            if key[k, i] > 0:
                index[k, row], value[k, row] = group, by_group[group, i]
            else:
                index[k, row], value[k, row] = -1, np.nan
            is_last = k + 1 == len(index)
            if key[k, i] | mask == key[k + 1, i] | mask and key[k + 1, i] > 0:
                following = by_group[mask - (key[k + 1, i] & mask), i]
                doubtful[i] |= is_last or abs(following) != abs(value[k, row])
    for i in range(len(block)):
        if doubtful[i]:
            select(by_group[:, i], index[:, block[i]], value[:, block[i]])
