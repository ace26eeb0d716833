"""Bootstrap draws of patients, shared by every interval that has no formula."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from neopcr.specs import FloatArray, Metric

DRAWS = 2000
# A batch of draws stays in the processor's cache, and memory does not grow with the cohort.
CELLS = 2**18
# A draw may hold one class only, or separated outcomes. Above this share there is no interval.
UNDEFINED = 0.05


class Interval(NamedTuple):
    """Percentiles of the defined draws, and how many were not; None where too many were not."""

    lower: float | None
    upper: float | None
    undefined: int


def weights(n: int, *, seed: int, draws: int = DRAWS) -> Iterator[FloatArray]:
    """Draw n of n patients with replacement, many times.

    Parameters
    ----------
    n : int
        Patients.
    seed : int
        Same seed, same draws.
    draws : int
        How many.

    Yields
    ------
    float array of shape (n_batch, n)
        How often each patient was drawn; rows sum to n.

    Examples
    --------
    >>> [batch.shape for batch in weights(3, seed=0)]
    [(2000, 3)]
    """
    rng = np.random.default_rng(seed)
    batch = max(1, CELLS // n)
    for start in range(0, draws, batch):
        rows = min(batch, draws - start)
        drawn = rng.integers(n, size=(rows, n)) + n * np.arange(rows)[:, None]
        counts = np.bincount(drawn.ravel(), minlength=rows * n)
        yield counts.reshape(rows, n).astype(np.float64)


def over_repeats(metric: Metric, y: FloatArray, p: FloatArray, drawn: FloatArray) -> FloatArray:
    """Metric of each draw and repeat.

    Parameters
    ----------
    metric : Metric
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    p : float array of shape (n_repeats, n_patients)
        Predicted probability of pCR.
    drawn : float array of shape (n_draws, n_patients)
        How often each patient counts.

    Returns
    -------
    float array of shape (n_repeats, n_draws)
    """
    if metric.weighted is not None:
        return np.array([metric.weighted(y, one, drawn) for one in p])
    return np.array([[_one_draw(metric, y, one, times) for times in drawn] for one in p])


def _one_draw(metric: Metric, y: FloatArray, p: FloatArray, times: FloatArray) -> float:
    count = times.astype(np.int64)
    return metric.function(np.repeat(y, count), np.repeat(p, count))


def percentile_interval(values: FloatArray) -> Interval:
    """2.5th and 97.5th percentile of the draws.

    Examples
    --------
    >>> percentile_interval(np.append(np.arange(1001.0), np.nan))
    Interval(lower=25.0, upper=975.0, undefined=1)
    """
    defined = values[np.isfinite(values)]
    undefined = len(values) - len(defined)
    if undefined > UNDEFINED * len(values):
        return Interval(None, None, undefined)
    lower, upper = np.quantile(defined, [0.025, 0.975])
    return Interval(float(lower), float(upper), undefined)


def describe(method: str, interval: Interval) -> str:
    """Add to a method's name how many draws were not defined, if any were."""
    if not interval.undefined:
        return method
    return f"{method}, {interval.undefined} of {DRAWS:,} draws undefined"
