"""Tables taken apart by patient: rows of one identifier always fall into the same part.

So each part is a small cohort of its own, joined by the code that joins a cohort of a few hundred;
whether an identifier occurs twice, or is unknown to the patients' file, is decided within it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from neopcr.cohort.cells import as_text
from neopcr.cohort.patient_index import open_duckdb
from neopcr.cohort.readers import read_batches, read_header

if TYPE_CHECKING:
    import duckdb

    from neopcr.specs import IntArray

# What is held in memory before it is sorted by part and written.
CHUNK_BYTES = 64 << 20


def split_table(tables: Iterable[pa.Table], identifier: str, parts: Sequence[Path]) -> None:
    """Write the rows of a table to one piece a part, in their order, each with its row numbers.

    Parameters
    ----------
    tables : iterable of pyarrow Table
        The table in batches, at least one; it has the column `identifier`.
    identifier : str
        Header of the patient; white space around an identifier does not count.
    parts : sequence of Path
        The pieces to be made; row numbers stand beside them (see `row_numbers`).
    """
    start = 0
    with open_duckdb() as database, ExitStack() as stack:
        writers: list[pa.ipc.RecordBatchStreamWriter] = []
        for chunk in _chunks(tables):
            writers = writers or [
                stack.enter_context(pa.ipc.new_stream(str(part), chunk.schema)) for part in parts
            ]
            part_of = _part_of(chunk[identifier], len(parts), database)
            order = np.argsort(part_of, kind="stable")
            bounds = np.searchsorted(part_of[order], np.arange(len(parts) + 1))
            sorted_by_part = chunk.take(pa.array(order))
            for place, (first, last) in enumerate(pairwise(bounds)):
                writers[place].write_table(sorted_by_part[first:last])
                _append(order[first:last] + start, parts[place])
            start += chunk.num_rows


def used_cells(path: Path, used: Collection[str]) -> Iterator[pa.Table]:
    """Read the cells of some headers of a file, in batches; the other headers stay without cells.

    Raises
    ------
    TableError
        If the file cannot be read.
    """
    header = read_header(path)
    for batch in read_batches(path, used):
        read = dict(zip(batch.schema.names, batch.columns, strict=True))
        yield pa.table({name: read.get(name, pa.nulls(batch.num_rows)) for name in header})


def row_numbers(part: Path) -> IntArray:
    """0-based rows, in the table it was taken from, of the rows of a piece."""
    return np.fromfile(part.with_suffix(".rows"), dtype=np.int64)


def count_rows(part: Path) -> int:
    """Rows of a piece."""
    return part.with_suffix(".rows").stat().st_size // np.dtype(np.int64).itemsize


def _append(rows: IntArray, part: Path) -> None:
    with part.with_suffix(".rows").open("ab") as file:
        rows.astype(np.int64).tofile(file)


def _part_of(
    identifiers: pa.ChunkedArray, n: int, database: duckdb.DuckDBPyConnection
) -> np.ndarray:
    """Part of each row, by the hash of its identifier."""
    chunk = pa.table({"id": as_text(identifiers)})
    database.register("chunk", chunk)
    found = database.execute("SELECT (hash(id) % ?::UBIGINT)::USMALLINT AS part FROM chunk", [n])
    parts = np.asarray(found.fetchnumpy()["part"])
    # What stays registered stays in memory.
    database.unregister("chunk")
    return parts


def _chunks(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Tables joined to larger ones of about `CHUNK_BYTES`; at least one, be it without rows."""
    held: list[pa.Table] = []
    size = 0
    for table in tables:
        held.append(_plain(table))
        size += held[-1].nbytes
        if size >= CHUNK_BYTES:
            yield pa.concat_tables(held).combine_chunks()
            held, size = [], 0
    if held:
        yield pa.concat_tables(held).combine_chunks()


def _plain(table: pa.Table) -> pa.Table:
    """Cells that can be put together with those of other batches: no dictionary of their own."""
    schema = pa.schema(
        [
            field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
            for field in table.schema
        ]
    )
    return table.cast(schema)
