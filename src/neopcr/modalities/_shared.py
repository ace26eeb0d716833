"""How a modality is put together from features and the functions that compute them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from neopcr.specs import Column, Direction, Feature, FloatArray, Landmark, Modality, Table

WHEN = {
    Landmark.baseline: "at baseline",
    Landmark.c1: "after cycle 1",
    Landmark.c2: "after cycle 2",
    Landmark.c4: "after cycle 4",
    Landmark.presurgery: "before surgery",
}
"""How a reason says when something was measured."""


@dataclass(frozen=True, slots=True)
class Derived:
    """A feature and its pure, vectorised function of the columns it is made of."""

    feature: Feature
    compute: Callable[[Table], FloatArray]


def derived(
    name: str,
    columns: Iterable[str],
    compute: Callable[[Table], FloatArray],
    direction: Direction | None = None,
) -> Derived:
    """Declare a feature, and which way pCR goes with it where that is known."""
    return Derived(Feature(name, tuple(columns), direction), compute)


def as_is(name: str, direction: Direction | None = None) -> Derived:
    """Declare a feature that is a number column itself."""
    return derived(name, (name,), lambda table: table[name].astype("float64"), direction)


def modality(
    name: str, title: str, columns: tuple[Column, ...], features: tuple[Derived, ...]
) -> Modality:
    """Build a modality that derives the features whose columns are all in the table."""

    def derive(table: Table) -> dict[str, FloatArray]:
        return {
            each.feature.name: each.compute(table)
            for each in features
            if all(column in table for column in each.feature.columns)
        }

    return Modality(
        name=name,
        title=title,
        columns=columns,
        features=tuple(each.feature for each in features),
        derive=derive,
    )


def generic(name: str, title: str) -> Modality:
    """Build a modality whose columns are named by its prefix; each is its own feature."""
    prefix = f"{name}_"

    def derive(table: Table) -> dict[str, FloatArray]:
        return {
            column: values.astype("float64", copy=False)
            for column, values in table.items()
            if column.startswith(prefix)
        }

    return Modality(name=name, title=title, derive=derive, prefix=prefix)
