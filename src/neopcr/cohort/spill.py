"""Parts of an assembled cohort on disk, read back range by range of the patients' rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import IntArray

# Rows of the patients' files that are brought in their order at a time.
RANGE_ROWS = 1 << 17
_ROW = "row"


@dataclass(frozen=True, slots=True)
class Spilled:
    """A part on disk: one Arrow batch a range of rows, its columns, and how arrays are to be read."""

    path: Path
    dtypes: dict[str, np.dtype[Any]]


def spill(table: Mapping[str, NDArray[Any]], rows: IntArray, n_rows: int, path: Path) -> Spilled:
    """Write columns of some patients.

    Parameters
    ----------
    table : mapping of str to array of shape (n_patients,)
        No column is called ``row``.
    rows : int array of shape (n_patients,)
        Their rows among all, ascending.
    n_rows : int
        Of all.
    path : Path
        Made here.
    """
    whole = pa.table({_ROW: rows, **{name: _arrow(values) for name, values in table.items()}})
    bounds = np.searchsorted(rows, range_bounds(n_rows))
    with pa.ipc.new_stream(str(path), whole.schema) as writer:
        for first, last in pairwise(bounds):
            batches = whole[first:last].combine_chunks().to_batches()
            writer.write(batches[0] if batches else _no_rows(whole.schema))
    return Spilled(path, {name: values.dtype for name, values in table.items()})


def range_bounds(n_rows: int) -> IntArray:
    """Rows where ranges begin, and the end of the last; at least one range."""
    return np.append(np.arange(0, max(n_rows, 1), RANGE_ROWS), n_rows)


def in_order(
    parts: Sequence[Spilled], names: Mapping[str, np.dtype[Any]]
) -> Iterator[dict[str, NDArray[Any]]]:
    """Bring the rows of all parts back in the patients' order, one range after the other.

    Parameters
    ----------
    parts : sequence of Spilled
        Together they hold every row once.
    names : mapping of str to dtype
        Columns; one that a part lacks is missing there.
    """
    readers = [pa.ipc.open_stream(pa.OSFile(str(part.path))) for part in parts]
    for batches in zip(*readers, strict=True):
        rows = np.concatenate([batch.column(_ROW).to_numpy() for batch in batches])
        order = np.argsort(rows)
        yield {
            name: np.concatenate([_numpy(batch, name, dtype) for batch in batches])[order]
            for name, dtype in names.items()
        }


def _arrow(values: NDArray[Any]) -> pa.Array:
    if values.dtype == object:
        return pa.array(values, pa.string())
    # A day as the number it is: NaT comes back as NaT.
    return pa.array(values.view(np.int64) if values.dtype.kind == "M" else values)


def _numpy(batch: pa.RecordBatch, name: str, dtype: np.dtype[Any]) -> NDArray[Any]:
    if name not in batch.schema.names:
        # A part lacks columns that its files do not tell of: numbers, calls, codes.
        return np.full(batch.num_rows, -1 if dtype.kind == "i" else np.nan, dtype=dtype)
    values: NDArray[Any] = batch.column(name).to_numpy(zero_copy_only=False)
    return values.view(dtype) if dtype.kind == "M" else values


def _no_rows(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array([], each.type) for each in schema], schema=schema)
