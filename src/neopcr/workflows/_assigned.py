"""Patients as states of the adaptive arm of NCT07239271, and what its text says of each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import pyarrow as pa

from neopcr.modalities import find_column
from neopcr.oncology.ctdna import is_contradictory
from neopcr.oncology.ctdna_samples import limit_of_detection
from neopcr.oncology.kleene import equals
from neopcr.oncology.pam_status import STATUSES as PAM_STATUSES
from neopcr.oncology.recist import RESPONSES
from neopcr.specs import Problem
from neopcr.trials._adaptive_nct07239271 import (
    DECISIONS,
    POLICIES,
    RULES,
    YES,
    Decision,
    Outcome,
    Policy,
    State,
    code,
    outcomes,
)
from neopcr.trials._adaptive_readings import (
    AGENT_OPEN,
    MUTATED_NOT_ESCALATED,
    NO_PERTUZUMAB,
    OFF_PROTOCOL,
    PLASMA_WILD_TYPE,
    READING_MATTERS,
)
from neopcr.workflows._assigned_given import by_record, given_columns
from neopcr.workflows._going_on import GIVEN_AGAINST_TEXT, going_on

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from neopcr.specs import BoolArray, Column, FloatArray, IntArray, Table

PamSource = Literal["tissue", "plasma_baseline", "plasma_c1"]

COLUMN_OF = {
    "ctdna_baseline": "ctdna_detected_baseline",
    "ctdna_c1": "ctdna_detected_c1",
    "pam": "pam_status",
    "response_c2": "recist_response_c2",
    "response_c4": "recist_response_c4",
}
_AMOUNTS = tuple(f"ctdna_mtm_per_ml_{name}" for name in ("baseline", "c1"))
_NO_PERTUZUMAB = {("PyroHT",), ("EveroHT",), ("PyroHT", "EveroHT")}
# Raised on a patient's own values; the others follow from the state.
_OF_PATIENTS = (PLASMA_WILD_TYPE, OFF_PROTOCOL, GIVEN_AGAINST_TEXT)


@dataclass(frozen=True, kw_only=True)
class Arm:
    """The arm's text as it is asked: at which decision, and in which readings.

    Parameters
    ----------
    decision : {"c2", "c4"}
    policy : {"literal", "c1_only", "baseline_or_c1"}
        When ctDNA is (+): ambiguity A1.
    pam_source : {"tissue", "plasma_baseline", "plasma_c1"}
        What was sequenced: ambiguity A3.
    """

    decision: Decision
    policy: Policy = "literal"
    pam_source: PamSource = "tissue"

    @property
    def inputs(self) -> tuple[str, ...]:
        """Columns that decide."""
        return tuple(COLUMN_OF[name] for name in DECISIONS[self.decision])

    @property
    def columns(self) -> tuple[Column, ...]:
        """What is read: `inputs`, what was given so far, and what could contradict them."""
        names = (*self.inputs, *given_columns(self.decision), "ctdna_assay", *_AMOUNTS)
        return tuple(find_column(name) for name in names)

    @cached_property
    def table(self) -> tuple[tuple[State, Outcome], ...]:
        """Every state and what is said of it, by the state's number.

        After cycle 4 those of patients whose regimen of cycles 3 and 4 is on record come last.
        """
        said = tuple(outcomes(self.decision, self.policy).items())
        return said if self.decision == "c2" else (*said, *going_on())

    @cached_property
    def _texts(self) -> dict[str, tuple[list[str], IntArray]]:
        """Of every answer its distinct texts, and which one a state has."""
        by_state: dict[str, list[str]] = {
            "status": [said.status for _, said in self.table],
            "regimen": [said.regimens[0] if _is_one(said) else "" for _, said in self.table],
            "possible": [";".join(said.regimens) for _, said in self.table],
            "needs": [";".join(COLUMN_OF[each] for each in said.needs) for _, said in self.table],
            "rules": [";".join(letters(said)) for _, said in self.table],
            "why": [why(said) for _, said in self.table],
        }
        return {name: _distinct(texts) for name, texts in by_state.items()}

    def states(self, table: Table) -> tuple[IntArray, dict[str, BoolArray]]:
        """Number of every patient's state, and the flags that their own values raise."""
        truths = self.truths(table)
        wild, where = truths["pam"] == 0, self.pam_source.removeprefix("plasma_")
        unproven = np.zeros(wild.size, dtype=bool)
        if self.pam_source != "tissue":
            unproven = wild & (table[f"ctdna_detected_{where}"] != 1)
            truths["pam"] = np.where(unproven, np.nan, truths["pam"])
        progressed = [table[name] == RESPONSES.index("PD") for name in self.inputs[3:]]
        codes = [code(each) for each in truths.values()]
        number, against = by_record(table, self.decision, self.policy, codes)
        flags = {
            PLASMA_WILD_TYPE: unproven,
            OFF_PROTOCOL: np.any(progressed, axis=0),
            GIVEN_AGAINST_TEXT: against,
        }
        return number, flags

    def truths(self, table: Table) -> dict[str, FloatArray]:
        """Inputs of the decision as 1, 0 or NaN; a response that was not evaluable is not known."""
        return {name: _truth(COLUMN_OF[name], table) for name in DECISIONS[self.decision]}

    def answer(self, table: Table) -> dict[str, pa.Array]:
        """What the protocol's text says of each patient, as columns of the output."""
        number, raised = self.states(table)
        return {
            **{name: self._told(name, number) for name in self._texts},
            "flags": self._flags(number, raised),
        }

    def _told(self, name: str, number: IntArray) -> pa.Array:
        texts, of_state = self._texts[name]
        told = pa.DictionaryArray.from_arrays(
            pa.array(of_state[number], pa.int32()), pa.array(texts, pa.string())
        )
        # Sentences are for readers; the manifest counts them by their rules already.
        return told.cast(pa.string()) if name == "why" else told

    def _flags(self, number: IntArray, raised: Mapping[str, BoolArray]) -> pa.Array:
        of_state = np.array([sum(1 << bit for bit in bits) for bits in self._state_flags])
        bits = of_state[number]
        for flag, rows in raised.items():
            bits = bits | (rows.astype(np.int64) << _FLAGS.index(flag))
        distinct, place = np.unique(bits, return_inverse=True)
        texts = [
            ";".join(name for bit, name in enumerate(_FLAGS) if pattern >> bit & 1)
            for pattern in distinct.tolist()
        ]
        return pa.DictionaryArray.from_arrays(
            pa.array(place, pa.int32()), pa.array(texts, pa.string())
        )

    @cached_property
    def _state_flags(self) -> list[list[int]]:
        readings = [outcomes(self.decision, policy) for policy in POLICIES]
        return [
            [
                bit
                for bit, name in enumerate(_FLAGS)
                if name not in _OF_PATIENTS
                and _raises(name, state, said, [each[state] for each in readings])
            ]
            for state, said in self.table
        ]


