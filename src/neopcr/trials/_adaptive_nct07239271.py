"""The adaptive arm of NCT07239271: which regimen its text names after cycle 2 and after cycle 4.

Six cycles: nab-PHP twice, a decision (c2), two cycles, a decision (c4), two cycles, surgery. Every
input is known or not, and what is not known is completed in every way: where all completions name
one regimen it is decided, otherwise the set of those still possible is the answer. The whole arm is
thus a table over its inputs, built once; applying it to patients is a look-up.

It applies a published protocol's text; it is not a treatment recommendation.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations, product
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from neopcr.specs import FloatArray, IntArray

Policy = Literal["literal", "c1_only", "baseline_or_c1"]
Decision = Literal["c2", "c4"]
Status = Literal["decided", "open", "conflict", "choice"]

POLICIES: tuple[Policy, ...] = ("literal", "c1_only", "baseline_or_c1")
STATUSES: tuple[Status, ...] = ("decided", "open", "conflict", "choice")
REGIMENS = ("nab-PHP", "TCbHP", "PyroHT", "EveroHT", "ADC", "AC+H")

# Codes of an input. "Yes" is ctDNA detected, the pathway altered, a CR or PR.
NO, YES, UNKNOWN = 0, 1, 2
INPUTS = ("ctdna_baseline", "ctdna_c1", "pam", "response_c2", "response_c4")
DECISIONS: dict[Decision, tuple[str, ...]] = {"c2": INPUTS[:4], "c4": INPUTS}

State = tuple[int, ...]
"""Codes of the inputs of a decision, in their order."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One sentence of the arm: its letter, what it says, and the regimens that it names."""

    id: str
    sentence: str
    regimens: frozenset[str]


