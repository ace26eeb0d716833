"""The files of a cohort taken apart: sets of pieces that hold the same patients."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from neopcr.cohort.beside import is_joined
from neopcr.cohort.complaint import Origin
from neopcr.cohort.contract import PATIENT_ID
from neopcr.cohort.mapping import find_declared, source_of
from neopcr.cohort.mutations import MutationFiles
from neopcr.cohort.pieces import SUFFIX
from neopcr.cohort.plasma_columns import SAMPLE_COLUMNS
from neopcr.cohort.readers import read_header
from neopcr.cohort.sources import Sources
from neopcr.cohort.split import count_rows, row_numbers, split_table, used_cells
from neopcr.cohort.variants import SAMPLE, variant_tables
from neopcr.errors import TableError
from neopcr.oncology.pam_genes import EXTENDED_GENES

if TYPE_CHECKING:
    import pyarrow as pa

    from neopcr.cohort.mapping import FindColumn
    from neopcr.config import CohortConfig, Mutations, WideTable
    from neopcr.specs import IntArray

# Of text: what is made of a part is held in memory, at some five times this size.
PART_BYTES = 96 << 20
# Bytes of text that a byte of parquet is taken for.
_COMPRESSED = 5
# Tables, or parts, that are in hand at a time: each takes its memory.
THREADS = 2
# One file is open for each part.
_MOST_PARTS = 512


@dataclass(frozen=True, slots=True)
class Part:
    """Pieces of every file, or the files themselves where there is one part.

    Parameters
    ----------
    sources : Sources
        What is read.
    config : CohortConfig
        How; in a piece variants stand under the names of a MAF.
    whole : Sources
        The files that it was taken from.
    is_piece : bool
        Whether the two differ.
    """

    sources: Sources
    config: CohortConfig
    whole: Sources
    is_piece: bool

    @contextmanager
    def named(self) -> Iterator[None]:
        """Let errors name the files that people know."""
        try:
            yield
        except TableError as error:
            message = str(error)
            for piece, path in zip(self.sources.all(), self.whole.all(), strict=True):
                message = message.replace(str(piece), str(path))
            raise TableError(message) from None

    def rows(self, origin: Origin) -> IntArray:
        """0-based rows of its patients among those of all files, which `origin` counts."""
        if not self.is_piece:
            return np.arange(sum(origin.rows))
        starts = np.cumsum([0, *origin.rows[:-1]])
        numbers = [row_numbers(piece) for piece in self.sources.patients]
        return np.concatenate([rows + start for rows, start in zip(numbers, starts, strict=True)])

    def discard(self) -> None:
        """Make room on the disk."""
        for piece, path in zip(self.sources.all(), self.whole.all(), strict=True):
            if piece != path:
                piece.unlink()


def whole_origin(parts: Sequence[Part], of_first: Origin) -> Origin:
    """Return the patients' files and how many rows each has; of one part its own."""
    if not parts[0].is_piece:
        return of_first
    files = zip(*(part.sources.patients for part in parts), strict=True)
    rows = tuple(sum(count_rows(piece) for piece in pieces) for pieces in files)
    return Origin(parts[0].whole.patients, rows)


def enough_parts(sources: Sources) -> int:
    """Count the parts that are small enough to be held in memory."""
    size = sum(
        path.stat().st_size * (_COMPRESSED if path.suffix.lower() == ".parquet" else 1)
        for path in sources.all()
    )
    return min(_MOST_PARTS, max(1, math.ceil(size / PART_BYTES)))


