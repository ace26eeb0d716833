"""A cohort as one plain file, to be scored or read back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from neopcr.cohort.contract import OUTCOME, PATIENT_ID
from neopcr.errors import TargetError
from neopcr.target import whole_or_absent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import Cohort, Column


def write_cohort(cohort: Cohort, path: Path) -> Path:
    """Write a cohort under canonical names; `read_cohort` reads it back identical.

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
    write = {".parquet": pq.write_table, ".csv": pa_csv.write_csv}.get(path.suffix.lower())
    if write is None:
        message = f"{path}: a cohort is written as .parquet or .csv. Change the suffix."
        raise TargetError(message)
    with whole_or_absent(path) as file:
        write(to_arrow(cohort), file)
    return path


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
