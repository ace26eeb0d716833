r"""One ridge score of thousands of columns, from the products of patients alone.

With more columns than patients, a ridge regression of the outcome (0, 1) on standardised columns
needs nothing but their Gram matrix :math:`K = Z Z^T`: :math:`\hat\beta = Z^T \alpha`,
:math:`\alpha = (K + \lambda I)^{-1} (y - \bar y)` (the dual form). One eigendecomposition gives every
penalty, and what each patient's score would be had the patient been left out, in closed form.

References
----------
.. [1] Saunders, Gammerman & Vovk, ICML 1998, 515-521 (the dual form).
.. [2] Golub, Heath & Wahba, Technometrics 21 (1979) 215-223 (leaving one out).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neopcr.kernel import Score

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neopcr.specs import BoolArray, FloatArray, IntArray

FEWEST_PATIENTS = 5
"""With either outcome, for a score; who know a column, for its coefficient [default of the project]."""

PENALTIES = np.logspace(4, -3, 29)
"""In units of the mean eigenvalue of the centred Gram matrix, strongest first: of equals it is taken."""

AT_ONCE = 512
"""Columns that are standardised together: the block is copied, all of them never are."""


class Gram(NamedTuple):
    """Products of patients over the standardised columns of a wide block.

    Parameters
    ----------
    places : int array of shape (n_columns,)
        Of the columns in the matrix.
    centre, scale : float arrays of shape (n_columns,)
        Mean and standard deviation of the known values; an infinite scale leaves a column out.
    known : bool array of shape (n_patients,)
        Who has any of the columns. A missing value of theirs counts as the mean.
    products : float array of shape (n_patients, n_patients)
        :math:`Z Z^T`.
    """

    places: IntArray
    centre: FloatArray
    scale: FloatArray
    known: BoolArray
    products: FloatArray


class Ridge(NamedTuple):
    r"""A ridge regression in its dual form, centred on its own patients.

    Parameters
    ----------
    rows : int array of shape (n_rows,)
        Patients it was fitted to.
    dual : float array of shape (n_rows,)
        :math:`\alpha`, which adds up to 0.
    left_out : float array of shape (n_rows,)
        Score of each patient by the ridge of the others (of other groups), less its intercept.
    penalty : float
        Of `PENALTIES`.
    """

    rows: IntArray
    dual: FloatArray
    left_out: FloatArray
    penalty: float


def gram(X: FloatArray, places: Sequence[int]) -> Gram:
    """Multiply patients with one another; the outcome is not looked at.

    Parameters
    ----------
    X : float array of shape (n_patients, n_inputs)
        NaN where missing.
    places : sequence of int
        Columns of the block, ascending.
    """
    where = np.asarray(places, dtype=np.int64)
    n = len(X)
    centre, scale = np.zeros(len(where)), np.full(len(where), np.inf)
    count, products = np.zeros(n, dtype=np.int64), np.zeros((n, n))
    for some, block in _blocks(X, where):
        known = ~np.isnan(block)
        count += known.sum(axis=1)
        centre[some], scale[some] = _centre_and_scale(block, known)
        Z = _standardised(block, centre[some], scale[some])
        products += Z @ Z.T
    return Gram(where, centre, scale, count > 0, products)


def fit_ridge(block: Gram, y: FloatArray, rows: IntArray, groups: IntArray | None = None) -> Ridge:
    """Fit the ridge to some patients, its penalty by the squared error of those left out.

    Parameters
    ----------
    block : Gram
        Of all patients.
    y : float array of shape (n_patients,)
        1 pCR reached, 0 residual disease.
    rows : int array of shape (n_rows,)
        Patients to fit; those who know nothing of the block are passed over.
    groups : int array of shape (n_patients,), optional
        Patients of one group are left out together.
    """
    rows = rows[block.known[rows]]
    events = int(y[rows].sum())
    if min(events, len(rows) - events) < FEWEST_PATIENTS:
        return Ridge(rows, np.zeros(len(rows)), np.zeros(len(rows)), float(PENALTIES[0]))
    values, vectors = np.linalg.eigh(_centred(block.products[np.ix_(rows, rows)]))
    values = np.maximum(values, 0.0)
    penalties = PENALTIES * (values.mean() or 1.0)
    target = y[rows] - y[rows].mean()
    shrunk = values[:, None] / (values[:, None] + penalties)
    residual = target[:, None] - vectors @ (shrunk * (vectors.T @ target)[:, None])
    codes = _codes(groups, rows)
    if codes is None:
        error = residual / (1.0 - 1.0 / len(rows) - vectors**2 @ shrunk)
        others = target / (1.0 - len(rows))
    else:
        error = _grouped_error(vectors, shrunk, residual, codes)
        others = _mean_of_others(target, codes)
    best = int(np.argmin(np.mean(error**2, axis=0)))
    dual = vectors @ ((vectors.T @ target) / (values + penalties[best]))
    # Without the intercept: the mean of the others is lower where the outcome left out is 1, and
    # would tell it.
    return Ridge(rows, dual - dual.mean(), target - error[:, best] - others, float(PENALTIES[best]))


def ridge_scores(block: Gram, ridge: Ridge) -> FloatArray:
    """Scores of everybody, shape (n_patients,): of the ridge's own patients when left out.

    NaN where nothing of the block is known.
    """
    rows, products = ridge.rows, block.products
    scores = products[:, rows] @ ridge.dual
    if len(rows):
        scores -= products[np.ix_(rows, rows)].mean(axis=0) @ ridge.dual
    scores[rows] = ridge.left_out
    scores[~block.known] = np.nan
    return scores


def to_score(block: Gram, ridge: Ridge, X: FloatArray) -> Score:
    """Return the score as data: a coefficient a column, around the mean of the training patients.

    Parameters
    ----------
    block : Gram
        Of X.
    ridge : Ridge
        Fitted to everybody in X who knows the block.
    X : float array of shape (n_patients, n_inputs)
    """
    coefficient = np.zeros(len(block.places))
    everyone = np.zeros(len(X))
    everyone[ridge.rows] = ridge.dual
    for some, cells in _blocks(X, block.places):
        Z = _standardised(cells, block.centre[some], block.scale[some])
        coefficient[some] = (everyone @ Z) / block.scale[some]
    return Score(block.places, block.centre, coefficient)


def _blocks(X: FloatArray, places: IntArray) -> Iterator[tuple[slice, FloatArray]]:
    for first in range(0, len(places), AT_ONCE):
        some = slice(first, first + AT_ONCE)
        yield some, X[:, places[some]]


def _centre_and_scale(block: FloatArray, known: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Mean and standard deviation of the known values of each column."""
    count = known.sum(axis=0)
    filled = np.where(known, block, 0.0)
    centre = filled.sum(axis=0) / np.maximum(count, 1)
    square = np.where(known, block - centre, 0.0) ** 2
    spread = np.sqrt(square.sum(axis=0) / np.maximum(count, 1))
    told = (count >= FEWEST_PATIENTS) & (spread > 1e-12 * np.maximum(1.0, np.abs(centre)))
    return np.where(count >= FEWEST_PATIENTS, centre, 0.0), np.where(told, spread, np.inf)


