"""Agreement of categories beyond chance, for many bootstrap draws of cases at once.

Cohen (Educ Psychol Meas 20 (1960) 37) for two readers, weighted (Psychol Bull 70 (1968) 213) where
categories are ordered; Fleiss (Psychol Bull 76 (1971) 378) for more, and the mean of the weighted
kappas of their pairs (Light, Psychol Bull 76 (1971) 365).
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import FloatArray

    Reads = NDArray[np.int16]


def observed_agreement(reads: Reads, weights: FloatArray) -> FloatArray:
    """Share of pairs of readers who say the same, averaged over cases.

    Parameters
    ----------
    reads : int array of shape (n_cases, n_readers)
        Codes of categories; none missing.
    weights : float array of shape (n_draws, n_cases)
        How often each case counts.

    Returns
    -------
    float array of shape (n_draws,)
    """
    counts = _counts(reads)
    return np.asarray(weights @ _agreeing_pairs(counts, reads.shape[1]) / weights.sum(axis=1))


def fleiss_kappa(reads: Reads, weights: FloatArray) -> FloatArray:
    """Fleiss' kappa; NaN where all reads of a draw are of one category.

    Parameters are those of `observed_agreement`.

    Examples
    --------
    >>> reads = np.array([[0, 0, 0], [1, 1, 1], [0, 1, 1]], dtype=np.int16)
    >>> fleiss_kappa(reads, np.ones((1, 3))).round(3)
    array([0.55])
    """
    counts = _counts(reads)
    n = weights.sum(axis=1)
    shares = weights @ counts / (n[:, None] * reads.shape[1])
    return _beyond_chance(observed_agreement(reads, weights), (shares**2).sum(axis=1))


def cohen_kappa(reads: Reads, weights: FloatArray, *, power: int = 0) -> FloatArray:
    """Cohen's kappa of two readers; NaN where it is not defined.

    Parameters
    ----------
    reads : int array of shape (n_cases, 2)
        Codes of categories; of ordered ones where `power` is not 0.
    weights : float array of shape (n_draws, n_cases)
        How often each case counts.
    power : {0, 1, 2}
        Every disagreement counts the same, by its steps, or by their square.

    Examples
    --------
    >>> reads = np.array([[0, 0], [0, 1], [1, 1], [1, 1]], dtype=np.int16)
    >>> cohen_kappa(reads, np.ones((1, 4)))
    array([0.5])
    """
    first, second = _indicators(reads[:, 0], reads), _indicators(reads[:, 1], reads)
    n = weights.sum(axis=1)
    step = np.abs(np.subtract.outer(*(np.arange(first.shape[1]),) * 2)).astype(np.float64)
    distance = (step > 0).astype(np.float64) if power == 0 else step**power
    seen = weights @ distance[reads[:, 0], reads[:, 1]] / n
    by_chance = ((weights @ first / n[:, None]) @ distance * (weights @ second / n[:, None])).sum(
        axis=1
    )
    return _beyond_chance(1 - seen, 1 - by_chance)


def light_kappa(reads: Reads, weights: FloatArray, *, power: int = 2) -> FloatArray:
    """Mean of Cohen's kappas over all pairs of readers; NaN where one is not defined."""
    pairs = combinations(range(reads.shape[1]), 2)
    return np.asarray(
        np.mean([cohen_kappa(reads[:, pair], weights, power=power) for pair in pairs], axis=0)
    )


def _counts(reads: Reads) -> FloatArray:
    """How many readers put each case into each category."""
    return np.asarray(sum(_indicators(column, reads) for column in reads.T), dtype=np.float64)


def _indicators(column: Reads, reads: Reads) -> FloatArray:
    return np.asarray(column[:, None] == np.arange(reads.max(initial=0) + 1), dtype=np.float64)


def _agreeing_pairs(counts: FloatArray, n_readers: int) -> FloatArray:
    return np.asarray(((counts**2).sum(axis=1) - n_readers) / (n_readers * (n_readers - 1)))


def _beyond_chance(seen: FloatArray, by_chance: FloatArray) -> FloatArray:
    room = 1 - by_chance
    # A share that is 1 but for rounding leaves no room.
    defined = room > 1e-12
    return np.where(defined, (seen - by_chance) / np.where(defined, room, 1.0), np.nan)
