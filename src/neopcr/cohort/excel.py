"""Sheets of a workbook as text: numbers as they are stored, dates in ISO 8601, formulas refused."""

from __future__ import annotations

import datetime as dt
import importlib
import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neopcr.cohort.header import Batches, Wanted, check_header, chosen, refuse, text_rows
from neopcr.cohort.zip_sizes import check_zip
from neopcr.errors import TableError

if TYPE_CHECKING:
    from neopcr.config import FileForm

# Excel's own last row; whoever writes beyond it does not write a workbook.
LAST_ROW = 1_048_576
_OLE = b"\xd0\xcf\x11\xe0"
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')
_CHUNK, _OVERLAP = 1 << 20, 200
_TOGETHER = 1000

Row = tuple[Any, ...]


def excel_header(path: Path, form: FileForm) -> tuple[str, ...]:
    """Headers of a sheet: the cells of its first row that is not empty.

    Raises
    ------
    TableError
        As `excel_batches`.
    """
    with _sheet(path, form) as sheet:
        _, header = _first_row(path, _rows(path, sheet))
    return tuple(name for name in header if name)


def excel_batches(path: Path, columns: Wanted, form: FileForm) -> Batches:
    """Read a sheet in pieces, every cell as text, in bounded memory.

    A number is written with all its digits, a whole one without a point; a day as
    ``2024-03-09``; yes and no as ``true`` and ``false``. Rows that hold nothing, or formulas alone,
    are no rows: formulas are copied down beyond the last patient. A formula in a column that is
    asked for is refused, since what it gave depends on who saved the workbook last. A gene that
    Excel once took for a day (SEPT2, MARCH1; Ziemann et al., Genome Biology 2016) stays that day:
    none of the genes we know can become one.

    Parameters
    ----------
    path : Path
        An .xlsx or .xlsm workbook.
    columns : collection of str, optional
        As in `neopcr.cohort.readers.read_batches`.
    form : FileForm
        Names the sheet where there are several.

    Raises
    ------
    TableError
        If the workbook is encrypted, of the old format, damaged or far larger inside than outside;
        the sheet is not named; cells are merged; a wanted column has a formula; or a cell stands
        outside the header's columns.
    """
    with _sheet(path, form) as sheet:
        rows = _rows(path, sheet)
        n_before, header = _first_row(path, rows)
        _refuse_merged(path, sheet, n_before)
        wanted = chosen(path, [name for name in header if name], columns)
        places = [header.index(name) for name in wanted]
        yield from text_rows(_texts(path, rows, header, places), wanted)


def _texts(
    path: Path, rows: Iterator[Row], header: Sequence[str], places: Sequence[int]
) -> Iterator[list[str]]:
    number = 0
    for row in rows:
        if not any(_holds(cell) for cell in row):
            continue
        number += 1
        _refuse_nameless(path, row, header, number)
        yield [
            _text(path, row[place], header[place], number) if place < len(row) else ""
            for place in places
        ]


def _holds(cell: Any) -> bool:  # noqa: ANN401 - openpyxl has no types
    return cell.value not in (None, "") and cell.data_type != "f"


def _text(path: Path, cell: Any, name: str, number: int) -> str:  # noqa: ANN401
    """Text of a cell of column `name`, in row `number` of the table."""
    if cell.data_type == "f":
        fault = f"column '{name}' has a formula (first at row {number})"
        refuse(path, fault, "Replace the formulas by their values (copy, paste special, values)")
    return as_written(cell.value)


def as_written(value: object) -> str:
    """Text of a value, with nothing of it lost.

    Examples
    --------
    >>> [as_written(value) for value in (None, 3.0, 2.15, True, dt.datetime(2024, 3, 9))]
    ['', '3', '2.15', 'true', '2024-03-09']
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    return str(value)


def _first_row(path: Path, rows: Iterator[Row]) -> tuple[int, list[str]]:
    """Place of the header's row, from 1, and its cells; empty where a column has no name."""
    first = ((number, row) for number, row in enumerate(rows, start=1) if _filled(row))
    number, row = next(first, (0, ()))
    if not row:
        refuse(path, "the sheet is empty", "Name the sheet that holds the table")
    if any(cell.data_type == "f" for cell in row):
        refuse(path, "a header is a formula", "Write the headers as text")
    header = [as_written(cell.value).strip() for cell in row]
    check_header(path, [name for name in header if name])
    return number, header


