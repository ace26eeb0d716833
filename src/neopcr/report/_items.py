"""One item of a checklist, and the rule by which a run answers it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """What a checklist asks, in our own words.

    Parameters
    ----------
    number, section, asks : str
        As in the checklist; the question.
    done : str
        Where the report answers it.
    gap : str
        What is missing otherwise.
    when : str
        Fact of the run on which it depends; without one, `done` or `gap` holds always.
    apart : str
        Why the item does not apply.
    """

    number: str
    section: str
    asks: str
    done: str = ""
    gap: str = ""
    when: str = ""
    apart: str = ""
