"""Who the patients of a cohort are, by outcome, so that no line tells of few of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neopcr.validation.applicability import near_quantile
from neopcr.validation.missingness import missing
from neopcr.validation.performance import FEWEST

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from neopcr.specs import BoolArray, Column, FloatArray, Table

MOST_LEVELS = 12
"""Of a text column that is shown level by level: more are identifiers."""
MOST_COLUMNS = 60
"""Of a modality: a table of a whole transcriptome describes nobody."""
MISSING = "missing"


class Count(NamedTuple):
    """Patients with a level, of how many of the group."""

    n: int
    of: int


class Quartiles(NamedTuple):
    """Of a number: each the mean of the five values nearest it, so that it is no single patient's."""

    lower: float
    median: float
    upper: float


Cell = Count | Quartiles | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A level of a column, or its quartiles, in everyone and by outcome.

    Parameters
    ----------
    column, unit : str
        As declared.
    level : str
        ``missing``, a level, or empty for quartiles.
    cells : tuple of Count, Quartiles or None
        All patients, then group by group (those with pCR, those with residual disease); None where
        it may not be shown.
    """

    column: str
    unit: str
    level: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Characteristics:
    """Who the patients are.

    Parameters
    ----------
    n : tuple of int
        All patients, then group by group.
    lines : tuple of Line
        Column by column.
    left_out : mapping of str to int
        Modalities of too many columns to be listed, and how many.
    """

    n: tuple[int, ...]
    lines: tuple[Line, ...]
    left_out: dict[str, int]


def characteristics(table: Table, columns: Iterable[Column], y: FloatArray) -> Characteristics:
    """Describe a cohort in all, and by outcome.

    Parameters
    ----------
    table : mapping of str to array
        See `neopcr.specs`.
    columns : iterable of Column
        Which to describe; dates, and texts of more than twelve levels, are not.
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.

    Returns
    -------
    Characteristics
        Counts of one to four patients are not shown, and neither is what would give them away by
        subtraction: the other outcome's count, and those of the next smallest level.
    """
    return describe(table, columns, np.stack([y == 1.0, y == 0.0]))


def describe(table: Table, columns: Iterable[Column], groups: BoolArray) -> Characteristics:
    """Describe everyone in any of the groups, and group by group, as `characteristics` does.

    Parameters
    ----------
    table, columns
        As in `characteristics`.
    groups : bool array of shape (n_groups, n_patients)
        Who is in which; nobody in two.
    """
    shown = [column for column in columns if _can_be_shown(table[column.name], column)]
    counted = Counter(column.modality for column in shown)
    left_out = {name: count for name, count in counted.items() if count > MOST_COLUMNS}
    members = np.stack([groups.any(axis=0), *groups])
    lines = [
        line
        for column in shown
        if column.modality not in left_out
        for line in _lines(table[column.name], column, members)
    ]
    n = tuple(int(size) for size in members.sum(axis=1))
    return Characteristics(n=n, lines=tuple(lines), left_out=left_out)


def _can_be_shown(values: NDArray[Any], column: Column) -> bool:
    if column.kind == "text":
        return len({value for value in values if value is not None}) <= MOST_LEVELS
    return column.kind != "date"


def _lines(values: NDArray[Any], column: Column, groups: BoolArray) -> list[Line]:
    gone = missing(values)
    if column.kind == "number":
        quartiles = [_quartiles(values[group & ~gone]) for group in groups]
        masks = {"": ~gone, MISSING: gone}
    else:
        quartiles = []
        masks = {**_levels(values, column), MISSING: gone}
    counts = np.array([(groups & mask).sum(axis=1) for mask in masks.values()])
    hidden = hide(counts)
    found = []
    for level, count, dark in zip(masks, counts, hidden, strict=True):
        if not count[0]:
            continue
        cells = [
            None if is_dark else Count(int(one), int(of))
            for one, is_dark, of in zip(count, dark, groups.sum(axis=1), strict=True)
        ]
        found.append(_line(column, level, quartiles if level == "" and quartiles else cells))
    return found


def _line(column: Column, level: str, cells: Sequence[Cell]) -> Line:
    return Line(column=column.name, unit=column.unit, level=level, cells=tuple(cells))


def _levels(values: NDArray[Any], column: Column) -> dict[str, BoolArray]:
    if column.kind == "category":
        return {name: values == code for code, name in enumerate(column.categories)}
    if column.kind == "boolean":
        return {"yes": values == 1.0, "no": values == 0.0}
    names = sorted({str(value) for value in values if value is not None})
    return {name: np.asarray(values == name) for name in names}


def _quartiles(known: FloatArray) -> Quartiles | None:
    if len(known) < FEWEST:
        return None
    return Quartiles(*(near_quantile(known, share) for share in (0.25, 0.5, 0.75)))


def hide(counts: NDArray[np.int64]) -> BoolArray:
    """Say which counts may not be shown: those of few patients, and what would give them away.

    Parameters
    ----------
    counts : int array of shape (n_levels, 1 + n_groups)
        All patients, then group by group; the levels hold everyone once.

    Returns
    -------
    bool array of shape (n_levels, 1 + n_groups)

    Examples
    --------
    >>> hide(np.array([[40, 20, 20], [30, 10, 20], [20, 18, 2]]))[:, 1].tolist()
    [False, True, True]
    """
    few = (counts > 0) & (counts < FEWEST)
    everyone = _with_the_next(few[:, 0], counts[:, 0])
    rows = _with_the_next(few.any(axis=1) | everyone, counts[:, 0])
    return np.column_stack([everyone, *[rows] * (counts.shape[1] - 1)])


def _with_the_next(hidden: BoolArray, counts: NDArray[np.int64]) -> BoolArray:
    """A single hidden level is what the others leave of the whole: hide the next smallest too."""
    if hidden.sum() != 1:
        return hidden
    others = np.where(hidden | (counts == 0), np.iinfo(np.int64).max, counts)
    found = hidden.copy()
    found[int(np.argmin(others))] = True
    return found
