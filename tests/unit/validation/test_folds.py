"""Fold plans."""

from __future__ import annotations

import numpy as np
import pytest

from neopcr.errors import TableError
from neopcr.validation import fold_plan, group_codes, training_part

Y = np.repeat([1.0, 0.0], [20, 40])


def flat(plan):
    return [test.tolist() for repeat in plan for test in repeat]


def test_each_patient_is_tested_once_a_repeat_and_each_fold_has_its_share_of_events():
    plan = fold_plan(Y, folds=5, repeats=3, seed=1)
    assert [len(repeat) for repeat in plan] == [5, 5, 5]
    for repeat in plan:
        assert sorted(np.concatenate(repeat)) == list(range(60))
        assert [Y[test].sum() for test in repeat] == [4.0] * 5


def test_repeats_and_seeds_differ_and_the_same_seed_does_not():
    plan = fold_plan(Y, folds=5, repeats=2, seed=1)
    assert flat(plan) == flat(fold_plan(Y, folds=5, repeats=2, seed=1))
    assert flat(plan[:1]) != flat(plan[1:])
    # Neighbouring seeds share no repeat, as seed + repeat would.
    assert flat(plan[1:]) != flat(fold_plan(Y, folds=5, repeats=1, seed=2))


def test_more_repeats_leave_the_first_ones_as_they_were():
    assert flat(fold_plan(Y, folds=4, repeats=1, seed=9)) == flat(
        fold_plan(Y, folds=4, repeats=3, seed=9)[:1]
    )


@pytest.mark.parametrize("kind", [int, str, object])
def test_no_group_stands_on_both_sides(kind):
    groups = np.arange(60) % 8
    named = groups if kind is int else np.array([f"centre {g}" for g in groups], dtype=kind)
    for repeat in fold_plan(Y, folds=4, repeats=2, seed=3, groups=named):
        assert sorted(np.concatenate(repeat)) == list(range(60))
        for test in repeat:
            assert not set(groups[test]) & set(groups[training_part(test, 60)])


def test_patients_without_a_centre_stay_together():
    groups = np.array([None, *"abcdefg"] * 8, dtype=object)[:60]
    lost = np.flatnonzero(group_codes(groups) == group_codes(groups)[0])
    assert len(lost) == 8
    for test in fold_plan(Y, folds=4, repeats=1, seed=3, groups=groups)[0]:
        assert len(np.intersect1d(test, lost)) in {0, 8}


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (np.repeat([1.0, 0.0], [4, 40]), "there are 4 with and 40 without"),
        (np.repeat([1.0, 0.0], [40, 0]), "there are 40 with and 0 without"),
        (np.append(Y, np.nan), "outcome is missing in 1 of 61 patients"),
    ],
)
def test_too_few_of_a_class_or_an_unknown_outcome_is_refused(y, message):
    with pytest.raises(TableError, match=message):
        fold_plan(y, folds=5, repeats=1, seed=0)


def test_fewer_groups_than_folds_are_refused():
    with pytest.raises(TableError, match="5 folds need 5 groups, but there are 3"):
        fold_plan(Y, folds=5, repeats=1, seed=0, groups=np.arange(60) % 3)


def test_a_class_that_stands_in_one_group_is_refused():
    groups = np.concatenate([np.zeros(20), 1 + np.arange(40) % 3])
    with pytest.raises(TableError, match="one class only to train on"):
        fold_plan(Y, folds=4, repeats=1, seed=0, groups=groups)
