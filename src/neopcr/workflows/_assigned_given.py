"""Patients of the adaptive arm by the regimens that they were given, where these are on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr.oncology.regimen_names import REGIMEN_NAMES
from neopcr.trials._adaptive_nct07239271 import DECISIONS, Decision, Policy, state_number
from neopcr.workflows._going_on import OF_CYCLE_3, STARTS_WITH, possible

if TYPE_CHECKING:
    from neopcr.specs import BoolArray, IntArray, Table

_GIVEN = "regimen_given_to_"
# The place of each regimen among those of cycles 3 and 4; -1 another, or none on record (code -1).
_PLACE = np.array([
    *(OF_CYCLE_3.index(name) if name in OF_CYCLE_3 else -1 for name in REGIMEN_NAMES), -1
])  # fmt: skip


def given_columns(decision: Decision) -> tuple[str, ...]:
    """Columns of the regimens given before a decision."""
    return (f"{_GIVEN}c2",) if decision == "c2" else (f"{_GIVEN}c2", f"{_GIVEN}c4")


def by_record(
    table: Table, decision: Decision, policy: Policy, codes: list[IntArray]
) -> tuple[IntArray, BoolArray]:
    """Number every patient's state, and say whose record is against the text.

    Parameters
    ----------
    table : mapping of str to array of shape (n_patients,)
    decision : {"c2", "c4"}
    policy : {"literal", "c1_only", "baseline_or_c1"}
    codes : list of int arrays of shape (n_patients,)
        Inputs of the decision; see `neopcr.trials._adaptive_nct07239271.code`.

    Returns
    -------
    number : int array of shape (n_patients,)
        Place in `Arm.table`.
    against : boolean array of shape (n_patients,)
        Not nab-PHP in cycles 1 and 2, or then a regimen that the text could not have led to.
    """
    first = table[f"{_GIVEN}c2"]
    against = (first >= 0) & (first != REGIMEN_NAMES.index(STARTS_WITH))
    number = state_number(*codes)
    if decision == "c2":
        return number, against
    place = _PLACE[table[f"{_GIVEN}c4"]]
    could = np.array(possible(policy))[state_number(*codes[:-1]), place]
    against |= (table[f"{_GIVEN}c4"] >= 0) & ~(could & (place >= 0))
    recorded = 3 ** len(DECISIONS["c4"]) + 3 * place + codes[-1]
    return np.where(place >= 0, recorded, number), against
