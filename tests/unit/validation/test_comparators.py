"""Comparators on folds: their numbers are of the training part, and what is missing stays so."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from neopcr.validation.comparators import by_level, intercept, prevalence, refitted

PLAN = ((np.array([0, 1, 2, 3]), np.array([4, 5, 6, 7])),)
Y = np.array([1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0])


def test_prevalence_is_that_of_the_training_part():
    assert prevalence(Y, PLAN).tolist() == [[0.25] * 4 + [0.75] * 4]


def test_a_level_predicts_the_share_of_its_own_in_the_training_part():
    level = np.array([1.0, 0.0, 1.0, np.nan, 1.0, 1.0, 0.0, 0.0])
    p = by_level(Y, level, PLAN)[0]
    # Trained on the last four: one of two at level 1, none of two at level 0; half a patient more.
    assert p[:3] == pytest.approx([1.5 / 3, 0.5 / 3, 1.5 / 3])
    assert np.isnan(p[3])
    # Trained on the first four: both at level 1, the one at level 0.
    assert p[4:] == pytest.approx([2.5 / 3, 2.5 / 3, 1.5 / 2, 1.5 / 2])


def test_published_coefficients_stay_and_the_intercept_is_refitted():
    linear = np.array([1.0, 0.0, 2.0, 0.0, 1.0, 0.0, np.nan, 0.0])
    p = refitted(Y, linear, PLAN)[0]
    assert np.isnan(p[6])
    known = [4, 5, 7]
    a = intercept(Y[known], linear[known])
    assert expit(a + linear[known]).sum() == pytest.approx(Y[known].sum())
    assert p[:4] == pytest.approx(expit(a + linear[:4]))


def test_the_tested_outcomes_do_not_matter():
    linear, other = np.arange(8.0) - 4, Y.copy()
    other[:4] = [0, 0, 1, 1]
    assert (refitted(Y, linear, PLAN)[0, :4] == refitted(other, linear, PLAN)[0, :4]).all()


@pytest.mark.parametrize("y", [[], [1.0, 1.0]])
def test_no_intercept_without_both_outcomes(y):
    assert np.isnan(intercept(np.array(y), np.zeros(len(y))))
