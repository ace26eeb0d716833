"""Inner folds and the search on them: nothing held out is ever learned from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.metrics import log_loss

from neopcr.errors import TableError
from neopcr.estimators import ESTIMATORS, inner_plan, out_of_fold, search
from neopcr.estimators._search import draw_trials
from neopcr.kernel import Model, compile_model, member_logits

RIDGE = ESTIMATORS["elastic_net"]


@pytest.fixture
def cohort():
    rng = np.random.default_rng(2)
    X = rng.normal(size=(75, 4))
    X[rng.random(X.shape) < 0.1] = np.nan
    return X, (rng.random(75) < 0.3).astype(float)


def test_every_row_is_held_out_once_and_folds_are_stratified(cohort):
    _, y = cohort
    plan = inner_plan(y, folds=3, seed=1)
    assert_array_equal(np.sort(np.concatenate([held for _, held in plan])), np.arange(75))
    for train, held in plan:
        assert_array_equal(np.sort(np.concatenate([train, held])), np.arange(75))
        assert abs(y[held].sum() - y.sum() / 3) < 1


def test_the_seed_decides_the_folds(cohort):
    _, y = cohort
    first, again, other = (inner_plan(y, folds=3, seed=seed)[0][1] for seed in (1, 1, 2))
    assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_group_is_never_split(cohort):
    _, y = cohort
    centre = np.random.default_rng(0).integers(0, 9, size=75)
    for train, held in inner_plan(y, folds=3, seed=1, groups=centre):
        assert not set(centre[train]) & set(centre[held])


def test_fewer_events_than_folds_are_refused():
    y = np.array([1.0, 1.0, *np.zeros(20)])
    with pytest.raises(TableError, match="3 inner folds need 3 patients with and 3 without pCR, "
                       "but 2 of 22 reached it"):  # fmt: skip
        inner_plan(y, folds=3, seed=0)
    with pytest.raises(TableError, match="20 of 22 reached it"):
        inner_plan(1 - y, folds=3, seed=0)


def test_fewer_groups_than_folds_are_refused(cohort):
    _, y = cohort
    with pytest.raises(TableError, match="need 3 groups, but there are 2"):
        inner_plan(y, folds=3, seed=0, groups=np.arange(75) % 2)


def test_an_outcome_that_lives_in_one_group_is_refused():
    y = np.repeat([1.0, 0.0, 0.0], 10)
    with pytest.raises(TableError, match="one outcome are in one group"):
        inner_plan(y, folds=3, seed=0, groups=np.repeat(["a", "b", "c"], 10))


def test_trials_begin_with_the_default_and_fewer_are_a_prefix_of_more():
    five, nine = draw_trials(RIDGE, 5, 3), draw_trials(RIDGE, 9, 3)
    assert five[0] == RIDGE.default
    assert nine[:5] == five
    assert draw_trials(RIDGE, 5, 4)[1] != five[1]
    assert draw_trials(replace(RIDGE, name="other"), 5, 3)[1] != five[1]


def test_the_choice_has_the_lowest_log_loss_out_of_fold(cohort):
    X, y = cohort
    plan = inner_plan(y, folds=3, seed=0)
    losses = []
    for params in draw_trials(RIDGE, 6, 0):
        p = np.empty(75)
        for train, held in plan:
            fitted = RIDGE.build(params, 0).fit(X[train], y[train])
            p[held] = 1 / (1 + np.exp(-fitted.decision_function(X[held])))
        losses.append(log_loss(y, p))
    choice = search(RIDGE, X, y, plan, trials=6, seed=0)
    assert choice.params == draw_trials(RIDGE, 6, 0)[int(np.argmin(losses))]
    assert_allclose(choice.log_loss, min(losses))


@pytest.mark.parametrize("name", ESTIMATORS)
def test_the_best_trial_is_the_best_of_the_exported_members_too(cohort, name):
    X, y = cohort
    estimator, plan = ESTIMATORS[name], inner_plan(y, folds=3, seed=0)
    settings = draw_trials(estimator, 6, 0)
    logits = out_of_fold(estimator, settings, X, y, plan, seed=0)
    losses = [log_loss(y, 1 / (1 + np.exp(-each))) for each in logits.T]
    choice = search(estimator, X, y, plan, trials=6, seed=0)
    assert choice.params == settings[int(np.argmin(losses))]
    assert_array_equal(choice.logits, logits[:, int(np.argmin(losses))])
    assert_allclose(choice.log_loss, min(losses), rtol=1e-12)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_held_out_outcomes_do_not_reach_their_own_logits(cohort, name):
    X, y = cohort
    plan = inner_plan(y, folds=3, seed=0)
    held = plan[0][1]
    other = y.copy()
    other[held] = 1 - other[held]
    before, after = (search(ESTIMATORS[name], X, v, plan, trials=1, seed=0) for v in (y, other))
    assert_array_equal(before.logits[held], after.logits[held])
    assert not np.array_equal(before.logits, after.logits)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_out_of_fold_logits_come_from_the_kernel(cohort, name):
    X, y = cohort
    estimator = ESTIMATORS[name]
    plan = inner_plan(y, folds=3, seed=0)
    choice = search(estimator, X, y, plan, trials=2, seed=0)
    for train, held in plan:
        member = estimator.build(choice.params, 0).fit(X[train], y[train]).export()
        compiled = compile_model(Model(4, (member,), (1.0,), 0.0, 1.0))
        assert_array_equal(choice.logits[held], member_logits(compiled, X[held])[:, 0])
