"""Three-valued logic."""

import numpy as np

from neopcr.oncology.kleene import either, equals, first_known, ordinal, three_valued

NAN = np.nan


def test_or_is_kleenes():
    values = np.array([1, 0, NAN])
    left, right = np.repeat(values, 3), np.tile(values, 3)
    expected = [1, 1, 1, 1, 0, NAN, 1, NAN, NAN]
    assert np.array_equal(either(left, right), expected, equal_nan=True)


def test_true_is_asked_first():
    found = three_valued(np.array([True, True, False, False]), np.array([True, False, True, False]))
    assert np.array_equal(found, [1, 1, 0, NAN], equal_nan=True)


def test_codes():
    codes = np.array([-1, 0, 2], dtype=np.int16)
    assert np.array_equal(equals(codes, 0, 1), [NAN, 1, 0], equal_nan=True)
    assert np.array_equal(ordinal(codes), [NAN, 0, 2], equal_nan=True)


def test_first_known_falls_back_twice():
    found = first_known(*np.array([[NAN, NAN, 1], [NAN, 2, 2], [3, 3, 3]]))
    assert list(found) == [3, 2, 1]
