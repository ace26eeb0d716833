"""Agreement: how far readers or laboratories agree who read the same cases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from neopcr import __version__
from neopcr.cohort.cells import parse_text
from neopcr.cohort.contract import CORE, Reading, read_columns
from neopcr.cohort.grammars import NOTED, SETTLES_UNIT
from neopcr.cohort.long_table import check_headers
from neopcr.cohort.readers import read_header, read_table
from neopcr.cohort.units import is_ambiguous
from neopcr.errors import ConfigError, TableError
from neopcr.modalities import find_column
from neopcr.oncology.assay_error import AssayError, assay_error_from
from neopcr.report.agreement_page import PLURAL, AgreementPage, write_agreement
from neopcr.target import one_sentence, whole_or_absent
from neopcr.validation.agreement import (
    Agreement,
    agreement_of_categories,
    agreement_of_numbers,
)
from neopcr.validation.reader_error import measured, reader_error
from neopcr.workflows._outputs import refuse_input, require_writable
from neopcr.workflows._result import Result

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import Column, FloatArray

CASE = "case_id"
Between = Literal["reader", "laboratory"]
# Where a call is made of a number: ER and PgR 1 % (ASCO/CAP 2020), Ki-67 20 % (St Gallen 2013),
# HER2/CEP17 2.0 (ASCO/CAP 2018).
CALLS = {"er_percent": 1.0, "pgr_percent": 1.0, "ki67_percent": 20.0, "her2_cep17_ratio": 2.0}
# Where errors are alike in the logarithm.
_LOGS = {"her2_cep17_ratio": "log2", "her2_copies_per_cell": "log2", "ki67_percent": "log2"}
_ORDERED = frozenset({"her2_ihc"})


@dataclass(frozen=True, slots=True)
class _Reads:
    """Cases by readers, one table an item; NaN where a reader did not read."""

    items: Mapping[str, FloatArray]
    columns: Mapping[str, Column]
    cases: int
    readers: int
    notes: tuple[str, ...]


def agreement(path: Path, output: Path, *, between: Between | None = None, seed: int = 0) -> Result:
    """Measure how far readers agree, and write what may replace the default rates of re-reads.

    Parameters
    ----------
    path : Path
        One row a read: `case_id`, `reader` or `laboratory`, and columns of the contract.
    output : Path
        ``x.json``, or a folder of ``agreement.json``, ``assay_error.json`` and ``report.html``.
    between : {"reader", "laboratory"}, optional
        Who is compared; readers where the file names them.
    seed : int
        Of the bootstrap.

    Raises
    ------
    TableError
        If the file cannot be read, has fewer than two readers, or a reader read a case twice.
    TargetError
    """
    is_file = output.suffix == ".json"
    refuse_input(output, [path])
    require_writable(output if is_file else output / "report.html")
    who: Between = between or ("reader" if "reader" in read_header(path) else "laboratory")
    reads = _read(path, who)
    figures = tuple(one for name in reads.items for one in _agreement(name, reads, seed))
    errors = reader_error(reads.items, seed=seed)
    data = {
        "version": __version__,
        "between": who,
        "cases": reads.cases,
        "readers": reads.readers,
        "seed": seed,
        "agreement": [asdict(one) for one in figures],
        "reader_error": [asdict(one) for one in errors],
        "assay_error": measured(errors),
        "notes": list(reads.notes),
    }
    if is_file:
        _write(data, output)
    else:
        page = AgreementPage(
            __version__, who, reads.cases, reads.readers, figures, errors, reads.notes
        )
        write_agreement(page, output / "report.html")
        _write(data, output / "agreement.json")
        _write(data["assay_error"], output / "assay_error.json")
    head = f"{reads.cases:,} cases, {reads.readers:,} {PLURAL[who]}"
    return Result(
        {**data, "output": str(output)},
        (head, *(_line(one) for one in (*figures, *errors)), *reads.notes),
    )


def read_assay_error(path: Path) -> AssayError:
    """Read measured rates of error, as this workflow writes them; others keep their defaults.

    Raises
    ------
    ConfigError
        If the file is no JSON, or a rate is not known or lies outside its range.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        message = f"{path}: it is not a readable JSON file. Take what `neopcr agreement` wrote."
        raise ConfigError(message) from None
    rates = content.get("assay_error", content) if isinstance(content, dict) else None
    if not isinstance(rates, dict):
        message = f"{path}: it holds no rates of error. Take what `neopcr agreement` wrote."
        raise ConfigError(message)
    return assay_error_from(rates)


