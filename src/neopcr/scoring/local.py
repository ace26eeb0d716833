"""The local engine: a file in, a file out, in memory that does not grow with the rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from neopcr.bundle import bundle_hash, load_bundle
from neopcr.cohort.contract import PATIENT_ID
from neopcr.cohort.readers import read_batches, read_header
from neopcr.errors import TableError, TargetError
from neopcr.scoring.batch import Scorer, patient_ids, prepare, score_batch
from neopcr.scoring.duplicates import Hashes, hash_ids, is_repeated, repeated
from neopcr.scoring.manifest import Tally, fingerprint, manifest_of, report, to_bytes
from neopcr.scoring.writers import ScoreWriter, writer_for
from neopcr.target import whole_or_absent

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Survey:
    """What a first reading of the identifiers tells: the rows, and which identifiers repeat."""

    rows: int
    repeated: Hashes


def score_file(
    bundle_folder: Path, source: Path, target: Path, *, progress: Progress | None = None
) -> dict[str, object]:
    """Score a cohort; what is written is whole or absent.

    The file is read twice: its identifiers first, to find those that repeat anywhere in it. Beside
    the target, ``<target>.manifest.json`` accounts for every row.

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
        If the target cannot be written or is the source, or the source changed meanwhile.
    """
    started = time.time()
    make_writer = writer_for(target)
    scorer = prepare(load_bundle(bundle_folder))
    header = check_source(source, target)
    tally = Tally()
    with whole_or_absent(target) as file:
        with unchanged(source), closing(make_writer(file)) as writer:
            survey = _survey(source)
            for rows_done in _score(scorer, source, survey, writer, tally):
                if progress is not None:
                    progress(rows_done, survey.rows)
            digest = fingerprint(source)
        tally.check(survey.rows)
        absent = [name for name in scorer.headers if name not in header]
        manifest = report(tally, scorer.bundle, absent_columns=absent, escaped=writer.escaped)
        manifest["bundle_hash"] = bundle_hash(bundle_folder)
        manifest["input"] = {"sha256": digest, "bytes": source.stat().st_size}
        manifest["seconds"] = round(time.time() - started, 3)
        with whole_or_absent(manifest_of(target)) as account:
            account.write(to_bytes(manifest))
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


def _survey(source: Path) -> Survey:
    """Read the identifiers of all rows, and keep their hashes only."""
    rows = 0
    hashes = []
    for batch in read_batches(source, (PATIENT_ID,)):
        rows += batch.num_rows
        hashes.append(hash_ids(patient_ids(batch)))
    return Survey(rows, repeated(hashes))


def _score(
    scorer: Scorer, source: Path, survey: Survey, writer: ScoreWriter, tally: Tally
) -> Iterator[int]:
    """Score batch by batch; yields the rows done."""
    for batch in read_batches(source, scorer.headers):
        rows = np.arange(tally.rows + 1, tally.rows + batch.num_rows + 1)
        duplicated = is_repeated(patient_ids(batch), survey.repeated)
        scores = score_batch(scorer, batch, rows=rows, duplicated=duplicated)
        writer.write(scores)
        tally.add(scores)
        yield tally.rows


@contextmanager
def unchanged(source: Path) -> Iterator[None]:
    """Refuse to finish if the source is another one by then.

    Raises
    ------
    TargetError
        If its size or time changed.
    """
    before = source.stat()
    yield
    after = source.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        message = f"{source}: the file changed while it was scored. Run the command again."
        raise TargetError(message)