def _standardised(block: FloatArray, centre: FloatArray, scale: FloatArray) -> FloatArray:
    Z: FloatArray = (block - centre) / scale
    Z[np.isnan(Z)] = 0.0
    return Z


def _centred(products: FloatArray) -> FloatArray:
    """Products around the mean of their own patients."""
    means = products.mean(axis=0)
    centred: FloatArray = products - means - means[:, None] + means.mean()
    return centred


def _codes(groups: IntArray | None, rows: IntArray) -> IntArray | None:
    """Groups of some patients from 0; None where each is one, or all are of one."""
    if groups is None:
        return None
    names, codes = np.unique(groups[rows], return_inverse=True)
    return codes if 1 < len(names) < len(rows) else None


def _grouped_error(
    vectors: FloatArray, shrunk: FloatArray, residual: FloatArray, codes: IntArray
) -> FloatArray:
    """Errors of the patients of each group by a fit to the other groups, by penalty."""
    error = np.empty_like(residual)
    for group in range(codes.max() + 1):
        own = np.flatnonzero(codes == group)
        part = vectors[own]
        for number in range(shrunk.shape[1]):
            hat = (part * shrunk[:, number]) @ part.T + 1.0 / len(codes)
            error[own, number] = np.linalg.solve(np.eye(len(own)) - hat, residual[own, number])
    return error


def _mean_of_others(target: FloatArray, codes: IntArray) -> FloatArray:
    """Mean of the centred outcome over the patients of other groups."""
    sums, sizes = np.bincount(codes, weights=target), np.bincount(codes)
    means: FloatArray = (-sums / (len(codes) - sizes))[codes]
    return means
