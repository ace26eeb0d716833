"""Shares of patients with exact intervals, and two of them compared.

Clopper and Pearson (Biometrika 26 (1934) 404); Pearson's chi-squared with and without Yates'
correction (J R Stat Soc Suppl 1 (1934) 217), and Fisher's exact test.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2_contingency, fisher_exact
from statsmodels.stats.proportion import proportion_confint

from neopcr.validation.performance import FEWEST

EXACT = "exact (Clopper-Pearson), 95 %"


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of how many.

    Parameters
    ----------
    events, n : int
    value, lower, upper : float or None
        Between 0 and 1, with its exact interval at 95 %; None with fewer than five patients.
    """

    events: int
    n: int
    value: float | None
    lower: float | None
    upper: float | None


def share(events: int, n: int) -> Share:
    """Share with its exact interval.

    Examples
    --------
    >>> found = share(3, 20)
    >>> found.value, round(found.lower, 3), round(found.upper, 3)
    (0.15, 0.032, 0.379)
    >>> share(1, 4).value is None
    True
    """
    if n < FEWEST:
        return Share(events=events, n=n, value=None, lower=None, upper=None)
    lower, upper = proportion_confint(events, n, method="beta")
    # Where nobody or everybody has it, the library's bound is NaN by its own formula.
    low = 0.0 if events == 0 else float(lower)
    high = 1.0 if events == n else float(upper)
    return Share(events=events, n=n, value=events / n, lower=low, upper=high)


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoShares:
    """P-values that two shares are the same; None where there is too little to say."""

    pearson: float | None
    yates: float | None
    fisher: float | None


def compare_shares(first: Share, second: Share) -> TwoShares:
    """Test whether two shares differ.

    Returns
    -------
    TwoShares
        None throughout where a share has fewer than five patients, or nobody or everybody has it
        in both.

    Examples
    --------
    >>> found = compare_shares(share(13, 68), share(6, 49))
    >>> round(found.pearson, 3), round(found.yates, 3), round(found.fisher, 3)
    (0.32, 0.459, 0.447)
    """
    table = np.array([[one.events, one.n - one.events] for one in (first, second)])
    if None in (first.value, second.value) or not table.sum(axis=0).all():
        return TwoShares(pearson=None, yates=None, fisher=None)
    return TwoShares(
        pearson=float(chi2_contingency(table, correction=False).pvalue),
        yates=float(chi2_contingency(table, correction=True).pvalue),
        fisher=float(fisher_exact(table).pvalue),
    )
