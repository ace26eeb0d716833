"""Whether a cohort is large enough for a model to be evaluated in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neopcr.specs import FloatArray

EVENTS_TO_EVALUATE = 100
"""With the outcome, and without it: "a minimum of 100 events and ideally 200 (or more) events"
(Collins, Stat Med 35 (2016) 214, doi:10.1002/sim.6787, abstract)."""


def is_large_enough_to_evaluate(y: FloatArray) -> bool:
    """Whether there are as many patients of either outcome as `EVENTS_TO_EVALUATE`."""
    return int(min(y.sum(), len(y) - y.sum())) >= EVENTS_TO_EVALUATE


def evaluation_sentence(y: FloatArray) -> str:
    """What a reader should know of the size of a cohort in which a model is evaluated."""
    n, events = len(y), int(y.sum())
    said = (
        f"An evaluation asks for at least {EVENTS_TO_EVALUATE} patients with and as many without "
        f"the outcome (Collins 2016); there are {events:,} and {n - events:,}"
    )
    if is_large_enough_to_evaluate(y):
        return f"{said}."
    return f"{said}: intervals are wide, and calibration is hardly told."
