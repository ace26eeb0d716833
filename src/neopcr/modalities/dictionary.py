"""The data dictionary: every column of the contract, as markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neopcr.specs import Column, Modality

_KINDS = {"boolean": "yes / no (1 / 0)", "date": "date (YYYY-MM-DD)"}
_WAYS = {1: "more of it, more pCR", -1: "more of it, less pCR"}
_HEADER = "| column | values | known from | description | source |\n|---|---|---|---|---|\n"


def data_dictionary(columns: Iterable[Column], modalities: Mapping[str, Modality]) -> str:
    """Write the data dictionary as markdown, one table a modality.

    Parameters
    ----------
    columns : iterable of Column
        Of the whole contract; those of no modality come first.
    modalities : mapping of str to Modality
        In the order of their chapters.

    Returns
    -------
    str
        Ends in a newline.
    """
    columns = tuple(columns)
    core = [column for column in columns if column.modality not in modalities]
    chapters = [_chapter("Identifiers, dates and outcome", core)] if core else []
    for each in modalities.values():
        own = [column for column in columns if column.modality == each.name]
        chapters.append(_chapter(each.title, own, prefix=each.prefix) + _features(each))
    return "# Data dictionary\n\n" + "\n".join(chapters)


def _chapter(title: str, columns: Iterable[Column], prefix: str = "") -> str:
    rows = "".join(_row(column) for column in columns)
    table = f"{_HEADER}{rows}" if rows else ""
    generic = (
        f"Any other number column named `{prefix}…` is its own feature. A landmark at the end of its "
        "name (`_c1`) says from when it is known, else it is baseline.\n"
    )
    parts = (table, generic if prefix else "")
    return f"## {title}\n\n" + "\n".join(part for part in parts if part)


def _row(column: Column) -> str:
    cells = (
        f"`{column.name}`",
        values_in_words(column),
        column.landmark.name,
        column.description,
        column.source,
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def values_in_words(column: Column) -> str:
    """Say what a cell may hold; a range without one of its ends is written with an ellipsis."""
    if column.categories:
        return ", ".join(f"`{category}`" for category in column.categories)
    bounds = [column.low, column.high]
    if bounds == [None, None]:
        limits = ""
    else:
        low, high = ("…" if bound is None else f"{bound:g}" for bound in bounds)
        limits = f" {low} to {high}"
    unit = f" {column.unit}" if column.unit else ""
    return _KINDS.get(column.kind, column.kind) + limits + unit


def _features(modality: Modality) -> str:
    """Features and the columns they are made of; empty for a generic modality."""
    if not modality.features:
        return ""
    made = "; ".join(
        f"`{feature.name}`"
        + ("" if feature.columns == (feature.name,) else f" ({', '.join(feature.columns)})")
        for feature in modality.features
    )
    ways = "".join(
        f"\n- `{feature.name}`: {_WAYS[feature.direction.sign]}. {feature.direction.source}."
        for feature in modality.features
        if feature.direction
    )
    known = (
        f"\nKnown directions, which `monotone: true` holds a model to:\n{ways}\n" if ways else ""
    )
    return f"\nFeatures (and the columns they are made of): {made}.\n{known}"
