"""Where the training patients are, so that a patient who is like none of them is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from neopcr.kernel import Reach, distances

if TYPE_CHECKING:
    from neopcr.specs import FloatArray

FEWEST_PATIENTS = 5
"""That any stored number rests on."""

BEYOND = 0.005
"""Share of patients of the same kind who lie beyond each of the two thresholds, so that about one
in a hundred is told to be unlike the others (the project's choice)."""

FOLDS = 10


def learn_reach(X: FloatArray, *, seed: int = 0) -> Reach:
    """Learn where patients are, and how far is far.

    The two thresholds are those of patients who did not make the ranges that they are measured
    against: ten folds, each measured against the other nine.

    Parameters
    ----------
    X : float array of shape (n_patients, n_features)
        Of the training patients, five or more; NaN where missing.
    seed : int
        Of the folds.

    Returns
    -------
    Reach
        A feature that fewer than five patients have is not looked at.

    Examples
    --------
    >>> reach = learn_reach(np.arange(100.0)[:, None])
    >>> reach.centre, reach.low, reach.high
    (array([49.5]), array([2.]), array([97.]))
    """
    fold = np.random.default_rng(seed).permutation(np.arange(len(X)) % FOLDS)
    found = np.empty((len(X), 2))
    for number in np.unique(fold):
        held_out = fold == number
        found[held_out] = np.column_stack(distances(_ranges(X[~held_out]), X[held_out]))
    farthest, outermost = (near_quantile(each, 1 - BEYOND) for each in found.T)
    return replace(_ranges(X), farthest=farthest, outermost=outermost)


def near_quantile(values: FloatArray, share: float) -> float:
    """Mean of the five values nearest a quantile, so that it is no single patient's.

    >>> near_quantile(np.arange(101.0), 0.5), near_quantile(np.arange(101.0), 1.0)
    (50.0, 98.0)
    """
    ascending = np.sort(values)
    first = round(share * (len(values) - 1)) - FEWEST_PATIENTS // 2
    first = min(max(first, 0), max(len(values) - FEWEST_PATIENTS, 0))
    return float(ascending[first : first + FEWEST_PATIENTS].mean())


def _ranges(X: FloatArray) -> Reach:
    described = [_describe(column[~np.isnan(column)]) for column in X.T]
    centre, scale, low, high = np.array(described).T
    return Reach(centre.copy(), scale.copy(), low.copy(), high.copy(), 0.0, 0.0)


def _describe(known: FloatArray) -> tuple[float, float, float, float]:
    """Mean, standard deviation, and both ends of the range."""
    if len(known) < FEWEST_PATIENTS:
        return 0.0, 0.0, 0.0, 0.0
    centre = float(known.mean())
    # A value that no other patient shares its difference from is beyond any scale.
    scale = max(float(known.std()), 1e-9 * max(1.0, abs(centre)))
    return centre, scale, near_quantile(known, 0.0), near_quantile(known, 1.0)