def _write(data: object, path: Path) -> None:
    with one_sentence(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with whole_or_absent(path) as file:
        file.write(f"{json.dumps(data, indent=1)}\n".encode())


def _line(one: Agreement) -> str:
    value = one.method if one.value is None else f"{one.value:.3f}"
    interval = (
        "" if one.lower is None or one.upper is None else f" ({one.lower:.3f}-{one.upper:.3f})"
    )
    return f"{one.item}, {one.statistic}: {value}{interval}, {one.cases:,} cases"


def _read(path: Path, who: Between) -> _Reads:
    check_headers(path, (CASE, who))
    raw = read_table(path)
    columns = {name: column for name in raw.column_names if (column := _column(name)) is not None}
    if not columns:
        message = f"{path}: no column of it is an item of the data dictionary. Name its items so."
        raise TableError(message)
    reading = read_columns(raw, tuple(columns.values()))
    _refuse_fractions(path, reading, columns)
    cases, _ = parse_text(raw[CASE])
    readers, _ = parse_text(raw[who])
    known = np.array([a is not None and b is not None for a, b in zip(cases, readers, strict=True)])
    case_names, case = np.unique(cases[known].astype(str), return_inverse=True)
    reader_names, reader = np.unique(readers[known].astype(str), return_inverse=True)
    if len(reader_names) < 2:
        message = f"{path}: agreement needs two {PLURAL[who]} or more. Add the reads of another."
        raise TableError(message)
    _refuse_twice(path, who, (case, reader), np.flatnonzero(known))
    items = {}
    for name, column in columns.items():
        items[name] = np.full((len(case_names), len(reader_names)), np.nan)
        items[name][case, reader] = _numbers(reading.table[name], column)[known]
    spare = [
        name for name in raw.column_names if name not in {CASE, "reader", "laboratory", *columns}
    ]
    return _Reads(items, columns, len(case_names), len(reader_names), _notes(reading, known, spare))


def _column(name: str) -> Column | None:
    if name in CORE:
        return None
    try:
        column = find_column(name)
    except KeyError:
        return None
    return column if column.kind in {"number", "boolean", "category"} else None


def _refuse_fractions(path: Path, reading: Reading, columns: Mapping[str, Column]) -> None:
    settled = {each.column for each in reading.noted if each.rule in SETTLES_UNIT}
    for name, column in columns.items():
        if name not in settled and is_ambiguous(reading.table[name], column):
            message = (
                f"{path}: column '{name}' is in percent, and no value of it is above 1: it may hold "
                "fractions. Multiply it by 100."
            )
            raise TableError(message)


def _refuse_twice(
    path: Path, who: Between, place: tuple[NDArray[Any], NDArray[Any]], rows: NDArray[Any]
) -> None:
    _, first = np.unique(np.stack(place), axis=1, return_index=True)
    again = np.setdiff1d(np.arange(len(rows)), first)
    if again.size:
        message = (
            f"{path}: a {who} read a case twice, in {again.size} row(s), first row "
            f"{rows[again[0]] + 1}. Keep one read, or name the readers apart."
        )
        raise TableError(message)


def _numbers(values: NDArray[Any], column: Column) -> FloatArray:
    numbers = values.astype(np.float64)
    return np.where(numbers < 0, np.nan, numbers) if column.kind == "category" else numbers


def _notes(reading: Reading, known: NDArray[Any], spare: list[str]) -> tuple[str, ...]:
    """Say what was not used, and what was read with a loss."""
    problems = reading.problems
    notes = [f"{one.column}: {one.rows.size} cell(s) not used ({one.rule})" for one in problems]
    noted = [(one, NOTED[one.rule]) for one in reading.noted]
    notes += [f"{one.column}: {told}: {one.rows.size}" for one, told in noted if told]
    if not known.all():
        notes.append(f"rows without a case or a reader, not used: {(~known).sum()}")
    if spare:
        notes.append(f"columns that are not of the contract, not used: {', '.join(spare)}")
    return tuple(notes)


def _agreement(name: str, reads: _Reads, seed: int) -> list[Agreement]:
    values, column = reads.items[name], reads.columns[name]
    if column.kind != "number":
        names = column.categories or ("no", "yes")
        ordered = name in _ORDERED
        return [*agreement_of_categories(name, values, names=names, ordered=ordered, seed=seed)]
    scale = _LOGS.get(name, "")
    scaled = np.log2(np.where(values > 0, values, np.nan)) if scale else values
    found = [*agreement_of_numbers(name, scaled, scale=scale)]
    if name in CALLS:
        called = np.where(np.isnan(values), np.nan, values >= CALLS[name])
        item = f"{name} >= {CALLS[name]:g}"
        found += agreement_of_categories(
            item, called, names=("no", "yes"), ordered=False, seed=seed
        )
    return found
