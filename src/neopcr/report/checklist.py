"""Checklists of reporting and of bias: each item is done, or its gap is named.

Items are in our own words, with the official numbers; the official wording is in the sources.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from neopcr.report._probast_ai import DEVELOPMENT, EVALUATION
from neopcr.report._tripod_ai import TRIPOD_AI
from neopcr.report._tripod_evaluation import PROBAST_AI_EVALUATION, TRIPOD_AI_EVALUATION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from neopcr.report._items import Item

Status = Literal["done", "gap", "not applicable"]

TRIPOD_AI_SOURCE = "Collins, BMJ 385 (2024) e078378, doi:10.1136/bmj-2023-078378"
PROBAST_AI_SOURCE = "Moons, BMJ 388 (2025) e082505, doi:10.1136/bmj-2024-082505"


@dataclass(frozen=True, slots=True)
class Answer:
    """An item, whether it is done, and where, or what is missing."""

    item: Item
    status: Status
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """A checklist that was filled in from a run.

    Parameters
    ----------
    title, source, note : str
        Its name, where the items come from, and what must be known to read it.
    answers : tuple of Answer
        In the order of the items.
    """

    title: str
    source: str
    note: str = ""
    answers: tuple[Answer, ...]

    @property
    def summary(self) -> str:
        """How many items are done, and how many are left open."""
        count = dict.fromkeys(("done", "gap", "not applicable"), 0)
        for answer in self.answers:
            count[answer.status] += 1
        return (
            f"{count['done']} of {len(self.answers)} items done, {count['gap']} open, "
            f"{count['not applicable']} not applicable."
        )


def fill(items: Iterable[Item], facts: Mapping[str, bool]) -> tuple[Answer, ...]:
    """Answer items by what a run did.

    Parameters
    ----------
    items : iterable of Item
    facts : mapping of str to bool
        By the names that items give under `when`.

    Returns
    -------
    tuple of Answer

    Raises
    ------
    KeyError
        If an item asks for a fact that is not told.
    """
    return tuple(_answer(item, facts) for item in items)


def _answer(item: Item, facts: Mapping[str, bool]) -> Answer:
    if item.apart:
        return Answer(item, "not applicable", item.apart)
    met = facts[item.when] if item.when else bool(item.done)
    return Answer(item, "done", item.done) if met else Answer(item, "gap", item.gap)


OWN = "Items are in our own words. A run can answer for itself only: what authors must write is named."
JUDGED = (
    "Signalling questions in our own words. “Done” is a yes that the run supports; an open one "
    "is for a person to judge. A self-audit does not replace one by others."
)


def audits(facts: Mapping[str, bool]) -> tuple[Audit, ...]:
    """TRIPOD+AI, and both parts of PROBAST+AI, of a training with its internal validation.

    Parameters
    ----------
    facts : mapping of str to bool
        What a run did; see `fill`.
    """
    return (
        _tripod(TRIPOD_AI, facts),
        _probast("model development", DEVELOPMENT, facts),
        _probast("model evaluation", EVALUATION, facts),
    )


def evaluation_audits(facts: Mapping[str, bool]) -> tuple[Audit, ...]:
    """TRIPOD+AI and PROBAST+AI of a bundle's evaluation in another cohort.

    Parameters
    ----------
    facts : mapping of str to bool
        What a run did; see `fill`.
    """
    return (
        _tripod(TRIPOD_AI_EVALUATION, facts),
        _probast("model evaluation", PROBAST_AI_EVALUATION, facts),
    )


def _tripod(items: Sequence[Item], facts: Mapping[str, bool]) -> Audit:
    return Audit(title="TRIPOD+AI", source=TRIPOD_AI_SOURCE, note=OWN, answers=fill(items, facts))


def _probast(part: str, items: Sequence[Item], facts: Mapping[str, bool]) -> Audit:
    return Audit(
        title=f"PROBAST+AI, {part}",
        source=PROBAST_AI_SOURCE,
        note=JUDGED,
        answers=fill(items, facts),
    )
