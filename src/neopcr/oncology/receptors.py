"""Hormone receptors and Ki-67.

ER and PgR are positive from 1 % of nuclei, ER 1-10 % is "ER low positive" (ASCO/CAP 2020: Allison,
J Clin Oncol 38 (2020) 1346). A percent wins over a score (Allred, H-score), and a score over a
call; each is used only where what stands before it leaves the question open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neopcr.oncology.kleene import Codes, either, equals, first_known, three_valued
from neopcr.oncology.receptor_scores import (
    H_SCORE_LOW_UP_TO,
    H_SCORE_POSITIVE_FROM,
    allred_positive,
    h_score_positive,
    percent_bounds,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import FloatArray

CALLS = ("negative", "positive")

# ASCO/CAP 2020 (Allison 2020): percent of invasive nuclei that stain.
POSITIVE_FROM_PERCENT = 1.0
ER_LOW_UP_TO_PERCENT = 10.0
# St Gallen 2013 (Goldhirsch, Ann Oncol 24 (2013) 2206); it was 14 % in 2011.
KI67_HIGH_FROM_PERCENT = 20.0
KI67_HIGH_FROM_PERCENT_2011 = 14.0
# IKWG 2021 (Nielsen, J Natl Cancer Inst 113 (2021) 808; unverified): what lies between these cannot
# be relied on, and they were set for chemotherapy of ER-positive, HER2-negative disease.
IKWG_LOW_UP_TO_PERCENT, IKWG_HIGH_FROM_PERCENT = 5.0, 30.0
IKWG_CLASSES = ("low", "intermediate", "high")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known of one receptor, each of shape (n_patients,).

    Parameters
    ----------
    percent : float array
        Percent of nuclei that stain, 0-100; NaN not known.
    allred, h_score : float arrays
        Allred total (0, 2-8) and H-score (0-300); NaN not known.
    call : int array
        Codes into `CALLS`; -1 not known.
    """

    percent: FloatArray
    allred: FloatArray
    h_score: FloatArray
    call: Codes


@dataclass(frozen=True, slots=True, kw_only=True)
class Receptors:
    """Status of the receptors: 1 yes, 0 no, NaN not known; and flags, by name.

    Parameters
    ----------
    er, pgr, hr, er_low : float arrays of shape (n_patients,)
        Positive by `receptor_positive`; hormone receptor-positive; ER low positive.
    flags : dict of str to bool array
        ``retest_ER``: ER is negative and PgR positive, which asks for another look at ER.
        ``call_conflict``: a call contradicts the numbers beside it, which win.
        ``score_decides``: positive by the cut of a score whose percent may lie below 1.
        ``h_score_low``: positive by an H-score of 1-10, which some laboratories call negative.
    """

    er: FloatArray
    pgr: FloatArray
    hr: FloatArray
    er_low: FloatArray
    flags: dict[str, NDArray[np.bool_]]


def classify(er: Evidence, pgr: Evidence, hr_call: Codes) -> Receptors:
    """Classify hormone receptors.

    Parameters
    ----------
    er, pgr : Evidence
    hr_call : int array of shape (n_patients,)
        Codes into `CALLS`; used where ER and PgR leave it open.

    Returns
    -------
    Receptors
    """
    er_positive, pgr_positive = is_positive(er), is_positive(pgr)
    flags = {
        name: first | second
        for (name, first), second in zip(_flags(er).items(), _flags(pgr).values(), strict=True)
    }
    flags["retest_ER"] = (er_positive == 0) & (pgr_positive == 1)
    flags["call_conflict"] |= _differ(either(er_positive, pgr_positive), hr_call)
    return Receptors(
        er=er_positive,
        pgr=pgr_positive,
        hr=hr_positive(er_positive, pgr_positive, hr_call),
        er_low=is_low(er),
        flags=flags,
    )


def is_positive(given: Evidence) -> FloatArray:
    """Whether a receptor is positive, by all that is known of it; see `Evidence`."""
    return first_known(_by_numbers(given), equals(given.call, 1))


def is_low(given: Evidence) -> FloatArray:
    """Whether a receptor is low positive, 1-10 %, as far as percent or scores prove it.

    A call leaves it open, and so does a score whose percent may lie on either side.
    """
    low, high = percent_bounds(given.percent, given.allred, given.h_score)
    within = (low >= POSITIVE_FROM_PERCENT) & (high <= ER_LOW_UP_TO_PERCENT)
    return three_valued(within, (high < POSITIVE_FROM_PERCENT) | (low > ER_LOW_UP_TO_PERCENT))


def reaches(given: Evidence, percent: float) -> FloatArray:
    """Whether at least this percent of nuclei is proved: 10 for the usual sensitivity analysis.

    A negative call proves less than 1 %; a positive one proves no more than 1 %.

    Parameters
    ----------
    given : Evidence
    percent : float
        1 or more.
    """
    low, high = percent_bounds(given.percent, given.allred, given.h_score)
    by_numbers = three_valued(low >= percent, high < percent)
    called = three_valued((given.call == 1) & (percent <= POSITIVE_FROM_PERCENT), given.call == 0)
    return np.where(np.isnan(low), called, by_numbers)


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


def score_positive(allred: FloatArray, h_score: FloatArray) -> FloatArray:
    """Whether ER or PgR is positive by its scores alone: Allred first, then H-score.

    >>> score_positive(np.array([3.0, np.nan, 0.0]), np.array([0.0, 210.0, np.nan]))
    array([1., 1., 0.])
    """
    return first_known(allred_positive(allred), h_score_positive(h_score))


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


def ikwg_class(ki67_percent: FloatArray) -> Codes:
    """Ki-67 by the working group's two cuts: codes into `IKWG_CLASSES`, -1 not known (unverified).

    >>> [IKWG_CLASSES[code] for code in ikwg_class(np.array([5.0, 5.1, 29.9, 30.0]))]
    ['low', 'intermediate', 'intermediate', 'high']
    """
    above = (ki67_percent > IKWG_LOW_UP_TO_PERCENT).astype(np.int16)
    code = above + (ki67_percent >= IKWG_HIGH_FROM_PERCENT)
    return np.where(np.isnan(ki67_percent), -1, code).astype(np.int16)


def is_call_conflict(percent: FloatArray, call: Codes) -> NDArray[np.bool_]:
    """Whether a call contradicts the percent beside it; the percent wins."""
    return _differ(receptor_positive(percent, np.full(len(call), -1, dtype=np.int16)), call)


def _by_numbers(given: Evidence) -> FloatArray:
    """By percent, then by the first score there is, whose cut decides."""
    unknown = np.full(len(given.call), -1, dtype=np.int16)
    return first_known(
        receptor_positive(given.percent, unknown), score_positive(given.allred, given.h_score)
    )


def _differ(positive: FloatArray, call: Codes) -> NDArray[np.bool_]:
    conflict: NDArray[np.bool_] = np.abs(positive - equals(call, 1)) == 1
    return conflict


def _flags(given: Evidence) -> dict[str, NDArray[np.bool_]]:
    positive = _by_numbers(given)
    low, _ = percent_bounds(given.percent, given.allred, given.h_score)
    by_h_score = np.isnan(given.percent) & np.isnan(allred_positive(given.allred))
    faint = (given.h_score >= H_SCORE_POSITIVE_FROM) & (given.h_score <= H_SCORE_LOW_UP_TO)
    return {
        "call_conflict": _differ(positive, given.call),
        "score_decides": (positive == 1) & (low < POSITIVE_FROM_PERCENT),
        "h_score_low": by_h_score & faint,
    }