_FLAGS = tuple(
    sorted((*_OF_PATIENTS, READING_MATTERS, MUTATED_NOT_ESCALATED, AGENT_OPEN, NO_PERTUZUMAB))
)


def letters(said: Outcome) -> list[str]:
    """The rules that apply whatever is missing; of a conflict all that can.

    >>> letters(outcomes("c2", "literal")[1, 0, 1, 2])
    ['a', 'b', 'd']
    """
    return sorted((*said.fires, *(said.may_fire if said.status == "conflict" else ())))


def why(said: Outcome) -> str:
    """The sentences of `letters`."""
    return " | ".join(RULES[letter].sentence for letter in letters(said))


def contradictions(table: Table) -> Sequence[Problem]:
    """Samples called "not detected" beside an amount at or above their assay's limit."""
    problems = []
    for name in ("baseline", "c1"):
        amount = table[f"ctdna_mtm_per_ml_{name}"]
        limit = limit_of_detection(np.full(amount.size, np.nan), table["ctdna_assay"])
        rows = np.flatnonzero(
            is_contradictory(amount / limit, table[f"ctdna_detected_{name}"], 1.0)
        )
        if rows.size:
            problems.append(Problem(f"ctdna_detected_{name}", "ctdna_contradiction", rows))
    return problems


def _truth(name: str, table: Table) -> FloatArray:
    if name == "pam_status":
        return equals(table[name], PAM_STATUSES.index("altered"))
    if not name.startswith("recist"):
        return np.asarray(table[name], dtype=np.float64)
    good = equals(table[name], RESPONSES.index("CR"), RESPONSES.index("PR"))
    return np.where(table[name] == RESPONSES.index("NE"), np.nan, good)


def _is_one(said: Outcome) -> bool:
    return said.status == "decided"


def _raises(flag: str, state: State, said: Outcome, readings: list[Outcome]) -> bool:
    """Whether a state by itself raises a flag."""
    rules = {*said.fires, *said.may_fire}
    holds = {
        READING_MATTERS: len({(each.status, each.regimens) for each in readings}) > 1
        and said in readings,
        MUTATED_NOT_ESCALATED: state[2] == YES and bool(rules) and rules <= {"a", "b", "e"},
        AGENT_OPEN: said.status == "choice",
        NO_PERTUZUMAB: said.regimens in _NO_PERTUZUMAB,
    }
    return holds[flag]


def _distinct(texts: list[str]) -> tuple[list[str], IntArray]:
    names = list(dict.fromkeys(texts))
    return names, np.array([names.index(text) for text in texts])
