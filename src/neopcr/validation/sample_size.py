"""How many patients a prediction model of so many parameters needs, before any is fitted.

For a binary outcome: Riley et al., Stat Med 38 (2019) 1276-1296, doi:10.1002/sim.7992, and BMJ 368
(2020) m441, doi:10.1136/bmj.m441; the expected fit is taken from a C statistic as in Riley, Van
Calster & Collins, Stat Med 40 (2021) 859-864, doi:10.1002/sim.8806.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit, ndtri, xlogy

# Riley 2020: shrinkage of at most 10 %, at most 0.05 of optimism in Nagelkerke's R², and the
# overall risk known to 0.05 either way.
SHRINKAGE = 0.9
OPTIMISM = 0.05
MARGIN = 0.05
_Z = 1.959963984540054

# Gauss-Hermite: 80 points integrate the log-likelihood to 1e-9.
_POINTS, _WEIGHTS = np.polynomial.hermite_e.hermegauss(80)
_WEIGHTS = _WEIGHTS / _WEIGHTS.sum()


@dataclass(frozen=True, slots=True)
class SampleSize:
    """Fewest patients by each criterion; the largest is the answer.

    Parameters
    ----------
    parameters : int
        Candidate parameters, before any selection.
    shrinkage, optimism, overall_risk : int
        Patients needed by each of the three criteria.
    events : int
        Events among the patients needed.
    cox_snell : float
        The R² that was expected.
    """

    parameters: int
    shrinkage: int
    optimism: int
    overall_risk: int
    events: int
    cox_snell: float

    @property
    def patients(self) -> int:
        """Fewest patients."""
        return max(self.shrinkage, self.optimism, self.overall_risk)


def sample_size(parameters: int, *, prevalence: float, c_statistic: float) -> SampleSize:
    """Fewest patients and events for a model of `parameters` candidate parameters.

    Parameters
    ----------
    parameters : int
        Candidate parameters, at least 1.
    prevalence : float
        Expected share of events, inside (0, 1).
    c_statistic : float
        Expected C statistic, inside (0.5, 1).

    Returns
    -------
    SampleSize

    Examples
    --------
    >>> [sample_size(p, prevalence=0.45, c_statistic=0.75).patients for p in (5, 10, 20, 40)]
    [381, 439, 877, 1754]
    """
    return sample_size_for_r2(
        parameters, prevalence=prevalence, r2=cox_snell(prevalence, c_statistic)
    )


def sample_size_for_r2(parameters: int, *, prevalence: float, r2: float) -> SampleSize:
    """Fewest patients and events where the fit to expect is told as Cox-Snell's R².

    Parameters
    ----------
    parameters : int
        Candidate parameters, at least 1.
    prevalence : float
        Expected share of events, inside (0, 1).
    r2 : float
        Expected Cox-Snell R², above 0 and below the highest that this prevalence allows.

    Returns
    -------
    SampleSize

    Examples
    --------
    >>> sample_size_for_r2(24, prevalence=0.174, r2=0.288).patients
    662
    """
    highest = 1 - math.exp(2 * _null_log_likelihood(prevalence))
    by_optimism = r2 / (r2 + OPTIMISM * highest)
    overall = math.ceil((_Z / MARGIN) ** 2 * prevalence * (1 - prevalence))
    shrinkage, optimism = (_patients(parameters, r2, s) for s in (SHRINKAGE, by_optimism))
    needed = max(shrinkage, optimism, overall)
    return SampleSize(parameters, shrinkage, optimism, overall, math.ceil(needed * prevalence), r2)


def cox_snell(prevalence: float, c_statistic: float) -> float:
    """Cox-Snell R² of a model with this C statistic, its linear predictor normal in either class.

    Riley, Van Calster & Collins (2021) simulate it with a million patients; this is the integral
    that it tends to.
    """
    distance = math.sqrt(2) * float(ndtri(c_statistic))
    fitted = 0.0
    for share, mean, outcome in ((prevalence, distance, 1.0), (1 - prevalence, 0.0, 0.0)):
        x = _POINTS + mean
        p = expit(logit(prevalence) + distance * x - distance**2 / 2)
        fitted += share * float(_WEIGHTS @ (xlogy(outcome, p) + xlogy(1 - outcome, 1 - p)))
    return 1 - math.exp(-2 * (fitted - _null_log_likelihood(prevalence)))


def _null_log_likelihood(prevalence: float) -> float:
    return float(xlogy(prevalence, prevalence) + xlogy(1 - prevalence, 1 - prevalence))


def _patients(parameters: int, r2: float, factor: float) -> int:
    """Patients for an expected shrinkage `factor` (Riley 2019, criterion i)."""
    return math.ceil(parameters / ((factor - 1) * math.log1p(-r2 / factor)))
