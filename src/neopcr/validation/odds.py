"""Odds ratios: by logistic regression beside other terms, and by strata without one.

Mantel and Haenszel (J Natl Cancer Inst 22 (1959) 719).
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from statsmodels.discrete.discrete_model import Logit
from statsmodels.tools import add_constant
from statsmodels.tools.sm_exceptions import ConvergenceWarning, PerfectSeparationWarning

from neopcr.validation.performance import FEWEST

if TYPE_CHECKING:
    from neopcr.specs import FloatArray

LARGEST_ERROR = 5.0
"""A log odds ratio with a larger standard error has run away: the outcome is separated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OddsRatio:
    """One term's odds ratio per unit, with its Wald interval at 95 %."""

    name: str
    ratio: float
    lower: float
    upper: float
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """A fitted logistic regression: patients, events, and one odds ratio a term."""

    n: int
    events: int
    terms: tuple[OddsRatio, ...]


def odds_ratios(y: FloatArray, terms: Mapping[str, FloatArray]) -> Odds | None:
    """Fit odds ratios; None where there is too little to say.

    Parameters
    ----------
    y : float array of shape (n,)
        1 the event, 0 none.
    terms : mapping of str to float array of shape (n,)
        None missing.

    Returns
    -------
    Odds or None
        None with fewer than five events or non-events, fewer than five patients on a side of a
        term of two values, where a term does not vary or repeats others, or where the outcome is
        separated: maximum likelihood has no finite answer then.

    Examples
    --------
    >>> one = np.repeat([1.0, 0.0], [458, 117])
    >>> pcr = np.repeat([1.0, 0.0, 1.0, 0.0], [211, 247, 19, 98])
    >>> round(odds_ratios(pcr, {"IHC 3+": one}).terms[0].ratio, 2)
    4.41
    """
    X = np.column_stack(list(terms.values()))
    if not _is_enough(y, X):
        return None
    with warnings.catch_warnings():
        # Both are told below by the errors of what was fitted.
        warnings.simplefilter("ignore", ConvergenceWarning)
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            fitted = Logit(y, add_constant(X, has_constant="add")).fit(disp=0)
        except np.linalg.LinAlgError:
            return None
        errors = np.asarray(fitted.bse)
    if not (fitted.mle_retvals["converged"] and (errors < LARGEST_ERROR).all()):
        return None
    lower, upper = np.exp(fitted.conf_int()[1:]).T
    figures = np.stack((np.exp(fitted.params[1:]), lower, upper, fitted.pvalues[1:]))
    return Odds(
        n=len(y),
        events=int(y.sum()),
        terms=tuple(
            OddsRatio(name=name, ratio=ratio, lower=low, upper=high, p_value=p_value)
            for name, (ratio, low, high, p_value) in zip(terms, figures.T.tolist(), strict=True)
        ),
    )


def _is_enough(y: FloatArray, X: FloatArray) -> bool:
    events = int(y.sum())
    if min(events, len(y) - events) < FEWEST:
        return False
    if np.linalg.matrix_rank(X - X.mean(axis=0)) < X.shape[1]:
        return False
    sides = [
        (column == value).sum()
        for column in X.T
        if len(np.unique(column)) == 2
        for value in np.unique(column)
    ]
    return min(sides, default=FEWEST) >= FEWEST


def stratified_odds_ratio(y: FloatArray, exposed: FloatArray, strata: FloatArray) -> float:
    """Mantel and Haenszel's odds ratio: of one answer a stratum, weighted together.

    Parameters
    ----------
    y, exposed, strata : float arrays of shape (n,)
        1 the event, 1 exposed, and any value a stratum; rows with a NaN do not count.

    Returns
    -------
    float
        NaN where no stratum can be compared, or the answer is 0 or without bound.

    Examples
    --------
    >>> y, exposed = np.array([1.0, 1, 0, 1, 0, 0]), np.array([1.0, 1, 1, 0, 0, 0])
    >>> stratified_odds_ratio(y, exposed, np.zeros(6))
    4.0
    """
    above = below = 0.0
    for stratum in np.unique(strata[~np.isnan(strata)]):
        here = (strata == stratum) & ~np.isnan(y + exposed)
        one = [[((y == a) & (exposed == b) & here).sum() for a in (1, 0)] for b in (1, 0)]
        n = max(int(here.sum()), 1)
        above += one[0][0] * one[1][1] / n
        below += one[0][1] * one[1][0] / n
    return float(above / below) if above and below else float("nan")
