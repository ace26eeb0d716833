r"""Wide blocks: one score of thousands of columns on the way in, exact shares of it on the way out.

A row's columns add :math:`c_g = b_g (x_g - \bar x_g)` each to the score :math:`s`. Of what the score
contributes to the logit, the linear members' part :math:`\beta s` belongs to the columns term by
term. What is left, :math:`R` (of trees above all), is shared as

.. math:: R\,\frac{s\,c_g + \max(0, r^2 - s^2)\, c_g^2 / r^2}{\max(s^2, r^2)}, \qquad
    r^2 = \sum_g c_g^2

so in proportion to :math:`c_g` where :math:`|s| \ge r`; where the columns cancel one another, a share
of :math:`1 / s` would explode, and the more of :math:`R` goes by :math:`c_g^2` the more they cancel. No
column's part exceeds :math:`2 |R|`. Where no column deviates (:math:`r = 0`), or none is known, all share
alike. A missing column of a block that is partly known has no part. The parts add up to what the
score contributes.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from neopcr.kernel.spread import spread

if TYPE_CHECKING:
    from neopcr.kernel.model import Model, Score
    from neopcr.specs import BoolArray, FloatArray, IntArray

SPARSE = 0.05
"""Share of a block's columns that may count as the training mean without a word [default of the
project]."""


def narrow_places(model: Model) -> IntArray:
    """Columns of the matrix that no score takes, in order."""
    taken = np.zeros(model.n_inputs, dtype=np.bool_)
    for each in model.scores:
        taken[each.features] = True
    return np.flatnonzero(~taken)


def condense(model: Model, X: FloatArray) -> FloatArray:
    """What members see of the matrix.

    Parameters
    ----------
    model : Model
        Checked.
    X : float64 array of shape (n_patients, n_inputs), C-contiguous
        NaN where missing.

    Returns
    -------
    float64 array of shape (n_patients, n_features)
        `X` itself where the model has no score. A score whose columns are all missing is NaN; of
        one that is partly known, missing columns count as the training mean.
    """
    if not model.scores:
        return X
    narrow = narrow_places(model)
    seen = np.empty((len(X), model.n_features))
    seen[:, : len(narrow)] = X[:, narrow]
    for place, score in enumerate(model.scores, start=len(narrow)):
        _condense(X, score, seen[:, place])
    return seen


def half_known(model: Model, X: FloatArray) -> BoolArray:
    """Whether a row has a score's block, and lacks more than `SPARSE` of its columns.

    Parameters
    ----------
    model : Model
        Checked.
    X : float64 array of shape (n_patients, n_inputs)
        NaN where missing.

    Returns
    -------
    bool array of shape (n_patients, n_scores)
    """
    found = np.empty((len(X), len(model.scores)), dtype=np.bool_)
    for number, score in enumerate(model.scores):
        lacks = np.isnan(X[:, score.features]).mean(axis=1)
        found[:, number] = (lacks > SPARSE) & (lacks < 1.0)
    return found


def share(model: Model, X: FloatArray, phi: FloatArray, slope: FloatArray) -> FloatArray:
    """Share what each score contributes over its columns.

    Parameters
    ----------
    model : Model
        Checked.
    X : float64 array of shape (n_patients, n_inputs), C-contiguous
        NaN where missing.
    phi : float64 array of shape (n_patients, n_features)
        Contributions of what members see.
    slope : float64 array of shape (n_patients, n_scores)
        Logits that linear members add a unit of each score, in the model that scores the row.

    Returns
    -------
    float64 array of shape (n_patients, n_inputs)
        Rows have the same sums as those of `phi`.
    """
    narrow = narrow_places(model)
    out = np.empty(X.shape)
    out[:, narrow] = phi[:, : len(narrow)]
    for number, score in enumerate(model.scores):
        _share(X, score, phi[:, len(narrow) + number], slope[:, number], out)
    return out


def _parts(score: Score) -> tuple[IntArray, FloatArray, FloatArray]:
    return score.features, score.centre, score.coefficient


def _condense(X: FloatArray, score: Score, out: FloatArray) -> None:
    def work(rows: slice) -> None:
        _add_up(X[rows], _parts(score), out[rows])

    spread(work, len(X))


def _share(
    X: FloatArray, score: Score, phi: FloatArray, slope: FloatArray, out: FloatArray
) -> None:
    def work(rows: slice) -> None:
        _share_out(X[rows], _parts(score), phi[rows], slope[rows], out[rows])

    spread(work, len(X))


@njit(cache=True, nogil=True)
def _add_up(X, parts, out):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    features, centre, coefficient = parts
    for i in range(X.shape[0]):
        total, known = 0.0, 0
        for g in range(len(features)):
            x = X[i, features[g]]
            if not math.isnan(x):
                total += coefficient[g] * (x - centre[g])
                known += 1
        out[i] = total if known else math.nan


@njit(cache=True, nogil=True)
def _share_out(X, parts, phi, slope, out):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    features, centre, coefficient = parts
    n = len(features)
    part = np.empty(n)
    for i in range(X.shape[0]):
        s, largest = 0.0, 0.0
        for g in range(n):
            x = X[i, features[g]]
            part[g] = 0.0 if math.isnan(x) else coefficient[g] * (x - centre[g])
            s += part[g]
            largest = max(largest, abs(part[g]))
        if largest == 0.0:
            for g in range(n):
                out[i, features[g]] = phi[i] / n
            continue
        # In units of the largest part, no square overflows.
        square = 0.0
        for g in range(n):
            square += (part[g] / largest) ** 2
        rest, s = phi[i] - slope[i] * s, s / largest
        most = max(s * s, square)
        first, second = rest * s / most, rest * max(0.0, square - s * s) / (square * most)
        for g in range(n):
            unit = part[g] / largest
            out[i, features[g]] = slope[i] * part[g] + unit * (first + second * unit)
