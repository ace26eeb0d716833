"""Who of a cohort is followed for recurrence, in which group, and for how long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neopcr.errors import TableError
from neopcr.oncology.dfs import disease_free_survival
from neopcr.specs import Problem, Step

if TYPE_CHECKING:
    from neopcr.specs import BoolArray, Cohort, FloatArray, Table
    from neopcr.workflows._groups import Groups

DATES = ("surgery_date", "recurrence_date", "death_date", "last_followup_date")
GIVEN = ("dfs_months", "dfs_event")
FROM_DATES = (
    "disease-free survival from surgery to the first recurrence (local, regional, distant, "
    "contralateral, second primary) or death of any cause"
)
AS_GIVEN = (
    "months and event as the cohort gives them (dfs_months, dfs_event): where they start and what "
    "ends them is the source's definition"
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Followed:
    """Follow-up of the patients who can be analysed.

    Parameters
    ----------
    endpoint : str
        What is measured.
    rows : int array of shape (n,)
        Positions of the patients in the cohort.
    months, event : float arrays of shape (n,)
        From the origin, or from the landmark where one is set.
    codes : int array of shape (n,)
        Their groups.
    flow : tuple of Step
        Who was left out.
    problems : tuple of Problem
        Rows of the input whose dates contradict one another.
    """

    endpoint: str
    rows: np.ndarray
    months: FloatArray
    event: FloatArray
    codes: np.ndarray
    flow: tuple[Step, ...]
    problems: tuple[Problem, ...]


def followed(cohort: Cohort, groups: Groups, landmark_months: float | None) -> Followed:
    """Find the follow-up of everyone in a group.

    Parameters
    ----------
    cohort : Cohort
    groups : Groups
    landmark_months : float, optional
        Patients with an event or without follow-up until then are left out, and the clock starts
        there.

    Raises
    ------
    TableError
        If the cohort holds no follow-up, or if a group that is known at surgery only would be
        credited with the months before it.
    """
    endpoint, months, event, faults = _follow_up(cohort.table)
    if groups.known_at_surgery and endpoint == AS_GIVEN and landmark_months is None:
        message = (
            f"cohort: '{groups.name}' is known at surgery only, and dfs_months may start before it: "
            "patients would be credited with months in which they could not have had an event "
            "(immortal time). Give the dates, or --landmark-months so that all had surgery by then."
        )
        raise TableError(message)
    kept = np.ones(len(months), dtype=np.bool_)
    steps = list(cohort.flow)
    broken = np.logical_or.reduce(list(faults.values())) if faults else ~kept
    known = ~np.isnan(months) & ~np.isnan(event)
    reasons = [
        ("dates that contradict one another (see the rejects)", ~broken),
        ("no follow-up recorded", known),
        (f"{groups.title} not known", groups.codes >= 0),
    ]
    if landmark_months is not None:
        beyond = np.nan_to_num(months, nan=-1.0) > landmark_months
        endpoint += f"; the clock starts at {landmark_months:g} months, for those still at risk"
        reasons.append((f"event or end of follow-up within {landmark_months:g} months", beyond))
    for reason, chosen in reasons:
        before = int(kept.sum())
        kept = kept & chosen
        steps.append(Step(reason, before - int(kept.sum()), int(kept.sum())))
    return Followed(
        endpoint=endpoint,
        rows=np.flatnonzero(kept),
        months=months[kept] - (landmark_months or 0.0),
        event=event[kept],
        codes=groups.codes[kept],
        flow=tuple(steps),
        problems=_problems(cohort, faults),
    )


def _follow_up(table: Table) -> tuple[str, FloatArray, FloatArray, dict[str, BoolArray]]:
    if "surgery_date" in table and not set(DATES[1:]).isdisjoint(table):
        never = np.full(len(table["surgery_date"]), np.datetime64("NaT", "D"))
        found = disease_free_survival(*(table.get(name, never) for name in DATES))
        return FROM_DATES, found.months, found.event, found.faults
    if set(GIVEN) <= set(table):
        return AS_GIVEN, table["dfs_months"], table["dfs_event"], {}
    message = (
        f"cohort: there is no follow-up. Give {', '.join(DATES)}, or {' and '.join(GIVEN)}. pCR is "
        "no substitute: a ratio above 7.0 goes with more pCR and with more recurrence."
    )
    raise TableError(message)


def _problems(cohort: Cohort, faults: dict[str, BoolArray]) -> tuple[Problem, ...]:
    """By row of the input."""
    columns = {
        "event_before_surgery": "surgery_date",
        "followup_before_surgery": "last_followup_date",
        "followup_before_event": "last_followup_date",
        "recurrence_after_death": "recurrence_date",
    }
    return tuple(
        Problem(columns[rule], rule, np.sort(cohort.row[rows] - 1))
        for rule, rows in faults.items()
        if rows.any()
    )
