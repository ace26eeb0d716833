"""Models simple enough to be known beforehand, on the folds of the one they are set beside.

Each gets its numbers from the training part of a fold alone. Where a patient lacks what a model
needs, its prediction is missing: it is never guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

from neopcr.validation.folds import training_part

if TYPE_CHECKING:
    from collections.abc import Callable

    from neopcr.specs import FloatArray, IntArray
    from neopcr.validation.folds import Plan

# On the logit: no share of patients lies beyond.
FURTHEST = 30.0


def prevalence(y: FloatArray, plan: Plan) -> FloatArray:
    """Predict for everyone the share of pCR in the training part.

    Parameters
    ----------
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    plan : tuple of tuple of int array
        From `fold_plan`.

    Returns
    -------
    float array of shape (n_repeats, n_patients)

    Examples
    --------
    >>> prevalence(np.array([1.0, 0.0, 0.0, 0.0]), ((np.array([0, 1]), np.array([2, 3])),))
    array([[0. , 0. , 0.5, 0.5]])
    """
    return _by_fold(y, plan, lambda train: np.full(len(y), y[train].mean()))


def by_level(y: FloatArray, level: FloatArray, plan: Plan) -> FloatArray:
    """Predict for a patient the share of pCR among those of the same level in the training part.

    Half a patient is added to either outcome, so that no share is 0 or 1.

    Parameters
    ----------
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    level : float array of shape (n_patients,)
        Such as 1 HR-positive and 0 HR-negative; NaN where not known.
    plan : tuple of tuple of int array

    Returns
    -------
    float array of shape (n_repeats, n_patients)
        NaN where the level is not known.
    """

    def predict(train: IntArray) -> FloatArray:
        p = np.full(len(y), np.nan)
        for value in np.unique(level[~np.isnan(level)]):
            held = y[train][level[train] == value]
            p[level == value] = (held.sum() + 0.5) / (len(held) + 1.0)
        return p

    return _by_fold(y, plan, predict)


def refitted(y: FloatArray, linear: FloatArray, plan: Plan) -> FloatArray:
    """Predict by published coefficients, the intercept fitted to the training part.

    Parameters
    ----------
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    linear : float array of shape (n_patients,)
        Sum of the published terms; NaN where one is not known.
    plan : tuple of tuple of int array

    Returns
    -------
    float array of shape (n_repeats, n_patients)
        NaN where `linear` is; and of a fold whose training part holds a single outcome among those
        whose terms are known.
    """

    def predict(train: IntArray) -> FloatArray:
        known = train[~np.isnan(linear[train])]
        return expit(intercept(y[known], linear[known]) + linear)

    return _by_fold(y, plan, predict)


def intercept(y: FloatArray, linear: FloatArray) -> float:
    """Intercept at which a model predicts as many pCR as there were.

    Parameters
    ----------
    y, linear : float array of shape (n_patients,)
        1 pCR, 0 residual disease; the other terms, on the logit.

    Returns
    -------
    float
        NaN where a single outcome occurs.

    Examples
    --------
    >>> round(intercept(np.array([1.0, 0.0, 0.0, 0.0]), np.zeros(4)), 3)
    -1.099
    """
    if len(y) == 0 or y.min() == y.max():
        return float("nan")
    centre = float(linear.mean())

    def surplus(value: float) -> float:
        return float((expit(value - centre + linear) - y).sum())

    return float(brentq(surplus, -FURTHEST, FURTHEST)) - centre


def _by_fold(y: FloatArray, plan: Plan, predict: Callable[[IntArray], FloatArray]) -> FloatArray:
    p = np.full((len(plan), len(y)), np.nan)
    for repeat, folds in enumerate(plan):
        for test in folds:
            p[repeat, test] = predict(training_part(test, len(y)))[test]
    return p
