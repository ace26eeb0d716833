"""Cells of one column, read by the column's kind; what cannot be read is missing and told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from neopcr.cohort.formulas import unescaped
from neopcr.cohort.grammars import GRAMMARS, Cell, Grammar

if TYPE_CHECKING:
    from neopcr.specs import Column, Kind

Mask = NDArray[np.bool_]
# Values, and by rule the rows that break it, or of which it is noted; see `grammars.NOTED`.
Parsed = tuple[NDArray[Any], dict[str, Mask]]
_Missing = float | np.int16 | np.datetime64

# Cells that say "not known", whatever their case.
MISSING = frozenset({"", ".", "na", "n/a", "nan", "null", "unknown"})
_MISSING_PATTERN = r"(?i)^(\.|na|n/a|nan|null|unknown)?$"
_NUMBER_PATTERN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_YES_NO = {"1": 1.0, "1.0": 1.0, "true": 1.0, "yes": 1.0, "y": 1.0} | {
    "0": 0.0, "0.0": 0.0, "false": 0.0, "no": 0.0, "n": 0.0,
}  # fmt: skip
_DAY = np.dtype("datetime64[D]")


def all_missing(column: Column, n: int) -> NDArray[Any]:
    """Values of a column of `n` rows that says nothing."""
    if column.kind == "category":
        return np.full(n, -1, dtype=np.int16)
    if column.kind == "date":
        return np.full(n, np.datetime64("NaT", "D"))
    return np.full(n, None, dtype=object) if column.kind == "text" else np.full(n, np.nan)


def as_array(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """One plain array: chunks joined, dictionaries resolved, nested values as text of themselves."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def as_text(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Text of cells, trimmed and without an escape of `formulas`; a whole float without its ``.0``."""
    array = as_array(column)
    if pa.types.is_boolean(array.type):
        array = array.cast(pa.int8())
    if not _is_text(array.type):
        try:
            array = array.cast(pa.string())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            # A nested cell is a bad cell wherever text is asked for; "{" is in no vocabulary.
            array = pa.array(["{" if here else None for here in _valid(array)], pa.string())
    return unescaped(pc.utf8_trim_whitespace(array))


def parse_number(column: pa.ChunkedArray | pa.Array, grammar: Grammar | None = None) -> Parsed:
    """Numbers as float64: a decimal point, an optional exponent; other text by the grammar alone."""
    array = as_array(column)
    if _is_text(array.type):
        text = pc.utf8_trim_whitespace(array)
        plain = _number_from_text(text)
        return plain if grammar is None else _reread(text, plain, grammar)
    if not _is_numeric(array.type):
        return _nothing(array, np.nan, "not_a_number")
    values = _floats(array.cast(pa.float64(), safe=False))
    infinite = np.isinf(values)
    return np.where(infinite, np.nan, values), {"not_a_number": infinite}


def _number_from_text(text: pa.Array) -> Parsed:
    clean = _clean_numbers(text)
    if clean is not None:
        return clean, {"not_a_number": np.zeros(len(text), dtype=bool)}
    missing = pc.match_substring_regex(text, _MISSING_PATTERN)
    known = pc.if_else(pc.fill_null(missing, fill_value=True), None, text)
    readable = pc.match_substring_regex(known, _NUMBER_PATTERN)
    values = _floats(pc.if_else(readable, known, None).cast(pa.float64()))
    bad = _mask(pc.invert(readable)) | np.isinf(values)
    return np.where(bad, np.nan, values), {"not_a_number": bad}


def _reread(text: pa.Array, plain: Parsed, grammar: Grammar) -> Parsed:
    """Read by the grammar what is no plain number."""
    values, broken = plain
    rows = np.flatnonzero(broken["not_a_number"])
    if not rows.size:
        return plain
    values[rows], rules = _lookup(text.take(pa.array(rows)), grammar, np.nan, "not_a_number")
    for rule, again in rules.items():
        broken[rule] = np.zeros(len(values), dtype=bool)
        broken[rule][rows] = again
    return values, broken


def _clean_numbers(text: pa.Array) -> NDArray[np.float64] | None:
    """Numbers of a column of numbers and empty cells, three times faster; None if it is another."""
    filled = pc.if_else(pc.equal(text, ""), None, text)
    try:
        values = _floats(filled.cast(pa.float64()))
    except pa.ArrowInvalid:
        return None
    # Arrow reads "inf" and "nan" too, which are no numbers here.
    return values if (np.isfinite(values) == _valid(filled)).all() else None


def parse_boolean(column: pa.ChunkedArray | pa.Array) -> Parsed:
    """Yes and no as 1.0 and 0.0: ``1 0 true false yes no y n``, any case."""
    return _lookup(
        column, lambda text: _cell(_YES_NO.get(text.casefold())), np.nan, "not_a_boolean"
    )


