"""The data contract: raw cells in, the house table and the broken rules out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neopcr.cohort.asides import Aside, asides
from neopcr.cohort.cells import Mask, all_missing, parse_cells
from neopcr.cohort.grammars import NOTED, TELLS_MORE
from neopcr.oncology.her2_table import IHC_SCORES
from neopcr.specs import Column, Kind, Landmark, Problem

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

PATIENT_ID = "patient_id"
OUTCOME = "pcr"

_NO_SCALE: Mapping[str, float] = MappingProxyType({})


def _core(
    name: str, description: str, kind: Kind, landmark: Landmark = Landmark.baseline
) -> Column:
    return Column(
        name=name,
        kind=kind,
        description=description,
        source="neopcr",
        modality="core",
        landmark=landmark,
    )


def _date(name: str, description: str, landmark: Landmark) -> Column:
    return _core(name, description, kind="date", landmark=landmark)


CORE_COLUMNS: tuple[Column, ...] = (
    _core(PATIENT_ID, "Identifier of the patient; one row each.", kind="text"),
    _core("centre", "Centre that treats the patient.", kind="text"),
    _core("arm", "Arm of the trial.", kind="text"),
    _core("race", "Race or ethnicity as recorded; for subgroups, never a feature.", kind="text"),
    _date("first_dose_date", "First dose of neoadjuvant therapy.", Landmark.baseline),
    _date("cycle2_date", "First day of cycle 2.", Landmark.c1),
    _date("cycle3_date", "First day of cycle 3.", Landmark.c2),
    _date("cycle4_date", "First day of cycle 4.", Landmark.c4),
    _date("cycle5_date", "First day of cycle 5.", Landmark.c4),
    _date("last_dose_date", "Last dose of neoadjuvant therapy.", Landmark.presurgery),
    _date("surgery_date", "Surgery of the primary tumour.", Landmark.surgery),
    _date(
        "recurrence_date",
        "First recurrence: local, regional, distant, contralateral, or a second primary.",
        Landmark.surgery,
    ),
    _date("death_date", "Death of any cause.", Landmark.surgery),
    _date("last_followup_date", "Last day on which the patient was known alive.", Landmark.surgery),
    Column(
        name="dfs_months",
        kind="number",
        unit="months",
        low=0,
        high=600,
        description="Months free of disease as the source counted them; the dates give their own.",
        source="neopcr",
        modality="core",
        landmark=Landmark.surgery,
    ),
    _core(
        "dfs_event", "Whether those months ended with an event, as the source says.",
        kind="boolean", landmark=Landmark.surgery,
    ),
    # Core, not of the HER2 modality: models read modalities, so that none can read it.
    Column(
        name="her2_ihc_surgery", kind="category", categories=IHC_SCORES, modality="core",
        landmark=Landmark.surgery, source="neopcr",
        description="HER2 score by immunohistochemistry of the residual tumour; never a feature.",
    ),
    _core(
        OUTCOME, "Pathological complete response: 1 reached, 0 residual disease.",
        kind="boolean", landmark=Landmark.surgery,
    ),
)  # fmt: skip
CORE: Mapping[str, Column] = MappingProxyType({column.name: column for column in CORE_COLUMNS})


class Reading(NamedTuple):
    """Columns that were read.

    Parameters
    ----------
    table : dict of str to array of shape (n_rows,)
        As in `neopcr.specs`. A bad cell is missing here, and stands in `problems`.
    problems : tuple of Problem
        Rows that break a rule.
    noted : tuple of Problem
        Rows that break none, and of which something is told all the same; see `grammars.NOTED`.
    """

    table: dict[str, NDArray[Any]]
    problems: tuple[Problem, ...]
    noted: tuple[Problem, ...]


def parse(
    raw: pa.Table, columns: Sequence[Column], *, scale: Mapping[str, float] = _NO_SCALE
) -> tuple[dict[str, NDArray[Any]], tuple[Problem, ...]]:
    """Read cells by the contract: text or typed, a file's or a batch's.

    Parameters
    ----------
    raw : pyarrow Table
        Columns under their canonical names; what is not in `columns` is not read.
    columns : sequence of Column
        Those that `raw` lacks are left out of the result.
    scale : mapping of str to float, optional
        Factor from the file's unit to the column's, by column.

    Returns
    -------
    table : dict of str to array of shape (n_rows,)
        As in `neopcr.specs`. A bad cell is missing here, and stands in `problems`.
    problems : tuple of Problem
        Rules: ``not_a_number``, ``not_a_boolean``, ``not_a_date``, ``unknown_category``,
        ``out_of_range``, and those of `grammars`. A rule without rows is left out.

    Examples
    --------
    >>> import pyarrow as pa
    >>> grade = Column(
    ...     name="grade", kind="number", description="", source="", modality="", low=1, high=3
    ... )
    >>> table, problems = parse(pa.table({"grade": ["3", "4", "II", ""]}), [grade])
    >>> table["grade"]
    array([ 3., nan, nan, nan])
    >>> [(problem.rule, problem.rows) for problem in problems]
    [('not_a_number', array([2])), ('out_of_range', array([1]))]
    """
    reading = read_columns(raw, columns, scale=scale)
    return reading.table, reading.problems


def read_columns(
    raw: pa.Table, columns: Sequence[Column], *, scale: Mapping[str, float] = _NO_SCALE
) -> Reading:
    """Read cells as `parse` does, and tell what is noted of them.

    What a cell tells of another column (`asides`) fills its empty cells; what stands there stays,
    and a difference is noted. A column of `columns` that `raw` lacks is made where it is told of.
    """
    names = set(raw.column_names)
    table: dict[str, NDArray[Any]] = {}
    problems: list[Problem] = []
    for column in columns:
        if column.name in names:
            values, broken = parse_cells(raw[column.name], column)
            values = values * scale.get(column.name, 1.0) if column.kind == "number" else values
            outside = out_of_range(values, column)
            values = np.where(outside, np.nan, values) if outside.any() else values
            table[column.name] = values
            problems += found(column.name, {**broken, "out_of_range": outside})
    problems = _hear(asides(raw, problems), columns, table, problems)
    return Reading(
        table,
        tuple(each for each in problems if each.rule not in NOTED),
        tuple(each for each in problems if each.rule in NOTED),
    )


# Written in a text, a number is rounded: a ratio of 2.31 is 2.3 there.
_ROUNDED_BY = 0.1


def _hear(
    told: Sequence[Aside],
    columns: Sequence[Column],
    table: dict[str, NDArray[Any]],
    problems: list[Problem],
) -> list[Problem]:
    """Fill the table with what is told, and say of each row what became of it."""
    declared = {column.name: column for column in columns}
    heard = [each for each in problems if each.rule != TELLS_MORE]
    unused: dict[str, Mask] = {}
    for each in told:
        if each.target in declared:
            heard += _take_up(each, declared[each.target], table, problems)
        else:
            here = ~np.isnan(each.values)
            unused[each.source] = unused.get(each.source, np.zeros(len(here), dtype=bool)) | here
    return heard + [
        note for source, rows in unused.items() for note in found(source, {"rest_unused": rows})
    ]


def _take_up(
    aside: Aside, column: Column, table: dict[str, NDArray[Any]], problems: Sequence[Problem]
) -> list[Problem]:
    given = table.get(column.name, all_missing(column, len(aside.values)))
    outside = out_of_range(aside.values, column)
    told = np.where(outside, np.nan, aside.values)
    is_free = ~(given >= 0)
    for each in problems:
        # A bad cell is not an empty one.
        is_free[each.rows] &= each.column != column.name or each.rule in NOTED
    fills = is_free & ~np.isnan(told)
    table[column.name] = np.where(fills, told, given).astype(given.dtype)
    differs = (given >= 0) & (np.abs(told - given) > _ROUNDED_BY)
    return found(
        column.name,
        {
            "out_of_range": outside & is_free,
            f"told_by_{aside.source}": fills,
            f"contradicts_{aside.source}": differs,
        },
    )


def out_of_range(values: NDArray[Any], column: Column) -> Mask:
    """Whether numbers lie outside the column's range; missing ones do not."""
    if column.kind != "number":
        return np.zeros(len(values), dtype=bool)
    low = -np.inf if column.low is None else column.low
    high = np.inf if column.high is None else column.high
    return np.asarray((values < low) | (values > high))


def found(column: str, broken: Mapping[str, Mask]) -> list[Problem]:
    """Problems of a column, by rule; a rule that no row breaks makes none."""
    return [
        Problem(column, rule, np.flatnonzero(rows)) for rule, rows in broken.items() if rows.any()
    ]
