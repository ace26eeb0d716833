"""The files that answers are written to, and the account of every row."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from neopcr.cohort.rejects import HEADER
from neopcr.errors import InternalError, TargetError
from neopcr.scoring.writers import ScoreWriter

if TYPE_CHECKING:
    from neopcr.specs import BoolArray, Problem

MakeWriter = Callable[[IO[bytes], pa.Schema], ScoreWriter]


@dataclass(slots=True)
class Account:
    """Rows so far.

    Attributes
    ----------
    rows, answered, rejected : int
        Seen; with an answer; among the rejects.
    rules : Counter
        Rows that break each ``<rule>:<column>``; a row may break several.
    counts : dict of str to Counter
        Of every dictionary-encoded answer, rows by value.
    """

    rows: int = 0
    answered: int = 0
    rejected: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    counts: dict[str, Counter[str]] = field(default_factory=dict)

    def add(
        self, answers: Mapping[str, pa.Array], problems: Sequence[Problem], good: BoolArray
    ) -> None:
        """Count a batch: its answers, its broken rules, and which of its rows are good."""
        n_good = int(good.sum())
        self.rows += good.size
        self.answered += len(answers["row"])
        self.rejected += good.size - n_good
        self.rules.update({f"{one.rule}:{one.column}": int(one.rows.size) for one in problems})
        for name, values in answers.items():
            if pa.types.is_dictionary(values.type):
                known = dict.fromkeys(values.dictionary.to_pylist(), 0)
                tally = self.counts.setdefault(name, Counter(known))
                for each in pc.value_counts(values).to_pylist():
                    tally[str(each["values"])] += each["counts"]

    def check(self, rows: int) -> None:
        """Check that no row was lost or made up.

        Raises
        ------
        InternalError
            If there are more or fewer rows than went in.
        """
        if not rows == self.rows == self.answered + self.rejected:
            message = (
                f"{rows} rows went in, {self.answered} were answered and {self.rejected} rejected."
            )
            raise InternalError(message)

    def as_dict(self) -> dict[str, object]:
        """Counts for the manifest."""
        return {
            "rows": self.rows,
            "answered": self.answered,
            "rejected": self.rejected,
            "rules": dict(sorted(self.rules.items())),
            "counts": {name: dict(tally) for name, tally in self.counts.items()},
        }


class AnswerFiles:
    """The answers, whose columns are known from the first of them, and the rejects."""

    def __init__(
        self,
        file: IO[bytes],
        rejects: IO[bytes],
        make_writer: MakeWriter,
    ) -> None:
        self._file, self._rejects, self._make_writer = file, rejects, make_writer
        self._writer: ScoreWriter | None = None
        self._reject([HEADER])

    @property
    def escaped(self) -> int:
        """Identifiers that were escaped."""
        return self._writer.escaped if self._writer else 0

    def write(self, answers: pa.RecordBatch) -> None:
        """Append answers; every batch has the same columns."""
        self._writer = self._writer or self._make_writer(self._file, answers.schema)
        self._writer.write(answers)

    def reject(self, problems: Sequence[Problem], first_row: int) -> None:
        """Append broken rules by row, column and rule; `first_row` counts from 1."""
        self._reject(
            sorted(
                (first_row + int(row), problem.column, problem.rule)
                for problem in problems
                for row in problem.rows
            )
        )

    def _reject(self, lines: Sequence[Sequence[object]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(lines)
        self._rejects.write(text.getvalue().encode())

    def close(self) -> None:
        """Write what a format has to say at its end."""
        if self._writer:
            self._writer.close()


def writer_for(target: Path) -> MakeWriter:
    """Writer of a target's format, by its suffix.

    Raises
    ------
    TargetError
        If the suffix is neither ``.csv`` nor ``.parquet``.
    """
    writer = _WRITERS.get(target.suffix.lower())
    if writer is None:
        message = (
            f"{target}: answers are written as .csv or .parquet. Give it one of these suffixes."
        )
        raise TargetError(message)
    return writer


class _PlainText:
    """A csv file, to which a dictionary is text."""

    def __init__(self, file: IO[bytes], schema: pa.Schema) -> None:
        fields = [pa.field(one.name, _plain(one.type)) for one in schema]
        self._schema = pa.schema(fields)
        self._writer = pa_csv.CSVWriter(file, self._schema)

    def write_batch(self, batch: pa.RecordBatch) -> None:
        self._writer.write_batch(batch.cast(self._schema))

    def close(self) -> None:
        self._writer.close()


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _csv(file: IO[bytes], schema: pa.Schema) -> ScoreWriter:
    return ScoreWriter(_PlainText(file, schema), escapes=True)


def _parquet(file: IO[bytes], schema: pa.Schema) -> ScoreWriter:
    # Numbers and identifiers hardly repeat: a dictionary of them costs time and makes files larger.
    names = [one.name for one in schema if pa.types.is_dictionary(one.type)]
    return ScoreWriter(pq.ParquetWriter(file, schema, use_dictionary=names), escapes=False)


_WRITERS = {".csv": _csv, ".parquet": _parquet}