def parse_date(column: pa.ChunkedArray | pa.Array) -> Parsed:
    """Days: ISO 8601, ``2024-03-09``; another order of day and month cannot be told from text."""
    array = as_array(column)
    if pa.types.is_date(array.type) or pa.types.is_timestamp(array.type):
        days = array.cast(pa.timestamp("us")).to_numpy(zero_copy_only=False).astype(_DAY)
        return days, {"not_a_date": np.zeros(len(array), dtype=bool)}
    return _lookup(
        array, lambda text: _cell(_iso_day(text)), np.datetime64("NaT", "D"), "not_a_date"
    )


def _iso_day(text: str) -> np.datetime64 | None:
    try:
        day = dt.datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None
    return np.datetime64(day, "D") if len(text) == len("2024-03-09") else None


def parse_text(column: pa.ChunkedArray | pa.Array) -> Parsed:
    """Text as it stands, trimmed; None where it is empty."""
    text = as_text(column)
    values = pc.if_else(pc.equal(text, ""), None, text).to_numpy(zero_copy_only=False)
    return values.astype(object), {}


def parse_category(
    column: pa.ChunkedArray | pa.Array,
    categories: tuple[str, ...],
    grammar: Grammar | None = None,
) -> Parsed:
    """Codes into `categories`, whatever the case of the cell, else by the grammar; -1 missing."""
    codes = {name.casefold(): code for code, name in enumerate(categories)}

    def read(text: str) -> Cell | None:
        code = codes.get(text.casefold())
        return grammar(text) if code is None and grammar is not None else _cell(code)

    return _lookup(column, read, np.int16(-1), "unknown_category")


def _cell(value: Any) -> Cell | None:  # noqa: ANN401 - a number, a code or a day
    return None if value is None else Cell(value)


def _lookup(
    column: pa.ChunkedArray | pa.Array, read: Grammar, missing: _Missing, rule: str
) -> Parsed:
    """Read each distinct text once; what cannot be read breaks the rule, if it is not missing."""
    encoded = _encoded(as_array(column))
    texts = as_text(encoded.dictionary).to_pylist()
    found = [_found(text, read, rule) for text in texts]
    # One more entry at the end, where the index -1 of a null points.
    found.append(Cell(None))
    index = pc.fill_null(encoded.indices, fill_value=-1).to_numpy(zero_copy_only=False)
    values = np.array([missing if cell.value is None else cell.value for cell in found])
    rules = dict.fromkeys([rule, *(cell.rule for cell in found if cell.rule)])
    return values.astype(np.asarray(missing).dtype)[index], {
        each: _hit([cell.rule == each for cell in found], index) for each in rules
    }


def _encoded(array: pa.Array) -> pa.DictionaryArray:
    """Distinct cells and where each stands: typed ones are told apart before they become text."""
    if pa.types.is_null(array.type):
        # Its one distinct cell would be null, and stand at 0.
        array = array.cast(pa.string())
    try:
        return array.dictionary_encode()
    except pa.ArrowNotImplementedError:
        return as_text(array).dictionary_encode()


def _hit(hit: list[bool], index: NDArray[np.int64]) -> Mask:
    return np.array(hit)[index] if any(hit) else np.zeros(len(index), dtype=bool)


def _found(text: str, read: Grammar, rule: str) -> Cell:
    cell = read(text)
    if (cell is None or cell.value is None) and text.casefold() in MISSING:
        return Cell(None)
    return Cell(None, rule) if cell is None else cell


def _nothing(array: pa.Array, missing: float, rule: str) -> Parsed:
    """Parse of a type that cannot hold such values: whatever is there breaks the rule."""
    return np.full(len(array), missing), {rule: _valid(array)}


def _valid(array: pa.Array) -> Mask:
    return np.asarray(array.is_valid().to_numpy(zero_copy_only=False), dtype=bool)


def _mask(array: pa.Array) -> Mask:
    """Booleans, False where null."""
    return np.asarray(
        pc.fill_null(array, fill_value=False).to_numpy(zero_copy_only=False), dtype=bool
    )


def _floats(array: pa.Array) -> NDArray[np.float64]:
    return np.asarray(array.to_numpy(zero_copy_only=False), dtype=np.float64)


def _is_text(kind: pa.DataType) -> bool:
    types = pa.types
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def _is_numeric(kind: pa.DataType) -> bool:
    types = pa.types
    plain = types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind)
    return bool(plain or types.is_boolean(kind) or types.is_null(kind))


_PARSERS: dict[Kind, Callable[[pa.ChunkedArray | pa.Array], Parsed]] = {
    "boolean": parse_boolean,
    "date": parse_date,
    "text": parse_text,
}


def parse_cells(cells: pa.ChunkedArray | pa.Array, column: Column) -> Parsed:
    """Read the cells of a column by its kind, and by the grammar of its name where it has one."""
    grammar = GRAMMARS.get(column.name)
    if column.kind == "category":
        return parse_category(cells, column.categories, grammar)
    if column.kind == "number":
        return parse_number(cells, grammar)
    return _PARSERS[column.kind](cells)
