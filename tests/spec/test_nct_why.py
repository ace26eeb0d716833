"""What settles a patient, what is flagged and what is rejected, by hand."""

from __future__ import annotations

import pytest

from neopcr.trials import TRIALS, Explainer, answers, contradictions
from spec.spec_tables import read_spec
from spec.test_nct_criteria import patient


def rows(name: str):
    for row in read_spec(name):
        yield pytest.param(row, id=f"{row['trial']} {row['changed']}")


def explained(trial, table):
    return Explainer(trial).explain(table, answers(trial, table))


@pytest.mark.parametrize("row", list(rows("nct_why.txt")))
def test_what_settles_a_patient(row):
    trial = TRIALS[row["trial"]]
    table = patient(row["trial"], row["changed"])
    assert contradictions(trial, table) == []
    said = explained(trial, table)
    told = [text[0].as_py().replace(";", " ") for text in (said.why, said.could_exclude)]
    assert told == [row["settled by"], row["could exclude"]]


@pytest.mark.parametrize("row", list(rows("nct_remarks.txt")))
def test_what_is_flagged_and_what_is_rejected(row):
    trial, table = TRIALS[row["trial"]], patient(row["trial"], row["changed"])
    if row["kind"] == "flag":
        raised = explained(trial, table).flags[0].as_py().split(";")
    else:
        raised = [f"{each.column} {each.rule}" for each in contradictions(trial, table)]
    assert (row["name"] in raised) == (row["raised"] == "yes")


def test_every_remark_of_every_trial_is_raised_once():
    raised = {
        (row["trial"], row["name"])
        for row in read_spec("nct_remarks.txt")
        if row["raised"] == "yes"
    }
    for name, trial in TRIALS.items():
        assert {(name, each.name) for each in trial.flags} <= raised
        shared = {row for row in raised if row[1].endswith("not_above_zero")}
        rejected = {(name, f"{each.column} {each.name}") for each in trial.contradictions}
        assert {each for each in rejected if not each[1].endswith("not_above_zero")} <= raised
        assert shared
