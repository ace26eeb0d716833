"""Kaplan-Meier curves, the log-rank test and restricted mean survival.

Kaplan and Meier (J Am Stat Assoc 53 (1958) 457); Greenwood's variance with limits on the logarithm,
as R's ``survfit`` draws them; Mantel (Cancer Chemother Rep 50 (1966) 163); Royston and Parmar (BMC
Med Res Methodol 13 (2013) 152) for restricted means.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr
from statsmodels.duration.api import SurvfuncRight, survdiff

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import FloatArray

    Groups = NDArray[np.int16]

NORMAL = 1.959963984540054
"""Of a 95 % interval."""


@dataclass(frozen=True, slots=True, eq=False)
class SurvivalCurve:
    """Share of patients without the event, with 95 % limits point by point.

    Parameters
    ----------
    n, events : int
        Patients, and how many had the event.
    time : float array of shape (n_times,)
        Months at which there was an event, ascending.
    at_risk, died : float arrays of shape (n_times,)
        Patients under observation just before that time, and those with the event at it.
    survival, lower, upper : float arrays of shape (n_times,)
        From that time on; limits are NaN once survival is 0.
    follow_up : float array of shape (n,)
        Months of every patient, ascending, for numbers at risk.
    """

    n: int
    events: int
    time: FloatArray
    at_risk: FloatArray
    died: FloatArray
    survival: FloatArray
    lower: FloatArray
    upper: FloatArray
    follow_up: FloatArray

    def at(self, months: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Survival with its limits at given months."""
        position = np.searchsorted(self.time, months, side="right")
        return tuple(  # type: ignore[return-value]
            np.concatenate(([1.0], each))[position]
            for each in (self.survival, self.lower, self.upper)
        )

    def numbers_at_risk(self, months: FloatArray) -> NDArray[np.int64]:
        """Patients still under observation at given months."""
        return np.asarray(self.n - np.searchsorted(self.follow_up, months, side="left"))

    def median(self) -> float | None:
        """Months by which half have had the event; None where fewer ever had."""
        below = np.flatnonzero(self.survival <= 0.5)
        return float(self.time[below[0]]) if len(below) else None


def survival_curve(months: FloatArray, event: FloatArray) -> SurvivalCurve:
    """Kaplan-Meier estimate.

    Parameters
    ----------
    months : float array of shape (n,)
        At least 0.
    event : float array of shape (n,)
        1 event, 0 none until then.

    Examples
    --------
    >>> curve = survival_curve(np.array([6.0, 12, 12, 24]), np.array([1.0, 1, 0, 0]))
    >>> curve.time, curve.survival
    (array([ 6., 12.]), array([0.75, 0.5 ]))
    """
    found = SurvfuncRight(months, event)
    had = found.n_events > 0
    survival = np.asarray(found.surv_prob[had])
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.asarray(found.surv_prob_se[had]) / survival
    return SurvivalCurve(
        n=len(months),
        events=int(event.sum()),
        time=np.asarray(found.surv_times[had]),
        at_risk=np.asarray(found.n_risk[had]),
        died=np.asarray(found.n_events[had]),
        survival=survival,
        lower=survival * np.exp(-NORMAL * spread),
        upper=np.minimum(survival * np.exp(NORMAL * spread), 1.0),
        follow_up=np.sort(months),
    )


def log_rank(months: FloatArray, event: FloatArray, group: Groups) -> tuple[float, float]:
    """Chi-squared and p-value of no difference between groups; NaN where no group differs.

    Parameters
    ----------
    months, event : float arrays of shape (n,)
        As in `survival_curve`.
    group : int array of shape (n,)
        Codes of two groups or more.
    """
    if len(np.unique(group)) == 1 or not event.any():
        return float("nan"), float("nan")
    statistic, p_value = survdiff(months, event, group)
    return float(statistic), float(p_value)


def restricted_mean(curve: SurvivalCurve, until: float) -> tuple[float, float]:
    """Mean months without the event within the first `until`, and its standard error.

    Parameters
    ----------
    curve : SurvivalCurve
    until : float
        Months; no later than the curve's last follow-up.

    Examples
    --------
    >>> curve = survival_curve(np.array([6.0, 12, 12, 24]), np.array([1.0, 1, 0, 0]))
    >>> restricted_mean(curve, 24)[0]
    16.5
    """
    inside = curve.time < until
    times = np.concatenate(([0.0], curve.time[inside], [until]))
    levels = np.concatenate(([1.0], curve.survival[inside]))
    areas = levels * np.diff(times)
    after = np.cumsum(areas[::-1])[::-1][1:]
    at_risk, died = curve.at_risk[inside], curve.died[inside]
    left = at_risk * (at_risk - died)
    # Where nobody is left, nothing is left of the area either.
    terms = np.divide(after**2 * died, left, out=np.zeros_like(after), where=left > 0)
    return float(areas.sum()), float(np.sqrt(terms.sum()))


def restricted_mean_difference(
    first: SurvivalCurve, second: SurvivalCurve, until: float
) -> tuple[float, float, float, float]:
    """Months gained by the second group within `until`, 95 % limits and p-value."""
    (one, one_error), (other, other_error) = (
        restricted_mean(each, until) for each in (first, second)
    )
    error = float(np.hypot(one_error, other_error))
    gained = other - one
    p_value = 2 * ndtr(-abs(gained) / error) if error > 0 else float("nan")
    return gained, gained - NORMAL * error, gained + NORMAL * error, float(p_value)
