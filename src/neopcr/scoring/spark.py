"""The Spark engine: the same function of a batch, on every partition. Needs the extra ``spark``."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql.pandas.types import from_arrow_schema

from neopcr.bundle import bundle_hash, load_bundle
from neopcr.cohort.contract import PATIENT_ID
from neopcr.errors import TableError, TargetError
from neopcr.scoring.batch import model_inputs, patient_ids, prepare, score_batch
from neopcr.scoring.duplicates import Hashes, hash_ids, is_repeated
from neopcr.scoring.local import check_source, require_unchanged, stamp
from neopcr.scoring.manifest import Tally, fingerprint, manifest_of, report, to_bytes, told
from neopcr.scoring.schema import schema_of
from neopcr.target import one_sentence, whole_or_absent

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from neopcr.bundle import Bundle

Batches = Iterator[pa.RecordBatch]
Map = Callable[[Batches], Batches]

_ROW = "_neopcr_row"
_HASH = "hash"


def score_spark(
    bundle_folder: Path,
    source: Path,
    target: Path,
    *,
    master: str = "local[*]",
    text: bool = False,
) -> dict[str, object]:
    """Score a cohort on Spark; sorted by ``row``, the same to the bit as `score_file`.

    Parameters
    ----------
    bundle_folder : Path
        Of the bundle.
    source : Path
        csv, tsv or parquet under canonical names, one row a patient.
    target : Path
        A folder of parquet parts, made here; it must not be there yet.
    master : str
        Spark's master; that of a running session wins over it.
    text : bool
        Whether reasons are said in words too.

    Returns
    -------
    dict
        The manifest, also written to ``<target>.manifest.json``.

    Raises
    ------
    BundleError
        If the bundle is refused.
    TableError
        If the source cannot be read or has no identifiers.
    TargetError
        If the target is there already or cannot be written, or the source changed meanwhile.
    """
    started = time.time()
    bundle = load_bundle(bundle_folder)
    header = check_source(source, target)
    headers = model_inputs(bundle)
    wanted = [name for name in headers if name in header]
    with _folder(target) as parts:
        before = stamp(source)
        with _told(source), _session(master) as spark:
            raw = _read(spark, source).select(*(f"`{name}`" for name in wanted))
            rows, repeated = _survey(raw)
            # The index counts from 0, in the order of the file.
            scores = raw.zipWithIndex(_ROW).mapInArrow(
                _scoring(bundle, repeated, text=text), from_arrow_schema(schema_of(text=text))
            )
            scores.write.parquet(str(parts.resolve()))
        digest = fingerprint(source)
        require_unchanged(source, before)
        tally = _tally(parts)
        tally.check(rows)
        manifest = report(tally, bundle, header=header, escaped=0)
        manifest |= told(bundle_hash(bundle_folder), digest, source, started)
        with whole_or_absent(manifest_of(target)) as account:
            account.write(to_bytes(manifest))
    return manifest


@contextmanager
def _session(master: str) -> Iterator[SparkSession]:
    """Use the session that runs, else one of our own, stopped at the end."""
    running = SparkSession.getActiveSession()
    if running is not None:
        yield running
        return
    # Workers need this environment's packages; Spark would take the first python3 it finds.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark = (
        SparkSession.builder.master(master)
        .appName("neopcr")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        # Its executors' complaints quote cells.
        .config("spark.log.level", "OFF")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "65536")
        .getOrCreate()
    )
    try:
        yield spark
    finally:
        spark.stop()


@contextmanager
def _told(source: Path) -> Iterator[None]:
    """Turn Spark's errors into one sentence; theirs quote cells."""
    try:
        with warnings.catch_warnings():
            # It is of pandas tables that Spark warns, and only Arrow batches pass here.
            warnings.filterwarnings("ignore", "PySpark does not yet fully support", FutureWarning)
            yield
    except (PySparkException, Py4JError):
        message = (
            f"{source}: Spark could not score it: a row does not fit the header, or a worker ended. "
            "The local engine says which row."
        )
        raise TableError(message) from None


def _read(spark: SparkSession, source: Path) -> DataFrame:
    """Read cells as the local engine does: those of a text file stay text."""
    # A running session may stand in another folder than we do.
    path = str(source.resolve())
    if source.suffix.lower() == ".parquet":
        return spark.read.parquet(path)
    delimiter = "\t" if source.suffix.lower() == ".tsv" else ","
    reader = spark.read.option("mode", "FAILFAST").option("escape", '"')
    # Told to read a few columns only, Spark passes over cells that have no header.
    reader = reader.option("columnPruning", "false")
    return reader.csv(path, header=True, sep=delimiter, inferSchema=False)


def _survey(raw: DataFrame) -> tuple[int, Hashes]:
    """Count the rows, and find the identifiers that repeat by the hashes of all of them."""
    hashes = raw.select(PATIENT_ID).mapInArrow(_hashing, f"{_HASH} long")
    counted = hashes.groupBy(_HASH).count().where("count > 1").toArrow()
    repeated = counted[_HASH].to_numpy().astype(np.int64).view(np.uint64)
    return raw.count(), np.sort(repeated)


def _hashing(batches: Batches) -> Batches:
    for batch in batches:
        hashes = hash_ids(patient_ids(batch)).view(np.int64)  # Spark has no unsigned numbers
        yield pa.RecordBatch.from_pydict({_HASH: pa.array(hashes)})


def _scoring(bundle: Bundle, repeated: Hashes, *, text: bool = False) -> Map:
    """Build the function that Spark sends to its workers."""

    def score(batches: Batches) -> Batches:
        scorer = prepare(bundle, text=text)
        for batch in batches:
            yield score_batch(
                scorer,
                batch,
                rows=batch[_ROW].to_numpy() + 1,
                duplicated=is_repeated(patient_ids(batch), repeated),
            )

    return score


def _tally(folder: Path) -> Tally:
    tally = Tally()
    for part in sorted(folder.glob("*.parquet")):
        with pq.ParquetFile(part) as file:
            for batch in file.iter_batches():
                tally.add(batch)
    return tally


@contextmanager
def _folder(target: Path) -> Iterator[Path]:
    """Folder of parts that is whole or absent; only its owner can read it."""
    if target.exists():
        message = f"{target}: it is there already, and a folder is not replaced. Choose another."
        raise TargetError(message)
    with one_sentence(target):
        scratch = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
        try:
            parts = scratch / "parts"
            yield parts
            for part in parts.iterdir():
                part.chmod(0o600)
            parts.chmod(0o700)
            parts.rename(target)
        finally:
            shutil.rmtree(scratch)
