"""Landmarks, columns and the features that are made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from neopcr.specs.arrays import FloatArray, Kind, Table


class Landmark(IntEnum):
    """When a prediction is made; `c1` is after cycle 1 and before cycle 2 is given, and so on."""

    baseline = 0
    c1 = 1
    c2 = 2
    c4 = 3
    presurgery = 4
    surgery = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One raw variable of the data contract.

    The data dictionary, the validation of input, the leakage guard and the roll-up of
    explanations are all derived from columns.

    Parameters
    ----------
    name : str
        ``<analyte>_<quantity>[_<unit>][_<landmark>]``.
    kind : {"number", "boolean", "category", "date", "text"}
        What its array holds; see the module's table.
    description : str
        One sentence for the data dictionary.
    source : str
        Who defines it: guideline and year, or "neopcr".
    modality : str
        The modality that declares it; ``core`` for identifiers, dates and the outcome.
    landmark : Landmark
        From when it is known.
    unit : str
        Empty where it has none.
    low, high : float or None
        Valid range, both ends included.
    categories : tuple of str
        The levels of a category, in order.
    title : str
        What a reason calls it, as in "HER2/CEP17 ratio"; its name where empty.
    decimals : int or None
        Of its value in a reason; three digits in all where None.
    words : tuple of str
        How a reason says each level, or no and yes, where they do not say it themselves.
    unknown : str
        How a reason says that it is missing.
    """

    name: str
    kind: Kind
    description: str
    source: str
    modality: str
    landmark: Landmark = Landmark.baseline
    unit: str = ""
    low: float | None = None
    high: float | None = None
    categories: tuple[str, ...] = ()
    title: str = ""
    decimals: int | None = None
    words: tuple[str, ...] = ()
    unknown: str = "not measured"


NEITHER = 2
"""The way of a feature that would have to go both ways: no member may lean on it."""


@dataclass(frozen=True, slots=True)
class Direction:
    """Which way pCR goes with a feature, where the field knows it.

    Parameters
    ----------
    sign : {1, -1}
        1 where more of it means that pCR is more likely.
    source : str
        Who showed it: paper and year.
    """

    sign: Literal[1, -1]
    source: str


@dataclass(frozen=True, slots=True)
class Feature:
    """One number a model sees, and the columns it is made of; `direction` where it is known."""

    name: str
    columns: tuple[str, ...]
    direction: Direction | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Product:
    """A feature made across modalities: the product of other features."""

    name: str
    factors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Features that are missing together, by their places in the matrix.

    Parameters
    ----------
    name : str
        Of the modality.
    own : tuple of int
        Its features.
    touched : tuple of int
        These, and the products that cannot be known without it.
    """

    name: str
    own: tuple[int, ...]
    touched: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Modality:
    """A block of columns that are measured together, and the features made of them.

    Parameters
    ----------
    name, title : str
        As in a config, and as in a report.
    columns : tuple of Column
        What it declares.
    features : tuple of Feature
        What `derive` returns when every column is known.
    derive : callable
        ``derive(table) -> {feature: float64 array}``; pure and vectorised. The table holds every
        column that is known at the landmark (all missing where a cohort lacks it); the result
        holds exactly the features whose columns are all in the table.
    prefix : str
        Of a generic modality: a column so named belongs to it and is its own feature.
    """

    name: str
    title: str
    columns: tuple[Column, ...] = ()
    features: tuple[Feature, ...] = ()
    derive: Callable[[Table], dict[str, FloatArray]]
    prefix: str = ""

    def is_generic(self, column: str) -> bool:
        """Whether a column belongs to it by nothing but the prefix of its name."""
        named = bool(self.prefix) and column.startswith(self.prefix) and column != self.prefix
        return named and all(each.name != column for each in self.columns)

    def declares(self, column: str) -> bool:
        """Whether a column belongs to it, listed or generic."""
        return self.is_generic(column) or any(each.name == column for each in self.columns)
