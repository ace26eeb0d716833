"""What folds say of a width: differences, scaled to the sample, in its standard deviations."""

from __future__ import annotations

import numpy as np
import pytest

from neopcr.kernel import LinearMember, Model, Width
from neopcr.validation import fold_plan, learn_reach
from neopcr.validation.widening import out_of_fold_ratios, share_within

FLAT = Width(np.log(0.5), 0.0, 0.0, 0.0, -9.0, 9.0, (), (), 2.0)


@pytest.fixture
def line():
    """A model whose logit is its only feature."""
    one, zero = np.ones(1), np.zeros(1)
    member = LinearMember(0.0, zero, one, zero)
    return Model(1, (member,), (1.0,), 0.0, 1.0)


def test_a_difference_in_a_fifth_of_the_patients_counts_twice(line):
    X = np.linspace(-1, 1, 50)[:, None]
    plan = fold_plan(np.tile([0.0, 1.0], 25), folds=5, repeats=1, seed=0)
    p = (X[:, 0] + 0.3)[None]
    found = out_of_fold_ratios(FLAT, line, X, learn_reach(X), p, plan)
    # The root of (1 - 1/5) / (1/5) is 2; the width's standard deviation is 0.5, its factor apart.
    assert found == pytest.approx(np.full((1, 50), 2 * 0.3 / 0.5))


def test_the_share_within_grows_with_the_factor():
    ratios = np.array([[0.0, 1.9, 2.0, 3.9]])
    assert (share_within(ratios, 1.0), share_within(ratios, 2.0)) == (0.5, 1.0)
