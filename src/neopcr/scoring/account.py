"""Why a row is not scored, and what should be known of one that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from neopcr.cohort.grammars import NOTED
from neopcr.scoring.duplicates import has_id

if TYPE_CHECKING:
    from neopcr.specs import Column, Problem, Table

Mask = NDArray[np.bool_]

MISSING_ID = "missing_id"
DUPLICATE_ID = "duplicate_id"
NO_INFORMATION = "no_information"

OUT_OF_APPLICABILITY = "out_of_applicability"
UNDECIDED = "undecided"


def is_missing(table: Table, columns: Sequence[Column], n: int) -> Mask:
    """Whether each cell is missing, shape (n, n_columns); a column that is absent is, throughout."""
    missing = np.ones((n, len(columns)), dtype=bool)
    for place, column in enumerate(columns):
        if column.name in table:
            missing[:, place] = _cells_missing(table[column.name])
    return missing


def _cells_missing(values: NDArray[Any]) -> Mask:
    """Missing cells of an array of the house table; see `neopcr.specs`."""
    kind = values.dtype.kind
    if kind == "O":
        return np.asarray(values == None, dtype=bool)  # noqa: E711 - cell by cell
    if kind == "M":
        return np.asarray(np.isnat(values), dtype=bool)
    return np.asarray(values < 0 if kind == "i" else np.isnan(values), dtype=bool)


def flags_of(
    missing: Mask,
    columns: Sequence[Column],
    problems: Sequence[Problem],
    noted: Sequence[Problem] = (),
    also: Mapping[str, Mask] | None = None,
) -> pa.Array:
    """Modalities a row lacks wholly, and what is noted of its cells, sorted and joined by ``;``.

    Parameters
    ----------
    missing : bool array of shape (n_rows, n_columns)
        From `is_missing`; a bad cell counts as missing there, and as present here.
    columns : sequence of Column
        Those of `missing`.
    problems : sequence of Problem
        The bad cells.
    noted : sequence of Problem
        Cells that were read with a loss, such as ``interval_middle:er_percent``.
    also : mapping of str to bool array of shape (n_rows,), optional
        Other flags, and the rows they are raised on.
    """
    place = {column.name: index for index, column in enumerate(columns)}
    empty = missing.copy()
    for problem in (each for each in problems if each.column in place):
        empty[problem.rows, place[problem.column]] = False
    modalities = sorted({column.modality for column in columns})
    raised = {
        f"missing:{each}": empty[:, [column.modality == each for column in columns]].all(axis=1)
        for each in modalities
    }
    raised |= also or {}
    for note in (each for each in noted if NOTED[each.rule]):
        raised[f"{note.rule}:{note.column}"] = rows = np.zeros(len(missing), dtype=bool)
        rows[note.rows] = True
    names = sorted(raised)
    # One number a row sorts far faster than a row of booleans.
    bits = 1 << np.arange(len(names))
    patterns, code = np.unique(
        np.stack([raised[each] for each in names], axis=1) @ bits, return_inverse=True
    )
    texts = [
        ";".join(each for index, each in enumerate(names) if pattern >> index & 1)
        for pattern in patterns.tolist()
    ]
    return pa.array(texts, pa.string()).take(pa.array(code))


def rules_of(
    ids: pa.Array,
    duplicated: Mask,
    problems: Sequence[Problem],
    last: Mapping[str, Mask],
) -> tuple[pa.Array, Mask]:
    """First rule that each row breaks, and whether it is scored.

    Parameters
    ----------
    ids : pyarrow array of str, of shape (n_rows,)
        Null where missing.
    duplicated : bool array of shape (n_rows,)
        Whether the identifier is not the only one of its kind.
    problems : sequence of Problem
        Bad cells, in order of columns.
    last : mapping of str to bool array of shape (n_rows,)
        Rules that count where no other is broken, and the rows that break them.

    Returns
    -------
    rule : pyarrow string array
        Empty where the row is scored.
    scored : bool array of shape (n_rows,)
    """
    broken = [(MISSING_ID, ~has_id(ids)), (DUPLICATE_ID, duplicated)]
    for problem in problems:
        rows = np.zeros(len(ids), dtype=bool)
        rows[problem.rows] = True
        broken.append((f"{problem.rule}:{problem.column}", rows))
    broken += last.items()

    code = np.zeros(len(ids), dtype=np.int64)
    for number, (_, rows) in enumerate(broken, start=1):
        code[rows & (code == 0)] = number
    names = pa.array(["", *(name for name, _ in broken)], pa.string())
    return names.take(pa.array(code)), code == 0
