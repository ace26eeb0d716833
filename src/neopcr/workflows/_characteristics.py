"""Who is in each group of a prognosis: table 1, how far the groups are apart, and the flow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr.report.chapters import Chapter, Grid
from neopcr.report.numbers import cell_text, count, number
from neopcr.validation import describe
from neopcr.validation.balance import APART, standardised_difference
from neopcr.validation.survival import FEWEST_EVENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from neopcr.specs import BoolArray, Cohort
    from neopcr.workflows._recurrence import Prognosis


def patients_chapter(found: Prognosis, cohort: Cohort) -> Chapter:
    """Table 1 of the groups, and the flow of those who were left out."""
    flow = Grid(
        title="Flow",
        header=("Step", "Left out", "Remaining"),
        rows=tuple(
            (step.reason, count(step.excluded), count(step.remaining))
            for step in found.followed.flow
        ),
    )
    return Chapter(title="Patients", grids=(_characteristics(found, cohort), flow))


def _characteristics(found: Prognosis, cohort: Cohort) -> Grid:
    """Table 1: who is in each group, and how far the groups are apart."""
    names = list(found.curves)
    return Grid(
        title="Characteristics by group",
        how=f"Median (quartiles) or count; counts of fewer than {FEWEST_EVENTS} are not shown. Standardised "
        f"difference from the first group, the largest; from {APART} on groups are called unbalanced.",
        header=("Characteristic", "All", *names, "Difference"),
        rows=tuple(_rows(found, cohort)),
    )


def _rows(found: Prognosis, cohort: Cohort) -> Iterator[tuple[str, ...]]:
    table = {name: values[found.followed.rows] for name, values in cohort.table.items()}
    columns = [column for column in cohort.columns if column.modality != "core"]
    codes = (found.groups.labels.index(name) for name in found.curves)
    groups = np.stack([found.followed.codes == code for code in codes])
    shown: set[str] = set()
    for line in describe(table, columns, groups).lines:
        distance = np.nan if line.column in shown else _apart(table[line.column], groups)
        shown.add(line.column)
        label = " ".join(part for part in (line.column, line.level) if part)
        unit = f", {line.unit}" if line.unit and not line.level else ""
        cells = [cell_text(cell) for cell in line.cells]
        yield label + unit, *cells, "" if np.isnan(distance) else number(distance, 2)


def _apart(values: NDArray[Any], groups: BoolArray) -> float:
    """The largest standardised difference of a group from the first."""
    first, *others = groups
    return max(abs(standardised_difference(values, first, other)) for other in others)
