"""Pieces of a table on disk while it is taken apart, in Arrow's stream format.

A piece is small enough to be held in memory, and unlike a file that somebody wrote it may be empty.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import pyarrow as pa

SUFFIX = ".piece"


def piece_header(path: Path) -> tuple[str, ...]:
    """Read the headers of a piece."""
    with pa.OSFile(str(path)) as file, pa.ipc.open_stream(file) as reader:
        return tuple(reader.schema.names)


def piece_batches(path: Path, columns: Collection[str] | None) -> Iterator[pa.RecordBatch]:
    """Read a piece, in its order; one batch, be it without rows."""
    with pa.OSFile(str(path)) as file, pa.ipc.open_stream(file) as reader:
        whole = reader.read_all()
    names = [name for name in whole.column_names if columns is None or name in columns]
    joined = whole.select(names).combine_chunks()
    arrays = [joined[name].chunk(0) if joined.num_rows else _none(joined, name) for name in names]
    yield pa.RecordBatch.from_arrays(arrays, schema=joined.schema)


def _none(table: pa.Table, name: str) -> pa.Array:
    return pa.array([], table.schema.field(name).type)
