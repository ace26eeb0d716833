"""A cohort as one plain file, to be scored or read back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from neopcr.cohort.contract import OUTCOME, PATIENT_ID
from neopcr.cohort.formulas import escaped
from neopcr.errors import TargetError
from neopcr.target import whole_or_absent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import Cohort, Column


_WRITERS = {".parquet": pq.ParquetWriter, ".csv": pa_csv.CSVWriter}


@contextmanager
def cohort_file(path: Path) -> Iterator[Callable[[Cohort], int]]:
    """Open a file that cohorts are written to, one below the other; whole or absent.

    Parameters
    ----------
    path : Path
        ``.parquet`` (typed columns, a row group a cohort) or ``.csv``. Replaced whole where it
        exists.

    Yields
    ------
    callable
        Writes a cohort, and returns how many of its texts a csv escapes; all have the same columns.

    Raises
    ------
    TargetError
        If the suffix is another, or the file cannot be written.
    """
    kind = _WRITERS.get(path.suffix.lower())
    if kind is None:
        message = f"{path}: a cohort is written as .parquet or .csv. Change the suffix."
        raise TargetError(message)
    with whole_or_absent(path) as file, ExitStack() as stack:
        opened: list[pq.ParquetWriter | pa_csv.CSVWriter] = []

        def write(cohort: Cohort) -> int:
            rows, count = to_arrow(cohort), 0
            if kind is pa_csv.CSVWriter:
                rows, count = _escaped(rows)
            if not opened:
                opened.append(stack.enter_context(kind(file, rows.schema)))
            if rows.num_rows:
                opened[0].write_table(rows)
            return count

        yield write


def write_cohort(cohort: Cohort, path: Path) -> Path:
    """Write a cohort under canonical names; `read_cohort` reads it back identical.

    A csv escapes texts that a spreadsheet would run; see `neopcr.cohort.formulas`.

    Parameters
    ----------
    cohort : Cohort
    path : Path
        ``.parquet`` (typed columns) or ``.csv``. Replaced whole where it exists.

    Returns
    -------
    Path

    Raises
    ------
    TargetError
        If the suffix is another, or the file cannot be written.
    """
    with cohort_file(path) as write:
        write(cohort)
    return path


def _escaped(rows: pa.Table) -> tuple[pa.Table, int]:
    """Texts as a csv holds them, and how many are not as they are."""
    columns, total = {}, 0
    for name in rows.column_names:
        columns[name] = rows[name].combine_chunks()
        if columns[name].type == pa.string():
            columns[name], count = escaped(columns[name])
            total += count
    return pa.table(columns), total


def to_arrow(cohort: Cohort) -> pa.Table:
    """Typed columns: categories as their names, booleans, dates, nulls where missing."""
    columns = {PATIENT_ID: pa.array(cohort.patient_id, pa.string())}
    columns |= {column.name: _array(cohort.table[column.name], column) for column in cohort.columns}
    columns[OUTCOME] = pa.array(cohort.pcr, from_pandas=True).cast(pa.int8())
    return pa.table(columns)


def _array(values: NDArray[Any], column: Column) -> pa.Array:
    if column.kind == "category":
        names = pa.array(column.categories, pa.string())
        return names.take(pa.array(values.astype(np.int64), mask=values < 0))
    if column.kind == "date":
        return pa.array(values, pa.date32())
    if column.kind == "text":
        return pa.array(values, pa.string())
    array = pa.array(values, from_pandas=True)
    return array.cast(pa.int8()).cast(pa.bool_()) if column.kind == "boolean" else array
