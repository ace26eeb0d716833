"""Laws of the HER2 rule, whatever the patient: missing is never negative, more is never less."""

from dataclasses import replace

import numpy as np
from hypothesis import assume, example, given
from hypothesis import strategies as st

from neopcr.oncology import her2
from neopcr.oncology.her2_input import COLUMNS, Her2Input

NAN = float("nan")
NEGATIVE, POSITIVE = (her2.STATUSES.index(name) for name in ("negative", "positive"))
CODES = {"ihc": 4, "assay": 2, "ish_call": 3, "status_call": 3}
# As often at a bound of the guideline as anywhere.
COUNT = st.sampled_from([NAN, 1.999, 2.0, 3.999, 4.0, 5.999, 6.0, 7.0, 7.001]) | st.floats(0.1, 30)
NUMBERS = {
    "stained_percent": st.sampled_from([NAN, 0.0, 0.1, 10.0, 10.1]) | st.floats(0, 100),
    "zero_plus": st.sampled_from([NAN, 0.0, 1.0]),
    "cells": st.sampled_from([NAN, 19.0, 20.0, 60.0]),
}
PATIENT = st.fixed_dictionaries(
    {
        name: st.integers(-1, CODES[name] - 1) if name in CODES else NUMBERS.get(name, COUNT)
        for name in COLUMNS
    }
)
# One of the two numbers of a dual probe is missing; no calls, no recount, no CEP17 beside them.
DUAL_PROBE = {
    "cep17": NAN, "recount_ratio": NAN, "recount_copies": NAN, "ish_call": -1, "status_call": -1
}  # fmt: skip


def as_input(*patients):
    return Her2Input(
        **{
            name: np.array(
                [each[name] for each in patients], dtype=np.int16 if name in CODES else np.float64
            )
            for name in COLUMNS
        }
    )


def status_of(patient):
    return her2.classify(as_input(patient)).asco_cap_status[0]


def everything(classified, row):
    codes = (classified.asco_cap_status, classified.ish_group, classified.expression_label)
    numbers = (classified.ultra_high_ratio, classified.ratio, classified.flag_bits)
    return [str(values[row]) for values in (*codes, *numbers)]


@given(st.lists(PATIENT, min_size=1, max_size=6), st.randoms())
def test_a_patient_is_classified_alone_and_in_any_order(patients, random):
    alone = [everything(her2.classify(as_input(each)), 0) for each in patients]
    order = random.sample(range(len(patients)), len(patients))
    classified = her2.classify(as_input(*(patients[place] for place in order)))
    assert [everything(classified, row) for row in range(len(order))] == [
        alone[place] for place in order
    ]


@given(PATIENT)
def test_both_editions_have_the_same_categories(patient):
    known = as_input(patient)
    assert everything(her2.classify(known, 2018), 0) == everything(her2.classify(known, 2023), 0)


@given(PATIENT)
def test_negative_is_never_made_of_what_is_missing(patient):
    """Without anything that speaks for negative, no patient is: whatever else is known or not.

    Negative must rest on IHC 0 or 1+, a ratio below 2.0, fewer than 6.0 copies, or a call.
    """
    bounds = {"ratio": 2.0, "recount_ratio": 2.0, "copies": 6.0, "recount_copies": 6.0}
    blank = {"cep17": NAN}  # else a ratio below 2.0 could be worked out
    blank |= {name: NAN for name, bound in bounds.items() if patient[name] < bound}
    blank |= {"ihc": -1} if patient["ihc"] in {0, 1} else {}
    blank |= {call: -1 for call in ("ish_call", "status_call") if patient[call] == NEGATIVE}
    assert status_of(patient | blank) != NEGATIVE


@given(PATIENT, st.sampled_from(["positive", "equivocal", ""]))
def test_2_plus_without_ish_is_never_negative(patient, call):
    blank = {name: NAN for name in COLUMNS if name not in CODES}
    code = her2.CALLS.index(call) if call else -1
    patient |= {**blank, "ihc": 2, "ish_call": -1, "status_call": code}
    assert status_of(patient) == (POSITIVE if call == "positive" else 2)


@given(PATIENT, st.sampled_from(["ratio", "copies"]))
@example(
    {**dict.fromkeys(COLUMNS, NAN), **dict.fromkeys(CODES, -1), "ratio": 2, "copies": 3}, "copies"
)
def test_what_one_number_of_a_dual_probe_decides_the_other_confirms(patient, hidden):
    """Hiding the ratio or the copies may open a status; it never turns one into its opposite."""
    patient |= {**DUAL_PROBE, "assay": -1 if patient["assay"] == 1 else patient["assay"]}
    assume(patient["ratio"] > 0 and patient["copies"] > 0)
    half = status_of(patient | {hidden: NAN})
    assert half not in {NEGATIVE, POSITIVE} or half == status_of(patient)


@given(PATIENT)
def test_without_ihc_only_a_score_of_3_plus_is_overlooked(patient):
    """What ISH numbers decide without IHC stands with it, but for IHC 3+, which is positive."""
    patient |= {"ish_call": -1, "status_call": -1}
    blind, status = status_of(patient | {"ihc": -1}), status_of(patient)
    if blind in {NEGATIVE, POSITIVE} and patient["ihc"] != 3:
        assert status == blind
    if patient["ihc"] == 3:
        assert status == POSITIVE


@given(PATIENT, st.sampled_from([0, 1, 2]))
def test_an_overall_call_only_fills_what_is_open(patient, call):
    without = status_of(patient | {"status_call": -1})
    if without in {NEGATIVE, POSITIVE}:
        assert status_of(patient | {"status_call": call}) == without


@given(PATIENT)
def test_numbers_that_decide_are_not_overturned_by_an_ish_call(patient):
    without = status_of(patient | {"ish_call": -1, "status_call": -1})
    assume(patient["ratio"] > 0 or patient["copies"] > 0)
    if without in {NEGATIVE, POSITIVE}:
        assert status_of(patient) == without


@given(PATIENT)
def test_indeterminate_says_what_is_needed_and_the_decided_needs_nothing(patient):
    classified = her2.classify(as_input(patient))
    needs = [name for name in her2.FLAGS if name.startswith("needs_")]
    is_open = her2.STATUSES[classified.asco_cap_status[0]] == "indeterminate"
    assert any(classified.flag(name)[0] for name in needs) == is_open


@given(PATIENT, st.sampled_from(["ratio", "copies", "cep17", "recount_ratio", "recount_copies"]))
def test_a_count_that_cannot_be_leaves_nothing_but_its_flag(patient, name):
    for value in (0.0, -1.0, float("inf")):
        classified = her2.classify(as_input(patient | {name: value}))
        assert everything(classified, 0) == ["-1", "0", "-1", "nan", "nan", "1"]
        assert [flag for flag, raised in classified.flags.items() if raised[0]] == ["invalid"]


@given(PATIENT)
def test_input_is_left_as_it_was(patient):
    known = as_input(patient)
    before = {name: getattr(known, name).copy() for name in COLUMNS}
    her2.classify(known)
    changed = replace(known, **before)
    for name in COLUMNS:
        assert np.array_equal(
            getattr(known, name), getattr(changed, name), equal_nan=name not in CODES
        )
