"""A REDCap project's data dictionary: fields, their labels and choices."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from neopcr.cohort.header import refuse

if TYPE_CHECKING:
    from neopcr.config import Redcap

# A project of the size of a registry has a tenth of it (the project's choice).
MOST_BYTES = 16 << 20
# Headers of the file that the online designer writes, and of the one that the API gives.
_HEADERS = {
    "name": ("Variable / Field Name", "field_name"),
    "form": ("Form Name", "form_name"),
    "kind": ("Field Type", "field_type"),
    "label": ("Field Label", "field_label"),
    "choices": (
        "Choices, Calculations, OR Slider Labels", "Choices OR Calculations",
        "select_choices_or_calculations",
    ),
}  # fmt: skip
_FIXED = {"yesno": "1, Yes | 0, No", "truefalse": "1, True | 0, False"}
_CHOSEN = {"radio", "dropdown", "checkbox", *_FIXED}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a project.

    Parameters
    ----------
    name, form, kind, label : str
    choices : dict of str to str
        Code to label; empty where the field is no choice.
    path : Path
        The dictionary.
    """

    name: str
    form: str
    kind: str
    label: str
    choices: dict[str, str]
    path: Path

    @property
    def boxes(self) -> tuple[str, ...]:
        """Variables of a checkbox field, one a choice: ``drug___1``; a minus is an underscore."""
        if self.kind != "checkbox":
            return ()
        return tuple(f"{self.name}___{code.lower().replace('-', '_')}" for code in self.choices)

    def headers(self) -> Iterator[tuple[str, str]]:
        """Header in a labelled export, and variable."""
        if self.kind != "checkbox":
            yield self.label, self.name
        for label, box in zip(self.choices.values(), self.boxes, strict=False):
            yield f"{self.label} (choice={label})", box

    def cells(self, redcap: Redcap) -> dict[str, str]:
        """Cell to label, whether the export holds codes or labels.

        Raises
        ------
        TableError
            If a code is the label of another choice, and the config does not say what is exported.
        """
        if redcap.export == "labels":
            return {}
        clash = any(
            code != label and code in self.choices.values() for code, label in self.choices.items()
        )
        if clash and not redcap.export:
            fault = f"a code of field '{self.name}' is the label of another of its choices"
            refuse(self.path, fault, "Declare `redcap.export` in the config: raw or labels")
        return self.choices


def clean(label: str) -> str:
    """Label as an export shows it: without markup, in one line.

    >>> clean("<b>HER2</b> status&nbsp;(IHC) ")
    'HER2 status (IHC)'
    """
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", label)).split())


def read_dictionary(redcap: Redcap) -> tuple[Field, ...]:
    """Fields of the dictionary that a config names; none where it names none.

    Raises
    ------
    TableError
        If the file is absent, is no data dictionary, or a choice has no code.
    """
    if not redcap.dictionary:
        return ()
    path = Path(redcap.dictionary)
    rows = csv.reader(io.StringIO(_text(path), newline=""))
    try:
        header = next(rows, [])
        places = {key: _place(path, header, names) for key, names in _HEADERS.items()}
        return tuple(_field(path, row, places) for row in rows if any(row))
    except (csv.Error, IndexError):
        refuse(path, "its rows cannot be read as a data dictionary", "Export it again")


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            refuse(path, "it is too large for a data dictionary", "Name the dictionary's own file")
        return path.read_text(encoding="utf-8-sig")
    except OSError:
        refuse(path, "there is no such data dictionary", "Correct `redcap.dictionary`")
    except UnicodeError:
        refuse(path, "the data dictionary is not UTF-8", "Save it as UTF-8")


def _place(path: Path, header: list[str], names: tuple[str, ...]) -> int:
    for name in names:
        if name in header:
            return header.index(name)
    fault = f"a data dictionary has a column '{names[0]}', and this file has none"
    return refuse(path, fault, "Export the data dictionary again")


def _field(path: Path, row: list[str], places: dict[str, int]) -> Field:
    name, kind = row[places["name"]].strip(), row[places["kind"]].strip()
    written = _FIXED.get(kind, row[places["choices"]]) if kind in _CHOSEN else ""
    choices = {}
    for choice in written.split("|") if written.strip() else ():
        code, comma, label = choice.partition(",")
        if not comma:
            refuse(path, f"a choice of field '{name}' has no code", "Write choices as `1, Yes`")
        choices[code.strip()] = clean(label)
    return Field(
        name, row[places["form"]].strip(), kind, clean(row[places["label"]]), choices, path
    )
