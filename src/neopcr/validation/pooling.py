"""One figure from many centres: random effects by REML, and what a new centre may expect."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import expit, logit
from scipy.stats import norm, t

if TYPE_CHECKING:
    from neopcr.specs import Estimate, FloatArray

Z_95 = float(norm.ppf(0.975))
# Of the standard deviation of the centres' values; the search of tau² looks no further.
WIDEST = 10.0
TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """What several centres say together, on the scale on which they were pooled.

    Parameters
    ----------
    mean, lower, upper : float
        Average over centres like these, and its 95 % interval.
    tau : float
        Standard deviation between centres.
    expected_lower, expected_upper : float or None
        95 % prediction interval: where a new centre's own value is expected. None with fewer than
        three centres.
    k : int
        Centres.
    """

    mean: float
    lower: float
    upper: float
    tau: float
    expected_lower: float | None
    expected_upper: float | None
    k: int


class Scale(NamedTuple):
    """On which a metric is pooled, the way back, and its slope there and back (delta method)."""

    there: Callable[[float], float]
    back: Callable[[float], float]
    slope: Callable[[float], float]


_PLAIN = Scale(float, float, lambda _: 1.0)
_LOGIT = Scale(
    lambda v: float(logit(v)), lambda v: float(expit(v)), lambda v: 1.0 / (v * (1.0 - v))
)
_LOG = Scale(math.log, math.exp, lambda v: 1.0 / v)

# AUROC on the logit, observed to expected on the log: Debray, Stat Methods Med Res 28 (2019) 2768.
SCALES: Mapping[str, Scale] = MappingProxyType(
    {
        "auroc": _LOGIT,
        "brier": _PLAIN,
        "calibration_slope": _PLAIN,
        "calibration_in_the_large": _PLAIN,
        "observed_expected": _LOG,
    }
)


def pool(value: FloatArray, standard_error: FloatArray) -> Pooled:
    r"""Random-effects average of centres.

    .. math:: y_i \sim N(\mu, \tau^2 + s_i^2)

    :math:`\tau^2` is that of highest restricted likelihood. The interval of :math:`\mu` is
    Hartung and Knapp's, on k - 1 degrees of freedom, never narrower than if the centres' own
    standard errors were all there is (Röver); the prediction interval has k - 2.

    Parameters
    ----------
    value, standard_error : float array of shape (k,)
        Of each centre, at least two; errors are positive.

    Returns
    -------
    Pooled

    Raises
    ------
    ValueError
        With fewer than two centres, or an error that is not positive.

    References
    ----------
    .. [1] Hartung & Knapp, Stat Med 20 (2001) 1771-1782, doi:10.1002/sim.791.
    .. [2] Riley, Higgins & Deeks, BMJ 342 (2011) d549, doi:10.1136/bmj.d549.
    .. [3] Röver, Knapp & Friede, BMC Med Res Methodol 15 (2015) 99,
       doi:10.1186/s12874-015-0091-1.

    Examples
    --------
    >>> found = pool(np.array([0.0, 1.0, 2.0]), np.array([0.1, 0.1, 0.1]))
    >>> round(found.mean, 3), round(found.tau, 3)
    (1.0, 0.995)
    """
    if len(value) < 2 or not (standard_error > 0.0).all():
        message = "pooling needs two centres or more, each with a positive standard error."
        raise ValueError(message)
    variance = standard_error**2
    tau2 = between_variance(value, variance)
    weight = 1.0 / (variance + tau2)
    mean = float(weight @ value / weight.sum())
    spread = float(weight @ (value - mean) ** 2) / (len(value) - 1)
    error = math.sqrt(max(1.0, spread) / weight.sum())
    return intervals(mean, error, tau2, len(value))


def intervals(mean: float, error: float, tau2: float, k: int) -> Pooled:
    """Intervals of an average and of a new centre's value.

    Parameters
    ----------
    mean, error : float
        Average over centres and its standard error.
    tau2 : float
        Variance between centres.
    k : int
        Centres, at least two.

    Returns
    -------
    Pooled
    """
    reach = float(t.ppf(0.975, k - 1)) * error
    wide = float(t.ppf(0.975, k - 2)) * math.sqrt(tau2 + error**2) if k > 2 else None
    return Pooled(
        mean=mean,
        lower=mean - reach,
        upper=mean + reach,
        tau=math.sqrt(tau2),
        expected_lower=None if wide is None else mean - wide,
        expected_upper=None if wide is None else mean + wide,
        k=k,
    )


def between_variance(value: FloatArray, variance: FloatArray) -> float:
    r"""Variance between centres of highest restricted likelihood.

    Parameters
    ----------
    value, variance : float array of shape (k,)
        Of each centre; the variance is the square of its standard error.

    Returns
    -------
    float
        :math:`\tau^2 \geq 0`; 0 where the centres differ by no more than chance.

    References
    ----------
    .. [1] Viechtbauer, J Educ Behav Stat 30 (2005) 261-293, doi:10.3102/10769986030003261.
    """

    def loss(tau: float) -> float:
        weight = 1.0 / (variance + tau**2)
        mean = weight @ value / weight.sum()
        likelihood = -np.log(weight).sum() + np.log(weight.sum()) + weight @ (value - mean) ** 2
        return float(likelihood)

    # Several stretches: the likelihood of few, unlike centres may have two peaks.
    bounds = np.linspace(0.0, WIDEST * float(np.std(value)), 11)
    found = [
        minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": TOLERANCE}).x
        for low, high in pairwise(bounds)
        if high > low
    ]
    best = min((0.0, *map(float, found)), key=loss)
    return best**2


def standard_error(one: Estimate) -> float | None:
    """Standard error of a centre's estimate on the scale on which its metric is pooled.

    Parameters
    ----------
    one : Estimate
        With its 95 % interval. A bound that was cut at the edge of the metric's range lies nearer
        than the other, so the further one tells.

    Returns
    -------
    float or None
        None without an interval, and where the scale has no such value (an AUROC of 1).
    """
    if one.value is None or one.lower is None or one.upper is None:
        return None
    scale = SCALES[one.name]
    if scale is _LOG:
        return None if one.lower <= 0.0 else math.log(one.upper / one.lower) / (2.0 * Z_95)
    if scale is _LOGIT and not 0.0 < one.value < 1.0:
        return None
    half = max(one.upper - one.value, one.value - one.lower)
    return scale.slope(one.value) * half / Z_95 if half > 0.0 else None


def pool_estimates(estimates: Sequence[Estimate]) -> Pooled | None:
    """Pool one metric over centres; the result is on the metric's own scale.

    Parameters
    ----------
    estimates : sequence of Estimate
        One a centre, of one metric among `SCALES`.

    Returns
    -------
    Pooled or None
        `tau` stays on the scale of pooling. None where fewer than two centres have an interval.
    """
    known = [(one, error) for one in estimates if (error := standard_error(one)) is not None]
    if len(known) < 2:
        return None
    scale = SCALES[known[0][0].name]
    value = np.array([scale.there(one.value) for one, _ in known if one.value is not None])
    found = pool(value, np.array([error for _, error in known]))
    low, high = found.expected_lower, found.expected_upper
    return Pooled(
        mean=scale.back(found.mean),
        lower=scale.back(found.lower),
        upper=scale.back(found.upper),
        tau=found.tau,
        expected_lower=None if low is None else scale.back(low),
        expected_upper=None if high is None else scale.back(high),
        k=found.k,
    )
