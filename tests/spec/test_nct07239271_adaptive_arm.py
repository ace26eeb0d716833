"""The adaptive arm of NCT07239271: golden tables, and every completion of every state by hand."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest

from neopcr.trials._adaptive_nct07239271 import (
    DECISIONS,
    POLICIES,
    REGIMENS,
    RULES,
    firing,
    outcomes,
    state_number,
)
from spec.spec_tables import read_spec

SYMBOLS = {
    "baseline": "-+?", "c1": "-+?", "pam": ("wt", "mut", "?"), "response": ("bad", "good", "?"),
    "response_c2": ("bad", "good", "?"), "response_c4": ("bad", "good", "?"),
}  # fmt: skip
INPUT = {
    "baseline": "ctdna_baseline", "c1": "ctdna_c1", "pam": "pam", "response": "response_c2",
    "response_c2": "response_c2", "response_c4": "response_c4",
}  # fmt: skip


def states(row):
    """Every state that a row of a golden table stands for."""
    names = [name for name in row if name in SYMBOLS]
    codes = [
        range(3) if row[name] == "any" else [list(SYMBOLS[name]).index(row[name])] for name in names
    ]
    return list(product(*codes))


def said(outcome):
    word = {"conflict": "CONFLICT ", "choice": "CHOICE "}.get(outcome.status, "")
    return word + " or ".join(outcome.regimens)


def golden():
    tables = {"c2": "nct07239271_after_c2.txt", "c4": "nct07239271_after_c4.txt"}
    for decision, name in tables.items():
        for number, row in enumerate(read_spec(name)):
            yield pytest.param(decision, row, id=f"{decision}-{number}")


@pytest.mark.parametrize(("decision", "row"), list(golden()))
def test_golden_tables(decision, row):
    for state in states(row):
        for policy in POLICIES:
            assert said(outcomes(decision, policy)[state]) == row[policy], (policy, state)
        literal = outcomes(decision, "literal")[state]
        assert " ".join(literal.needs) == " ".join(INPUT[name] for name in row["needs"].split())
        # A state is open exactly where the table says what is needed.
        assert (literal.status == "open") == bool(row["needs"])


def test_the_golden_table_has_every_state_once():
    rows = read_spec("nct07239271_after_c2.txt")
    found = sorted(state for row in rows for state in states(row))
    assert found == sorted(product(range(3), repeat=4))


def test_a_row_carries_a1_where_the_readings_part():
    for row in read_spec("nct07239271_after_c2.txt"):
        parts = len({row[policy] for policy in POLICIES}) > 1
        assert row["note"].startswith("A1") == parts, row


def by_hand(state, policy):
    """The sets of regimens that a complete state names; written apart from the implementation."""
    baseline, c1, mutated, good, *after_c4 = (bool(each) for each in state)
    if after_c4 == [False]:
        return ("choice", {"ADC", "AC+H"})
    by_image = "nab-PHP" if good else "TCbHP"
    by_pathway = "EveroHT" if mutated else "PyroHT"
    if policy == "baseline_or_c1":
        names = {by_pathway} if baseline or c1 else {by_image}
    elif c1:
        names = {by_pathway}
    elif policy == "literal" and baseline and mutated:
        names = {by_image, "EveroHT"}
    else:
        names = {by_image}
    return ("conflict" if len(names) > 1 else "decided", names)


def completed(state):
    return product(*([0, 1] if each == 2 else [each] for each in state))


def expected(state, policy):
    """Status and regimens by going through every completion."""
    each = [by_hand(complete, policy) for complete in completed(state)]
    possible = set().union(*(names for _, names in each))
    kinds = {kind for kind, _ in each}
    if kinds == {"decided"}:
        return ("decided" if len(possible) == 1 else "open", possible)
    return (kinds.pop() if len(kinds) == 1 else "open", possible)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("decision", DECISIONS)
def test_every_completion_of_every_state(decision, policy):
    table = outcomes(decision, policy)
    n_inputs = len(DECISIONS[decision])
    assert list(table) == list(product(range(3), repeat=n_inputs))
    for state, outcome in table.items():
        status, possible = expected(state, policy)
        assert (outcome.status, set(outcome.regimens)) == (status, possible), state
        assert list(outcome.regimens) == [name for name in REGIMENS if name in possible]


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("decision", DECISIONS)
def test_what_is_needed_is_enough_and_the_only_least_set(decision, policy):
    inputs = DECISIONS[decision]
    for state, outcome in outcomes(decision, policy).items():
        missing = [place for place, code in enumerate(state) if code == 2]
        enough = []
        for size in range(len(missing) + 1):
            for chosen in combinations(missing, size):
                known = product(
                    *([0, 1] if at in chosen else [code] for at, code in enumerate(state))
                )
                if all(expected(each, policy)[0] != "open" for each in known):
                    enough.append(set(chosen))
        needs = {inputs.index(name) for name in outcome.needs}
        assert needs in enough
        assert all(needs <= other for other in enough), state


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("decision", DECISIONS)
def test_rules_that_fire_always_and_sometimes(decision, policy):
    for state, outcome in outcomes(decision, policy).items():
        each = [set(firing(complete, policy)) for complete in completed(state)]
        assert set(outcome.fires) == set.intersection(*each)
        assert set(outcome.may_fire) == set.union(*each) - set.intersection(*each)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("decision", DECISIONS)
def test_more_information_never_adds_a_regimen(decision, policy):
    table = outcomes(decision, policy)
    for state, outcome in table.items():
        for known in completed(state):
            assert set(table[known].regimens) <= set(outcome.regimens)


def test_a_conflict_names_exactly_two_sentences_once_everything_is_known():
    table = outcomes("c2", "literal")
    conflicts = {state: each for state, each in table.items() if each.status == "conflict"}
    assert set(conflicts) == {(1, 0, 1, 0), (1, 0, 1, 1), (1, 0, 1, 2)}
    assert conflicts[1, 0, 1, 1].fires == ("a", "d")
    assert conflicts[1, 0, 1, 0].fires == ("b", "d")
    assert (conflicts[1, 0, 1, 2].fires, conflicts[1, 0, 1, 2].may_fire) == (("d",), ("a", "b"))


@pytest.mark.parametrize("policy", ["c1_only", "baseline_or_c1"])
def test_the_other_readings_know_no_conflict(policy):
    found = {each.status for name in DECISIONS for each in outcomes(name, policy).values()}
    assert found == {"decided", "open", "choice"}


@pytest.mark.parametrize("decision", DECISIONS)
def test_the_number_of_a_state_is_its_place(decision):
    table = list(outcomes(decision, "literal"))
    numbers = state_number(*np.array(table).T)
    np.testing.assert_array_equal(numbers, np.arange(len(table)))


def test_sentences_name_their_regimens():
    named = {letter: set(rule.regimens) for letter, rule in RULES.items()}
    assert named == {
        "a": {"nab-PHP"}, "b": {"TCbHP"}, "c": {"PyroHT"}, "d": {"EveroHT"}, "e": set(),
        "f": {"ADC", "AC+H"},
    }  # fmt: skip
    for rule in RULES.values():
        assert rule.sentence.endswith(".")
        assert all(name in rule.sentence for name in rule.regimens)
