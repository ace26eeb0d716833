"""The leakage guard: nothing later than the landmark, nothing derived from the outcome.

Three doors are watched: the names of a config's mapping (canonical names and the files' headers),
the headers of a file that needs no mapping, and what a column, its missingness or a feature says
of the outcome, whatever its name. A name that is refused has no exception; a column that separates
the outcome has one: a person may write down why it is no leak (`cohort.allow`), which the flow of
every report then repeats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from neopcr.cohort.contract import CORE
from neopcr.cohort.long_table import is_filled
from neopcr.cohort.mapping import find_declared, source_of
from neopcr.cohort.outcome_names import tells_outcome
from neopcr.cohort.ranks import auroc
from neopcr.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    from neopcr.cohort.mapping import FindColumn
    from neopcr.config import CohortConfig, WideTable
    from neopcr.specs import Cohort, Column, FloatArray, Landmark, Table

    _Candidates = Iterator[tuple[NDArray[Any], FloatArray]]

# Above it, with this many patients, a single column says the outcome rather than predicts it: on
# validation, models of this field reach 0.75 (the project's choice).
HIGHEST_AUROC = 0.97
FEWEST_PATIENTS = 50
# With fewer of either outcome any AUROC is chance.
FEWEST_EVENTS = 5
# A number of few values may be a code, whose order means nothing: each value is then a level.
MOST_CODES = 10


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
            _refuse_mapped(wide, config.outcome.headers.values(), find_column, latest)
    for condition in config.keep:
        _refuse_late(condition.column, find_column, latest)


def _refuse_mapped(
    wide: WideTable, outcome: Collection[str], find_column: FindColumn, latest: Landmark
) -> None:
    for name, entry in wide.columns.items():
        # Dates say who is still on therapy at a landmark; they are no features.
        if name not in CORE:
            for each in (name, source_of(entry).source, *source_of(entry).times):
                refuse_name(each, outcome)
            _refuse_late(name, find_column, latest)


def refuse_columns(columns: Iterable[Column]) -> None:
    """Refuse columns of a cohort whose canonical names are derived from the outcome.

    No mapping stands between a file of canonical names and the model, and whoever writes such a
    file may call a column ``imaging_rcb_class``.

    Raises
    ------
    TableError
    """
    for column in columns:
        if column.name not in CORE:
            refuse_name(column.name)


def refuse_name(name: str, outcome: Collection[str] = ("pcr",)) -> None:
    """Refuse a name that is the outcome's, or speaks of what is known only with it.

    Raises
    ------
    TableError
    """
    told = "the outcome itself" if name in outcome else tells_outcome(name)
    if told:
        message = (
            f"cohort: column '{name}' is refused: its name says that it is derived from the "
            f"outcome or known only after it ({told}). Leave it out of the cohort."
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


def refuse_separating(cohort: Cohort, allowed: Mapping[str, str] | None = None) -> None:
    """Refuse a column, or its missingness, that alone separates the outcome.

    Parameters
    ----------
    cohort : Cohort
        Of known outcomes.
    allowed : mapping of str to str, optional
        Columns that a person vouches for, and why.

    Raises
    ------
    TableError
        If an AUROC lies above `HIGHEST_AUROC`, in either direction, among at least
        `FEWEST_PATIENTS` patients and `FEWEST_EVENTS` of each outcome.
    """
    for name in separating(cohort):
        if name not in (allowed or {}):
            _refuse_separating(f"column '{name}'", len(cohort.pcr))


def separating(cohort: Cohort) -> tuple[str, ...]:
    """Names of the columns that alone separate the outcome; see `refuse_separating`."""
    known = np.flatnonzero(is_filled(cohort.pcr))
    pcr = cohort.pcr[known]
    return tuple(
        column.name
        for column in cohort.columns
        if column.name not in CORE and _separates(column, cohort.table, known, pcr)
    )


def refuse_separating_features(
    features: Mapping[str, FloatArray],
    pcr: FloatArray,
    made_of: Mapping[str, tuple[str, ...]],
    allowed: Mapping[str, str],
) -> None:
    """Refuse a feature, or its missingness, that alone separates the outcome.

    Two columns may each say little and their change everything.

    Parameters
    ----------
    features : mapping of str to float array of shape (n_patients,)
        NaN where missing.
    pcr : float array of shape (n_patients,)
        1 reached, 0 residual disease.
    made_of : mapping of str to tuple of str
        The columns of each feature.
    allowed : mapping of str to str
        Columns that a person vouches for; a feature made of one passes.

    Raises
    ------
    TableError
    """
    for name, values in features.items():
        vouched = any(column in allowed for column in made_of[name])
        if not vouched and _any_too_good(_of_numbers(values, is_filled(values), pcr)):
            _refuse_separating(f"feature '{name}'", len(pcr))


def _refuse_separating(what: str, n: int) -> NoReturn:
    message = (
        f"cohort: {what} is refused: alone it separates the outcome with an AUROC above "
        f"{HIGHEST_AUROC} among {n} patients, by its values or by where it is missing, as only the "
        "outcome itself does. Find out when and from what it was recorded, and leave it out; if it "
        "is sound, say why under `cohort.allow`."
    )
    raise TableError(message)


def _separates(column: Column, table: Table, rows: NDArray[Any], pcr: FloatArray) -> bool:
    values = table[column.name][rows]
    known = is_filled(values)
    if column.kind in {"number", "boolean"}:
        return _any_too_good(_of_numbers(values, known, pcr))
    if column.kind == "category":
        return _any_too_good(_of_levels(values, known, pcr))
    return _is_too_good(known, pcr)


def _of_numbers(values: NDArray[Any], known: NDArray[np.bool_], pcr: FloatArray) -> _Candidates:
    """What numbers can say: by where they are missing, by their order, and by each of few."""
    yield values[known], pcr[known]
    if len(np.unique(values[known])) <= MOST_CODES:
        yield from _of_levels(values, known, pcr)
    else:
        yield known, pcr


def _of_levels(values: NDArray[Any], known: NDArray[np.bool_], pcr: FloatArray) -> _Candidates:
    yield known, pcr
    for level in np.unique(values[known]):
        yield values[known] == level, pcr[known]


def _any_too_good(candidates: _Candidates) -> bool:
    return any(_is_too_good(values, pcr) for values, pcr in candidates)


def _is_too_good(values: NDArray[Any], pcr: FloatArray) -> bool:
    events = int((pcr == 1).sum())
    if len(pcr) < FEWEST_PATIENTS or min(events, len(pcr) - events) < FEWEST_EVENTS:
        return False
    area = auroc(values, pcr)
    return max(area, 1 - area) > HIGHEST_AUROC
