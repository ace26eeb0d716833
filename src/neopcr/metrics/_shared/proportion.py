"""Shares of patients on one side of a threshold, or of one outcome.

Intervals: Wilson, J Am Stat Assoc 22 (1927) 209-212, doi:10.1080/01621459.1927.10502953.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from neopcr.metrics._shared.recalibration import dot
from neopcr.specs import FloatArray, Metric

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Share:
    """Of the patients whom `among` holds, those who are classified rightly at a threshold.

    Parameters
    ----------
    among : callable
        ``among(y_true, positive) -> float array``: 1 who belongs to the denominator.
    threshold : float
        Probability at and above which a patient is predicted to reach pCR; ``0 < threshold < 1``.
    """

    among: Callable[[FloatArray, FloatArray], FloatArray]
    threshold: float

    def weighted(self, y_true: FloatArray, y_prob: FloatArray, weights: FloatArray) -> FloatArray:
        """Share of each draw; NaN where nobody belongs."""
        held, right = self._counted(y_true, y_prob)
        number = dot(weights, held)
        share: FloatArray = np.full(len(weights), np.nan)
        return np.divide(dot(weights, held * right), number, out=share, where=number > 0)

    def value(self, y_true: FloatArray, y_prob: FloatArray) -> float:
        """Share in all patients."""
        return float(self.weighted(y_true, y_prob, np.ones((1, len(y_true))))[0])

    def interval(self, y_true: FloatArray, y_prob: FloatArray) -> tuple[float, float]:
        """Wilson's 95 % interval; NaN where nobody belongs."""
        held, right = self._counted(y_true, y_prob)
        if not held.any():
            return math.nan, math.nan
        lower, upper = proportion_confint((held * right).sum(), held.sum(), method="wilson")
        return float(lower), float(upper)

    def rests_on(self, y_true: FloatArray, y_prob: FloatArray) -> int:
        """How many patients belong."""
        return int(self._counted(y_true, y_prob)[0].sum())

    def metric(
        self, name: str, title: str, function: Callable[..., float], reference: str
    ) -> Metric:
        """Make the metric of this threshold; `function` is its definition, with `threshold`."""
        return Metric(
            name=f"{name}_{self.threshold:g}",
            title=f"{title} at {self.threshold:g}",
            function=partial(function, threshold=self.threshold),
            best=1.0,
            reference=reference,
            interval=self.interval,
            interval_method="Wilson",
            direction="higher",
            weighted=self.weighted,
            rests_on=self.rests_on,
        )

    def _counted(self, y_true: FloatArray, y_prob: FloatArray) -> tuple[FloatArray, FloatArray]:
        positive = (y_prob >= self.threshold).astype(np.float64)
        return self.among(y_true, positive), (positive == y_true).astype(np.float64)