# The letters are ours; the sentences are the registry's, in our words.
RULES: dict[str, Rule] = {
    letter: Rule(letter, sentence, frozenset(names))
    for letter, sentence, names in (
        ("a", "ctDNA (-) after cycle 1, CR or PR after cycle 2: nab-PHP in cycles 3-4.", ("nab-PHP",)),
        ("b", "ctDNA (-) after cycle 1, SD or PD after cycle 2: TCbHP in cycles 3-4.", ("TCbHP",)),
        ("c", "ctDNA (+) and PAM wild type: PyroHT in cycles 3-4.", ("PyroHT",)),
        (
            "d", "ctDNA (+) at baseline or after cycle 1, PAM mutated: EveroHT in cycles 3-4.",
            ("EveroHT",),
        ),
        ("e", "CR or PR after cycle 4: the regimen of cycles 3-4 for two more cycles.", ()),
        ("f", "SD or PD after cycle 4: an ADC, or AC+H.", ("ADC", "AC+H")),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the arm's text says of one state of its inputs.

    Parameters
    ----------
    status : {"decided", "open", "conflict", "choice"}
        ``decided`` one regimen in every completion; ``open`` what is missing could change it;
        ``conflict`` two sentences name two regimens, whatever is missing; ``choice`` one sentence
        names two, and leaves the choice to the investigator (A8).
    regimens : tuple of str
        Those still possible, in the order of `REGIMENS`.
    fires, may_fire : tuple of str
        Rules that apply in every completion, and those that apply in some but not in all.
    needs : tuple of str
        The smallest set of missing inputs that, whatever their values, leaves nothing open; empty
        unless `status` is open. There is only one such set.
    """

    status: Status
    regimens: tuple[str, ...]
    fires: tuple[str, ...]
    may_fire: tuple[str, ...]
    needs: tuple[str, ...] = ()


def firing(state: State, policy: Policy) -> tuple[str, ...]:
    """Rules that apply where every input is known; two of a, b and d are a conflict.

    Parameters
    ----------
    state : tuple of int
        `NO` or `YES`; four inputs for the decision after cycle 2, five after cycle 4.
    policy : {"literal", "c1_only", "baseline_or_c1"}
        When ctDNA is "(+)", which the text leaves open (A1): ``literal`` reads each sentence by
        itself, and only rule d names the sample at baseline; ``c1_only`` has the sample after cycle
        1 decide everywhere; ``baseline_or_c1`` takes either.

    Examples
    --------
    >>> firing((YES, NO, YES, YES), "literal"), firing((YES, NO, YES, YES), "c1_only")
    (('a', 'd'), ('a',))
    """
    baseline, c1, mutated, good = (each == YES for each in state[:4])
    positive = c1 or (policy == "baseline_or_c1" and baseline)
    applies = {
        "a": not positive and good,
        "b": not positive and not good,
        "c": positive and not mutated,
        "d": mutated and (positive or (policy == "literal" and baseline)),
    }
    fired = tuple(rule for rule, holds in applies.items() if holds)
    if len(state) == len(DECISIONS["c2"]):
        return fired
    return (*fired, "e") if state[4] == YES else ("f",)


def named(fired: tuple[str, ...]) -> frozenset[str]:
    """Regimens that rules name together."""
    return frozenset().union(*(RULES[rule].regimens for rule in fired))


def completions(state: State) -> Iterator[State]:
    """Every way to know what is not known.

    >>> list(completions((YES, UNKNOWN, NO)))
    [(1, 0, 0), (1, 1, 0)]
    """
    return product(*((NO, YES) if each == UNKNOWN else (each,) for each in state))


@cache
def outcomes(decision: Decision, policy: Policy) -> dict[State, Outcome]:
    """Return the whole table of a decision: every state of its inputs.

    Parameters
    ----------
    decision : {"c2", "c4"}
    policy : {"literal", "c1_only", "baseline_or_c1"}

    Returns
    -------
    dict of tuple of int to Outcome
        81 states after cycle 2, 243 after cycle 4, in the order of their `state_number`.

    Examples
    --------
    >>> table = outcomes("c2", "literal")
    >>> table[NO, UNKNOWN, NO, YES]
    Outcome(status='open', regimens=('nab-PHP', 'PyroHT'), fires=(), may_fire=('a', 'c'), \
needs=('ctdna_c1',))
    >>> table[NO, NO, UNKNOWN, YES].regimens
    ('nab-PHP',)
    """
    inputs = DECISIONS[decision]
    states = list(product((NO, YES, UNKNOWN), repeat=len(inputs)))
    status = {state: _status(state, policy) for state in states}
    return {
        state: _outcome(state, policy, status[state], _needs(state, status, inputs))
        for state in states
    }


def _status(state: State, policy: Policy) -> Status:
    fired = [firing(each, policy) for each in completions(state)]
    alone = {_alone(each) for each in fired}
    if len(alone) > 1:
        return "open"
    says = alone.pop()
    several = len(frozenset().union(*map(named, fired))) > 1
    return "open" if says == "decided" and several else says


def _alone(fired: tuple[str, ...]) -> Status:
    """What one completion says."""
    if "f" in fired:
        return "choice"
    return "conflict" if len(named(fired)) > 1 else "decided"


def _outcome(state: State, policy: Policy, status: Status, needs: tuple[str, ...]) -> Outcome:
    fired = [frozenset(firing(each, policy)) for each in completions(state)]
    possible = frozenset().union(*(named(tuple(each)) for each in fired))
    always, ever = frozenset.intersection(*fired), frozenset().union(*fired)
    return Outcome(
        status=status,
        regimens=tuple(name for name in REGIMENS if name in possible),
        fires=tuple(rule for rule in RULES if rule in always),
        may_fire=tuple(rule for rule in RULES if rule in ever - always),
        needs=needs,
    )


def _needs(state: State, status: dict[State, Status], inputs: tuple[str, ...]) -> tuple[str, ...]:
    """Smallest set of missing inputs whose knowledge leaves nothing open."""
    missing = [place for place, code in enumerate(state) if code == UNKNOWN]
    sets = (each for size in range(len(missing) + 1) for each in combinations(missing, size))
    settles = (
        each for each in sets if all(status[known] != "open" for known in _known(state, each))
    )
    return tuple(inputs[place] for place in next(settles))


def _known(state: State, places: tuple[int, ...]) -> Iterator[State]:
    """The states that come of knowing the inputs at some places."""
    return product(*((NO, YES) if place in places else (code,) for place, code in enumerate(state)))


def code(truth: FloatArray) -> IntArray:
    """Codes of an input that is 1, 0 or NaN.

    >>> code(np.array([0.0, 1.0, np.nan]))
    array([0, 1, 2])
    """
    return np.where(np.isnan(truth), UNKNOWN, truth == 1).astype(np.int64)


def state_number(*codes: IntArray) -> IntArray:
    """Number of each patient's state: its place in `outcomes`.

    Parameters
    ----------
    *codes : int arrays of shape (n_patients,)
        From `code`, in the order of the decision's inputs.

    Examples
    --------
    >>> number = state_number(*(np.array([each]) for each in (YES, NO, UNKNOWN, YES)))
    >>> list(outcomes("c2", "literal"))[number[0]]
    (1, 0, 2, 1)
    """
    number: IntArray = np.zeros(codes[0].size, dtype=np.int64)
    for each in codes:
        number = 3 * number + each
    return number