def _filled(row: Row) -> bool:
    return any(cell.value not in (None, "") for cell in row)


def _refuse_nameless(path: Path, row: Row, header: Sequence[str], number: int) -> None:
    for place, cell in enumerate(row):
        if _holds(cell) and (place >= len(header) or not header[place]):
            fault = f"column {_letters(place)} has no header, but a cell at row {number}"
            refuse(path, fault, "Name the column (if headers are merged, unmerge them) or empty it")


def _letters(place: int) -> str:
    """Excel's name of a 0-based column.

    >>> [_letters(place) for place in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    name = ""
    while place >= 0:
        place, rest = divmod(place, 26)
        name = chr(ord("A") + rest) + name
        place -= 1
    return name


def _refuse_merged(path: Path, sheet: Any, header_row: int) -> None:  # noqa: ANN401
    """Refuse merged cells: all but the first of them are empty, in the header and below."""
    for first, top, last, bottom in _merged(path, sheet):
        cells = f"{first}{top}:{last}{bottom}"
        if top <= header_row <= bottom:
            fault = f"headers are merged (cells {cells})"
            refuse(path, fault, "Unmerge them and name every column")
        if bottom > header_row:
            fault = f"cells are merged ({cells}), so that all of them but the first are empty"
            refuse(path, fault, "Unmerge them and fill every cell")


def _merged(path: Path, sheet: Any) -> list[tuple[str, int, str, int]]:  # noqa: ANN401
    """Areas of merged cells: openpyxl does not tell them of a sheet that it reads row by row."""
    areas, kept = set(), b""
    with _one_sentence(path), sheet._get_source() as source:  # noqa: SLF001
        while block := source.read(_CHUNK):
            areas |= set(_MERGED.findall(kept + block))
            kept = block[-_OVERLAP:]
    return sorted(
        (first.decode(), int(top), last.decode(), int(bottom)) for first, top, last, bottom in areas
    )


@contextmanager
def _sheet(path: Path, form: FileForm) -> Iterator[Any]:
    """Open the sheet that is meant."""
    with path.open("rb") as file:
        if file.read(4) == _OLE:
            fault = "it is encrypted, or of Excel's old format"
            refuse(path, fault, "Save it as an .xlsx workbook without a password")
        check_zip(path)
        file.seek(0)
        with _one_sentence(path):
            book = _openpyxl(path).load_workbook(file, read_only=True, keep_links=False)
        sheet = _chosen_sheet(path, book, form.sheet)
        sheet.reset_dimensions()
        yield sheet


def _chosen_sheet(path: Path, book: Any, name: str) -> Any:  # noqa: ANN401
    titles = [sheet.title for sheet in book.worksheets]
    if name in titles:
        return book[name]
    if name or len(titles) != 1:
        known = ", ".join(f"'{title}'" for title in titles) or "none"
        fault = f"there is no sheet '{name}'" if name else f"it has {len(titles)} sheets"
        refuse(path, f"{fault} (there is: {known})", "Name one as `sheet` in the config")
    return book.worksheets[0]


def _rows(path: Path, sheet: Any) -> Iterator[Row]:  # noqa: ANN401
    rows = sheet.iter_rows(max_row=LAST_ROW + 1)
    for start in range(0, LAST_ROW + 1, _TOGETHER):
        with _one_sentence(path):
            some = list(islice(rows, _TOGETHER))
        if start + len(some) > LAST_ROW:
            refuse(path, f"it has more than {LAST_ROW:,} rows", "Save it as csv")
        yield from some


@contextmanager
def _one_sentence(path: Path) -> Iterator[None]:
    """Turn whatever openpyxl trips over into our error; its warnings are of style, not of cells."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except TableError:
            raise
        except Exception:  # noqa: BLE001 - a damaged workbook may raise anything in its parser
            refuse(path, "it is a damaged workbook", "Save it again, or as csv")


def _openpyxl(path: Path) -> Any:  # noqa: ANN401
    try:
        return importlib.import_module("openpyxl")
    except ImportError:
        refuse(path, "workbooks need the extra `excel`", "Install neopcr[excel], or save it as csv")
