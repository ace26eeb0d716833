"""Whether a model's calibration has moved, judged so that one may look again with every outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import logit, logsumexp

from neopcr.metrics import METRICS
from neopcr.validation.performance import FEWEST, check_predictions, estimate

if TYPE_CHECKING:
    from neopcr.specs import Estimate, FloatArray

LEVEL = 0.01
"""Chance of ever telling a drift where there is none (the project's choice)."""

SHIFT_SD = 0.5
"""Of the drifts that are looked for, in logits of the intercept and in units of the slope: odds of
pCR off by a factor of 1.6 (the project's choice)."""

LEAST_SD = 0.001
"""Of a figure of training, however narrow its interval: nothing is known without error."""

_Z_95 = 1.959963984540054
_GROUPS = 512
_STEPS = 61


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of calibration before: a value and its standard deviation."""

    value: float
    sd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationDrift:
    """Calibration of a cohort, and the evidence that it is not what it was.

    Parameters
    ----------
    intercept, slope : Estimate
        Calibration in the large and slope, with 95 % intervals.
    was_intercept, was_slope : Known
        The same in training, by predictions for patients the model had not seen; the standard
        deviation of the intercept has room for centres that differ.
    evidence : float or None
        How many times likelier the outcomes are if calibration has drifted; None with fewer than 5
        events or non-events.
    drifted : bool
        Whether that is 1 / `LEVEL` or more.
    """

    intercept: Estimate
    slope: Estimate
    was_intercept: Known
    was_slope: Known
    evidence: float | None
    drifted: bool


def calibration_drift(
    y: FloatArray, p: FloatArray, was_intercept: Known, was_slope: Known
) -> CalibrationDrift:
    r"""Compare the calibration of a cohort with what it was in training.

    The evidence is the ratio of two marginal likelihoods of

    .. math:: \mathrm{logit}\,P(y_i = 1) = z_i + a + (b - 1)(z_i - \bar z)

    with :math:`a, b` normal about their values in training: as surely as they were known then, or,
    in the numerator, less surely by `SHIFT_SD`. Where nothing has drifted it exceeds :math:`1/\alpha`
    with a chance of at most :math:`\alpha`, however often it is looked at while patients are added
    (Ville's inequality) [1]_: a scheduler may ask every night, which a confidence interval would not
    bear.

    Parameters
    ----------
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    p : float array of shape (n_patients,)
        p_pcr of the model.
    was_intercept, was_slope : Known

    References
    ----------
    .. [1] Ville, Étude critique de la notion de collectif, Gauthier-Villars (1939); Grünwald, de
       Heide & Koolen, J R Stat Soc B 86 (2024) 1091-1128, on e-values.
    """
    check_predictions(y, p)
    few = min(y.sum(), len(y) - y.sum()) < FEWEST
    evidence = None if few else _evidence(y, p, was_intercept, was_slope)
    return CalibrationDrift(
        intercept=estimate(METRICS["calibration_in_the_large"], y, p),
        slope=estimate(METRICS["calibration_slope"], y, p),
        was_intercept=was_intercept,
        was_slope=was_slope,
        evidence=evidence,
        drifted=evidence is not None and evidence >= 1 / LEVEL,
    )


def known(
    estimate_told: dict[str, float | None] | None, target: float, extra_sd: float = 0.0
) -> Known:
    """What training said of a figure of calibration; its ideal, widely, where it said nothing.

    Parameters
    ----------
    estimate_told : dict or None
        With ``value``, ``lower`` and ``upper``.
    target : float
        Of a calibrated model.
    extra_sd : float
        What else makes it vary.

    Examples
    --------
    >>> known(None, 1.0)
    Known(value=1.0, sd=0.5)
    """
    told = estimate_told or {}
    value, lower, upper = (told.get(end) for end in ("value", "lower", "upper"))
    if value is None or lower is None or upper is None:
        return Known(target, SHIFT_SD)
    sd = max((upper - lower) / (2 * _Z_95), LEAST_SD)
    return Known(float(value), float(np.hypot(sd, extra_sd)))


def _evidence(y: FloatArray, p: FloatArray, was_intercept: Known, was_slope: Known) -> float:
    z, n, events = _grouped(y, p)
    mean = float(n @ z / n.sum())
    a, null_a, other_a = _axis(was_intercept)
    b, null_b, other_b = _axis(was_slope)
    likelihood = np.empty((_STEPS, _STEPS))
    for place, slope in enumerate(b):
        eta = a[:, None] + z + (slope - 1) * (z - mean)
        likelihood[:, place] = eta @ events - np.logaddexp(0.0, eta) @ n
    null = logsumexp(likelihood + null_a[:, None] + null_b)
    other = logsumexp(likelihood + other_a[:, None] + other_b)
    return float(np.exp(min(other - null, 700.0)))


def _axis(was: Known) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Values, and the logs of their weights before and after a drift."""
    wide = float(np.hypot(was.sd, SHIFT_SD))
    # Equal steps of the wide normal's quantiles would starve the narrow one; a cube has both.
    steps = np.linspace(-1.0, 1.0, _STEPS)
    at = was.value + 5 * wide * np.sign(steps) * np.abs(steps) ** 1.5
    width = np.gradient(at)

    def weight(sd: float) -> FloatArray:
        log_density = -0.5 * ((at - was.value) / sd) ** 2 + np.log(width)
        found: FloatArray = log_density - logsumexp(log_density)
        return found

    return at, weight(was.sd), weight(wide)


def _grouped(y: FloatArray, p: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Logits in at most 512 groups of like ones: mean logit, patients, events."""
    z = logit(p)
    order = np.argsort(z, kind="stable")
    parts = np.array_split(order, min(len(z), _GROUPS))
    grouped = np.array([(z[each].mean(), len(each), y[each].sum()) for each in parts])
    return grouped[:, 0], grouped[:, 1], grouped[:, 2]
