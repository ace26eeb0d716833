"""Tables from files: every cell of a text file stays text until the data contract reads it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from neopcr.cohort import pieces
from neopcr.cohort.excel import excel_batches, excel_header
from neopcr.cohort.fhir import fhir_batches, fhir_header
from neopcr.cohort.header import Batches, Wanted, at_least_one, check_header, chosen, refuse
from neopcr.cohort.redcap import export_batches, needed
from neopcr.cohort.text_files import Dialect, text_batches, text_header
from neopcr.config import FileForm

# What a file itself says is enough.
PLAIN = FileForm()


def read_header(path: Path, form: FileForm = PLAIN) -> tuple[str, ...]:
    """Read the headers of a file.

    Raises
    ------
    TableError
        As `read_batches`.
    """
    return _reader(path).header(path, form)


def read_batches(path: Path, columns: Wanted = None, form: FileForm = PLAIN) -> Batches:
    """Read a file in pieces, in its order and in bounded memory.

    Parameters
    ----------
    path : Path
        Its suffix is one of `READERS`. Text is UTF-8, or UTF-16 with its byte-order mark.
    columns : collection of str, optional
        Headers to read; all where None. Headers that the file lacks are left out.
    form : FileForm
        What the file itself does not say.

    Yields
    ------
    pyarrow RecordBatch
        Text files: all columns strings, an empty cell ``""``. At least one, be it without rows.

    Raises
    ------
    TableError
        If the file is absent, empty, of another format or encoding, or its rows do not fit its
        header; or two of its headers are equal.
    """
    if form.redcap is None:
        return every_row(path, columns, form)
    header = read_header(path, form)
    wanted = chosen(path, header, columns)
    raw = every_row(path, needed(header, wanted, form.redcap), form)
    return export_batches(path, wanted, raw, form.redcap)


def every_row(path: Path, columns: Wanted, form: FileForm) -> Batches:
    """Read a file as `read_batches` does, a REDCap export with all its rows and codes."""
    return _reader(path).batches(path, columns, form)


def read_table(path: Path, columns: Wanted = None, form: FileForm = PLAIN) -> pa.Table:
    """Read a whole file; see `read_batches`.

    Examples
    --------
    >>> read_table(Path("no_such.csv"))
    Traceback (most recent call last):
    neopcr.errors.TableError: no_such.csv: there is no such file. Check the path.
    """
    batches = list(read_batches(path, columns, form))
    if path.suffix != pieces.SUFFIX and not sum(batch.num_rows for batch in batches):
        refuse(path, "it has no rows", "Export it again")
    return pa.Table.from_batches(batches)


def coded_batches(path: Path, columns: Wanted, coded: Collection[str]) -> Batches:
    """Read a file as `read_batches`; parquet's texts in `coded` come as dictionaries.

    So they need not be taken apart into a text a row: right for columns of few distinct texts.
    """
    if path.suffix.lower() != ".parquet":
        return read_batches(path, columns)
    return _parquet_batches(path, columns, coded)


def _parquet_batches(path: Path, columns: Wanted, coded: Collection[str] = ()) -> Batches:
    header = _parquet_schema(path)
    wanted = chosen(path, header.names, columns)
    texts = [
        name for name in wanted if name in coded and pa.types.is_string(header.field(name).type)
    ]
    try:
        # Buffered ahead, what was read stays in memory until the end of the file.
        with pq.ParquetFile(path, pre_buffer=False, read_dictionary=texts) as file:
            # Asked for once: it is made anew each time, and a transcriptome has 20,000 columns.
            whole = file.schema_arrow
            schema = pa.schema([whole.field(name) for name in wanted])
            yield from at_least_one(map(_sound, file.iter_batches(columns=wanted)), schema)
    except (pa.ArrowException, OSError):
        refuse(path, "it is a damaged parquet file", "Write it again")


def _sound(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Take a batch whose texts are UTF-8: pyarrow reads any bytes as text, and hands them on."""
    batch.validate(full=True)
    return batch


def _parquet_header(path: Path) -> tuple[str, ...]:
    return tuple(_parquet_schema(path).names)


def _parquet_schema(path: Path) -> pa.Schema:
    try:
        schema = pq.read_schema(path)
    # Names of columns that are no UTF-8 are a ValueError.
    except (pa.ArrowException, OSError, ValueError):
        refuse(path, "it is not a readable parquet file", "Write it again")
    check_header(path, schema.names)
    return schema


@dataclass(frozen=True, slots=True)
class Reader:
    """How files of one suffix are read."""

    header: Callable[[Path, FileForm], tuple[str, ...]]
    batches: Callable[[Path, Wanted, FileForm], Batches]


def _text_reader(dialect: Dialect) -> Reader:
    return Reader(
        lambda path, form: text_header(path, dialect, form),
        lambda path, columns, form: text_batches(path, columns, dialect, form),
    )


def _self_describing(
    header: Callable[[Path], tuple[str, ...]], batches: Callable[[Path, Wanted], Batches]
) -> Reader:
    """Read files that say themselves how they are written."""
    return Reader(lambda path, _: header(path), lambda path, columns, _: batches(path, columns))


READERS: dict[str, Reader] = {
    ".csv": _text_reader(Dialect(",")),
    ".tsv": _text_reader(Dialect("\t", first=True)),
    # cBioPortal describes the columns in lines of '#'.
    ".txt": _text_reader(Dialect("\t", comment="#", first=True)),
    # GDC MAF format: lines of '#' first, and quotes are ordinary characters.
    ".maf": _text_reader(Dialect("\t", quote=None, comment="#", first=True)),
    ".xlsx": Reader(excel_header, excel_batches),
    ".xlsm": Reader(excel_header, excel_batches),
    ".parquet": _self_describing(_parquet_header, _parquet_batches),
    # mCODE: a bundle, and one resource a line.
    ".json": _self_describing(fhir_header, fhir_batches),
    ".ndjson": _self_describing(fhir_header, fhir_batches),
    # Ours alone: what a large table was taken apart into.
    pieces.SUFFIX: _self_describing(pieces.piece_header, pieces.piece_batches),
}


def require_file(path: Path) -> None:
    """Refuse what is no file, or may not be read.

    Raises
    ------
    TableError
    """
    if not path.is_file():
        refuse(path, "there is no such file", "Check the path")
    try:
        path.open("rb").close()
    except OSError as error:
        refuse(path, f"it cannot be opened ({error.strerror})", "Ask for the right to read it")


def _reader(path: Path) -> Reader:
    require_file(path)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = ", ".join(suffix for suffix in READERS if suffix != pieces.SUFFIX)
        refuse(path, f"no reader for files of this suffix (known: {known})", "Save it as csv")
    return reader
