"""Wide files under canonical names: headers mapped, values recoded, units noted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow as pa

from neopcr.cohort.complaint import Origin
from neopcr.cohort.contract import CORE, OUTCOME, PATIENT_ID, found
from neopcr.cohort.joined import wide_header, wide_rows
from neopcr.cohort.recode import decimals, product, recoded, renamed
from neopcr.cohort.units import conversion
from neopcr.config import ColumnSource, WideTable
from neopcr.errors import ConfigError, TableError
from neopcr.specs import Column, Problem

if TYPE_CHECKING:
    from neopcr.cohort.cells import Mask

_NOTHING: Mapping[str, str] = MappingProxyType({})
FindColumn = Callable[[str], Column]


@dataclass(frozen=True, slots=True)
class Wide:
    """A stack of wide files under canonical names.

    Parameters
    ----------
    table : pyarrow Table
        `patient_id`, the columns, and the raw outcome as `pcr` where it was asked for.
    columns : tuple of Column
        Declarations of the columns, `patient_id` left out.
    scale : dict of str to float
        Factor from the file's unit to the column's.
    declared_units : frozenset of str
        Columns whose unit the config names.
    problems : tuple of Problem
        Cells that a recode or a product could not read.
    ignored : tuple of str
        Headers that are no column of the contract and are not used.
    origin : Origin
        The files.
    notes : tuple of str
        What of joined files was not used, counted.
    """

    table: pa.Table
    columns: tuple[Column, ...]
    scale: dict[str, float]
    declared_units: frozenset[str]
    problems: tuple[Problem, ...]
    ignored: tuple[str, ...]
    origin: Origin
    notes: tuple[str, ...] = ()


def find_declared(name: str, find_column: FindColumn) -> Column | None:
    """Declaration of a column, core or of a modality; None where there is none."""
    if name in CORE:
        return CORE[name]
    try:
        return find_column(name)
    except KeyError:
        return None


def source_of(entry: ColumnSource | str) -> ColumnSource:
    """Return the long form of a column's source."""
    return ColumnSource(source=entry) if isinstance(entry, str) else entry


def read_wide(
    paths: Sequence[Path],
    wide: WideTable,
    find_column: FindColumn,
    *,
    keep: Callable[[Column], bool],
    also: Mapping[str, str] = _NOTHING,
) -> Wide:
    """Read and stack wide files.

    Parameters
    ----------
    paths : sequence of Path
        Files of `wide`, resolved.
    wide : WideTable
        The mapping. Where it names no columns, every header that is a column of the contract is
        used, and the others are told.
    find_column : callable
        Canonical name to declaration; KeyError where there is none.
    keep : callable
        Which columns are wanted at all.
    also : mapping of str to str
        More headers to read as they stand, under other names: the outcome's.

    Returns
    -------
    Wide

    Raises
    ------
    TableError
        If a file cannot be read, or lacks the identifier or a mapped header.
    ConfigError
        If the mapping names a column or a unit that does not exist.
    """
    headers = [wide_header(path, wide) for path in paths]
    sources = _sources(wide, headers, find_column)
    kept = {name: entry for name, entry in sources.items() if keep(_known(name, find_column))}
    for path, header in zip(paths, headers, strict=True):
        _check_mapped(path, header, wide, kept)
    columns = tuple(_known(name, find_column) for name in kept)
    numbers = frozenset(column.name for column in columns if column.kind == "number")
    parts = [
        _read_one(
            path, wide, kept, numbers, {name: at for name, at in also.items() if at in header}
        )
        for path, header in zip(paths, headers, strict=True)
    ]
    used = {
        wide.id,
        *also.values(),
        *(source for entry in sources.values() for source in _headers(entry)),
    }
    spare = [name for header in headers for name in header if name and name not in used]
    return Wide(
        table=pa.concat_tables([part.table for part in parts], promote_options="default"),
        columns=columns,
        scale={
            column.name: conversion(kept[column.name].unit, column)
            for column in columns
            if kept[column.name].unit
        },
        declared_units=frozenset(name for name, entry in kept.items() if entry.unit),
        problems=_stack_problems(
            [part.problems for part in parts], [part.table.num_rows for part in parts]
        ),
        ignored=() if wide.columns else tuple(dict.fromkeys(spare)),
        origin=Origin(tuple(paths), tuple(part.table.num_rows for part in parts)),
        notes=tuple(note for part in parts for note in part.notes),
    )


