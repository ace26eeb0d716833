"""The regimen of cycles 3 and 4 in the adaptive arm of NCT07239271, where every input is known."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from neopcr.trials._adaptive_nct07239271 import (
    REGIMENS,
    RULES,
    UNKNOWN,
    Policy,
    code,
    outcomes,
    state_number,
)

if TYPE_CHECKING:
    from neopcr.specs import BoolArray, FloatArray, IntArray

BRANCHES = REGIMENS[:4]


def branch(
    detected: tuple[FloatArray, FloatArray],
    pam: FloatArray,
    responded: BoolArray,
    policy: Policy = "c1_only",
) -> IntArray:
    """Return the branch after cycle 2, as codes into `BRANCHES`.

    The protocol's text leaves open which ctDNA sample counts. A patient has to be treated where two
    of its sentences conflict, too: rule d is then followed, which alone names the baseline sample.

    Parameters
    ----------
    detected : two float arrays of shape (n_patients,)
        At baseline and after cycle 1: 1 where ctDNA is found, else 0.
    pam : float array of shape (n_patients,)
        1 where the PAM pathway is altered, else 0.
    responded : bool array of shape (n_patients,)
        CR or PR after cycle 2.
    policy : {"c1_only", "literal", "baseline_or_c1"}
        See `neopcr.trials._adaptive_nct07239271.firing`.

    Examples
    --------
    >>> first, later = np.ones(4), np.array([0.0, 0.0, 1.0, 1.0])
    >>> pam, responded = np.array([1.0, 0.0, 0.0, 1.0]), np.array([True, False, True, True])
    >>> [BRANCHES[code] for code in branch((first, later), pam, responded)]
    ['nab-PHP', 'TCbHP', 'PyroHT', 'EveroHT']
    >>> [BRANCHES[code] for code in branch((first, later), pam, responded, "literal")]
    ['EveroHT', 'TCbHP', 'PyroHT', 'EveroHT']
    """
    inputs = (*detected, pam, responded.astype(np.float64))
    return _branches(policy)[state_number(*map(code, inputs))]


@cache
def _branches(policy: Policy) -> IntArray:
    """Code of the branch by the number of a state; -1 where an input is not known."""
    by_rule_d = min(RULES["d"].regimens)
    return np.array(
        [
            -1
            if UNKNOWN in state
            else BRANCHES.index(
                by_rule_d if said.status == "conflict" else said.regimens[0],
            )
            for state, said in outcomes("c2", policy).items()
        ]
    )
