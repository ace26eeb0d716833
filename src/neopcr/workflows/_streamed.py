"""A cohort answered batch by batch, in bounded memory: good rows once, bad ones among the rejects."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from neopcr import __version__
from neopcr.cohort.contract import CORE, PATIENT_ID, found, read_columns
from neopcr.cohort.date_order import dates_out_of_order
from neopcr.cohort.header import refuse
from neopcr.cohort.readers import read_batches, read_header
from neopcr.cohort.regimen_check import regimen_contradictions
from neopcr.errors import TableError
from neopcr.scoring.batch import patient_ids
from neopcr.scoring.duplicates import Hashes, has_id, hash_ids, is_repeated, repeated
from neopcr.scoring.local import require_unchanged, stamp
from neopcr.scoring.manifest import fingerprint, manifest_of, to_bytes
from neopcr.target import whole_or_absent
from neopcr.trials import missing_cells
from neopcr.workflows._answers import Account, AnswerFiles, writer_for
from neopcr.workflows._outputs import refuse_input
from neopcr.workflows._regimens import unmatched

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import BoolArray, Column, Problem, Table

FORMAT = 1
Progress = Callable[[int, int], None]


def nothing_wrong(_: Table) -> Sequence[Problem]:
    """Check nothing beyond the contract."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of every patient.

    Parameters
    ----------
    columns : tuple of Column
        What is read of the cohort beside the identifier. One that the cohort lacks is missing in
        every row, and told once.
    answer : callable
        ``answer(table) -> mapping of name to array``: the table holds the identifiers and every
        column, of good rows only, and there may be none; the arrays are pyarrow's, of the same
        names and types for every batch. A dictionary-encoded one is counted in the manifest, so
        its dictionary may not hold what a patient has.
    check : callable
        ``check(table) -> problems``: rows (0-based, of this table) that the contract lets pass and
        that cannot be true. The table holds bad rows too, their bad cells missing.
    about : mapping of str to object
        What else stands in the manifest.
    """

    columns: tuple[Column, ...]
    answer: Callable[[Table], Mapping[str, pa.Array]]
    check: Callable[[Table], Sequence[Problem]] = nothing_wrong
    about: Mapping[str, object] = field(default_factory=dict)


def answer_file(
    source: Path, target: Path, question: Question, *, progress: Progress | None = None
) -> dict[str, Any]:
    """Answer a question for every patient of a file; what is written is whole or absent.

    A row that breaks the contract in a column of the question, contradicts itself, or whose
    identifier is absent or stands elsewhere too, is not answered: ``<target>.rejects.csv`` names
    it with every rule that it breaks, and the rest goes on. ``<target>.manifest.json`` accounts
    for every row. The file is read twice, its identifiers first.

    Parameters
    ----------
    source : Path
        A cohort under canonical names, one row a patient, of any format that is read.
    target : Path
        csv or parquet: ``row`` (1-based row of the source), ``patient_id``, then the answers. A
        csv file escapes identifiers that a spreadsheet would run; the metadata of a parquet file
        hold the texts of `Question.about`.
    question : Question
    progress : callable, optional
        Called with the rows done and the rows in all, after every batch.

    Returns
    -------
    dict
        The manifest: ``rows`` = ``answered`` + ``rejected``; ``rules``, how many rows break each
        ``<rule>:<column>``; ``counts`` of the dictionary-encoded answers; ``absent_columns``.

    Raises
    ------
    TableError
        If the source cannot be read, has no rows or no identifiers.
    TargetError
        If the target cannot be written or is the source, or the source changed meanwhile.
    """
    started = time.time()
    make_writer = writer_for(target)
    refuse_input(target, [source])
    header = _header(source)
    account = Account()
    rejects = target.with_name(f"{target.name}.rejects.csv")
    with whole_or_absent(target) as file, whole_or_absent(rejects) as rejected:
        before, digest = stamp(source), fingerprint(source)
        rows, twice = _survey(source)
        output = AnswerFiles(file, rejected, make_writer)
        with closing(output):
            for done in _answer(source, question, twice, output, account):
                if progress is not None:
                    progress(done, rows)
        require_unchanged(source, before)
        account.check(rows)
        manifest = {
            "format": FORMAT,
            **question.about,
            **account.as_dict(),
            "absent_columns": [one.name for one in question.columns if one.name not in header],
            "escaped_cells": output.escaped,
            "versions": {"neopcr": __version__, "python": platform.python_version()},
            "input": {"sha256": digest, "bytes": source.stat().st_size},
            "seconds": round(time.time() - started, 3),
        }
        with whole_or_absent(manifest_of(target)) as beside:
            beside.write(to_bytes(manifest))
    return manifest


def _header(source: Path) -> tuple[str, ...]:
    header = read_header(source)
    if PATIENT_ID not in header:
        message = (
            f"{source}: there is no column {PATIENT_ID}, and patients cannot be told apart without "
            "it. Name the column of identifiers so."
        )
        raise TableError(message)
    return header


def _survey(source: Path) -> tuple[int, Hashes]:
    """Count the rows, and find the identifiers that repeat; only their hashes are kept."""
    rows = 0
    hashes = []
    for batch in read_batches(source, (PATIENT_ID,)):
        rows += batch.num_rows
        hashes.append(hash_ids(patient_ids(batch)))
    if not rows:
        refuse(source, "it has no rows", "Export it again")
    return rows, repeated(hashes)


def _answer(
    source: Path, question: Question, twice: Hashes, output: AnswerFiles, account: Account
) -> Iterator[int]:
    """Answer batch by batch; yields the rows done."""
    names = (PATIENT_ID, *(column.name for column in question.columns))
    for batch in read_batches(source, names):
        table, problems = _read(batch, question, twice)
        good = _good(problems, batch.num_rows)
        rows = np.flatnonzero(good)
        kept = {name: values[good] for name, values in table.items()}
        answers = {
            "row": pa.array(account.rows + 1 + rows, pa.int64()),
            PATIENT_ID: pa.array(kept[PATIENT_ID], pa.string()),
            **question.answer(kept),
        }
        output.write(pa.RecordBatch.from_pydict(answers, metadata=_said(question)))
        output.reject(problems, account.rows + 1)
        account.add(answers, problems, good)
        yield account.rows


def _said(question: Question) -> dict[str, str]:
    """What a parquet file carries with it, so that its notice is not lost with the manifest."""
    return {
        f"neopcr.{name}": value for name, value in question.about.items() if isinstance(value, str)
    }


def _read(
    batch: pa.RecordBatch, question: Question, twice: Hashes
) -> tuple[dict[str, NDArray[Any]], list[Problem]]:
    """Every column of a batch, and what is wrong in it."""
    reading = read_columns(batch, (CORE[PATIENT_ID], *question.columns))
    table = dict(reading.table)
    table |= {
        column.name: missing_cells(column, batch.num_rows)
        for column in question.columns
        if column.name not in table
    }
    ids = patient_ids(batch)
    marks = {"missing_patient_id": ~has_id(ids), "duplicated_patient": is_repeated(ids, twice)}
    wrong = [
        *reading.problems,
        *unmatched(reading),
        *found(PATIENT_ID, marks),
        *dates_out_of_order(table),
        *regimen_contradictions(table),
        *question.check(table),
    ]
    return table, wrong


def _good(problems: Sequence[Problem], n: int) -> BoolArray:
    good = np.ones(n, dtype=bool)
    for problem in problems:
        good[problem.rows] = False
    return good
