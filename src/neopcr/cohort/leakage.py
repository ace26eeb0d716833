"""The leakage guard: nothing later than the landmark, nothing derived from the outcome."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import rankdata

from neopcr.cohort.contract import CORE
from neopcr.cohort.long_table import is_filled
from neopcr.cohort.mapping import find_declared, source_of
from neopcr.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from neopcr.cohort.mapping import FindColumn
    from neopcr.config import CohortConfig, WideTable
    from neopcr.specs import Cohort, Column, FloatArray, Landmark, Table

# Words of a name that only somebody who knows the outcome can fill. Oncotype's recurrence score
# is known at diagnosis and passes.
_DERIVED = re.compile(
    r"(^|_)(rcb|yp[tn][0-9a-z]*|pcr|relapse|recurrence(?!_score)|residual|surgery"
    r"|cycles_(given|received)|num_?cycles|chemo_issue|dfs|efs|rfs|death)(_|$)|^resp_"
)
# Above it, with this many patients, a single column says the outcome rather than predicts it.
HIGHEST_AUROC = 0.97
FEWEST_PATIENTS = 50
# With fewer of either outcome any AUROC is chance.
FEWEST_EVENTS = 5


def is_outcome_derived(name: str) -> bool:
    """Whether a header's words give away that it was made from the outcome.

    >>> [is_outcome_derived(name) for name in ("RCB.score", "resp.pCR", "surgery_type", "grade")]
    [True, True, True, False]
    """
    words = re.sub(r"[^0-9a-z]+", "_", name.casefold()).strip("_")
    return _DERIVED.search(words) is not None


def refuse_names(config: CohortConfig, find_column: FindColumn, latest: Landmark) -> None:
    """Refuse columns that a config names though they are known too late.

    Parameters
    ----------
    config : CohortConfig
    find_column : callable
        Canonical name to declaration.
    latest : Landmark
        The latest landmark that is asked for.

    Raises
    ------
    TableError
        If a mapped column, or one by which patients are kept, is known only after `latest`, or is
        derived from the outcome by its name or its header's.
    """
    for wide in (config.patients, config.imaging):
        if wide is not None:
            _refuse_mapped(wide, config.outcome.source, find_column, latest)
    for condition in config.keep:
        _refuse_late(condition.column, find_column, latest)


def _refuse_mapped(
    wide: WideTable, outcome: str, find_column: FindColumn, latest: Landmark
) -> None:
    for name, entry in wide.columns.items():
        headers = (source_of(entry).source, *source_of(entry).times)
        _refuse_derived([name, *headers] if name not in CORE else [], outcome)
        # Dates say who is still on therapy at a landmark; they are no features.
        if name not in CORE:
            _refuse_late(name, find_column, latest)


def _refuse_derived(names: Iterable[str], outcome: str) -> None:
    for name in names:
        if name == outcome or is_outcome_derived(name):
            message = (
                f"cohort: column '{name}' is refused: its name says that it is derived from the "
                "outcome or known only after it. Take it out of the config's columns."
            )
            raise TableError(message)


def _refuse_late(name: str, find_column: FindColumn, latest: Landmark) -> None:
    column = find_declared(name, find_column)
    if column is not None and column.landmark > latest:
        message = (
            f"cohort: column '{name}' is refused: it is known only from landmark "
            f"{column.landmark.name}, and the latest that is asked for is {latest.name}. Take it "
            "out of the config's columns or ask for a later landmark."
        )
        raise TableError(message)


def refuse_separating(cohort: Cohort) -> None:
    """Refuse a column, or its missingness, that alone separates the outcome.

    Parameters
    ----------
    cohort : Cohort
        Of known outcomes.

    Raises
    ------
    TableError
        If an AUROC lies above `HIGHEST_AUROC`, in either direction, among at least
        `FEWEST_PATIENTS` patients and `FEWEST_EVENTS` of each outcome.
    """
    for column in cohort.columns:
        if column.name not in CORE and _separates(column, cohort.table, cohort.pcr):
            message = (
                f"cohort: column '{column.name}' is refused: alone it separates the outcome with "
                f"an AUROC above {HIGHEST_AUROC} among {len(cohort.pcr)} patients, as only the "
                "outcome itself does. Find out when and from what it was recorded, or leave it out."
            )
            raise TableError(message)


def _separates(column: Column, table: Table, pcr: FloatArray) -> bool:
    values = table[column.name]
    known = is_filled(values)
    candidates: list[tuple[NDArray[Any], FloatArray]] = [(known, pcr)]
    if column.kind == "category":
        candidates += [(values[known] == code, pcr[known]) for code in np.unique(values[known])]
    elif column.kind in {"number", "boolean"}:
        candidates += [(values[known], pcr[known])]
    return any(_is_too_good(each, outcome) for each, outcome in candidates)


def _is_too_good(values: NDArray[Any], pcr: FloatArray) -> bool:
    events = int((pcr == 1).sum())
    if len(pcr) < FEWEST_PATIENTS or min(events, len(pcr) - events) < FEWEST_EVENTS:
        return False
    area = auroc(values, pcr)
    return max(area, 1 - area) > HIGHEST_AUROC


def auroc(values: NDArray[Any], pcr: FloatArray) -> float:
    """Area under the ROC curve by midranks.

    Parameters
    ----------
    values : array of shape (n_patients,)
        Without missing values; higher speaks for pCR.
    pcr : float array of shape (n_patients,)
        1 pCR reached, 0 residual disease; both occur.

    Examples
    --------
    >>> auroc(np.array([1, 2, 2, 3]), np.array([0.0, 0.0, 1.0, 1.0]))
    0.875
    """
    reached = pcr == 1
    n_reached = int(reached.sum())
    ranks = rankdata(values)[reached].sum() - n_reached * (n_reached + 1) / 2
    return float(ranks / (n_reached * (len(pcr) - n_reached)))
