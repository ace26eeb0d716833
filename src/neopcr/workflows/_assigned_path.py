"""The path of one patient through the adaptive arm, sentence by sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr.oncology.regimen_names import REGIMEN_NAMES
from neopcr.trials._adaptive_nct07239271 import RULES
from neopcr.trials._adaptive_readings import AMBIGUITIES, PLASMA_WILD_TYPE
from neopcr.workflows._assigned import COLUMN_OF, why
from neopcr.workflows._assigned_given import given_columns
from neopcr.workflows._going_on import GIVEN_AGAINST_TEXT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from neopcr.specs import Table
    from neopcr.trials._adaptive_nct07239271 import Outcome
    from neopcr.workflows._assigned import Arm

_WORDS = {"pam": ("wild type", "mutated"), "response": ("SD or PD", "CR or PR")}
_DETECTED = ("not detected", "detected")
_ASKED = {
    "c2": "a decision after cycle 2, for cycles 3-4",
    "c4": "a decision after cycle 4, for cycles 5-6",
}
_STATUS = {
    "decided": "decided",
    "open": "open",
    "conflict": "CONFLICT between sentences of the protocol",
    "choice": "the investigator's choice",
}


def path_of(arm: Arm, one: Table, told: Mapping[str, Any]) -> tuple[str, ...]:
    """Tell how the arm's text leads to its answer; the patient is not named.

    Parameters
    ----------
    arm : Arm
    one : mapping of str to array of shape (1,)
        The patient.
    told : mapping of str to object
        The answer, and the scores where there is a model.

    Returns
    -------
    tuple of str
    """
    number, _ = arm.states(one)
    _, said = arm.table[int(number[0])]
    flags = told["flags"].split(";") if told["flags"] else []
    return (
        f"NCT07239271, adaptive arm: {_ASKED[arm.decision]}; (+) is read as {arm.policy}.",
        *_inputs(arm, one, flags),
        *_sentences(said, arm.decision),
        f"  = {_STATUS[said.status]}: {' or '.join(said.regimens)}",
        *([f"    settled by {told['needs'].replace(';', ', ')}"] if told["needs"] else []),
        *([f"    {why(said)}"] if said.status == "conflict" else []),
        *_gaps(flags),
        *_score(told),
    )


def _inputs(arm: Arm, one: Table, flags: list[str]) -> list[str]:
    lines = []
    for name, truth in arm.truths(one).items():
        words = _WORDS.get(name.split("_")[0], _DETECTED)
        known = "not known" if np.isnan(truth[0]) else words[int(truth[0])]
        if name == "pam" and PLASMA_WILD_TYPE in flags:
            known = "not known (wild type in plasma without ctDNA)"
        lines.append(f"  {COLUMN_OF[name]}: {known}")
    return [*lines, *_given(arm, one, flags)]


def _given(arm: Arm, one: Table, flags: list[str]) -> list[str]:
    """What was given so far, where it is on record."""
    told = [
        f"  {name}: {REGIMEN_NAMES[one[name][0]]}"
        for name in given_columns(arm.decision)
        if one[name][0] >= 0
    ]
    if GIVEN_AGAINST_TEXT in flags:
        told.append("  the regimen on record is none that the text could have led to")
    return told


def _sentences(said: Outcome, decision: str) -> list[str]:
    """Every sentence of the decision: applies, may apply, or does not."""
    state = dict.fromkeys(said.may_fire, "may apply") | dict.fromkeys(said.fires, "applies")
    letters = [letter for letter in RULES if decision == "c4" or letter < "e"]
    return [
        f"  {letter}. {state.get(letter, 'does not apply')}: {RULES[letter].sentence}"
        for letter in letters
    ]


def _gaps(flags: list[str]) -> list[str]:
    return [
        f"  {one.id} ({one.flag}): {one.gap} {one.reading}"
        for one in AMBIGUITIES
        if one.flag in flags
    ]


def _score(told: Mapping[str, Any]) -> list[str]:
    if "p_pcr" not in told:
        return []
    if told["p_pcr"] is None:
        return ["  p_pcr: not scored, every column of the model is missing"]
    between = "" if told["p_lower"] is None else f" ({told['p_lower']:.3f}-{told['p_upper']:.3f})"
    return [f"  p_pcr: {told['p_pcr']:.3f}{between}"]
