"""REDCap exports, raw or labelled, as one table: variable names above, labels of choices below.

A raw export carries variable names and codes, a labelled one the fields' labels and those of their
choices; with the project's data dictionary both are read alike. A box of a checkbox field that is
not ticked is 0 in an export also where nobody opened the form: where no box of a field is ticked,
all of them are missing here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from neopcr.cohort.header import Batches, refuse
from neopcr.cohort.redcap_dictionary import clean, read_dictionary

if TYPE_CHECKING:
    from neopcr.config import Redcap

EVENT, INSTRUMENT = "redcap_event_name", "redcap_repeat_instrument"
# What a labelled export calls REDCap's own columns.
_OWN = {
    "Event Name": EVENT,
    "Repeat Instrument": INSTRUMENT,
    "Repeat Instance": "redcap_repeat_instance",
    "Data Access Group": "redcap_data_access_group",
    "Survey Identifier": "redcap_survey_identifier",
}
_COMPLETE = "Complete?"
_TICKED = {"1": "1", "Checked": "1", "0": "0", "Unchecked": "0"}


def variable_names(path: Path, header: Sequence[str], redcap: Redcap) -> tuple[str, ...]:
    """Headers of an export as variable names.

    Raises
    ------
    TableError
        If a header is the label of several fields, and the export has not all of them.
    """
    fields = read_dictionary(redcap)
    known = {name for field in fields for name in (field.name, *field.boxes)}
    by_label: dict[str, list[str]] = {}
    for field in fields:
        for label, name in field.headers():
            by_label.setdefault(label, []).append(name)
    forms = list(dict.fromkeys(field.form for field in fields))
    by_label[_COMPLETE] = [f"{form}_complete" for form in forms]
    labels = [name if name in known else clean(name) for name in header]
    taken: dict[str, int] = {}
    return tuple(
        name if name in known else _named(path, name, labels, by_label, taken) for name in labels
    )


def _named(
    path: Path,
    label: str,
    labels: Sequence[str],
    by_label: dict[str, list[str]],
    taken: dict[str, int],
) -> str:
    """Variable of a header that is a label; fields of one label come in the dictionary's order."""
    names = by_label.get(label, [])
    place = taken[label] = taken.get(label, -1) + 1
    if label == _COMPLETE and labels.count(label) != len(names):
        return f"complete_{place + 1}"
    if len(names) > 1 and labels.count(label) != len(names):
        fault = f"header '{label}' is the label of {len(names)} fields, and not all are here"
        refuse(path, fault, "Export with variable names as headers")
    return names[place] if place < len(names) else _OWN.get(label, label)


def export_batches(path: Path, names: Sequence[str], batches: Batches, redcap: Redcap) -> Batches:
    """Rows of the event that is asked for, with labels in place of codes.

    Parameters
    ----------
    path : Path
        The export.
    names : sequence of str
        Columns that are asked for.
    batches : iterator of RecordBatch
        Under variable names, with `needed` columns.
    redcap : Redcap

    Raises
    ------
    TableError
        If rows are of several events and none is declared, or none is of the declared one; or a
        code of a field is the label of another of its choices.
    """
    fields = read_dictionary(redcap)
    labels = {field.name: field.cells(redcap) for field in fields if field.choices}
    boxes = {name: field.boxes for field in fields for name in field.boxes}
    events: set[str] = set()
    for batch in batches:
        kept = _of_event(path, batch, redcap, events)
        columns = {name: _column(kept, name, labels, boxes) for name in names}
        yield pa.RecordBatch.from_pydict(columns)
    if redcap.event and redcap.event not in events:
        refuse(path, "no row is of the event that the config names", "Correct `redcap.event`")


def needed(header: Sequence[str], wanted: Sequence[str], redcap: Redcap) -> set[str]:
    """Columns that have to be read to know the wanted ones: their sister boxes, and the event."""
    boxes = {name: field.boxes for field in read_dictionary(redcap) for name in field.boxes}
    more = {name for each in wanted for name in boxes.get(each, ())}
    return {*wanted, *((more | {EVENT, INSTRUMENT}) & set(header))}


def _of_event(
    path: Path, batch: pa.RecordBatch, redcap: Redcap, events: set[str]
) -> pa.RecordBatch:
    names = set(batch.schema.names)
    if EVENT in names:
        events |= set(pc.unique(batch[EVENT]).to_pylist())
    if redcap.event:
        if EVENT not in names:
            refuse(path, f"there is no column {EVENT}", "Take `redcap.event` out of the config")
        batch = batch.filter(pc.equal(batch[EVENT], redcap.event))
    elif len(events) > 1:
        fault = f"it has rows of {len(events)} events"
        refuse(path, fault, "Name the one that counts as `redcap.event` in the config")
    if INSTRUMENT in names:
        batch = batch.filter(pc.equal(batch[INSTRUMENT], ""))
    return batch


def left_out(batches: Batches) -> str:
    """How many rows are repeats of an instrument, in words; they hold no patient's own values."""
    repeats = sum(pc.sum(pc.not_equal(batch[INSTRUMENT], "")).as_py() or 0 for batch in batches)
    return f"rows of repeated instruments, not used: {repeats}" if repeats else ""


def _column(
    batch: pa.RecordBatch,
    name: str,
    labels: dict[str, dict[str, str]],
    boxes: dict[str, tuple[str, ...]],
) -> pa.Array:
    cells = batch[name]
    if name in boxes:
        here = [each for each in boxes[name] if each in batch.schema.names]
        ticks = [_replaced(batch[each], _TICKED) for each in here]
        answered = pa.array([False] * batch.num_rows, pa.bool_())
        for each in ticks:
            answered = pc.or_(answered, pc.equal(each, "1"))
        return pc.if_else(answered, _replaced(cells, _TICKED), "")
    return _replaced(cells, labels[name]) if name in labels else cells


def _replaced(cells: pa.Array, by: dict[str, str]) -> pa.Array:
    """Cells that are listed replaced; the others stay."""
    encoded = cells.dictionary_encode()
    texts = [by.get(text.strip(), text) for text in encoded.dictionary.to_pylist()]
    return pa.array(texts, pa.string()).take(encoded.indices)
