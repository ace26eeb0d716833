"""Cox's proportional hazards regression, with Efron's treatment of ties.

Cox (J R Stat Soc B 34 (1972) 187); Efron (J Am Stat Assoc 72 (1977) 557); Harrell's concordance
(JAMA 247 (1982) 2543). There is no weighting here: inverse-probability weights need a weighted
partial likelihood, which statsmodels does not offer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from statsmodels.duration.api import PHReg

if TYPE_CHECKING:
    from neopcr.specs import FloatArray

FEWEST_EVENTS = 5
"""Below it there is too little to say, in the whole and in either group of a yes-or-no covariate."""

LARGEST_ERROR = 5.0
"""A log hazard ratio with a larger standard error has run away: all events lie on one side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardRatio:
    """One covariate's hazard ratio per unit, with its Wald interval at 95 %."""

    name: str
    coefficient: float
    error: float
    ratio: float
    lower: float
    upper: float
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cox:
    """A fitted regression.

    Parameters
    ----------
    n, events : int
    terms : tuple of HazardRatio
    concordance : float
        Share of comparable pairs in which the patient with the higher risk had the event first.
    """

    n: int
    events: int
    terms: tuple[HazardRatio, ...]
    concordance: float

    @property
    def coefficients(self) -> FloatArray:
        """Log hazard ratios."""
        return np.array([each.coefficient for each in self.terms])


def cox(months: FloatArray, event: FloatArray, covariates: Mapping[str, FloatArray]) -> Cox | None:
    """Fit hazard ratios; None where there is too little to say.

    Parameters
    ----------
    months, event : float arrays of shape (n,)
        As in `survival_curve`.
    covariates : mapping of str to float array of shape (n,)
        None missing.

    Returns
    -------
    Cox or None
        None with fewer than five events in all or on a side of a covariate of two values, where a
        covariate does not vary or repeats others, or where an estimate ran away.
    """
    X = np.column_stack(list(covariates.values()))
    if not _is_enough(event, X):
        return None
    found = PHReg(months, X, status=event, ties="efron").fit(disp=0)
    beta, error = np.asarray(found.params), np.asarray(found.bse)
    if not (np.isfinite(beta).all() and (error < LARGEST_ERROR).all()):
        return None
    lower, upper = np.asarray(found.conf_int()).T
    return Cox(
        n=len(months),
        events=int(event.sum()),
        terms=_terms(tuple(covariates), np.stack((beta, error, lower, upper, found.pvalues))),
        concordance=concordance(months, event, X @ beta),
    )


def concordance(months: FloatArray, event: FloatArray, risk: FloatArray) -> float:
    """Harrell's concordance; equal risks count half, pairs with events at one time do not count."""
    agreeing = comparable = 0.0
    for time in np.unique(months[event == 1]):
        here = (months == time) & (event == 1)
        later = (months > time) | ((months == time) & (event == 0))
        difference = risk[here][:, None] - risk[later]
        agreeing += (difference > 0).sum() + (difference == 0).sum() / 2
        comparable += difference.size
    return float(agreeing / comparable) if comparable else float("nan")


def _is_enough(event: FloatArray, X: FloatArray) -> bool:
    if event.sum() < FEWEST_EVENTS or np.linalg.matrix_rank(X - X.mean(axis=0)) < X.shape[1]:
        return False
    binary = [column for column in X.T if len(np.unique(column)) == 2]
    fewest = [event[column == value].sum() for column in binary for value in np.unique(column)]
    return min(fewest, default=FEWEST_EVENTS) >= FEWEST_EVENTS


def _terms(names: Sequence[str], figures: FloatArray) -> tuple[HazardRatio, ...]:
    return tuple(
        HazardRatio(
            name=name,
            coefficient=float(beta),
            error=float(error),
            ratio=float(np.exp(beta)),
            lower=float(np.exp(lower)),
            upper=float(np.exp(upper)),
            p_value=float(p_value),
        )
        for name, (beta, error, lower, upper, p_value) in zip(names, figures.T, strict=True)
    )
