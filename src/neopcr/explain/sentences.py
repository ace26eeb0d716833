"""Reasons in the field's words: "HER2/CEP17 ratio 8.4 (raises p_pcr by 9 points)"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neopcr.specs import Column, FloatArray, IntArray, Table

_SIGNIFICANT = 3
_UNITS = {"percent": "%", "fraction": ""}


def shown_value(column: Column, value: float) -> str:
    """Write a column's value as a person would.

    Parameters
    ----------
    column : Column
        Its declaration.
    value : float
        A number; 1 or 0; the index of a category; NaN where missing.

    Returns
    -------
    str

    Examples
    --------
    >>> from neopcr.modalities import CONTRACT
    >>> shown_value(CONTRACT["her2_ihc"], 3.0), shown_value(CONTRACT["er_percent"], 80.0)
    ('3+', '80 %')
    >>> shown_value(CONTRACT["pam_status"], float("nan"))
    'not sequenced'
    """
    if np.isnan(value):
        return column.unknown
    if column.kind in {"category", "boolean"}:
        plain = column.categories if column.kind == "category" else ("no", "yes")
        levels = column.words or plain
        return levels[int(value)].replace("_", " ")
    if column.decimals is None:
        rounded = float(f"{value:.{_SIGNIFICANT}g}")
        text = np.format_float_positional(rounded, trim="-")
    else:
        text = f"{value:.{column.decimals}f}"
    return f"{text} {_UNITS.get(column.unit, column.unit)}".strip()


def sentences(
    columns: Sequence[Column], table: Table, index: IntArray, points: FloatArray
) -> list[pa.Array]:
    """Say reasons: what the column is called, what it holds, and which way it moves p_pcr.

    Parameters
    ----------
    columns : sequence of Column
        What `index` counts.
    table : mapping of str to array
        Their cells; an absent column is missing throughout.
    index : int array of shape (n_patients, k)
        From `kernel.top_reasons`; a negative one is no reason.
    points : float array of shape (n_patients, k)
        From `kernel.points`.

    Returns
    -------
    list of pyarrow string array
        One for each of the k, each of n_patients; null where there is no reason.
    """
    n, k = index.shape
    row, place = np.nonzero(index >= 0)
    texts = np.full((n, k), None, dtype=object)
    owner = index[row, place]
    for each in np.unique(owner):
        here = np.flatnonzero(owner == each)
        held = cells_of(columns[each], table, n)[row[here]]
        said = _said(columns[each], held, points[row[here], place[here]])
        texts[row[here], place[here]] = said.to_numpy(zero_copy_only=False)
    return [pa.array(texts[:, number], pa.string()) for number in range(k)]


def cells_of(column: Column, table: Table, n_patients: int) -> FloatArray:
    """Cells as numbers: 1 and 0, the index of a category; NaN where missing, or date or text."""
    if column.name not in table or column.kind not in {"number", "boolean", "category"}:
        return np.full(n_patients, np.nan)
    cells = table[column.name].astype(np.float64)
    return np.where(cells < 0, np.nan, cells) if column.kind == "category" else cells


def _said(column: Column, held: FloatArray, points: FloatArray) -> pa.Array:
    """Sentences of one column: each value and each count of points is put into words once."""
    values, value = np.unique(held, return_inverse=True)
    # Twice the points, and 1 more where they lower: zero has a direction too.
    codes = 2 * np.rint(np.abs(points)).astype(np.int64) + (points < 0)
    moves, move = np.unique(codes, return_inverse=True)
    name = column.title or column.name
    first = [f"{name} {shown_value(column, each)}" for each in values.tolist()]
    last = [_moved(each // 2, down=each % 2 == 1) for each in moves.tolist()]
    return pc.binary_join_element_wise(
        pa.array(first, pa.string()).take(pa.array(value)),
        pa.array(last, pa.string()).take(pa.array(move)),
        " ",
    )


def _moved(points: int, *, down: bool) -> str:
    far = {0: "less than 1 point", 1: "1 point"}.get(points, f"{points} points")
    return f"({'lowers' if down else 'raises'} p_pcr by {far})"
