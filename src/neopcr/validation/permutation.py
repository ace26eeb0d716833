"""Shuffled outcomes: where there is nothing to learn, a workflow must stay at chance."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neopcr.metrics.auroc import auroc

if TYPE_CHECKING:
    from neopcr.specs import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Permutation:
    """AUROC of each run on shuffled outcomes, shape (n_runs,)."""

    auroc: FloatArray

    @property
    def mean(self) -> float:
        """Mean AUROC of the runs."""
        return float(self.auroc.mean())

    @property
    def standard_error(self) -> float:
        """Standard error of the mean."""
        return float(self.auroc.std(ddof=1)) / math.sqrt(len(self.auroc))

    @property
    def is_at_chance(self) -> bool:
        """Whether the mean lies within 0.5 ± 3 standard errors."""
        return abs(self.mean - 0.5) <= 3.0 * self.standard_error


def permute_labels(
    run: Callable[[FloatArray, int], FloatArray], y: FloatArray, *, runs: int, seed: int
) -> Permutation:
    """Run a whole workflow on shuffled outcomes.

    Parameters
    ----------
    run : callable
        ``run(y, number) -> p``: out-of-fold predictions, shape (n_patients,) or
        (n_repeats, n_patients), of a workflow that sees nothing of the outcome but `y`; `number`
        counts the runs from 0, for a seed of its own.
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    runs : int
        At least 2.
    seed : int
        Of the shuffling.

    Returns
    -------
    Permutation
        Leakage shows as a mean AUROC above chance.
    """
    rng = np.random.default_rng(seed)
    reached = np.empty(runs)
    for number in range(runs):
        shuffled = rng.permutation(y)
        p = np.atleast_2d(run(shuffled, number))
        reached[number] = np.mean([auroc(shuffled, one) for one in p])
    return Permutation(auroc=reached)
