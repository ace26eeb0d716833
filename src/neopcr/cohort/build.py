"""From a config to a cohort, and the flow of patients on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from neopcr.cohort.assemble import Assembled, assemble
from neopcr.cohort.complaint import Tally, complain
from neopcr.cohort.contract import CORE
from neopcr.cohort.flow import first_steps, those_left
from neopcr.cohort.keep import still_on_therapy
from neopcr.cohort.leakage import refuse_columns, refuse_names, refuse_separating, separating
from neopcr.cohort.mapping import FindColumn, find_declared
from neopcr.cohort.readers import read_header
from neopcr.config import CohortConfig, WideTable
from neopcr.errors import TableError
from neopcr.specs import Cohort, Landmark, Problem, Step

if TYPE_CHECKING:
    from neopcr.specs import FloatArray

Mode = Literal["train", "check"]
# A column with more of its filled cells unreadable is not the column it is taken for (the
# project's choice).
HIGHEST_BROKEN_SHARE = 0.05
# Rules that stop a training whatever their share.
_STOPPING = frozenset({"duplicated_patient", "unit_ambiguous"})
# Below it a model of this many features is not worth fitting (the project's choice).
FEWEST_EVENTS = 20


def build_cohort(
    config: CohortConfig,
    find_column: FindColumn,
    *,
    landmark: Landmark | None,
    mode: Mode,
    base: Path,
    latest: Landmark | None = None,
) -> tuple[Cohort, tuple[Problem, ...]]:
    """Read the files of a config and leave out whom the landmark and the contract leave out.

    Parameters
    ----------
    config : CohortConfig
    find_column : callable
        Canonical name to declaration; KeyError where there is none.
    landmark : Landmark or None
        Patients who are no longer on neoadjuvant therapy then, and columns known only later, are
        left out; with None nobody and nothing is.
    mode : {"train", "check"}
        In ``train`` a bad column or a duplicated patient stops the run, patients of unknown
        outcome are left out, and a column that alone separates the outcome is refused; in
        ``check`` every bad row is a reject, and an outcome need not be known or be there at all.
    base : Path
        Folder that relative paths start from.
    latest : Landmark, optional
        The latest landmark of the run; `landmark` where None. A column that the config names and
        that is known only later is refused.

    Returns
    -------
    cohort : Cohort
        Its `row` counts over the patients' files in the order of the config, from 1.
    problems : tuple of Problem
        Why rows were rejected, by 0-based row of the same count; see `write_rejects`.

    Raises
    ------
    TableError
        If a file cannot be read, a column is bad, or one is refused by the leakage guard.
    ConfigError
        If the config names a column or a unit that does not exist.
    """
    until = Landmark.surgery if landmark is None else landmark
    refuse_names(config, find_column, until if latest is None else latest)
    joined = assemble(config, find_column, base=base, until=until)
    if mode == "train":
        refuse_columns(joined.columns)
        _stop_on_bad_columns(joined, find_column)
    notes = (*joined.notes, *_too_late(joined, config, find_column, until))
    flow = first_steps(joined, config.keep, notes)
    if mode == "train":
        flow.keep(~np.isnan(_outcome(joined)), "outcome not known")
    if landmark is not None:
        flow.keep(*still_on_therapy(joined.table, landmark, len(joined.patient_id)))
    cohort = those_left(joined, flow, config.outcome.definition)
    if mode == "train":
        _refuse_empty(cohort, joined)
        cohort = _vouched(cohort, config)
        refuse_separating(cohort, config.allow)
    return cohort, joined.problems


def read_cohort(
    path: Path, find_column: FindColumn, *, landmark: Landmark | None = None, mode: Mode = "check"
) -> tuple[Cohort, tuple[Problem, ...]]:
    """Read one file of one row a patient whose headers are canonical names.

    Parameters
    ----------
    path : Path
        csv, tsv or parquet; what `write_cohort` wrote comes back identical.
    find_column, landmark, mode
        As in `build_cohort`.
    """
    config = CohortConfig(patients=WideTable.model_validate({"path": str(path)}))
    return build_cohort(config, find_column, landmark=landmark, mode=mode, base=Path())


def require_outcomes(cohort: Cohort, fewest: int = FEWEST_EVENTS) -> None:
    """Refuse a cohort with too few of either outcome to train on.

    Raises
    ------
    TableError
        If fewer than `fewest` patients reached pCR, or fewer than `fewest` did not.
    """
    events = int((cohort.pcr == 1).sum())
    others = int((cohort.pcr == 0).sum())
    if min(events, others) == 0:
        only = "residual disease" if events == 0 else "pCR"
        message = (
            f"cohort: all {events + others} patients have {only}, and one class cannot be "
            "learned. Correct the outcome's `reached` and `residual` values, or the cohort."
        )
        raise TableError(message)
    if min(events, others) < fewest:
        message = (
            f"cohort: training needs at least {fewest} patients with pCR and {fewest} without, "
            f"but there are {events} and {others}. Use a larger cohort."
        )
        raise TableError(message)


def _stop_on_bad_columns(joined: Assembled, find_column: FindColumn) -> None:
    for tally in (*_duplicates(joined), *joined.tallies):
        if tally.rule in _STOPPING or tally.broken > HIGHEST_BROKEN_SHARE * tally.filled:
            raise complain(tally, find_declared(tally.column, find_column))


def _duplicates(joined: Assembled) -> Sequence[Tally]:
    """Tallies of patients who occur twice, in whichever file."""
    n = len(joined.patient_id)
    return [
        Tally(path, problem.column, problem.rule, problem.rows.size, n, row)
        for problem in joined.problems
        if problem.rule == "duplicated_patient"
        for path, row in [joined.origin.place(int(problem.rows[0]))]
    ]


def _too_late(
    joined: Assembled, config: CohortConfig, find_column: FindColumn, until: Landmark
) -> Sequence[str]:
    """Tell columns of a file of canonical names that are known only after the landmark.

    Whoever maps such a column asks for it and is refused; a file may hold the whole course.
    """
    if config.patients.columns:
        return ()
    headers = dict.fromkeys(name for path in joined.origin.paths for name in read_header(path))
    declared = [find_declared(name, find_column) for name in headers if name not in CORE]
    late = [column.name for column in declared if column and column.landmark > until]
    return (f"columns known only after {until.name}, not used: {', '.join(late)}",) if late else ()


def _vouched(cohort: Cohort, config: CohortConfig) -> Cohort:
    """Tell in the flow which separating columns a person vouches for, and why."""
    if not config.allow:
        return cohort
    left = len(cohort.row)
    steps = [
        Step(f"column {name} separates the outcome and is used: {config.allow[name]}", 0, left)
        for name in separating(cohort)
        if name in config.allow
    ]
    return replace(cohort, flow=(*cohort.flow, *steps))


def _outcome(joined: Assembled) -> FloatArray:
    if joined.pcr is None:
        message = (
            f"{joined.origin.paths[0]}: the outcome's column is not in its header. Correct "
            "`outcome` in the config or the file."
        )
        raise TableError(message)
    return joined.pcr


def _refuse_empty(cohort: Cohort, joined: Assembled) -> None:
    if not cohort.row.size:
        last = next(step.reason for step in reversed(cohort.flow) if step.excluded)
        message = (
            f"{joined.origin.paths[0]}: no patient is left of {len(joined.patient_id)} (the last "
            f"were left out at: {last}). Correct the table, or the config's conditions."
        )
        raise TableError(message)
