"""How far apart two distributions over the same bins are, and how likely that is by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import chi2, fisher_exact, gamma

if TYPE_CHECKING:
    from neopcr.specs import FloatArray, IntArray

_HALF = 0.5
_FEWEST_BEYOND = 20


def stability_index(reference: IntArray | FloatArray, counts: IntArray | FloatArray) -> FloatArray:
    r"""Population stability index: how far apart two distributions over the same bins are.

    .. math:: \sum_b (q_b - p_b) \log (q_b / p_b)

    Half a patient is added to every bin, so that an empty one is not infinitely far.

    Parameters
    ----------
    reference, counts : arrays of shape (..., n_bins)
        Patients in each bin, then and now.

    References
    ----------
    .. [1] Yurdakul & Naranjo, J Risk Model Validation 14 (2020) 89-100. Without drift it is about
       (1/n + 1/m) times a chi-squared of one less than the bins, as simulation shows.

    Examples
    --------
    >>> stability_index(np.array([50, 50]), np.array([50, 50])).item()
    0.0
    >>> round(stability_index(np.array([50, 50]), np.array([80, 20])).item(), 2)
    0.41
    """
    then, now = (np.asarray(each, dtype=float) + _HALF for each in (reference, counts))
    p = then / then.sum(axis=-1, keepdims=True)
    q = now / now.sum(axis=-1, keepdims=True)
    found: FloatArray = np.sum((q - p) * np.log(q / p), axis=-1)
    return found


def homogeneity(reference: IntArray, counts: IntArray, sizes: tuple[float, float]) -> float:
    """P of Pearson's test that two distributions are one; of two bins, Fisher's.

    Parameters
    ----------
    reference, counts, sizes
        As of `distribution_shift`.

    Examples
    --------
    >>> homogeneity(np.array([50, 50]), np.array([5, 5]), (100.0, 10.0))
    1.0
    """
    n, m = (max(round(size), 1) for size in sizes)
    then, now = reference / reference.sum(), counts / counts.sum()
    if len(then) == 2:
        return fisher(round(then[0] * n), n, round(now[0] * m), m)
    both = (n * then + m * now) / (n + m)
    there = both > 0
    distance = np.sum((then - now)[there] ** 2 / both[there])
    return float(chi2.sf(distance * n * m / (n + m), max(there.sum() - 1, 1)))


def fisher(a: int, n: int, b: int, m: int) -> float:
    """P of Fisher's exact test that a of n and b of m are one share."""
    return float(fisher_exact(np.array([[a, n - a], [b, m - b]])).pvalue)


def beyond_draws(chance: FloatArray, index: float) -> float:
    """P of an index among those that chance gave; beyond them all, of their gamma distribution."""
    beyond = int(np.sum(chance >= index))
    if beyond >= _FEWEST_BEYOND or not chance.var():
        return (1 + beyond) / (1 + len(chance))
    mean, variance = float(chance.mean()), float(chance.var())
    return float(gamma.sf(index, mean**2 / variance, scale=variance / mean))
