"""The ladder: which steps a cohort allows, and the verdict on each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from neopcr.workflows._ladder import climb, compare_rungs, ladder

STEPS = (("clinical",), ("ctdna",), ("receptors",), ("her2",))


def test_a_step_holds_everything_before_it_and_one_without_features_is_told(small, asked):
    rungs, absent = ladder(asked(ladder=STEPS), small)
    assert [rung.name for rung in rungs] == ["clinical", "receptors", "her2"]
    assert absent == ("ctdna",)
    names = [set(rung.prepared.space.names) for rung in rungs]
    assert names[0] < names[1] < names[2]
    assert rungs[2].prepared.X.shape == (240, len(names[2]))


def test_a_first_step_without_features_is_left_out(small, asked):
    rungs, absent = ladder(asked(ladder=(("pam", "ctdna"), ("clinical",))), small)
    assert [rung.name for rung in rungs] == ["clinical"]
    assert absent == ("pam and ctdna",)


def test_what_carries_the_outcome_helps_and_what_does_not_is_not_shown_to(
    small, plan, asked, quick
):
    found = climb(asked(ladder=STEPS), small, plan, quick)
    verdicts = {(row.label, row.first.name): row.verdict for row in found.rows}
    assert verdicts["+ receptors", "auroc"] == "better"
    assert verdicts["+ her2", "auroc"] == "not shown to help"
    assert ("all steps against clinical", "brier") in verdicts
    assert "Not measured at this landmark: ctdna." in found.note
    assert len(found.figures) == 2


def test_one_step_is_no_ladder(small, plan, asked, quick):
    assert climb(asked(ladder=(("clinical",),)), small, plan, quick) is None


def test_two_steps_and_too_few_events(small, asked):
    few = replace(small, cohort=replace(small.cohort, pcr=np.repeat([1.0, 0.0], [3, 237])))
    p = np.full((1, 240), 0.3)
    found = compare_rungs(asked(), few, ["a", "b"], [p, p])
    assert {row.label for row in found.rows} == {"+ b"}
    assert {row.verdict for row in found.rows} == {"too few to say"}
    assert "Not measured" not in found.note


def test_repeats_have_no_delong_test(small, asked, out_of_fold):
    p = np.vstack([out_of_fold, out_of_fold])
    found = compare_rungs(asked(), small, ["a", "b"], [p, p**1.1])
    assert all("DeLong" not in row.difference.method for row in found.rows)
