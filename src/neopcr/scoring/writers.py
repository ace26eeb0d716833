"""Score tables as files: csv that a spreadsheet can open safely, and parquet."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from neopcr.cohort.contract import PATIENT_ID
from neopcr.cohort.formulas import escaped
from neopcr.errors import TargetError
from neopcr.scoring.schema import SCORE_SCHEMA


def writer_for(
    target: Path, schema: pa.Schema = SCORE_SCHEMA
) -> Callable[[IO[bytes]], ScoreWriter]:
    """Writer of scores of a schema in a target's format, by its suffix.

    Raises
    ------
    TargetError
        If the suffix is neither ``.csv`` nor ``.parquet``.
    """
    writer = _WRITERS.get(target.suffix.lower())
    if writer is None:
        message = (
            f"{target}: scores are written as .csv or .parquet. Give it one of these suffixes."
        )
        raise TargetError(message)
    return partial(writer, schema)


class ScoreWriter:
    """A file of scores that grows by batches.

    Parameters
    ----------
    writer : pyarrow writer
        What takes the batches.
    escapes : bool
        Whether text is escaped as in `escape_formulas`.

    Attributes
    ----------
    escaped : int
        Cells that were.
    """

    def __init__(self, writer: Any, *, escapes: bool) -> None:  # noqa: ANN401 - pyarrow is untyped
        self._writer = writer
        self._escapes = escapes
        self.escaped = 0

    def write(self, scores: pa.RecordBatch) -> None:
        """Append a batch."""
        if self._escapes:
            scores, count = escape_formulas(scores)
            self.escaped += count
        self._writer.write_batch(scores)

    def close(self) -> None:
        """Write what a format has to say at its end."""
        self._writer.close()


def escape_formulas(scores: pa.RecordBatch) -> tuple[pa.RecordBatch, int]:
    """Put ``'`` before identifiers that a spreadsheet would run as a formula.

    As in `neopcr.cohort.formulas`. Every other text in the table is our own and starts with a letter.

    Returns
    -------
    scores : pyarrow RecordBatch
    escaped : int
        How many.
    """
    ids, count = escaped(scores[PATIENT_ID])
    place = scores.schema.get_field_index(PATIENT_ID)
    arrays = [*scores.columns[:place], ids, *scores.columns[place + 1 :]]
    return pa.RecordBatch.from_arrays(arrays, schema=scores.schema), count


def _csv(schema: pa.Schema, file: IO[bytes]) -> ScoreWriter:
    return ScoreWriter(pa_csv.CSVWriter(file, schema), escapes=True)


def _parquet(schema: pa.Schema, file: IO[bytes]) -> ScoreWriter:
    # Numbers and identifiers hardly repeat: a dictionary of them costs time and makes files larger.
    names = [
        field.name for field in schema if field.type == pa.string() and field.name != PATIENT_ID
    ]
    return ScoreWriter(pq.ParquetWriter(file, schema, use_dictionary=names), escapes=False)


_WRITERS: dict[str, Callable[[pa.Schema, IO[bytes]], ScoreWriter]] = {
    ".csv": _csv,
    ".parquet": _parquet,
}
