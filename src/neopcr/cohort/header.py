"""What every reader shares: the header's rules, batches, and the sentence of a refusal."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

import pyarrow as pa

from neopcr.errors import TableError

Batches = Iterator[pa.RecordBatch]
Wanted = Collection[str] | None

# Whole genomes of expression values are narrower (the project's choice).
MOST_COLUMNS = 100_000


def refuse(path: Path, fault: str, remedy: str) -> NoReturn:
    """Raise the error of a file.

    Raises
    ------
    TableError
    """
    message = f"{path}: {fault}. {remedy}."
    raise TableError(message)


def check_header(path: Path, header: Sequence[str]) -> None:
    """Refuse a header that names two columns alike, or more than a table has.

    By their places: the first line of a file without a header is a patient.

    Raises
    ------
    TableError
    """
    if len(header) > MOST_COLUMNS:
        fault = f"it has {len(header):,} columns, and more than {MOST_COLUMNS:,} are not read"
        refuse(path, fault, "Keep the columns that are needed")
    first: dict[str, int] = {}
    for position, name in enumerate(header, start=1):
        if name in first:
            fault = f"columns {first[name]} and {position} have the same header"
            refuse(path, fault, "Rename or remove one of them")
        first[name] = position


def chosen(path: Path, header: Sequence[str], columns: Wanted) -> list[str]:
    """Headers that are asked for, in the file's order.

    Raises
    ------
    TableError
        If the file has none of them.
    """
    names = [name for name in header if columns is None or name in columns]
    if not names:
        refuse(path, "it has none of the columns that are asked for", "Correct its header")
    return names


def at_least_one(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Batches:
    """Pass batches on; where there is none, one without rows says which columns there are."""
    empty = True
    for batch in batches:
        empty = False
        yield batch
    if empty:
        yield pa.RecordBatch.from_arrays(
            [pa.array([], each.type) for each in schema], schema=schema
        )


def text_rows(rows: Iterable[Sequence[str]], names: Sequence[str], n_rows: int = 10_000) -> Batches:
    """Gather rows of text into batches.

    Parameters
    ----------
    rows : iterable of sequence of str
        Cells in the order of `names`.
    names : sequence of str
        Columns of the batches.
    n_rows : int
        Of a batch.
    """
    schema = pa.schema([(name, pa.string()) for name in names])
    return at_least_one(_gathered(rows, schema, n_rows), schema)


def _gathered(rows: Iterable[Sequence[str]], schema: pa.Schema, n_rows: int) -> Batches:
    held: list[Sequence[str]] = []
    for row in rows:
        held.append(row)
        if len(held) == n_rows:
            yield _batch(held, schema)
            held = []
    if held:
        yield _batch(held, schema)


def _batch(rows: list[Sequence[str]], schema: pa.Schema) -> pa.RecordBatch:
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return pa.RecordBatch.from_arrays(columns, schema=schema)
