import numpy as np
import pytest

from neopcr.kernel import (
    LinearMember,
    Model,
    Reduced,
    Score,
    compile_model,
    contributions,
    explain,
    roll_up,
    top_reasons,
    total,
)
from neopcr.kernel.rows import BLOCK
from shapley import random_linear, random_trees

GROUPS = ((0,), (0, 1), (2,), (1, 2, 3), (4,), (4,), (5,))


def step_by_step(ready, X, groups, n_groups, k):
    phi, base = contributions(ready, X)
    index, value = top_reasons(roll_up(phi, groups, n_groups), k)
    moved = np.abs(value) > 0
    return total(phi, base), np.where(moved, index, -1), np.where(moved, value, np.nan)


def assert_same(ready, X, groups, n_groups, k):
    for found, wanted in zip(
        explain(ready, X, groups, n_groups, k),
        step_by_step(ready, X, groups, n_groups, k),
        strict=True,
    ):
        np.testing.assert_array_equal(found, wanted)


def blend(seed):
    rng = np.random.default_rng(seed)
    members = random_linear(rng, 7), random_trees(rng, 20, depth=3, n_features=7)
    return members, Model(7, members, (0.5, 0.5), 0.1, 0.9)


def linear(coefficient):
    coefficient = np.array(coefficient)
    nothing = np.zeros(len(coefficient))
    member = LinearMember(0.0, nothing, coefficient, nothing)
    return compile_model(Model(len(coefficient), (member,), (1.0,), 0.0, 1.0))


@pytest.mark.parametrize("k", [1, 3, 6, 9])
def test_one_pass_gives_the_bits_of_many(k):
    members, model = blend(1)
    reduced = Reduced(((0, 1), (4,)), Model(7, members, (0.25, 0.75), 0.0, 1.0))
    X = np.random.default_rng(2).normal(size=(2 * BLOCK + 30, 7)).round(1)
    X[::3, :2] = np.nan
    X[::6, 4] = np.nan
    whole = compile_model(model)
    some = compile_model(Model(7, members, (0.5, 0.5), 0.1, 0.9, reduced=(reduced,)))
    for ready in (whole, some):
        assert_same(ready, X, GROUPS, 6, k)


def test_a_wide_block_gives_the_bits_of_many_passes():
    rng = np.random.default_rng(3)
    score = Score(np.array([1, 2, 3]), np.zeros(3), np.ones(3))
    model = Model(2, (random_linear(rng, 2),), (1.0,), 0.0, 1.0, scores=(score,))
    X = rng.normal(size=(50, 4))
    X[0] = 0.0
    assert_same(compile_model(model), X, ((0,), (1,), (2,), (3,)), 4, 5)


@pytest.mark.parametrize(
    "coefficient",
    [
        [0.5, -0.5, 0.5, 0.5],  # of equals the first
        [1.0, 1.0 + 2**-52, 1.0, 1.0 + 2**-51],  # nearer to one another than a key can tell
        [1.0, 2.0, 1.0 + 2**-52, 1.0],
        [5e-324, 0.0, 1e-323, 5e-324],
        [0.0, 0.0, 0.0, 0.0],
        [np.finfo(float).tiny, 1e12, -1e12, 1e-300],
    ],
)
@pytest.mark.parametrize("k", [1, 2, 3, 5])
def test_ties_and_what_is_nearly_one(coefficient, k):
    assert_same(linear(coefficient), np.ones((3, 4)), ((0,), (1,), (2,), (3,)), 4, k)


def test_what_is_no_number_is_no_reason_and_infinity_is_the_first():
    ready = linear([1.0, 2.0, 1.0])
    X = np.array([[np.inf, 1.0, -np.inf], [np.nan, 1.0, 3.0]])
    _, index, value = explain(ready, X, ((0,), (1,), (2,)), 3, 2)
    np.testing.assert_array_equal(index, [[0, 2], [2, 1]])
    np.testing.assert_array_equal(value, [[np.inf, -np.inf], [3.0, 2.0]])
    _, index, _ = explain(ready, X, ((0,), (1,), (0,)), 2, 2)
    np.testing.assert_array_equal(index, [[1, -1], [0, 1]])


def test_rows_and_groups_that_are_none():
    ready = linear([1.0, 2.0])
    logit, index, value = explain(ready, np.empty((0, 2)), ((0,), (1,)), 2, 3)
    assert (logit.shape, index.shape, value.shape) == ((0,), (0, 3), (0, 3))
    with pytest.raises(ValueError, match="need as many groups"):
        explain(ready, np.ones((1, 2)), ((0,),), 2, 3)
    with pytest.raises(ValueError, match="reads 2 features"):
        explain(ready, np.ones((1, 3)), ((0,), (1,)), 2, 3)