def take_apart(
    whole: Sources, config: CohortConfig, find_column: FindColumn, n: int, folder: Path
) -> tuple[Part, ...]:
    """Write every file of a cohort as `n` pieces; patients keep together over all files.

    Parameters
    ----------
    whole : Sources
        The files of `config`.
    config : CohortConfig
    find_column : callable
        Canonical name to declaration; KeyError where there is none.
    n : int
        With 1 nothing is written, nor where samples have to be looked up to know their patient, or
        there are lesions, measured or of HER2-PET: such a study is joined in one part.
    folder : Path
        For the pieces.

    Raises
    ------
    TableError
        If a file cannot be read.
    """
    lesions = config.pet or config.recist
    if n == 1 or is_joined(config) or lesions or not _is_by_patient(config.mutations):
        return (Part(whole, config, whole, is_piece=False),)
    tables = list(_tables(whole, config, find_column))
    names = [
        [folder / f"{place}-{part}{SUFFIX}" for part in range(n)] for place in range(len(tables))
    ]
    with ThreadPoolExecutor(THREADS) as pool:
        pieces = list(pool.map(_split, tables, names))
    of_pieces = _of_pieces(config)
    return tuple(
        Part(_replaced(whole, paths), of_pieces, whole, is_piece=True)
        for paths in zip(*pieces, strict=True)
    )


def _replaced(whole: Sources, paths: Iterable[Path]) -> Sources:
    """Return the same with other paths, in their order."""
    given = iter(paths)
    patients, imaging, ctdna = (
        tuple(next(given) for _ in kind) for kind in (whole.patients, whole.imaging, whole.ctdna)
    )
    if whole.mutations is None:
        return Sources(patients, imaging, ctdna)
    calls = tuple(next(given) for _ in whole.mutations.calls)
    return Sources(patients, imaging, ctdna, MutationFiles(calls=calls, panel=next(given)))


def _of_pieces(config: CohortConfig) -> CohortConfig:
    if config.mutations is None:
        return config
    plain = config.mutations.model_copy(update={"columns": {}})
    return config.model_copy(update={"mutations": plain})


def _is_by_patient(mutations: Mutations | None) -> bool:
    """Whether every row of the calls and the panel names its patient."""
    if mutations is None:
        return True
    calls = (mutations.path,) if isinstance(mutations.path, str) else mutations.path
    others = {*mutations.files} - {*calls, mutations.panel}
    return mutations.panel is not None and not (others or mutations.barcode)


@dataclass(frozen=True, slots=True)
class _Table:
    """A file, the header of its patients, and its rows."""

    path: Path
    identifier: str
    header: Collection[str]
    rows: Callable[[], Iterable[pa.Table]]


def _split(table: _Table, pieces: list[Path]) -> list[Path]:
    if table.identifier not in table.header:
        # It is refused as a whole, when the first part is read.
        return [table.path] * len(pieces)
    split_table(table.rows(), table.identifier, pieces)
    return pieces


def _tables(whole: Sources, config: CohortConfig, find_column: FindColumn) -> Iterator[_Table]:
    for path in whole.patients:
        yield _wide(path, config.patients, find_column, config.outcome.headers.values())
    if config.imaging is not None:
        for path in whole.imaging:
            yield _wide(path, config.imaging, find_column)
    for path in whole.ctdna:
        yield _long(path, {PATIENT_ID, *(column.name for column in SAMPLE_COLUMNS)})
    if config.mutations is not None and whole.mutations is not None:
        options, calls = config.mutations, whole.mutations.calls
        # In plasma, and to tell what is clonal, other genes count too.
        genes = None if options.clonality or options.sample == "plasma" else EXTENDED_GENES
        for path in calls:
            rows = partial(variant_tables, path, options.columns, genes)
            yield _Table(path, SAMPLE, (SAMPLE,), rows)
        for panel in whole.mutations.all()[len(calls) :]:
            yield _long(panel, read_header(panel))


def _long(path: Path, used: Collection[str]) -> _Table:
    return _Table(path, PATIENT_ID, read_header(path), partial(used_cells, path, used))


def _wide(path: Path, wide: WideTable, find_column: FindColumn, also: Iterable[str] = ()) -> _Table:
    """Table of one row a patient, and the headers that it is read by."""
    header = read_header(path)
    if wide.columns:
        entries = [source_of(entry) for entry in wide.columns.values()]
        used = {name for each in entries for name in (each.source, *each.times)}
    else:
        used = {name for name in header if find_declared(name, find_column)}
    return _Table(path, wide.id, header, partial(used_cells, path, {wide.id, *also, *used}))
