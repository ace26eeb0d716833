"""Receptors beside the spec table: conflicts, scores and Ki-67."""

import numpy as np

from neopcr.oncology import receptor_scores, receptors

NAN = np.nan


def test_a_call_conflicts_where_the_percent_says_otherwise():
    percent = np.array([0.9, 1.0, 1.0, NAN, 50.0])
    call = np.array([1, 0, 1, 0, -1], dtype=np.int16)
    assert list(receptors.is_call_conflict(percent, call)) == [True, True, False, False, False]


def test_ki67_is_high_from_the_cut():
    found = receptors.ki67_high(np.array([19.9, 20.0, NAN]))
    assert np.array_equal(found, [0, 1, NAN], equal_nan=True)
    assert receptors.ki67_high(np.array([15.0]), cut=14.0)[0] == 1


def test_h_score_of_more_than_all_cells_is_not_known():
    score = receptor_scores.h_score(*np.array([[0, 50, NAN], [0, 50, 1], [100, 1, 1]]))
    assert np.array_equal(score, [300, NAN, NAN], equal_nan=True)


def test_allred():
    found = receptor_scores.allred_positive(np.array([0, 1, 2, 3, 8, 9, NAN]))
    assert np.array_equal(found, [0, NAN, 0, 1, 1, NAN, NAN], equal_nan=True)


def test_a_call_reaches_one_percent_and_no_more():
    nan = np.full(3, NAN)
    given = receptors.Evidence(
        percent=nan, allred=nan, h_score=nan, call=np.array([1, 0, -1], dtype=np.int16)
    )
    assert np.array_equal(receptors.reaches(given, 1.0), [1, 0, NAN], equal_nan=True)
    assert np.array_equal(receptors.reaches(given, 1.1), [NAN, 0, NAN], equal_nan=True)
