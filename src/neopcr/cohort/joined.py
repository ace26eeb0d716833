"""Wide tables of several files: the columns of others beside those of the first, patient by patient."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from neopcr.cohort.cells import as_text
from neopcr.cohort.header import refuse
from neopcr.cohort.long_table import counted
from neopcr.cohort.readers import every_row, read_header, read_table
from neopcr.cohort.redcap import INSTRUMENT, left_out
from neopcr.cohort.samples import choose_samples

if TYPE_CHECKING:
    from collections.abc import Collection

    from neopcr.config import FileForm, Joined, WideTable


def wide_header(path: Path, wide: WideTable) -> tuple[str, ...]:
    """Headers of a file and of those that are joined to it; of equal ones the first counts.

    Raises
    ------
    TableError
        If a file cannot be read, or lacks its identifier.
    """
    header = list(read_header(path, wide))
    for each in wide.join:
        header += [name for name in _header(path, each) if name not in {each.id, *header}]
    return tuple(header)


def wide_rows(
    path: Path, wide: WideTable, wanted: Collection[str]
) -> tuple[pa.Table, tuple[str, ...]]:
    """Rows of a file, with the columns of those that are joined to it.

    Parameters
    ----------
    path : Path
        Of the first file.
    wide : WideTable
        Located.
    wanted : collection of str
        Headers; each is read from one file.

    Returns
    -------
    rows : pyarrow Table
        One a row of the first file. A joined cell is null where the other file lacks the patient.
    notes : tuple of str
        What of the other files was not used, counted.

    Raises
    ------
    TableError
        If a file cannot be read, a patient stands twice in a joined one, or a wanted header is in
        two files.
    """
    elsewhere = {name for each in wide.join for name in each.columns}
    rows = read_table(path, set(wanted) - elsewhere, wide)
    notes = list(_repeats(path, wide))
    for each in wide.join:
        other = Path(each.path) if each.path else path
        offered = set(_header(path, each)) & set(wanted) - {each.id}
        here = offered & set(each.columns) if each.columns else offered - elsewhere
        _refuse_twice(other, here & set(rows.column_names))
        if here:
            rows, more = _beside(rows, wide.id, _one_row_each(other, each, here))
            notes += [*_repeats(other, each), *more]
    return rows, tuple(notes)


def _header(path: Path, each: Joined) -> tuple[str, ...]:
    other = Path(each.path) if each.path else path
    header = read_header(other, each)
    if each.id not in header:
        refuse(other, f"it needs column '{each.id}', to be joined by", "Correct its `id`")
    return header


def _refuse_twice(path: Path, names: set[str]) -> None:
    if names:
        fault = f"column '{min(names)}' is also in a file that it is joined to"
        refuse(path, fault, "Rename it in one of them")


def _one_row_each(
    path: Path, each: Joined, columns: Collection[str]
) -> tuple[Path, pa.Table, tuple[str, ...]]:
    if each.choose_sample:
        rows, notes = choose_samples(path, each, columns)
    else:
        rows, notes = read_table(path, {each.id, *columns}, each), ()
    identifier = as_text(rows[each.id])
    rows = rows.drop_columns([each.id]).append_column("", identifier)
    known = pc.and_(pc.is_valid(identifier), pc.not_equal(identifier, ""))
    rows = rows.filter(pc.fill_null(known, fill_value=False))
    twice = rows.num_rows - pc.count_distinct(rows[""]).as_py()
    if twice:
        fault = f"a patient has one row here, but {twice} more are of patients that were there"
        refuse(path, fault, "Keep one row a patient")
    return path, rows, notes


def _beside(
    rows: pa.Table, identifier: str, other: tuple[Path, pa.Table, tuple[str, ...]]
) -> tuple[pa.Table, list[str]]:
    """Put columns beside those of a table, by its identifier."""
    path, there, notes = other
    place = pc.index_in(as_text(rows[identifier]), there[""].combine_chunks())
    for name in there.column_names:
        if name:
            rows = rows.append_column(name, there[name].combine_chunks().take(place))
    found = np.unique(place.drop_null().to_numpy())
    strangers = there.num_rows - found.size
    what = f"rows of {path.name} whose patient is not in the first file, not used"
    return rows, [*notes, *counted(what, strangers)]


def _repeats(path: Path, form: FileForm) -> tuple[str, ...]:
    if form.redcap is None or INSTRUMENT not in read_header(path, form):
        return ()
    note = left_out(every_row(path, (INSTRUMENT,), form))
    return (note,) if note else ()
