"""Laws of pooling over centres."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from neopcr.validation.pooling import pool

K = 5
VALUES = arrays(np.float64, K, elements=st.floats(-3, 3).map(lambda v: round(v, 3)))
ERRORS = arrays(np.float64, K, elements=st.floats(0.05, 2).map(lambda v: round(v, 3)))


@given(VALUES, ERRORS)
def test_the_mean_lies_between_the_centres_and_the_new_centre_is_less_certain(value, error):
    found = pool(value, error)
    assert value.min() - 1e-9 <= found.mean <= value.max() + 1e-9
    assert found.expected_lower <= found.lower <= found.mean <= found.upper <= found.expected_upper
    assert 0.0 <= found.tau <= 10 * np.std(value)


@given(VALUES, ERRORS, st.permutations(range(K)))
def test_the_order_of_centres_changes_nothing(value, error, order):
    first, second = pool(value, error), pool(value[order], error[order])
    assert second.mean == pytest.approx(first.mean, abs=1e-6)
    assert second.tau == pytest.approx(first.tau, abs=1e-6)


@given(VALUES, ERRORS, st.floats(0.5, 4), st.floats(-2, 2))
def test_another_unit_changes_the_unit_alone(value, error, unit, origin):
    first, second = pool(value, error), pool(origin + unit * value, unit * error)
    assert second.mean == pytest.approx(origin + unit * first.mean, abs=1e-5)
    assert second.tau == pytest.approx(unit * first.tau, abs=1e-4)
