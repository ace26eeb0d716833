"""The dual ridge: what scikit-learn fits patient by patient, from one matrix of products."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import Ridge as PrimalRidge

from neopcr.estimators import fit_ridge, gram, ridge_scores, to_score
from neopcr.estimators._ridge_score import AT_ONCE, PENALTIES

N = 40
EVERYONE = np.arange(N)


def draw(seed, n=N, p=90, effect=1.0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p)) * rng.uniform(0.1, 30, p) + rng.normal(size=p)
    X[:, 3] = 7.0  # a constant tells nothing
    y = (rng.normal(size=n) + effect * (X[:, 5] - X[:, 5].mean()) / X[:, 5].std() > 0).astype(float)
    return X, y


def standardised(X, of=None):
    of = X if of is None else of
    scale = of.std(axis=0)
    return (X - of.mean(axis=0)) / np.where(scale > 1e-9, scale, np.inf)


def strength(Z, penalty):
    """The penalty on scikit-learn's scale: of patients as they are centred."""
    centred = Z - Z.mean(axis=0)
    return penalty * np.linalg.eigvalsh(centred @ centred.T).clip(0).mean()


@pytest.fixture(scope="module")
def fitted():
    X, y = draw(1)
    block = gram(X, range(X.shape[1]))
    return X, y, block, fit_ridge(block, y, EVERYONE)


def test_the_score_is_scikit_learns_ridge_around_the_mean_patient(fitted):
    X, y, block, ridge = fitted
    Z = standardised(X)
    primal = PrimalRidge(alpha=strength(Z, ridge.penalty)).fit(Z, y)
    score = to_score(block, ridge, X)
    new, _ = draw(2)
    assert_allclose(
        (new - score.centre) @ score.coefficient,
        primal.predict(standardised(new, X)) - y.mean(),
        atol=1e-9,
    )
    assert score.coefficient[3] == 0.0
    assert_array_equal(score.features, np.arange(X.shape[1]))


def test_training_patients_have_the_score_of_a_ridge_that_left_them_out(fitted):
    X, y, block, ridge = fitted
    Z = standardised(X)
    alpha = strength(Z, ridge.penalty)
    scores = ridge_scores(block, ridge)
    for patient in range(N):
        others = patient != EVERYONE
        primal = PrimalRidge(alpha=alpha).fit(Z[others], y[others])
        expected = primal.predict(Z[[patient]])[0] - y[others].mean()
        assert scores[patient] == pytest.approx(expected, abs=1e-9)


def test_patients_of_one_group_are_left_out_together(fitted):
    X, y, block, _ = fitted
    groups = np.random.default_rng(3).integers(10, 16, N)
    ridge = fit_ridge(block, y, EVERYONE, groups)
    Z = standardised(X)
    alpha = strength(Z, ridge.penalty)
    scores = ridge_scores(block, ridge)
    for group in np.unique(groups):
        others = groups != group
        primal = PrimalRidge(alpha=alpha).fit(Z[others], y[others])
        expected = primal.predict(Z[~others]) - y[others].mean()
        assert_allclose(scores[~others], expected, atol=1e-9)


@pytest.mark.parametrize("groups", [np.zeros(N, int), np.arange(N)])
def test_groups_that_part_nobody_are_none(fitted, groups):
    _, y, block, ridge = fitted
    assert_array_equal(fit_ridge(block, y, EVERYONE, groups).left_out, ridge.left_out)


@pytest.mark.parametrize("grouped", [False, True])
def test_the_penalty_is_the_one_that_predicts_those_left_out_best(fitted, grouped):
    X, y, block, _ = fitted
    groups = EVERYONE // 4 if grouped else None
    codes = EVERYONE if groups is None else groups
    Z = standardised(X)
    errors = []
    for penalty in PENALTIES:
        alpha, error = strength(Z, penalty), np.empty(N)
        for group in np.unique(codes):
            out = codes == group
            error[out] = y[out] - PrimalRidge(alpha=alpha).fit(Z[~out], y[~out]).predict(Z[out])
        errors.append(np.mean(error**2))
    assert fit_ridge(block, y, EVERYONE, groups).penalty == PENALTIES[np.argmin(errors)]


def test_others_have_the_score_of_a_ridge_that_saw_only_its_own_patients(fitted):
    X, y, block, _ = fitted
    train = EVERYONE[::2]
    ridge = fit_ridge(block, y, train)
    Z = standardised(X)
    alpha = strength(Z[train], ridge.penalty)
    primal = PrimalRidge(alpha=alpha).fit(Z[train], y[train])
    held_out = EVERYONE[1::2]
    expected = primal.predict(Z[held_out]) - y[train].mean()
    scores = ridge_scores(block, ridge)
    assert_allclose(scores[held_out], expected, atol=1e-9)
    flipped = y.copy()
    flipped[held_out] = 1.0 - flipped[held_out]
    assert_array_equal(ridge_scores(block, fit_ridge(block, flipped, train)), scores)


def test_a_patients_own_outcome_does_not_move_the_score_left_out():
    X, y = draw(4, effect=0.0)
    block = gram(X, range(X.shape[1]))
    ridge = fit_ridge(block, y, EVERYONE)
    other = y.copy()
    other[7] = 1.0 - other[7]
    again = fit_ridge(block, other, EVERYONE)
    assert again.penalty == ridge.penalty
    assert again.left_out[7] == pytest.approx(ridge.left_out[7], abs=1e-12)
    assert not np.allclose(again.left_out, ridge.left_out)


def test_a_missing_value_is_the_mean_and_a_missing_block_is_missing():
    X, y = draw(5, p=2 * AT_ONCE + 3)
    X[4, 10], X[6] = np.nan, np.nan
    X[:, 20] = np.nan
    X[4:, 21] = np.nan  # four patients are too few for a coefficient
    block = gram(X, range(X.shape[1]))
    ridge = fit_ridge(block, y, EVERYONE)
    scores = ridge_scores(block, ridge)
    assert np.isnan(scores[6])
    assert np.isfinite(np.delete(scores, 6)).all()
    assert 6 not in ridge.rows
    filled = X.copy()
    filled[4, 10] = np.nanmean(X[:, 10])
    same = gram(filled, range(X.shape[1]))
    # Its spread shrinks a little, its products with others hardly.
    assert_allclose(same.products, block.products, rtol=0.02, atol=5)
    score = to_score(block, ridge, X)
    assert score.centre[10] == pytest.approx(np.nanmean(X[:, 10]))
    assert_array_equal(score.coefficient[[20, 21]], 0.0)
    assert_array_equal(score.centre[[20, 21]], 0.0)
    assert np.all(np.isfinite(score.coefficient))


def test_too_few_of_either_outcome_make_a_score_that_says_nothing():
    X, y = draw(6)
    y[:] = 0.0
    y[:4] = 1.0
    block = gram(X, range(X.shape[1]))
    ridge = fit_ridge(block, y, EVERYONE)
    assert_array_equal(ridge_scores(block, ridge), 0.0)
    assert_array_equal(to_score(block, ridge, X).coefficient, 0.0)
    nobody = gram(np.full((N, 6), np.nan), range(6))
    assert np.isnan(ridge_scores(nobody, fit_ridge(nobody, y, EVERYONE))).all()


def test_columns_that_tell_nothing_at_all_do_no_harm():
    _, y = draw(7)
    block = gram(np.ones((N, 8)), range(8))
    ridge = fit_ridge(block, y, EVERYONE)
    assert_allclose(ridge_scores(block, ridge), 0.0, atol=1e-12)
