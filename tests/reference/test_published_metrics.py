"""Metrics against numbers published by others.

Hanley & McNeil, Radiology 143 (1982) 29-36, table of CT ratings 1-5 of 58 normal and 51 abnormal
patients; Stata's manual [R] roctab on the same table (hanley.dta): area 0.8932, standard error
0.0307, 95 % interval 0.83295 to 0.95339.

dcurves (R), Vickers' tutorial data: of 750 patients 105 have cancer; a family history is present
in 24 of them and in 91 of the others. Net benefits from its reference file r_dca_famhistory.csv
(Apache-2.0). Its vignette (repository ddsjoberg/dcurves, vignettes/dca.Rmd at 0f92985) says of the
same patients: "Via logistic regression with cancer as the outcome, we can see that family history
is related to biopsy outcome (OR 1.80; 95% CI 1.09, 2.99; p=0.022)." It is a secondary source for
the method, Vickers & Elkin, Med Decis Making 26 (2006) 565-574, doi:10.1177/0272989X06295361, whose
own text could not be had.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from neopcr.metrics import METRICS
from neopcr.metrics.auroc import placements
from neopcr.validation import decision_curve
from neopcr.validation.odds import odds_ratios, stratified_odds_ratio

RATINGS = np.arange(1.0, 6.0)
NORMAL, ABNORMAL = [33, 6, 6, 11, 2], [3, 2, 2, 11, 33]


@pytest.fixture
def ct_ratings() -> tuple[np.ndarray, np.ndarray]:
    y = np.repeat([0.0, 1.0], [58, 51])
    return y, np.concatenate([np.repeat(RATINGS, NORMAL), np.repeat(RATINGS, ABNORMAL)])


def test_hanley_mcneil_ratings(ct_ratings):
    y, rating = ct_ratings
    auroc = METRICS["auroc"]
    assert auroc.function(y, rating) == pytest.approx(0.8932, abs=5e-5)
    assert auroc.interval(y, rating) == pytest.approx((0.83295, 0.95339), abs=6e-6)
    variance = sum(part.var(ddof=1) / len(part) for part in placements(y, rating))
    assert math.sqrt(variance) == pytest.approx(0.0307, abs=5e-5)


@pytest.fixture
def family_history() -> tuple[np.ndarray, np.ndarray]:
    history = np.concatenate([np.arange(105) < 24, np.arange(645) < 91])
    return np.repeat([1.0, 0.0], [105, 645]), history.astype(float)


def test_odds_ratio_of_a_family_history(family_history):
    y, history = family_history
    term = odds_ratios(y, {"family history": history}).terms[0]
    figures = (term.ratio, term.lower, term.upper)
    assert [round(one, 2) for one in figures] == [1.80, 1.09, 2.99]
    assert round(term.p_value, 3) == 0.022
    # One stratum: Mantel and Haenszel have nothing to weight.
    assert round(stratified_odds_ratio(y, history, np.zeros(750)), 2) == 1.80


def test_net_benefit_of_a_family_history(family_history):
    y, history = family_history
    curve = decision_curve(y, history, np.array([0.01, 0.1, 0.2, 0.21, 0.5, 0.6]))
    expected = [
        0.030774410774410774,
        0.018518518518518517,
        0.0016666666666666635,
        -2.531645569620253e-4,
        -0.08933333333333335,
        -0.15,
    ]
    assert curve.model == pytest.approx(expected, abs=1e-12)
    everyone = [
        0.13131313131313133,
        0.04444444444444445,
        -0.07499999999999998,
        -0.08860759493670883,
        -0.72,
        -1.15,
    ]
    assert curve.treat_all == pytest.approx(everyone, abs=1e-12)
