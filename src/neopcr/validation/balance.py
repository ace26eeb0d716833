"""How far apart two groups of patients are, column by column, in units that do not grow with n."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr.validation.missingness import missing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import BoolArray

APART = 0.1
"""From here on groups are called unbalanced: less "has been taken to indicate a negligible
difference" (Austin, Multivariate Behav Res 46 (2011) 399-424, doi:10.1080/00273171.2011.568786)."""


def standardised_difference(values: NDArray[Any], first: BoolArray, second: BoolArray) -> float:
    """Distance of two groups in one column, among the patients in whom it is known.

    Parameters
    ----------
    values : array of shape (n_patients,)
        A column of the house: numbers with NaN, codes with -1, or texts with None.
    first, second : bool arrays of shape (n_patients,)
        Who is in which group.

    Returns
    -------
    float
        Of numbers the difference of means over the pooled standard deviation (second minus first);
        of categories the Mahalanobis distance of their shares, never negative (Yang and Dalton, SAS
        Global Forum 2012, 335). NaN where a group has nobody or nothing varies between patients.

    Examples
    --------
    >>> age = np.array([40.0, 50, 60, 50, 60, 70])
    >>> standardised_difference(age, np.arange(6) < 3, np.arange(6) >= 3)
    1.0
    """
    known = ~missing(values)
    one, two = values[first & known], values[second & known]
    if not len(one) or not len(two):
        return float("nan")
    if np.issubdtype(values.dtype, np.floating):
        return _of_means(one, two)
    levels = sorted(set(one) | set(two))[1:]
    return _of_shares(
        *(np.array([np.mean(side == level) for level in levels]) for side in (one, two))
    )


def _of_means(one: NDArray[Any], two: NDArray[Any]) -> float:
    if min(len(one), len(two)) == 1:
        return float("nan")
    spread = np.sqrt((one.var(ddof=1) + two.var(ddof=1)) / 2)
    return float((two.mean() - one.mean()) / spread) if spread > 0 else float("nan")


def _of_shares(one: NDArray[Any], two: NDArray[Any]) -> float:
    pooled = sum(np.diag(share) - np.outer(share, share) for share in (one, two)) / 2
    apart = two - one
    if not len(one) or not np.any(pooled):
        return float("nan")
    return float(np.sqrt(apart @ np.linalg.pinv(pooled) @ apart))
