"""Allred and H-score: totals of nuclei that stain and of how strongly, and the percent they prove.

A score cannot be turned back into a percent, but it bounds one: H-score 210 needs at least 70 % of
the nuclei, Allred 8 at least 67 %. Definitions of both scores and their own cuts: Harvey, J Clin
Oncol 17 (1999) 1474, and general knowledge (unverified).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr.oncology.kleene import first_known, three_valued

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.oncology.kleene import Codes
    from neopcr.specs import FloatArray

_JUST_BELOW_1 = np.nextafter(1.0, 0.0)
# Proportion score 0-5: percent of nuclei it stands for, both ends included; 1 is "above 0, below
# 1 %" (unverified).
PROPORTION_BOUNDS = (
    (0.0, 0.0),
    (0.0, _JUST_BELOW_1),
    (1.0, 10.0),
    (11.0, 33.0),
    (34.0, 66.0),
    (67.0, 100.0),
)
# A total adds the intensity, 1-3, to the proportion; 1 is therefore impossible.
ALLRED_TOTALS = ("0", "2", "3", "4", "5", "6", "7", "8")
ALLRED_POSITIVE_FROM = 3.0
H_SCORE_POSITIVE_FROM = 1.0
# Some laboratories call an H-score of up to 10 negative (unverified).
H_SCORE_LOW_UP_TO = 10.0


def allred_total(proportion: FloatArray, intensity: FloatArray) -> FloatArray:
    """Allred total of a proportion score, 0-5, and an intensity score, 0-3.

    NaN where one is missing, no whole number or out of its range, or where the one is 0 and the
    other is not.

    >>> allred_total(np.array([5.0, 0.0, 1.0]), np.array([3.0, 0.0, 0.0]))
    array([ 8.,  0., nan])
    """
    ranges = np.isin(proportion, range(6)) & np.isin(intensity, range(4))
    together = (proportion == 0) == (intensity == 0)
    return np.where(ranges & together, proportion + intensity, np.nan)


def proportion_score(percent: FloatArray) -> FloatArray:
    """Proportion score, 0-5, of a percent of nuclei; NaN where it is not known.

    The bands are written in whole percents, so 10.5 % is in the band above 10.

    >>> proportion_score(np.array([0, 0.9, 1, 10, 10.5, 34, 67, np.nan]))
    array([ 0.,  1.,  2.,  2.,  3.,  4.,  5., nan])
    """
    score = (percent > 0).astype(np.float64) + (percent >= 1)
    for _, below in PROPORTION_BOUNDS[2:-1]:
        score += percent > below
    return np.where((percent >= 0) & (percent <= 100), score, np.nan)


def totals(codes: Codes) -> FloatArray:
    """Allred totals of codes into `ALLRED_TOTALS`; NaN where -1.

    >>> totals(np.array([0, 1, 7, -1], dtype=np.int16))
    array([ 0.,  2.,  8., nan])
    """
    values = np.array([*(float(total) for total in ALLRED_TOTALS), np.nan])
    return values[codes]


def allred_positive(total: FloatArray, positive_from: float = ALLRED_POSITIVE_FROM) -> FloatArray:
    """Whether an Allred total of 0 or 2-8 is positive: from 3 (Harvey 1999, unverified).

    1 is impossible: NaN.

    >>> allred_positive(np.array([2.0, 3.0, 1.0]))
    array([ 0.,  1., nan])
    """
    possible = np.isin(total, [float(each) for each in ALLRED_TOTALS])
    return three_valued(possible & (total >= positive_from), possible)


def _allred_bounds() -> NDArray[np.float64]:
    """Least and greatest percent by total, 0 to 8; NaN for 1."""
    bounds = np.full((9, 2), np.nan)
    bounds[0] = PROPORTION_BOUNDS[0]
    for proportion, (low, high) in enumerate(PROPORTION_BOUNDS[1:], start=1):
        for total in range(proportion + 1, proportion + 4):
            bounds[total] = np.fmin(bounds[total, 0], low), np.fmax(bounds[total, 1], high)
    return bounds


_ALLRED_BOUNDS = _allred_bounds()


def allred_bounds(total: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Least and greatest percent of nuclei that agree with an Allred total.

    >>> [bound.tolist() for bound in allred_bounds(np.array([0.0, 5.0, 7.0, 8.0, 1.0]))]
    [[0.0, 1.0, 34.0, 67.0, nan], [0.0, 66.0, 100.0, 100.0, nan]]
    """
    possible = np.isin(total, [float(each) for each in ALLRED_TOTALS])
    bounds = _ALLRED_BOUNDS[np.where(possible, total, 1).astype(np.int64)]
    return bounds[:, 0], bounds[:, 1]


def h_score(weak: FloatArray, intermediate: FloatArray, strong: FloatArray) -> FloatArray:
    """H-score, 0-300, from percentages of nuclei by strength of staining (unverified definition).

    NaN where one is missing or negative, or they add up to more than 100.

    >>> h_score(np.array([10.0]), np.array([20.0]), np.array([30.0]))
    array([140.])
    """
    score = weak + 2 * intermediate + 3 * strong
    least = np.minimum(np.minimum(weak, intermediate), strong)
    return np.where((least >= 0) & (weak + intermediate + strong <= 100), score, np.nan)


def h_score_positive(score: FloatArray, positive_from: float = H_SCORE_POSITIVE_FROM) -> FloatArray:
    """Whether an H-score alone is positive: from 1 (unverified); NaN out of 0-300."""
    possible = (score >= 0) & (score <= 300)
    return three_valued(possible & (score >= positive_from), possible)


def h_score_bounds(score: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Least and greatest percent of nuclei that agree with an H-score.

    A nucleus counts 1 to 3, so the percent lies between a third of the score and the score.

    >>> [bound.tolist() for bound in h_score_bounds(np.array([0.0, 30.0, 210.0, 301.0]))]
    [[0.0, 10.0, 70.0, nan], [0.0, 30.0, 100.0, nan]]
    """
    score = np.where((score >= 0) & (score <= 300), score, np.nan)
    return score / 3, np.minimum(score, 100.0)


def percent_bounds(
    percent: FloatArray, allred: FloatArray, score: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Least and greatest percent of nuclei that the evidence proves.

    Parameters
    ----------
    percent, allred, score : float arrays of shape (n_patients,)
        Percent of nuclei, Allred total and H-score; NaN not known. The percent counts first, then
        the Allred total.

    Returns
    -------
    pair of float arrays of shape (n_patients,)
        NaN where nothing is known.
    """
    by_allred, by_score = allred_bounds(allred), h_score_bounds(score)
    return (
        first_known(percent, by_allred[0], by_score[0]),
        first_known(percent, by_allred[1], by_score[1]),
    )
