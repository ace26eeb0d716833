"""Text tables: what Arrow's parser would misread or let pass is refused before it starts."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import pyarrow as pa
import pyarrow.csv as pa_csv

from neopcr.errors import TableError

Batches = Iterator[pa.RecordBatch]
Wanted = Collection[str] | None

BLOCK_BYTES = 8 << 20
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a text file separates and quotes cells; a comment stands before the header only."""

    delimiter: str
    quote: str | None = '"'
    comment: str = ""


@dataclass(slots=True)
class _Ragged:
    """Lines with too many or too few cells, as the parser meets them; comments count, blanks do not."""

    lines: list[int] = field(default_factory=list)

    def __call__(self, row: pa_csv.InvalidRow) -> str:
        """Note a line and go on, so that all of them are counted."""
        self.lines.append(row.number)
        return "skip"


def refuse(path: Path, fault: str, remedy: str) -> NoReturn:
    """Raise the error of a file."""
    message = f"{path}: {fault}. {remedy}."
    raise TableError(message)


def check_header(path: Path, header: tuple[str, ...]) -> None:
    """Refuse a header that names two columns alike.

    By their places: the first line of a file without a header is a patient.
    """
    first: dict[str, int] = {}
    for position, name in enumerate(header, start=1):
        if name in first:
            fault = f"columns {first[name]} and {position} have the same header"
            refuse(path, fault, "Rename or remove one of them")
        first[name] = position


def scan_text(path: Path, dialect: Dialect) -> None:
    """Refuse bytes that the parser would let pass or misread."""
    quotes = 0
    with path.open("rb") as file:
        start = file.read(2)
        if not start:
            refuse(path, "the file is empty", "Export it again")
        if start in _UTF16:
            refuse(path, "the text is UTF-16", "Save it as UTF-8")
        file.seek(0)
        while block := file.read(BLOCK_BYTES):
            if b"\0" in block:
                refuse(path, "it holds NUL bytes, so it is no text table", "Save it as UTF-8 csv")
            quotes += block.count(b'"')
    if dialect.quote and quotes % 2:
        # An open quote swallows every row after it without a word.
        refuse(path, "a quotation mark is opened and never closed", "Close or remove it")


def _text_header(path: Path, dialect: Dialect) -> tuple[tuple[str, ...], int]:
    comments = 0
    with path.open("rb") as file:
        for raw in file:
            line = raw.decode("utf-8-sig")
            if not (dialect.comment and line.startswith(dialect.comment)):
                return tuple(next(_cells(line, dialect), [])), comments
            comments += 1
    return (), comments


def _cells(line: str, dialect: Dialect) -> Iterator[list[str]]:
    if dialect.quote:
        return csv.reader([line], delimiter=dialect.delimiter)
    return csv.reader([line], delimiter=dialect.delimiter, quoting=csv.QUOTE_NONE)


def checked_header(path: Path, dialect: Dialect) -> tuple[tuple[str, ...], int]:
    """Headers, and the number of comment lines before them."""
    try:
        header, comments = _text_header(path, dialect)
    except UnicodeDecodeError:
        refuse(path, "the text is not UTF-8", "Save it as UTF-8")
    except csv.Error:
        refuse(path, "its header cannot be read", "Export it again")
    if not any(header):
        refuse(path, "its first line is no header", "Name every column in the first line")
    check_header(path, header)
    return header, comments


def _options(path: Path, dialect: Dialect, columns: Wanted, ragged: _Ragged) -> dict[str, Any]:
    header, comments = checked_header(path, dialect)
    wanted = chosen(path, header, columns)
    return {
        "read_options": pa_csv.ReadOptions(
            block_size=BLOCK_BYTES,
            skip_rows=comments + 1,
            column_names=list(header),
            # In threads the parser forgets which line it is at.
            use_threads=False,
        ),
        "parse_options": pa_csv.ParseOptions(
            delimiter=dialect.delimiter,
            quote_char=dialect.quote or False,
            invalid_row_handler=ragged,
        ),
        "convert_options": pa_csv.ConvertOptions(
            column_types=dict.fromkeys(wanted, pa.string()),
            include_columns=wanted,
            strings_can_be_null=False,
        ),
    }


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


def chosen(path: Path, header: Sequence[str], columns: Wanted) -> list[str]:
    """Headers that are asked for, in the file's order."""
    names = [name for name in header if columns is None or name in columns]
    if not names:
        refuse(path, "it has none of the columns that are asked for", "Correct its header")
    return names


def text_batches(path: Path, columns: Wanted, dialect: Dialect) -> Batches:
    """Read a text table in pieces, every cell as text; the first piece may have no rows."""
    scan_text(path, dialect)
    ragged = _Ragged()
    options = _options(path, dialect, columns, ragged)
    try:
        with pa_csv.open_csv(path, **options) as reader:
            yield from at_least_one(reader, reader.schema)
    except pa.ArrowInvalid as error:
        # Arrow's own message quotes the row, and a row is a patient.
        if "UTF8" in str(error):
            refuse(path, "its rows are not UTF-8", "Save it as UTF-8")
        refuse(path, "it has no rows, or one too long to be read", "Export it again")
    if ragged.lines:
        _, comments = checked_header(path, dialect)
        fault = (
            f"every row needs as many cells as the header, but {len(ragged.lines)} do not have "
            f"them (first at row {ragged.lines[0] - comments - 1})"
        )
        refuse(path, fault, "Correct the separators or quote the cells")
