"""Two models on the same patients."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import ndtr

from neopcr.metrics.auroc import placements
from neopcr.specs import Estimate, FloatArray
from neopcr.validation.bootstrap import (
    Interval,
    describe,
    over_repeats,
    percentile_interval,
    weights,
)
from neopcr.validation.performance import FEWEST, TOO_FEW, check_predictions

if TYPE_CHECKING:
    from neopcr.specs import Metric


class DeLongTest(NamedTuple):
    """Test of two AUROCs on the same patients."""

    z: float
    p_value: float


def paired_difference(
    metric: Metric,
    y: FloatArray,
    p_a: FloatArray,
    p_b: FloatArray,
    *,
    group: str = "all",
    seed: int = 0,
) -> Estimate:
    """Metric of a minus metric of b, with an interval from 2,000 draws of patients.

    Each draw averages the difference over the repeats, for repeats are not independent. A metric
    whose best value may be missed on either side, such as the calibration slope, is compared by
    its distance from that value.

    Parameters
    ----------
    metric : Metric
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    p_a, p_b : float array of shape (n_patients,) or (n_repeats, n_patients)
        Predicted probability of pCR, of the same patients in the same order; one may have
        repeats and the other none.
    group : str
        Whose name the estimate bears.
    seed : int
        Of the draws.

    Returns
    -------
    Estimate
        Named ``<metric>_difference``; its value is None with fewer than 5 events or non-events,
        or where the metric is not defined.

    Raises
    ------
    TableError
        If an outcome is not 0 or 1, or a probability is missing or outside [0, 1].
    """
    check_predictions(y, p_a)
    check_predictions(y, p_b)
    pair = (np.atleast_2d(p_a), np.atleast_2d(p_b))
    value, method = _value(metric, y, pair)
    interval = Interval(None, None, 0)
    if value is not None:
        drawn = [_differences(metric, y, pair, batch) for batch in weights(len(y), seed=seed)]
        interval = percentile_interval(np.concatenate(drawn))
    return Estimate(
        name=f"{metric.name}_difference",
        value=value,
        lower=interval.lower,
        upper=interval.upper,
        n=len(y),
        events=int(y.sum()),
        method=describe(method, interval),
        group=group,
    )


def not_worse(difference: Estimate, metric: Metric) -> bool:
    """Whether the 95 % interval of a minus b does not lie wholly on the side where a is worse.

    Parameters
    ----------
    difference : Estimate
        From `paired_difference`.
    metric : Metric
        The metric compared.

    Returns
    -------
    bool
        False without an interval: then nothing was shown.
    """
    if difference.lower is None or difference.upper is None:
        return False
    if metric.direction == "higher":
        return difference.upper >= 0.0
    return difference.lower <= 0.0


def verdict(difference: Estimate, metric: Metric, *, otherwise: str = "not worse") -> str:
    """Say a paired difference in words.

    Parameters
    ----------
    difference : Estimate
        From `paired_difference`.
    metric : Metric
        The metric compared.
    otherwise : str
        What to say where the interval holds 0, such as "not shown to help".

    Returns
    -------
    str
        "better", "worse", `otherwise`, or "too few to say" without an interval.
    """
    if difference.lower is None or difference.upper is None:
        return TOO_FEW
    if not not_worse(difference, metric):
        return "worse"
    if difference.lower > 0.0 or difference.upper < 0.0:
        return "better"
    return otherwise


def delong_test(y: FloatArray, p_a: FloatArray, p_b: FloatArray) -> DeLongTest:
    """DeLong's paired test of two AUROCs.

    Parameters
    ----------
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease; at least two patients of each.
    p_a, p_b : float array of shape (n_patients,)
        Predicted probability of pCR, not from repeats: their variance is not that of one model.

    Returns
    -------
    DeLongTest
        z of a minus b, and the two-sided p-value; z is 0 where all pairs are ranked alike.

    References
    ----------
    .. [1] DeLong, DeLong & Clarke-Pearson, Biometrics 44 (1988) 837-845, doi:10.2307/2531595.
    """
    beaten_a, lost_a = placements(y, p_a)
    beaten_b, lost_b = placements(y, p_b)
    beaten, lost = beaten_a - beaten_b, lost_a - lost_b
    variance = float(beaten.var(ddof=1) / len(beaten) + lost.var(ddof=1) / len(lost))
    difference = float(beaten.mean())
    if variance == 0.0:
        z = math.copysign(math.inf, difference) if difference else 0.0
    else:
        z = difference / math.sqrt(variance)
    return DeLongTest(z, float(2.0 * ndtr(-abs(z))))


def _value(
    metric: Metric, y: FloatArray, pair: tuple[FloatArray, FloatArray]
) -> tuple[float | None, str]:
    """Difference in all patients, and how it is to be named."""
    if min(y.sum(), len(y) - y.sum()) < FEWEST:
        return None, TOO_FEW
    value = float(_differences(metric, y, pair, np.ones((1, len(y))))[0])
    if not math.isfinite(value):
        return None, "not defined"
    if metric.direction == "closer":
        return value, f"paired bootstrap of the distance from {metric.best:g}"
    return value, "paired bootstrap"


def _differences(
    metric: Metric, y: FloatArray, pair: tuple[FloatArray, FloatArray], drawn: FloatArray
) -> FloatArray:
    """Difference of each draw, averaged over the repeats."""
    a, b = (over_repeats(metric, y, p, drawn) for p in pair)
    if metric.direction == "closer":
        a, b = np.abs(a - metric.best), np.abs(b - metric.best)
    difference: FloatArray = a.mean(axis=0) - b.mean(axis=0)
    return difference
