"""Hormone receptors and Ki-67.

ER and PgR are positive from 1 % of nuclei, ER 1-10 % is "ER low positive" (ASCO/CAP 2020: Allison,
J Clin Oncol 38 (2020) 1346). A percent wins over a call; a call is used where there is no percent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr.oncology.kleene import Codes, either, equals, first_known, three_valued

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import FloatArray

CALLS = ("negative", "positive")

# ASCO/CAP 2020 (Allison 2020): percent of invasive nuclei that stain.
POSITIVE_FROM_PERCENT = 1.0
ER_LOW_UP_TO_PERCENT = 10.0
# St Gallen 2013 (Goldhirsch, Ann Oncol 24 (2013) 2206).
KI67_HIGH_FROM_PERCENT = 20.0


def receptor_positive(percent: FloatArray, call: Codes) -> FloatArray:
    """Whether ER or PgR is positive.

    Parameters
    ----------
    percent : float array of shape (n_patients,)
        Percent of nuclei that stain, 0-100; NaN not known.
    call : int array of shape (n_patients,)
        Codes into `CALLS`; -1 not known. Used only where there is no percent.

    Returns
    -------
    float array of shape (n_patients,)
        1 positive (>= 1 %), 0 negative, NaN not known.

    Examples
    --------
    >>> receptor_positive(np.array([1.0, 0.9, np.nan]), np.array([0, 1, 1], dtype=np.int16))
    array([1., 0., 1.])
    """
    by_percent = three_valued(percent >= POSITIVE_FROM_PERCENT, percent < POSITIVE_FROM_PERCENT)
    return first_known(by_percent, equals(call, 1))


def hr_positive(er: FloatArray, pgr: FloatArray, hr_call: Codes) -> FloatArray:
    """Whether the tumour is hormone receptor-positive.

    Parameters
    ----------
    er, pgr : float arrays of shape (n_patients,)
        1 positive, 0 negative, NaN not known, from `receptor_positive`.
    hr_call : int array of shape (n_patients,)
        Codes into `CALLS`; used where ER and PgR leave it open.

    Returns
    -------
    float array of shape (n_patients,)
        1 where either is positive, 0 only where both are known to be negative, else the call.
    """
    return first_known(either(er, pgr), equals(hr_call, 1))


def er_low_positive(er_percent: FloatArray) -> FloatArray:
    """Whether ER is low positive, 1-10 % both included (ASCO/CAP 2020)."""
    low = (er_percent >= POSITIVE_FROM_PERCENT) & (er_percent <= ER_LOW_UP_TO_PERCENT)
    return three_valued(low, ~np.isnan(er_percent))


def ki67_high(ki67_percent: FloatArray, cut: float = KI67_HIGH_FROM_PERCENT) -> FloatArray:
    """Whether Ki-67 reaches the cut; models use the percent itself."""
    return three_valued(ki67_percent >= cut, ki67_percent < cut)


def is_call_conflict(percent: FloatArray, call: Codes) -> NDArray[np.bool_]:
    """Whether a call contradicts the percent beside it; the percent wins."""
    unknown = np.full(len(call), -1, dtype=np.int16)
    by_percent = receptor_positive(percent, unknown)
    conflict: NDArray[np.bool_] = np.abs(by_percent - equals(call, 1)) == 1
    return conflict


def h_score(weak: FloatArray, intermediate: FloatArray, strong: FloatArray) -> FloatArray:
    """H-score, 0-300, from percentages of nuclei by strength of staining (unverified definition).

    NaN where one is missing or they add up to more than 100.

    >>> h_score(np.array([10.0]), np.array([20.0]), np.array([30.0]))
    array([140.])
    """
    score = weak + 2 * intermediate + 3 * strong
    return np.where(weak + intermediate + strong <= 100, score, np.nan)


def allred_positive(total: FloatArray) -> FloatArray:
    """Whether an Allred total of 0 or 2-8 is positive: from 3 (Harvey 1999, unverified).

    A total cannot be turned back into a percent, and 1 is impossible: NaN.

    >>> allred_positive(np.array([2.0, 3.0, 1.0]))
    array([ 0.,  1., nan])
    """
    possible = (total == 0) | ((total >= 2) & (total <= 8))
    return three_valued(possible & (total >= 3), possible)
