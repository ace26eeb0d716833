"""The adaptive arm of NCT07239271 where what was given is on record, and need not be concluded.

After cycle 4 the text says that a responding patient goes on with the regimen of cycles 3 and 4.
Which that was follows from the rules for cycle 3, unless a record says it: then it is the record
that goes on, and a record that the rules could not have led to is flagged.
"""

from __future__ import annotations

from functools import cache

from neopcr.trials._adaptive_nct07239271 import (
    REGIMENS,
    UNKNOWN,
    YES,
    Outcome,
    Policy,
    State,
    outcomes,
)

STARTS_WITH = "nab-PHP"
"""Cycles 1 and 2 of the arm."""

OF_CYCLE_3 = REGIMENS[:4]
"""What the rules may name for cycles 3 and 4."""

GIVEN_AGAINST_TEXT = "given_against_text"
"""Raised where the regimen on record is none that the text could have led to."""


@cache
def going_on() -> tuple[tuple[State, Outcome], ...]:
    """What the text says after cycle 4 by the regimen that was given in cycles 3 and 4.

    Returns
    -------
    tuple of (State, Outcome)
        By regimen of `OF_CYCLE_3`, then by response after cycle 4: bad, good, not known.
    """
    return tuple(
        ((UNKNOWN,) * 4 + (response,), _outcome(name, response))
        for name in OF_CYCLE_3
        for response in (0, 1, UNKNOWN)
    )


def _outcome(name: str, response: int) -> Outcome:
    switch = REGIMENS[4:]
    if response == UNKNOWN:
        return Outcome("open", (name, *switch), (), ("e", "f"), ("response_c4",))
    if response == YES:
        return Outcome("decided", (name,), ("e",), ())
    return Outcome("choice", switch, ("f",), ())


def possible(policy: Policy) -> tuple[tuple[bool, ...], ...]:
    """Whether the text may lead to each of `OF_CYCLE_3`, by the number of a state after cycle 2."""
    return tuple(
        tuple(name in said.regimens for name in OF_CYCLE_3)
        for said in outcomes("c2", policy).values()
    )
