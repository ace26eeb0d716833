"""Where training patients are: by hand, and how many of their like are told to be unlike them."""

from __future__ import annotations

import numpy as np
import pytest

from neopcr.kernel import Uncertainty, check_uncertainty, judge
from neopcr.validation import learn_reach

NAN = np.nan


def outside(reach, X):
    return judge(Uncertainty(reach), X, np.zeros(len(X))).outside


def test_a_range_is_that_of_five_patients_at_either_end():
    ages = np.array([30.0, 31, 32, 33, 34, 50, 60, 80, 81, 82, 83, 99, NAN])
    reach = learn_reach(ages[:, None])
    known = ages[:-1]
    assert (reach.low[0], reach.high[0]) == (32.0, 85.0)
    assert (reach.centre[0], reach.scale[0]) == pytest.approx((known.mean(), known.std()))


def test_what_fewer_than_five_patients_have_is_not_looked_at():
    X = np.column_stack([np.arange(20.0), [1.0, 2.0, 3.0, 4.0] + [NAN] * 16])
    reach = learn_reach(X)
    assert reach.scale[1] == 0.0
    far = np.array([[10.0, 1e9], [10.0, NAN]])
    assert outside(reach, far).tolist() == [False, False]


def test_a_value_no_training_patient_had_is_outside_however_near():
    X = np.column_stack([np.random.default_rng(0).normal(size=200), np.zeros(200)])
    reach = learn_reach(X)
    check_uncertainty(Uncertainty(reach), 2)
    assert outside(reach, np.array([[0.0, 0.0], [0.0, 1.0]])).tolist() == [False, True]


@pytest.mark.parametrize("n", [150, 1000])
def test_one_in_a_hundred_of_their_like_is_unlike_them(n):
    rng = np.random.default_rng(n)
    shares = []
    for _ in range(10):
        X, new = (
            np.column_stack([rng.normal(size=(k, 8)), rng.lognormal(size=(k, 2)),
                             rng.random((k, 4)) < 0.3])
            for k in (n, 2000)
        )  # fmt: skip
        new[rng.random(new.shape) < 0.2] = NAN
        X[rng.random(X.shape) < 0.2] = NAN
        shares.append(outside(learn_reach(X), new).mean())
    assert 0.004 < np.mean(shares) < 0.025


def test_a_slip_of_units_is_far():
    rng = np.random.default_rng(3)
    X = rng.normal(60, 10, (300, 6))
    wrong = X.copy()
    wrong[:, 2] *= 10
    assert outside(learn_reach(X), wrong).all()


def test_the_same_seed_gives_the_same_bits():
    X = np.random.default_rng(4).normal(size=(83, 3))
    one, same, other = learn_reach(X, seed=1), learn_reach(X, seed=1), learn_reach(X, seed=2)
    assert (one.farthest, one.outermost) == (same.farthest, same.outermost)
    assert one.farthest != other.farthest
    np.testing.assert_array_equal(one.scale, other.scale)


def test_seven_patients_are_enough_to_learn_from():
    check_uncertainty(Uncertainty(learn_reach(np.arange(7.0)[:, None])), 1)
