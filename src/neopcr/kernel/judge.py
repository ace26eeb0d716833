"""How firm scores are, row by row; no number depends on how rows are cut or dealt to threads."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from neopcr.kernel.spread import spread
from neopcr.kernel.uncertainty import MOST, NORMAL, WIDEST, LabelSets, Reach, Uncertainty, Width

if TYPE_CHECKING:
    from neopcr.specs import BoolArray, FloatArray

BLOCK = 512
"""Rows worked on together."""


class Judged(NamedTuple):
    """What is said of each score.

    Parameters
    ----------
    lower, upper : float arrays of shape (n_patients,) or None
        Ends of the instability interval of p_pcr.
    distance : float array of shape (n_patients,)
        From the training patients: 1 is usual.
    outside : bool array of shape (n_patients,)
        Whether a patient is unlike the training patients.
    undecided : bool array of shape (n_patients,)
        Whether both outcomes are left open, or neither is.
    """

    lower: FloatArray | None
    upper: FloatArray | None
    distance: FloatArray
    outside: BoolArray
    undecided: BoolArray


def judge(uncertainty: Uncertainty, X: FloatArray, logit: FloatArray) -> Judged:
    """Say how firm scores are, and whether their patients are like those of the training.

    Parameters
    ----------
    uncertainty : Uncertainty
        Of the model.
    X : float64 array of shape (n_patients, n_features)
        NaN where missing.
    logit : float64 array of shape (n_patients,)
        Of p_pcr, from the same model and rows.

    Returns
    -------
    Judged
    """
    X = np.ascontiguousarray(X, dtype=np.float64)
    distance, excess = distances(uncertainty.reach, X)
    reach, width = uncertainty.reach, uncertainty.width
    lower, upper = (None, None) if width is None else _interval(width, X, logit, distance)
    return Judged(
        lower,
        upper,
        distance,
        (distance > reach.farthest) | (excess > reach.outermost),
        _undecided(uncertainty.labels, X, logit),
    )


def distances(reach: Reach, X: FloatArray) -> tuple[FloatArray, FloatArray]:
    """How far rows are from the training patients.

    Parameters
    ----------
    reach : Reach
        Where those were.
    X : float64 array of shape (n_patients, n_features), C-contiguous
        NaN where missing.

    Returns
    -------
    distance : float array of shape (n_patients,)
        Root mean square of the standardised values that are there; 0 where none is.
    excess : float array of shape (n_patients,)
        Standard deviations by which the outermost value lies outside the range.

    Examples
    --------
    >>> one = np.ones(1)
    >>> reach = Reach(0 * one, one, -2 * one, 2 * one, 2.5, 1.0)
    >>> distances(reach, np.array([[3.0], [-1.0], [np.nan]]))
    (array([3., 1., 0.]), array([1., 0., 0.]))
    """
    out = np.empty((len(X), 2))
    inverse = _inverse(reach)
    middle, half = _range(reach)

    def work(rows: slice) -> None:
        _distances(X[rows], reach.centre, inverse, middle, half, out[rows])

    spread(work, len(X))
    return out[:, 0].copy(), out[:, 1].copy()


def deviations(reach: Reach, X: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Standardised value of every feature, and how far it lies outside the training range.

    Parameters
    ----------
    reach : Reach
        Where the training patients were.
    X : float64 array of shape (n_patients, n_features)
        NaN where missing.

    Returns
    -------
    deviation, excess : float arrays of shape (n_patients, n_features)
        In standard deviations, at most `MOST` either way; NaN where missing or not described.
    """
    inverse = np.where(reach.scale > 0, _inverse(reach), np.nan)
    deviation = np.clip((X - reach.centre) * inverse, -MOST, MOST)
    middle, half = _range(reach)
    excess = (np.abs(X - middle) - half) * inverse
    return deviation, np.clip(excess, 0.0, MOST)


def _inverse(reach: Reach) -> FloatArray:
    described = reach.scale > 0
    return np.where(described, 1.0 / np.where(described, reach.scale, 1.0), 0.0)


