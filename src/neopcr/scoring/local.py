"""The local engine: a file in, a file out, in memory that does not grow with the rows."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from neopcr import __version__
from neopcr.bundle import bundle_hash, load_bundle
from neopcr.cohort.contract import PATIENT_ID
from neopcr.cohort.readers import read_batches, read_header
from neopcr.errors import TableError, TargetError
from neopcr.scoring.ahead import ahead
from neopcr.scoring.batch import Scorer, patient_ids, prepare, score_batch
from neopcr.scoring.duplicates import Hashes, hash_ids, is_repeated, repeated
from neopcr.scoring.manifest import Tally, fingerprint, manifest_of, report, to_bytes, told
from neopcr.scoring.parts import Parts, resumable
from neopcr.scoring.schema import schema_of
from neopcr.scoring.writers import writer_for
from neopcr.target import move_whole

Progress = Callable[[int, int], None]
Watch = Callable[[pa.RecordBatch, pa.RecordBatch], None]

ROWS_AT_ONCE = 16_384
"""Rows scored together: so many that calls cost nothing, so few that their features stay in the
processor's cache."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a first reading of the identifiers tells: the rows, and which identifiers repeat."""

    rows: int
    repeated: Hashes


class _Piece(NamedTuple):
    """A batch of the input: which, where it begins (1-based), and its cells."""

    number: int
    first_row: int
    cells: pa.RecordBatch


def score_file(  # noqa: PLR0913 -- three files, and how to run it
    bundle_folder: Path,
    source: Path,
    target: Path,
    *,
    progress: Progress | None = None,
    watch: Watch | None = None,
    threads: int | None = None,
    text: bool = False,
) -> dict[str, object]:
    """Score a cohort; what is written is whole or absent, and a run that was killed is gone on with.

    The file is read twice: its identifiers first, to find those that repeat anywhere in it. Until
    the scores are whole, their parts are kept in a hidden folder beside the target: after a power
    cut or a full disk the same command goes on from there, to the same bytes. Beside the target,
    ``<target>.manifest.json`` accounts for every row.

    Parameters
    ----------
    bundle_folder : Path
        Of the bundle.
    source : Path
        csv, tsv or parquet under canonical names, one row a patient.
    target : Path
        csv or parquet, made or replaced, with mode 0600. A csv file escapes identifiers that a
        spreadsheet would run (`neopcr.scoring.writers.escape_formulas`).
    progress : callable, optional
        Called with the rows done and the rows in all, after every batch.
    watch : callable, optional
        Called with the cells and the scores of every batch, in order.
    threads : int, optional
        Batches scored at once, as many as there are cores unless given; no bit depends on it.
    text : bool
        Whether reasons are said in words too, in columns of their own.

    Returns
    -------
    dict
        The manifest.

    Raises
    ------
    BundleError
        If the bundle is refused.
    TableError
        If the source cannot be read or has no identifiers.
    TargetError
        If the target cannot be written, is the source, or is being written by another run; or if the
        source changed meanwhile, or source or bundle since the run that is gone on with.
    """
    started = time.time()
    threads = threads or os.cpu_count() or 1
    make_writer = writer_for(target, schema_of(text=text))
    scorer = prepare(load_bundle(bundle_folder), text=text)
    header = check_source(source, target)
    before = stamp(source)
    bundle, cohort = bundle_hash(bundle_folder), fingerprint(source)
    identity = {"the bundle": bundle, "the cohort": cohort, "neopcr itself": __version__}
    identity["what is asked for (--text)"] = str(text)
    tally = Tally()
    with resumable(target, identity) as parts:
        survey = _survey(source, threads)
        with parts.open("scores") as file, closing(make_writer(file)) as writer:
            for cells, scores in _scored(scorer, source, survey, parts, threads):
                writer.write(scores)
                tally.add(scores)
                if watch is not None:
                    watch(cells, scores)
                if progress is not None:
                    progress(tally.rows, survey.rows)
        tally.check(survey.rows)
        require_unchanged(source, before)
        manifest = report(tally, scorer.bundle, header=header, escaped=writer.escaped)
        manifest |= told(bundle, cohort, source, started) | {"resumed_rows": parts.rows_found}
        with parts.open("manifest") as account:
            account.write(to_bytes(manifest))
        move_whole(parts.path("manifest"), manifest_of(target))
        move_whole(parts.path("scores"), target)
    return manifest


def check_source(source: Path, target: Path) -> tuple[str, ...]:
    """Headers of a source that can be scored into a target.

    Raises
    ------
    TableError
        If the source cannot be read or has no identifiers.
    TargetError
        If the target is the source.
    """
    header = read_header(source)
    if PATIENT_ID not in header:
        message = (
            f"{source}: there is no column {PATIENT_ID}, and scores cannot be told apart without "
            "it. Name the column of identifiers so."
        )
        raise TableError(message)
    if target.exists() and target.samefile(source):
        message = f"{target}: this is the cohort itself. Choose another target."
        raise TargetError(message)
    return header


def _survey(source: Path, threads: int) -> Survey:
    """Read the identifiers of all rows, and keep their hashes only."""
    batches = read_batches(source, (PATIENT_ID,))
    read = list(ahead(lambda each: (each.num_rows, hash_ids(patient_ids(each))), batches, threads))
    return Survey(sum(rows for rows, _ in read), repeated(hashes for _, hashes in read))


def _scored(
    scorer: Scorer, source: Path, survey: Survey, parts: Parts, threads: int
) -> Iterator[tuple[pa.RecordBatch, pa.RecordBatch]]:
    """Cells and scores batch by batch, in order; what an earlier run left is not scored again."""

    def score(piece: _Piece) -> tuple[pa.RecordBatch, pa.RecordBatch]:
        number, first_row, cells = piece
        scores = parts.find(number, first_row, cells.num_rows)
        if scores is None:
            scores = _score_piece(scorer, piece, survey.repeated)
            parts.keep(number, first_row, scores)
        return cells, scores

    return ahead(score, _pieces(scorer, source), threads)


def _pieces(scorer: Scorer, source: Path) -> Iterator[_Piece]:
    first_row = 1
    for number, cells in enumerate(read_batches(source, scorer.headers)):
        yield _Piece(number, first_row, cells)
        first_row += cells.num_rows


def _score_piece(scorer: Scorer, piece: _Piece, hashes: Hashes) -> pa.RecordBatch:
    """Score a batch, some rows at a time; an empty one too has its columns."""
    scores = []
    for start in range(0, max(piece.cells.num_rows, 1), ROWS_AT_ONCE):
        cells = piece.cells.slice(start, ROWS_AT_ONCE)
        rows = piece.first_row + start + np.arange(cells.num_rows)
        duplicated = is_repeated(patient_ids(cells), hashes) if len(hashes) else None
        scores.append(score_batch(scorer, cells, rows=rows, duplicated=duplicated))
    return pa.concat_batches(scores)


def stamp(source: Path) -> tuple[int, int]:
    """What tells a file from a later one under its name: size and time."""
    found = source.stat()
    return found.st_size, found.st_mtime_ns


def require_unchanged(source: Path, before: tuple[int, int]) -> None:
    """Refuse to finish if the source is another one by now.

    Raises
    ------
    TargetError
    """
    if stamp(source) != before:
        message = f"{source}: the file changed while it was scored. Run the command again."
        raise TargetError(message)
