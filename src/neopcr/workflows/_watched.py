"""A cohort read and scored as `score` does, for what monitoring asks of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from neopcr.cohort.contract import CORE, OUTCOME, read_columns
from neopcr.cohort.plausibility import numbered
from neopcr.cohort.readers import read_table
from neopcr.errors import TableError
from neopcr.scoring import Scorer, score_batch
from neopcr.scoring.account import OUT_OF_APPLICABILITY, is_missing
from neopcr.scoring.batch import patient_ids
from neopcr.scoring.duplicates import hash_ids, is_repeated, repeated
from neopcr.scoring.local import ROWS_AT_ONCE
from neopcr.scoring.therapy import OFF_THERAPY

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from neopcr.specs import BoolArray, Column, FloatArray, IntArray

_CENTRE = "centre"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Watched:
    """What a cohort shows.

    Parameters
    ----------
    table : dict of str to array of shape (n_patients,)
        The model's columns; a number outside its valid range stands here all the same. Patients
        whose dates prove that therapy had ended are left out, as in training.
    unreadable : dict of str to int
        Filled cells that break the contract, by column.
    n, left_out : int
        Patients that are compared, and those whose therapy had ended.
    rules : dict of str to int
        Rows that `score` would not score, by rule.
    empty : int
        Rows in which the model reads nothing.
    p : float array of shape (n_patients,)
        p_pcr; NaN where not scored.
    outside : bool array of shape (n_patients,)
        Whether the patient is unlike the training patients.
    centre : int array of shape (n_patients,), or None
        Numbered by first row; None where the cohort names no centres.
    pcr : float array of shape (n_patients,), or None
        None where it was not asked for.
    """

    table: dict[str, NDArray[Any]]
    unreadable: dict[str, int]
    n: int
    left_out: int
    rules: dict[str, int]
    empty: int
    p: FloatArray
    outside: BoolArray
    centre: IntArray | None
    pcr: FloatArray | None


def watch(scorer: Scorer, path: Path, *, outcomes: bool) -> Watched:
    """Read and score a whole cohort in memory: a million rows take about a gigabyte.

    Raises
    ------
    TableError
        If it cannot be read, has no identifiers, no rows, or no outcome that is asked for.
    """
    also = (_CENTRE, *([OUTCOME] if outcomes else []))
    cells = read_table(path, (*scorer.headers, *also))
    if outcomes and OUTCOME not in cells.column_names:
        message = f"{path}: there is no column {OUTCOME}. Leave out --outcomes, or add it."
        raise TableError(message)
    scores = _scored(scorer, cells)
    there = ~np.asarray(scores["rule"].to_numpy() == OFF_THERAPY)
    rules = Counter(each for each in scores["rule"].to_pylist() if each)
    kept = pa.array(there)
    return _watched(scorer.columns, cells.filter(kept), scores.filter(kept), rules)


def _watched(
    columns: tuple[Column, ...], cells: pa.Table, scores: pa.Table, rules: Counter[str]
) -> Watched:
    n = cells.num_rows
    table = read_columns(cells, [_unbounded(column) for column in columns]).table
    flags = scores["flags"].to_numpy()
    extra = read_columns(cells, [CORE[_CENTRE], CORE[OUTCOME]]).table
    centre = numbered(extra[_CENTRE])[0] if _CENTRE in extra else None
    return Watched(
        table=table,
        unreadable=_unreadable(columns, cells),
        n=n,
        left_out=rules.get(OFF_THERAPY, 0),
        rules=dict(rules),
        empty=int(is_missing(table, columns, n).all(axis=1).sum()),
        p=scores["p_pcr"].to_numpy(),
        outside=np.array([OUT_OF_APPLICABILITY in each.split(";") for each in flags], dtype=bool),
        centre=centre,
        pcr=extra.get(OUTCOME),
    )


def _scored(scorer: Scorer, cells: pa.Table) -> pa.Table:
    twice = repeated([hash_ids(patient_ids(each)) for each in cells.to_batches()])
    found = []
    for start in range(0, cells.num_rows, ROWS_AT_ONCE):
        part = cells.slice(start, ROWS_AT_ONCE).combine_chunks()
        duplicated = is_repeated(patient_ids(part), twice)
        found.append(score_batch(scorer, part, duplicated=duplicated))
    return pa.Table.from_batches(found)


def _unreadable(columns: tuple[Column, ...], cells: pa.Table) -> dict[str, int]:
    rows: dict[str, list[IntArray]] = {}
    for problem in read_columns(cells, columns).problems:
        rows.setdefault(problem.column, []).append(problem.rows)
    return {name: np.unique(np.concatenate(each)).size for name, each in rows.items()}


def _unbounded(column: Column) -> Column:
    return replace(column, low=None, high=None)
