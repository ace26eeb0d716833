"""Who is left of the rows of the patients' files, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from neopcr.cohort.keep import meets
from neopcr.specs import Cohort, Step

if TYPE_CHECKING:
    from neopcr.cohort.assemble import Assembled
    from neopcr.cohort.cells import Mask
    from neopcr.config import Condition


@dataclass(slots=True)
class Flow:
    """Who is left, and the steps so far."""

    left: Mask
    steps: list[Step] = field(default_factory=list)

    def note(self, reason: str) -> None:
        """Tell something that excluded nobody."""
        self.keep(np.ones_like(self.left), reason)

    def keep(self, chosen: Mask, reason: str) -> None:
        """Leave out those who are not chosen."""
        before = int(self.left.sum())
        self.left = self.left & chosen
        after = int(self.left.sum())
        self.steps.append(Step(reason, before - after, after))


def first_steps(joined: Assembled, conditions: Sequence[Condition], notes: Sequence[str]) -> Flow:
    """Leave out rows that break the data contract, then those that miss a condition.

    Parameters
    ----------
    joined : Assembled
        Of a cohort, or of some of its rows: steps of the parts add up to those of the whole.
    conditions : sequence of Condition
        Of the config, in its order.
    notes : sequence of str
        What is told before.

    Raises
    ------
    ConfigError
        If a condition makes no sense.
    """
    flow = Flow(np.ones(len(joined.patient_id), dtype=bool))
    flow.note("rows of the patients' files")
    for note in notes:
        flow.note(note)
    flow.keep(~_broken_rows(joined), "rows that break the data contract (see the rejects)")
    for condition in conditions:
        for chosen, reason in meets(condition, joined):
            flow.keep(chosen, reason)
    return flow


def those_left(joined: Assembled, flow: Flow, definition: str) -> Cohort:
    """Return the cohort of those who are left, under a definition of the outcome."""
    rows = np.flatnonzero(flow.left)
    pcr = np.full(len(flow.left), np.nan) if joined.pcr is None else joined.pcr
    return Cohort(
        table={name: values[rows] for name, values in joined.table.items()},
        columns=joined.columns,
        patient_id=joined.patient_id[rows],
        row=rows + 1,
        pcr=pcr[rows],
        flow=tuple(flow.steps),
        definition=definition,
        fingerprint=joined.fingerprint,
    )


def _broken_rows(joined: Assembled) -> Mask:
    broken = np.zeros(len(joined.patient_id), dtype=bool)
    for problem in joined.problems:
        broken[problem.rows] = True
    return broken