def _range(reach: Reach) -> tuple[FloatArray, FloatArray]:
    """Middle and half of the range of every feature."""
    return (reach.low + reach.high) / 2.0, (reach.high - reach.low) / 2.0


@njit(cache=True, nogil=True)
def _distances(X, centre, inverse, middle, half, out):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    # Feature by feature over a block of rows, without branches: several rows in one instruction.
    cell, total = np.empty(BLOCK), np.empty(BLOCK)
    worst, known = np.empty(BLOCK), np.empty(BLOCK)
    for first in range(0, X.shape[0], BLOCK):
        n = min(BLOCK, X.shape[0] - first)
        total[:], worst[:], known[:] = 0.0, 0.0, 0.0
        for j in range(X.shape[1]):
            c, scale, m, h = centre[j], inverse[j], middle[j], half[j]
            if scale == 0.0:
                continue
            for i in range(n):
                cell[i] = X[first + i, j]
            for i in range(n):
                x = cell[i]
                z = abs(x - c) * scale
                beyond = (abs(x - m) - h) * scale
                # A missing value compares false with everything, itself too.
                worst[i] = beyond if beyond > worst[i] else worst[i]  # noqa: FURB136
                z = MOST if z > MOST else z  # noqa: FURB136
                total[i] += z * z if x == x else 0.0  # noqa: PLR0124
                known[i] += 1.0 if x == x else 0.0  # noqa: PLR0124
        for i in range(n):
            out[first + i, 0] = math.sqrt(total[i] / known[i]) if known[i] > 0.0 else 0.0
            out[first + i, 1] = min(worst[i], MOST)


def _interval(
    width: Width, X: FloatArray, logit: FloatArray, distance: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Ends of the interval of p_pcr."""
    out = np.empty((len(X), 2))
    terms = np.array(
        [width.intercept, width.by_logit, width.by_square, width.by_distance, width.low,
         width.high, width.factor, width.site_sd]
    )  # fmt: skip
    start = np.cumsum([0, *map(len, width.blocks)])
    features = np.array([place for block in width.blocks for place in block], dtype=np.int64)
    lacking = np.array(width.lacking, dtype=np.float64)

    def work(rows: slice) -> None:
        blocks = (start, features, lacking)
        _ends(X[rows], logit[rows], distance[rows], terms, blocks, out[rows])

    spread(work, len(X))
    return out[:, 0].copy(), out[:, 1].copy()


@njit(cache=True, nogil=True)
def _ends(X, logit, distance, terms, blocks, out):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    intercept, by_logit, by_square, by_distance, low, high, factor, site_sd = terms
    start, features, lacking = blocks
    for i in range(X.shape[0]):
        z = min(max(logit[i], low), high)
        log_sd = intercept + by_logit * z + by_square * z * z + by_distance * distance[i]
        for block in range(len(lacking)):
            lacks = True
            for k in range(start[block], start[block + 1]):
                if not math.isnan(X[i, features[k]]):
                    lacks = False
                    break
            log_sd += lacking[block] if lacks else 0.0
        sd = min(factor * math.exp(min(log_sd, 10.0)), WIDEST)
        half = NORMAL * math.sqrt(sd * sd + site_sd * site_sd)
        out[i, 0] = _logistic(logit[i] - half)
        out[i, 1] = _logistic(logit[i] + half)


@njit(cache=True, nogil=True)
def _logistic(z):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    e = math.exp(-abs(z))
    return 1.0 / (1.0 + e) if z >= 0.0 else e / (1.0 + e)


def _undecided(labels: LabelSets | None, X: FloatArray, logit: FloatArray) -> BoolArray:
    if labels is None:
        return np.zeros(len(X), dtype=np.bool_)
    group = np.full(len(X), 2)
    if labels.feature >= 0:
        value = X[:, labels.feature]
        group[value == 0.0] = 0
        group[value == 1.0] = 1
    pcr, residual = np.array(labels.pcr)[group], np.array(labels.residual)[group]
    found: BoolArray = (logit >= pcr) == (logit <= residual)
    return found
