"""Rows that lack whole blocks of features are scored, and explained, by models without them."""

import dataclasses

import numpy as np
import pytest

from neopcr.kernel import Model, Reduced, compile_model, contributions, logit, total
from shapley import random_linear, random_trees

N = 6
NAN = np.nan


def blend(seed):
    rng = np.random.default_rng(seed)
    members = (random_linear(rng, N), random_trees(rng, 3, depth=2, n_features=N))
    return Model(N, members, (0.4, 0.6), 0.1 * seed, 1.1)


WHOLE, FIRST, LAST, BOTH = (blend(seed) for seed in range(4))
MODEL = dataclasses.replace(
    WHOLE,
    # On purpose not in the order of what they lack.
    reduced=(
        Reduced(((0, 1),), FIRST),
        Reduced(((4, 5),), LAST),
        Reduced(((0, 1), (5,)), BOTH),
    ),
)
X = np.array([
    [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
    [NAN, NAN, 0.3, 0.4, 0.5, 0.6],
    [NAN, 0.2, 0.3, 0.4, 0.5, 0.6],
    [0.1, 0.2, 0.3, NAN, NAN, NAN],
    [NAN, NAN, 0.3, 0.4, 0.5, NAN],
    [NAN, NAN, 0.3, 0.4, NAN, NAN],
    [NAN, NAN, NAN, NAN, NAN, NAN],
])  # fmt: skip
SCORED_BY = (WHOLE, FIRST, WHOLE, LAST, BOTH, BOTH, BOTH)


def test_a_row_is_scored_by_the_model_that_lacks_most_of_what_it_lacks():
    scored = logit(compile_model(MODEL), X)
    expected = [logit(compile_model(one), X[[row]])[0] for row, one in enumerate(SCORED_BY)]
    np.testing.assert_allclose(scored, expected, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(scored[:1], logit(compile_model(WHOLE), X[:1]))


def test_contributions_start_from_one_base_and_what_is_lacking_owns_the_difference():
    phi, base = contributions(compile_model(MODEL), X)
    assert base == contributions(compile_model(WHOLE), X)[1]
    np.testing.assert_array_equal(total(phi, base), logit(compile_model(MODEL), X))
    own, start = contributions(compile_model(BOTH), X[4:5])
    moved = (phi[4] - own[0]) * 2 / (start - base)
    np.testing.assert_allclose(moved, [0.5, 0.5, 0, 0, 0, 1], atol=1e-9)


def test_a_row_does_not_depend_on_its_neighbours():
    ready = compile_model(MODEL)
    phi, _ = contributions(ready, X)
    alone = np.vstack([contributions(ready, X[[row]])[0] for row in range(len(X))])
    np.testing.assert_array_equal(phi, alone)
    assert contributions(ready, X[:0])[0].shape == (0, N)


@pytest.mark.parametrize(
    ("reduced", "reason"),
    [
        (Reduced((), FIRST), "names no feature"),
        (Reduced(((0,), ()), FIRST), "names no feature"),
        (Reduced(((0, 1), (1,)), FIRST), "one twice"),
        (Reduced(((0, N),), FIRST), "not of the whole model's features"),
        (Reduced(((-1,),), FIRST), "not of the whole model's features"),
        (Reduced(((0,),), dataclasses.replace(FIRST, n_features=N + 1)), "not of the whole"),
        (Reduced(((0,),), MODEL), "itself reduced"),
        (Reduced(((0,),), dataclasses.replace(FIRST, slope=np.inf)), "not finite"),
    ],
)
def test_a_reduced_model_that_would_be_misread_is_refused(reduced, reason):
    with pytest.raises(ValueError, match=reason):
        compile_model(dataclasses.replace(WHOLE, reduced=(reduced,)))
