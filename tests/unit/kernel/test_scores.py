"""Wide blocks: one score on the way in, exact parts of it on the way out."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from neopcr.kernel import (
    LinearMember,
    Model,
    Reduced,
    Score,
    compile_model,
    condense,
    contributions,
    logit,
    member_logits,
    total,
)
from shapley import random_linear, random_trees

NAN = np.nan
# Columns 1, 3 and 4 of five are one score; members see columns 0 and 2, then the score.
SCORE = Score(np.array([1, 3, 4]), np.array([1.0, 0.0, -1.0]), np.array([2.0, -1.0, 0.5]))


def blend(seed, n_features=3):
    rng = np.random.default_rng(seed)
    members = (
        random_linear(rng, n_features),
        random_trees(rng, 4, depth=3, n_features=n_features),
    )
    return Model(n_features, members, (0.4, 0.6), 0.2, 1.1)


MODEL = dataclasses.replace(blend(1), scores=(SCORE,))


def by_hand(X):
    parts = np.nan_to_num((X[:, [1, 3, 4]] - SCORE.centre) * SCORE.coefficient)
    known = ~np.isnan(X[:, [1, 3, 4]]).all(axis=1)
    return parts, np.where(known, parts.sum(axis=1), NAN)


def rows(seed, n=200):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 5))
    X[rng.random(X.shape) < 0.3] = NAN
    return X


def test_members_see_the_columns_that_no_score_takes_and_then_the_score():
    X = rows(0)
    assert MODEL.n_inputs == 5
    seen = condense(MODEL, X)
    _, score = by_hand(X)
    assert_array_equal(seen[:, :2], X[:, [0, 2]])
    assert_allclose(seen[:, 2], score, rtol=1e-12)
    inner = compile_model(dataclasses.replace(MODEL, scores=()))
    assert_allclose(logit(compile_model(MODEL), X), logit(inner, seen), rtol=0, atol=1e-12)
    assert_array_equal(member_logits(compile_model(MODEL), X), member_logits(inner, seen))


def test_a_model_without_scores_sees_the_matrix_itself():
    X = rows(1)[:, :3].copy()
    assert condense(blend(1), X) is X


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), stretch=st.sampled_from([1e-9, 1.0, 1e3, 1e200]))
def test_contributions_add_up_whatever_the_columns_hold(seed, stretch):
    X = rows(seed, 20) * stretch
    X[0] = 0.0
    model = dataclasses.replace(blend(seed), scores=(SCORE,))
    linear = dataclasses.replace(
        model.members[0], coefficient=model.members[0].coefficient / max(stretch, 1.0)
    )
    model = dataclasses.replace(model, members=(linear, model.members[1]))
    ready = compile_model(model)
    phi, base = contributions(ready, X)
    inner = compile_model(dataclasses.replace(model, scores=()))
    seen_phi, start = contributions(inner, condense(model, X))
    assert base == start
    assert_array_equal(phi[:, [0, 2]], seen_phi[:, :2])
    wanted = seen_phi[:, 2]
    assert_allclose(phi[:, [1, 3, 4]].sum(axis=1), wanted, rtol=1e-9, atol=1e-9)
    assert_array_equal(logit(ready, X), total(phi, base))


def only_linear(slope):
    zero = np.zeros(3)
    return LinearMember(0.3, zero, np.array([0.0, 0.0, slope]), zero)


def test_a_linear_members_part_belongs_to_the_columns_term_by_term():
    model = Model(3, (only_linear(0.7),), (1.0,), 0.0, 1.0, scores=(SCORE,))
    X = rows(2)
    parts, score = by_hand(X)
    phi, _ = contributions(compile_model(model), X)
    known = ~np.isnan(score)
    assert_allclose(phi[known][:, [1, 3, 4]], 0.7 * parts[known], atol=1e-12)


def of_trees(X):
    """What the score contributes by trees, and how it is shared over its columns."""
    model = Model(3, (blend(4).members[1],), (1.0,), 0.0, 1.0, scores=(SCORE,))
    phi, _ = contributions(compile_model(model), X)
    inner, _ = contributions(
        compile_model(dataclasses.replace(model, scores=())), condense(model, X)
    )
    return inner[:, 2], phi[:, [1, 3, 4]]


def test_trees_parts_are_in_proportion_where_columns_agree_and_bounded_where_they_cancel():
    X = rows(3, 500)
    parts, score = by_hand(X)
    whole, shared = of_trees(X)
    root = np.sqrt((parts**2).sum(axis=1))
    agree = np.abs(score) >= root
    assert agree.sum() > 100
    assert_allclose(
        shared[agree], whole[agree, None] * parts[agree] / score[agree, None], atol=1e-12
    )
    cancel = (np.abs(score) < root) & (root > 0)
    assert cancel.sum() > 30
    assert np.all(np.abs(shared[cancel]) <= 2 * np.abs(whole[cancel, None]) + 1e-12)


def test_columns_that_cancel_wholly_share_by_squares_and_those_at_their_mean_alike():
    cancelling = [0.1, 1.5, 0.2, 1.0, -1.0]  # parts 1, -1, 0
    at_mean = [0.1, 1.0, 0.2, 0.0, -1.0]
    nothing = [0.1, NAN, 0.2, NAN, NAN]
    whole, shared = of_trees(np.array([cancelling, at_mean, nothing]))
    assert np.all(np.abs(whole) > 1e-3)
    assert_allclose(shared, whole[:, None] * [[0.5, 0.5, 0], [1 / 3] * 3, [1 / 3] * 3])


def test_a_missing_column_of_a_known_block_has_no_part():
    _, shared = of_trees(np.array([[0.1, NAN, 0.2, 1.0, 1.0]]))
    assert shared[0, 0] == 0.0
    assert np.all(shared[0, 1:] != 0.0)


def test_a_row_without_the_block_is_scored_by_the_model_without_its_score():
    model = dataclasses.replace(MODEL, reduced=(Reduced(((2,),), blend(7)),))
    X = rows(5, 30)
    X[:10, [1, 3, 4]] = NAN
    ready = compile_model(model)
    seen = condense(model, X)
    alone = logit(compile_model(blend(7)), seen)
    assert_allclose(logit(ready, X)[:10], alone[:10], rtol=0, atol=1e-12)
    phi, base = contributions(ready, X)
    assert base == contributions(compile_model(MODEL), X)[1]
    assert_allclose(phi[:10, 1], phi[:10, 3])
    # Where the block is known, linear parts are those of the whole model.
    assert_array_equal(phi[12:], contributions(compile_model(MODEL), X)[0][12:])


def test_rows_are_the_same_alone_and_together():
    X = rows(6, 5000)
    ready = compile_model(MODEL)
    together, _ = contributions(ready, X)
    one, _ = contributions(ready, X[4321:4322], threads=1)
    assert_array_equal(together[4321:4322], one)


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        ((dataclasses.replace(SCORE, features=np.array([1, 4, 3])),), "not in order"),
        ((dataclasses.replace(SCORE, features=np.array([], int)),), "takes no column"),
        ((dataclasses.replace(SCORE, features=np.array([1, 3, 5])),), "is not there"),
        ((dataclasses.replace(SCORE, features=np.array([-1, 3, 4])),), "is not there"),
        ((SCORE, SCORE), "take one column"),
        ((SCORE,) * 4, "more scores than features"),
        ((dataclasses.replace(SCORE, centre=np.zeros(2)),), "centre does not have"),
        ((dataclasses.replace(SCORE, coefficient=np.zeros(4)),), "coefficient does not have"),
        ((dataclasses.replace(SCORE, coefficient=np.array([0, NAN, 0])),), "not finite"),
    ],
)
def test_scores_that_the_kernel_would_misread_are_refused(scores, said):
    with pytest.raises(ValueError, match=said):
        compile_model(dataclasses.replace(blend(1), scores=scores))


def test_a_reduced_model_has_no_scores_of_its_own():
    with pytest.raises(ValueError, match="scores of its own"):
        compile_model(
            dataclasses.replace(
                blend(1),
                reduced=(Reduced(((0,),), dataclasses.replace(blend(2), scores=(SCORE,))),),
            )
        )
