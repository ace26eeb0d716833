r"""Whether hazards are proportional: the score test that a log hazard ratio changes with time.

Grambsch and Therneau (Biometrika 81 (1994) 515), in the exact form of R's ``cox.zph`` since survival
3.0: the model :math:`\beta_k + \theta_k g(t)` is tested at :math:`\theta = 0`, with :math:`g` one
minus the Kaplan-Meier estimate just before :math:`t`, centred over the events.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import chi2

from neopcr.validation.survival.curve import survival_curve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neopcr.specs import FloatArray


@dataclass(frozen=True, slots=True)
class ProportionalHazards:
    """Chi-squared and p-value of one covariate, or of all together (``global``)."""

    name: str
    chi_squared: float
    p_value: float


def proportional_hazards(
    months: FloatArray, event: FloatArray, X: FloatArray, beta: FloatArray, names: Sequence[str]
) -> tuple[ProportionalHazards, ...]:
    """Test every covariate of a fitted Cox regression, and all together.

    Parameters
    ----------
    months, event : float arrays of shape (n,)
        As in `survival_curve`.
    X : float array of shape (n, k)
        Covariates.
    beta : float array of shape (k,)
        Fitted log hazard ratios.
    names : sequence of str
        Of the covariates.
    """
    curve = survival_curve(months, event)
    before = np.concatenate(([1.0], curve.survival[:-1]))
    g = 1 - before - np.average(1 - before, weights=curve.died)
    score, information = _moments(months, event, X, beta, curve.time)
    k = X.shape[1]
    theta = (g[:, None] * score).sum(axis=0)
    plain, crossed, squared = (
        (power[:, None, None] * information).sum(axis=0) for power in (np.ones_like(g), g, g**2)
    )
    # What is left of theta's information once beta is estimated.
    left = squared - crossed @ np.linalg.solve(plain, crossed)
    single = [_test(names[j], theta[[j]], left[np.ix_([j], [j])]) for j in range(k)]
    return (*single, _test("global", theta, left))


def _test(name: str, theta: FloatArray, information: FloatArray) -> ProportionalHazards:
    statistic = float(theta @ np.linalg.solve(information, theta))
    return ProportionalHazards(name, statistic, float(chi2.sf(statistic, len(theta))))


def _moments(
    months: FloatArray, event: FloatArray, X: FloatArray, beta: FloatArray, times: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Schoenfeld residuals and information at every time of an event, ties as Efron's."""
    risk = np.exp(X @ beta - (X @ beta).max())
    score = np.zeros((len(times), X.shape[1]))
    information = np.zeros((len(times), X.shape[1], X.shape[1]))
    for position, time in enumerate(times):
        dying = (months == time) & (event == 1)
        died = int(dying.sum())
        for earlier in range(died):
            weight = np.where(months >= time, risk, 0.0)
            weight[dying] *= 1 - earlier / died
            mean = np.average(X, axis=0, weights=weight)
            spread = X - mean
            score[position] -= mean
            information[position] += (weight[:, None] * spread).T @ spread / weight.sum()
        score[position] += X[dying].sum(axis=0)
    return score, information