def _sources(
    wide: WideTable, headers: Sequence[tuple[str, ...]], find_column: FindColumn
) -> dict[str, ColumnSource]:
    if wide.columns:
        return {name: source_of(entry) for name, entry in wide.columns.items()}
    reserved = {wide.id, PATIENT_ID, OUTCOME}
    return {
        name: ColumnSource(source=name)
        for header in headers
        for name in header
        if name not in reserved and find_declared(name, find_column) is not None
    }


def _known(name: str, find_column: FindColumn) -> Column:
    column = find_declared(name, find_column)
    if column is None or name in {PATIENT_ID, OUTCOME}:
        message = (
            f"cohort: columns.{name} is not a column that can be mapped. Take its canonical name "
            "from the data dictionary; the identifier and the outcome have keys of their own."
        )
        raise ConfigError(message)
    return column


def _headers(entry: ColumnSource) -> tuple[str, ...]:
    return (entry.source, *entry.times)


def _check_mapped(
    path: Path, header: tuple[str, ...], wide: WideTable, sources: Mapping[str, ColumnSource]
) -> None:
    needed = [wide.id]
    if wide.columns:
        needed += [name for entry in sources.values() for name in _headers(entry)]
    absent = [name for name in dict.fromkeys(needed) if name not in header]
    if absent:
        message = (
            f"{path}: it needs column(s) {absent}, which are not in its header. Correct the "
            "config's mapping or the file."
        )
        raise TableError(message)


@dataclass(frozen=True, slots=True)
class _Read:
    """One file of the stack."""

    table: pa.Table
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]


def _read_one(
    path: Path,
    wide: WideTable,
    sources: Mapping[str, ColumnSource],
    numbers: Collection[str],
    also: Mapping[str, str],
) -> _Read:
    wanted = {wide.id, *(name for entry in sources.values() for name in _headers(entry))}
    raw, notes = wide_rows(path, wide, wanted | set(also.values()))
    columns, problems = {PATIENT_ID: raw[wide.id]}, []
    headers = set(raw.column_names)
    for name, entry in sources.items():
        if entry.source in headers:
            columns[name], broken = _cells(raw, entry, wide.decimal, is_number=name in numbers)
            problems += found(name, broken)
    columns |= {name: raw[header] for name, header in also.items()}
    return _Read(pa.table(columns), tuple(problems), notes)


def _cells(
    raw: pa.Table, entry: ColumnSource, mark: Literal[".", ","], *, is_number: bool
) -> tuple[Any, dict[str, Mask]]:
    """Cells of a source: recoded, multiplied, or as they stand."""
    if entry.recode:
        return recoded(raw[entry.source], entry.recode)
    if entry.synonyms:
        return renamed(raw[entry.source], entry.synonyms), {}
    if entry.times:
        return product([raw[name] for name in _headers(entry)], mark)
    return decimals(raw[entry.source], mark) if is_number else (raw[entry.source], {})


def _stack_problems(parts: Sequence[Sequence[Problem]], rows: Sequence[int]) -> tuple[Problem, ...]:
    """Problems of stacked files, by the row in the stack."""
    joined: dict[tuple[str, str], list[Any]] = {}
    for start, problems in zip(np.cumsum([0, *rows[:-1]]), parts, strict=True):
        for problem in problems:
            joined.setdefault((problem.column, problem.rule), []).append(problem.rows + start)
    return tuple(Problem(*key, np.concatenate(each)) for key, each in joined.items())
