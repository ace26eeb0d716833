"""Intraclass correlations of readers, from the mean squares of a two-way table.

Shrout and Fleiss, Psychol Bull 86 (1979) 420; intervals by the F distribution: McGraw and Wong,
Psychol Methods 1 (1996) 30.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import f as f_distribution

if TYPE_CHECKING:
    from neopcr.specs import FloatArray

_TAIL = 0.975
# Of a mean square: what 64-bit numbers leave of zero.
_ROUNDING = 1e-20


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """Of a table of cases by readers: between cases, between readers, and what is left."""

    cases: float
    readers: float
    error: float
    n_cases: int
    n_readers: int


def mean_squares(reads: FloatArray) -> MeanSquares:
    """Analyse the variance of a table.

    Parameters
    ----------
    reads : float array of shape (n_cases, n_readers)
        Two or more of both; none missing.
    """
    n, k = reads.shape
    mean = reads.mean()
    by_case = reads.mean(axis=1) - mean
    by_reader = reads.mean(axis=0) - mean
    left = reads - mean - by_case[:, None] - by_reader[None, :]
    return MeanSquares(
        cases=float(k * (by_case**2).sum() / (n - 1)),
        readers=float(n * (by_reader**2).sum() / (k - 1)),
        error=float((left**2).sum() / ((n - 1) * (k - 1))),
        n_cases=n,
        n_readers=k,
    )


Correlation = tuple[float, float, float]


def icc_agreement(ms: MeanSquares) -> Correlation:
    """ICC(2,1): absolute agreement of single reads, readers being a sample of all readers.

    Returns
    -------
    value, lower, upper : float
        With its 95 % interval; NaN where nothing varies.

    Examples
    --------
    >>> shrout_and_fleiss = np.array(
    ...     [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    ... )
    >>> [round(x, 2) for x in icc_agreement(mean_squares(shrout_and_fleiss.astype(float)))]
    [0.29, 0.02, 0.76]
    """
    n, k = ms.n_cases, ms.n_readers
    total = ms.cases + (k - 1) * ms.error + k * (ms.readers - ms.error) / n
    if total <= 0:
        return np.nan, np.nan, np.nan
    value = (ms.cases - ms.error) / total
    nothing = _ROUNDING * total
    if ms.error <= nothing and min(ms.readers, ms.cases) <= nothing:
        # Every reader says the same of a case, or of all cases alike.
        return value, value, value
    a = k * value / (n * (1 - value))
    b = 1 + k * value * (n - 1) / (n * (1 - value))
    freedom = (a * ms.readers + b * ms.error) ** 2 / (
        (a * ms.readers) ** 2 / (k - 1) + (b * ms.error) ** 2 / ((n - 1) * (k - 1))
    )
    low = f_distribution.ppf(_TAIL, n - 1, freedom)
    high = f_distribution.ppf(_TAIL, freedom, n - 1)
    rest = k * ms.readers + (k * n - k - n) * ms.error
    return (
        value,
        float(n * (ms.cases - low * ms.error) / (low * rest + n * ms.cases)),
        float(n * (high * ms.cases - ms.error) / (rest + n * high * ms.cases)),
    )


def icc_consistency(ms: MeanSquares) -> Correlation:
    """ICC(3,1): consistency of single reads of these very readers; see `icc_agreement`.

    A reader who always reads higher by the same amount does not lower it.
    """
    k, freedom = ms.n_readers, (ms.n_cases - 1) * (ms.n_readers - 1)
    return _one_way_bounds(ms.cases, ms.error, k, (ms.n_cases - 1, freedom))


def icc_one_way(ms: MeanSquares) -> Correlation:
    """ICC(1,1): each case was read by readers of its own; see `icc_agreement`."""
    n, k = ms.n_cases, ms.n_readers
    within = ((k - 1) * ms.readers + (n - 1) * (k - 1) * ms.error) / (n * (k - 1))
    return _one_way_bounds(ms.cases, within, k, (n - 1, n * (k - 1)))


def _one_way_bounds(between: float, within: float, k: int, freedom: tuple[int, int]) -> Correlation:
    if between + (k - 1) * within <= 0:
        return np.nan, np.nan, np.nan
    if within == 0:
        return 1.0, 1.0, 1.0
    ratio = between / within
    low = ratio / f_distribution.ppf(_TAIL, *freedom)
    high = ratio * f_distribution.ppf(_TAIL, *freedom[::-1])
    return (
        (ratio - 1) / (ratio + k - 1),
        float((low - 1) / (low + k - 1)),
        float((high - 1) / (high + k - 1)),
    )


def between_and_error_sd(ms: MeanSquares) -> tuple[float, float]:
    """SD between cases, and of a single read around its case (between and within readers).

    Their squares make up ICC(2,1). A variance that is estimated below 0 counts as 0.
    """
    readers = max(0.0, (ms.readers - ms.error) / ms.n_cases)
    cases = max(0.0, (ms.cases - ms.error) / ms.n_readers)
    return float(np.sqrt(cases)), float(np.sqrt(readers + ms.error))
