"""Adjust a model to a new site with few of its patients, without harm.

Which parts of a model to update is tested from the whole to the least, each against the full
revision (Vergouwe et al., Stat Med 36 (2017) 4529-4539, doi:10.1002/sim.7179). How far they move is
not left to few patients alone: centres differ, and by how much the training centres differed is
what one more centre is expected to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.special import expit, logsumexp
from scipy.stats import chi2

if TYPE_CHECKING:
    from neopcr.specs import FloatArray, IntArray

# Standard deviation of centres on the logit where the training cohort tells none: odds of pCR that
# differ by a factor of 1.6 between one centre and a typical one (the project's choice).
DEFAULT_SD = 0.5
# Thirty centres that differ by 0.3 are at times estimated not to differ at all; believed, a site
# would learn nothing from its own patients (the project's choice).
LEAST_SD = 0.2
# Of the log of a centre's calibration slope: two thirds of centres within 0.8 and 1.25 (the
# project's choice).
SLOPE_SD = 0.2
LEVEL = 0.05
"""Of each test."""

FEWEST_CENTRES = 5
"""Fewer do not tell how centres differ."""

_GRID = np.linspace(-6.0, 6.0, 241)
_WIDEST = 3.0

STEPS = ("none", "intercept", "intercept and slope", "refit")


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteUpdate:
    """A line on the old logit, and how it was chosen.

    Parameters
    ----------
    step : str
        What the closed test chose, one of `STEPS`. The intercept moves whatever it says, by as much
        as its prior and the patients justify; ``refit`` says that a line is not enough: collect
        more patients and train anew.
    intercept, slope : float
        New logit = intercept + slope times the old.
    intercept_se : float
        Standard deviation of the intercept's posterior.
    p_values : dict of str to float
        Likelihood ratio test of each step against the full revision.
    n, events : int
        Local patients.
    """

    step: str
    intercept: float
    slope: float
    intercept_se: float
    p_values: dict[str, float]
    n: int
    events: int


def between_centre_sd(y: FloatArray, logit: FloatArray, centre: IntArray) -> float | None:
    r"""Standard deviation of centres' intercepts about the model's, by restricted likelihood.

    .. math:: \mathrm{logit}\,P(y_{ij} = 1) = z_{ij} + \mu + u_i, \qquad u_i \sim N(0, \tau^2)

    The mean :math:`\mu` is integrated out, and so is every centre's :math:`u_i`: no centre needs
    both outcomes.

    Parameters
    ----------
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    logit : float array of shape (n_patients,)
        Of predictions for patients the model had not seen.
    centre : int array of shape (n_patients,)
        Codes; negative where not known, and left out.

    Returns
    -------
    float or None
        At least `LEAST_SD`; None with fewer than five centres.
    """
    codes = np.unique(centre[centre >= 0])
    if codes.size < FEWEST_CENTRES:
        return None
    likelihood = np.array([_log_likelihood(y[centre == c], logit[centre == c]) for c in codes])
    means = _GRID[::6]

    def loss(tau: float) -> float:
        prior = -0.5 * ((_GRID[None, :] - means[:, None]) / tau) ** 2
        prior -= logsumexp(prior, axis=1, keepdims=True)
        by_centre = logsumexp(likelihood[:, None, :] + prior[None], axis=2)
        return -float(logsumexp(by_centre.sum(axis=0)))

    step = float(_GRID[1] - _GRID[0])
    found = minimize_scalar(loss, bounds=(step, _WIDEST), method="bounded")
    return max(float(found.x), LEAST_SD)


def site_update(
    y: FloatArray, logit: FloatArray, parts: FloatArray, *, centre_sd: float = DEFAULT_SD
) -> SiteUpdate:
    """Update a model's line for a site.

    Parameters
    ----------
    y : float array of shape (n_patients,)
        Outcomes of local patients.
    logit : float array of shape (n_patients,)
        Of the model.
    parts : float array of shape (n_patients, n_parts)
        Contributions by modality: what a full revision would weigh anew.
    centre_sd : float
        Prior standard deviation of the site's intercept.

    Returns
    -------
    SiteUpdate
    """
    p_values = _closed_test(y, logit, parts)
    step = next((name for name, p in p_values.items() if p > LEVEL), "refit")
    slope = _slope(y, logit, centre_sd) if step in STEPS[2:] else 1.0
    intercept, error = _posterior(y, slope * logit, centre_sd)
    return SiteUpdate(
        step=step,
        intercept=intercept,
        slope=slope,
        intercept_se=error,
        p_values=p_values,
        n=len(y),
        events=int(y.sum()),
    )


def _closed_test(y: FloatArray, logit: FloatArray, parts: FloatArray) -> dict[str, float]:
    """P of each step against the revision of every part; a step that fits stops the search."""
    varied = parts[:, np.ptp(parts, axis=0) > 0]
    designs = {
        "none": np.empty((len(y), 0)),
        "intercept": np.ones((len(y), 1)),
        "intercept and slope": np.column_stack([np.ones(len(y)), logit]),
    }
    full = np.column_stack([np.ones(len(y)), varied])
    best = _fitted(y, full, np.zeros(len(y)))
    found = {}
    for name, design in designs.items():
        offset = np.zeros(len(y)) if name == "intercept and slope" else logit
        statistic = max(0.0, 2 * (best - _fitted(y, design, offset)))
        freedom = max(1, full.shape[1] - design.shape[1])
        found[name] = float(chi2.sf(statistic, freedom))
    return found


def _fitted(y: FloatArray, design: FloatArray, offset: FloatArray) -> float:
    """Highest log-likelihood; where it has none, what a very weak penalty allows."""

    def loss(beta: FloatArray) -> tuple[float, FloatArray]:
        z = offset + design @ beta
        value = np.sum(np.logaddexp(0.0, z) - y * z) + 5e-4 * beta @ beta
        return float(value), design.T @ (expit(z) - y) + 1e-3 * beta

    if not design.shape[1]:
        return -loss(np.empty(0))[0]
    found = minimize(loss, np.zeros(design.shape[1]), jac=True, method="L-BFGS-B")
    return -float(found.fun)


def _slope(y: FloatArray, logit: FloatArray, centre_sd: float) -> float:
    """Slope of highest posterior density, together with the intercept."""

    def loss(v: FloatArray) -> float:
        z = v[0] + np.exp(v[1]) * logit
        prior = (v[0] / centre_sd) ** 2 + (v[1] / SLOPE_SD) ** 2
        return float(np.sum(np.logaddexp(0.0, z) - y * z) + prior / 2)

    return float(np.exp(minimize(loss, np.zeros(2), method="BFGS").x[1]))


def _posterior(y: FloatArray, logit: FloatArray, centre_sd: float) -> tuple[float, float]:
    """Mean and standard deviation of the intercept's posterior, by quadrature."""
    density = _log_likelihood(y, logit) - 0.5 * (_GRID / centre_sd) ** 2
    weight = np.exp(density - density.max())
    weight /= weight.sum()
    mean = float(weight @ _GRID)
    return mean, float(np.sqrt(weight @ (_GRID - mean) ** 2))


def _log_likelihood(y: FloatArray, logit: FloatArray) -> FloatArray:
    """Log-likelihood of a shift of the logit, on the grid."""
    z = _GRID[:, None] + logit[None, :]
    found: FloatArray = (y * z - np.logaddexp(0.0, z)).sum(axis=1)
    return found
