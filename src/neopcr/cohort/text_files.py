"""Text tables: what Arrow's parser would misread or let pass is refused before it starts."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from neopcr.cohort.encoding import decodable, encoding_of, first_lines, texts
from neopcr.cohort.header import Batches, Wanted, at_least_one, check_header, chosen, refuse
from neopcr.cohort.redcap import variable_names

if TYPE_CHECKING:
    from neopcr.config import FileForm

BLOCK_BYTES = 8 << 20
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
# Excel's way of saying how it separated the cells, in a line before the header.
_MAF = "Hugo_Symbol\t"
_SEP = re.compile(r'^"?sep=([,;|\t])"?$')


@dataclass(frozen=True, slots=True)
class Dialect:
    """How text files of a suffix separate and quote cells.

    Parameters
    ----------
    delimiter : str
        What is meant where the header has none at all, or where it has it and `first` is set.
    quote : str or None
    comment : str
        With what lines before the header start that do not count.
    first : bool
        The suffix itself names the delimiter; other marks in the header are text.
    """

    delimiter: str
    quote: str | None = '"'
    comment: str = ""
    first: bool = False


@dataclass(frozen=True, slots=True)
class _Text:
    """A text file that was looked at: how it is written, and where its rows start."""

    header: tuple[str, ...]
    delimiter: str
    encoding: str
    lines_before: int
    quote: str | None
    goes_over: bool


@dataclass(slots=True)
class _Ragged:
    """Lines with too many or too few cells, as the parser meets them; comments count, blanks do not."""

    lines: list[int] = field(default_factory=list)

    def __call__(self, row: pa_csv.InvalidRow) -> str:
        """Note a line and go on, so that all of them are counted."""
        self.lines.append(row.number)
        return "skip"


def text_header(path: Path, dialect: Dialect, form: FileForm) -> tuple[str, ...]:
    """Headers of a text table whose bytes were looked at.

    Raises
    ------
    TableError
    """
    return _look(path, dialect, form).header


def text_batches(path: Path, columns: Wanted, dialect: Dialect, form: FileForm) -> Batches:
    """Read a text table in pieces, every cell as text; the first piece may have no rows.

    Raises
    ------
    TableError
    """
    text = _look(path, dialect, form)
    ragged = _Ragged()
    options = _options(text, chosen(path, text.header, columns), ragged)
    try:
        with pa_csv.open_csv(path, **options) as reader:
            yield from at_least_one(reader, reader.schema)
    except pa.ArrowInvalid:
        # Arrow's own message quotes the row, and a row is a patient.
        refuse(path, "it has no rows, or one too long to be read", "Export it again")
    if ragged.lines:
        fault = (
            f"every row needs as many cells as the header, but {len(ragged.lines)} do not have "
            f"them (first at row {ragged.lines[0] - text.lines_before})"
        )
        refuse(path, fault, "Correct the separators or quote the cells")


def _look(path: Path, dialect: Dialect, form: FileForm) -> _Text:
    encoding = encoding_of(path, form.encoding)
    if not path.stat().st_size:
        refuse(path, "the file is empty", "Export it again")
    _refuse_binary(path, next(_blocks(path, encoding), b""))
    before, line = _header_line(path, dialect, encoding)
    if line.startswith(_MAF):
        # cBioPortal's MAF is called .txt.
        dialect = replace(dialect, quote=None)
    goes_over = _scan(path, dialect, encoding)
    sep = _SEP.match(before[-1]) if before else None
    delimiter = form.delimiter or (sep and sep[1]) or _delimiter(path, line, dialect)
    header = _cells(path, line, delimiter, dialect)
    if not any(header):
        refuse(path, "its first line is no header", "Name every column in the first line")
    if form.redcap:
        header = variable_names(path, header, form.redcap)
    check_header(path, header)
    return _Text(header, delimiter, encoding, len(before) + 1, dialect.quote, goes_over)


def _scan(path: Path, dialect: Dialect, encoding: str) -> bool:
    """Refuse bytes that the parser would let pass; say whether a cell goes over several lines."""
    is_open, goes_over = False, False
    for block in _blocks(path, encoding):
        _refuse_binary(path, block)
        if block and (is_open or b'"' in block):
            inside, is_open = _quoted(block, is_open)
            goes_over |= inside
    if dialect.quote and is_open:
        # An open quote swallows every row after it without a word.
        refuse(path, "a quotation mark is opened and never closed", "Close or remove it")
    return goes_over and bool(dialect.quote)


def _refuse_binary(path: Path, block: bytes) -> None:
    if b"\0" in block:
        refuse(path, "it holds NUL bytes, so it is no text table", "Save it as UTF-8 csv")


def _blocks(path: Path, encoding: str) -> Iterator[bytes]:
    """Pieces of a file in an encoding whose quotes and line ends are those of ASCII.

    Every byte is decoded: the parser cannot name a row whose last character is cut.
    """
    if encoding.startswith("utf-16"):
        yield from (text.encode() for text in texts(path, encoding))
        return
    yield from decodable(path, encoding, BLOCK_BYTES)


def _quoted(block: bytes, is_open: bool) -> tuple[bool, bool]:  # noqa: FBT001
    """Whether a line ends within quotes, and whether they are open at the end of the block."""
    codes = np.frombuffer(block, dtype=np.uint8)
    # Sums of a byte wrap around at 256, which is even.
    odd = (np.cumsum(codes == ord('"'), dtype=np.uint8) + np.uint8(is_open)) & 1
    return bool(odd[codes == ord("\n")].any()), bool(odd[-1])


def _header_line(path: Path, dialect: Dialect, encoding: str) -> tuple[list[str], str]:
    """Lines before the header, and its own."""
    before: list[str] = []
    for line in first_lines(path, encoding):
        comment = bool(dialect.comment) and line.startswith(dialect.comment)
        if not comment and not _SEP.match(line):
            return before, line
        before.append(line)
    return before, ""


def _delimiter(path: Path, line: str, dialect: Dialect) -> str:
    plain = re.sub(r'"[^"]*"', "", line) if dialect.quote else line
    found = [mark for mark in _DELIMITERS if mark in plain]
    if not found or (dialect.first and dialect.delimiter in found):
        return dialect.delimiter
    if len(found) > 1:
        names = " and ".join(_DELIMITERS[mark] for mark in found)
        fault = f"its header may be separated by {names}"
        refuse(path, fault, "Declare its `delimiter` in the config, or rename the columns")
    return found[0]


def _cells(path: Path, line: str, delimiter: str, dialect: Dialect) -> tuple[str, ...]:
    if dialect.quote and line.count('"') % 2:
        refuse(path, "a header goes over more than one line", "Write every header in one line")
    if not dialect.quote:
        return tuple(line.split(delimiter))
    try:
        return tuple(next(csv.reader([line], delimiter=delimiter), ()))
    except csv.Error:
        refuse(path, "its header cannot be read", "Export it again")


def _options(text: _Text, wanted: list[str], ragged: _Ragged) -> dict[str, Any]:
    return {
        "read_options": pa_csv.ReadOptions(
            block_size=BLOCK_BYTES,
            skip_rows=text.lines_before,
            column_names=list(text.header),
            # In threads the parser forgets which line it is at.
            use_threads=False,
            # Arrow itself leaves out the mark of UTF-8.
            encoding="utf8" if text.encoding.startswith("utf-8") else text.encoding,
        ),
        "parse_options": pa_csv.ParseOptions(
            delimiter=text.delimiter,
            newlines_in_values=text.goes_over,
            quote_char=text.quote or False,
            invalid_row_handler=ragged,
        ),
        "convert_options": pa_csv.ConvertOptions(
            column_types=dict.fromkeys(wanted, pa.string()),
            include_columns=wanted,
            strings_can_be_null=False,
        ),
    }
