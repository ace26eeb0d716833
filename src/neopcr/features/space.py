"""From columns to the matrix that a model reads, and back to the columns and modalities."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr.errors import TableError
from neopcr.modalities import MODALITIES
from neopcr.specs import NEITHER, Block, Column, Feature, Landmark, Product, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from neopcr.specs import FloatArray


WIDE = 200
"""Generic columns of one modality from which members see one ridge score of them [default of the
project]: a whole transcriptome, not a panel of signatures."""

_ROWS = 1_024
"""Rows of the matrix that are filled together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureSpace:
    """Which columns a model may see at a landmark, and the features made of them.

    Parameters
    ----------
    landmark : Landmark
        When the prediction is made.
    modalities : tuple of str
        Names in the registry; the order is that of the features.
    columns : tuple of Column
        What the model reads: columns that features are made of and the training cohort offered.
        A feature's other columns count as missing, so a column nobody trained on moves nothing.
    features : tuple of Feature
        First columns of the matrix.
    products : tuple of Product
        Last columns of the matrix.
    """

    landmark: Landmark
    modalities: tuple[str, ...]
    columns: tuple[Column, ...]
    features: tuple[Feature, ...]
    products: tuple[Product, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the matrix's columns: features, then products."""
        features = tuple(each.name for each in self.features)
        return features + tuple(each.name for each in self.products)

    def matrix(self, table: Table) -> FloatArray:
        """Derive the features of every patient.

        Parameters
        ----------
        table : mapping of str to array
            Columns of the contract; one that is absent counts as missing throughout, one that is
            not in the space is not looked at.

        Returns
        -------
        float64 array of shape (n_patients, n_features), C-contiguous
            NaN where missing; a product is missing where any of its factors is.

        Raises
        ------
        TableError
            If the table has no column, or its columns are not of one length.
        """
        n_patients = _n_patients(table)
        read = {column.name for column in self.columns}
        known = {
            column.name: table[column.name]
            if column.name in table and column.name in read
            else _missing(column, n_patients)
            for column in (*self.columns, *self._unread())
        }
        values: dict[str, FloatArray] = {}
        for name in self.modalities:
            values |= MODALITIES[name].derive(known)
        for product in self.products:
            values[product.name] = math.prod(
                (values[factor] for factor in product.factors), start=np.ones(n_patients)
            )
        return _side_by_side([values[name] for name in self.names], n_patients)

    def _unread(self) -> tuple[Column, ...]:
        """Columns that features are made of and the model does not read."""
        read = {column.name for column in self.columns}
        made_of = {name for feature in self.features for name in feature.columns}
        return tuple(
            column
            for name in self.modalities
            for column in MODALITIES[name].columns
            if column.name in made_of - read
        )

    def column_groups(self) -> tuple[tuple[int, ...], ...]:
        """For each feature and product, the places in `columns` of what it is made of."""
        place = {column.name: index for index, column in enumerate(self.columns)}
        made_of = {
            each.name: tuple(place[column] for column in each.columns if column in place)
            for each in self.features
        }
        for product in self.products:
            union = {column for factor in product.factors for column in made_of[factor]}
            made_of[product.name] = tuple(sorted(union))
        return tuple(made_of[name] for name in self.names)

    def blocks(self) -> tuple[Block, ...]:
        """Features of each modality that has any: what a row, or a whole cohort, may lack."""
        modality_of = self.modality_groups()
        owner = [modality_of[group[0]][0] for group in self.column_groups()]
        place = {name: index for index, name in enumerate(self.names)}
        n = len(self.features)
        found = []
        for number, modality in enumerate(self.modalities):
            own = {index for index in range(n) if owner[index] == number}
            crossing = {
                place[product.name]
                for product in self.products
                if not own.isdisjoint(place[factor] for factor in product.factors)
            }
            if own:
                found.append(Block(modality, tuple(sorted(own)), tuple(sorted(own | crossing))))
        return tuple(found)

    def wide(self) -> tuple[Block, ...]:
        """Modalities of at least `WIDE` generic columns: members see one score of each."""
        generic = {
            name: tuple(
                place
                for place, feature in enumerate(self.features)
                if MODALITIES[name].is_generic(feature.name)
            )
            for name in self.modalities
        }
        return tuple(
            Block(name, places, places) for name, places in generic.items() if len(places) >= WIDE
        )

    def narrow(self) -> tuple[Column, ...]:
        """Columns that stand for themselves: those of no wide block."""
        taken = {self.features[place].name for block in self.wide() for place in block.own}
        return tuple(column for column in self.columns if column.name not in taken)

    def seen_names(self) -> tuple[str, ...]:
        """Names of what members see: `names`, each wide block as one score at the end."""
        wide = self.wide()
        taken = {place for block in wide for place in block.own}
        narrow = [name for place, name in enumerate(self.names) if place not in taken]
        return (*narrow, *(f"{block.name}_score" for block in wide))

    def directions(self) -> tuple[int, ...]:
        """Which way pCR goes with what members see: 1 up, -1 down, 0 not known.

        A product of 0/1 features goes the way of those of its factors whose way is known, so that
        the logit goes that way whatever the others are. Where they differ, it may go neither.
        """
        known: dict[str, int] = {
            each.name: each.direction.sign for each in self.features if each.direction
        }
        for product in self.products:
            ways = {known[factor] for factor in product.factors if factor in known}
            known[product.name] = NEITHER if len(ways) > 1 else next(iter(ways), 0)
        return tuple(known.get(name, 0) for name in self.seen_names())

    def modality_groups(self) -> tuple[tuple[int, ...], ...]:
        """For each column, the place in `modalities` of the first that declares it."""
        chosen = [MODALITIES[name] for name in self.modalities]
        return tuple(
            next((place,) for place, each in enumerate(chosen) if each.declares(column.name))
            for column in self.columns
        )


def _side_by_side(columns: Sequence[FloatArray], n_patients: int) -> FloatArray:
    """Columns as a matrix, some rows at a time: so many as the processor's cache holds."""
    X = np.empty((n_patients, len(columns)))
    for start in range(0, n_patients, _ROWS):
        rows = slice(start, start + _ROWS)
        for index, column in enumerate(columns):
            X[rows, index] = column[rows]
    return X


def _n_patients(table: Table) -> int:
    lengths = {name: len(values) for name, values in table.items()}
    if len(set(lengths.values())) != 1:
        message = "The table needs at least one column, and all of one length."
        raise TableError(message)
    return next(iter(lengths.values()))


def _missing(column: Column, n_patients: int) -> NDArray[Any]:
    """A column of nothing but missing values."""
    value, dtype = {
        "number": (np.nan, "float64"),
        "boolean": (np.nan, "float64"),
        "category": (-1, "int16"),
        "date": (np.datetime64("NaT", "D"), "datetime64[D]"),
        "text": (None, "object"),
    }[column.kind]
    return np.full(n_patients, value, dtype=dtype)
