"""Which columns and features a cohort allows at a landmark."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from neopcr.errors import ConfigError, TableError
from neopcr.features.space import FeatureSpace
from neopcr.modalities import MODALITIES, generic_column
from neopcr.specs import Feature

if TYPE_CHECKING:
    from neopcr.specs import Column, Landmark, Modality, Product


def feature_space(
    modalities: Sequence[str],
    columns: Collection[str],
    landmark: Landmark,
    products: Sequence[Product] = (),
) -> FeatureSpace:
    """Choose the features that a cohort's columns allow at a landmark.

    A feature is kept when all of its columns are known by the landmark and the cohort offers at
    least one of them.

    Parameters
    ----------
    modalities : sequence of str
        Names in the registry.
    columns : collection of str
        Canonical names of the columns a cohort offers.
    landmark : Landmark
        When the prediction is made.
    products : sequence of Product
        What crosses modalities; kept when all of its factors are.

    Returns
    -------
    FeatureSpace

    Raises
    ------
    ConfigError
        If a modality is unknown or named twice.
    TableError
        If no feature is left.

    Examples
    --------
    >>> from neopcr.specs import Landmark
    >>> space = feature_space(["imaging"], ["imaging_volume", "imaging_volume_c2"], Landmark.c1)
    >>> space.names
    ('imaging_volume',)
    """
    chosen = [_modality(name) for name in modalities]
    if len(set(modalities)) < len(modalities):
        message = "modalities: one is named twice. Remove the second."
        raise ConfigError(message)
    declared = {
        column.name: column for each in chosen for column in _declared_columns(each, columns)
    }
    early = {name for name, column in declared.items() if column.landmark <= landmark}
    offered = set(columns)
    features = tuple(
        feature
        for each in chosen
        for feature in _declared_features(each, declared)
        if early.issuperset(feature.columns) and not offered.isdisjoint(feature.columns)
    )
    if not features:
        message = (
            f"{', '.join(modalities)}: no feature can be made of the columns at {landmark.name}. "
            "Map more columns, or choose other modalities."
        )
        raise TableError(message)
    names = {feature.name for feature in features}
    read = offered.intersection(column for feature in features for column in feature.columns)
    return FeatureSpace(
        landmark=landmark,
        modalities=tuple(modalities),
        columns=tuple(column for name, column in declared.items() if name in read),
        features=features,
        products=tuple(product for product in products if names.issuperset(product.factors)),
    )


def _modality(name: str) -> Modality:
    if name not in MODALITIES:
        close = difflib.get_close_matches(name, MODALITIES, n=1)
        hint = f"did you mean '{close[0]}'?" if close else f"known: {', '.join(MODALITIES)}."
        message = f"modalities: unknown modality '{name}'; {hint}"
        raise ConfigError(message)
    return MODALITIES[name]


def _declared_columns(modality: Modality, offered: Collection[str]) -> Iterator[Column]:
    """Columns of a modality: those it lists, then the generic ones on offer, by name."""
    yield from modality.columns
    for name in sorted(offered):
        if modality.is_generic(name):
            yield generic_column(name)


def _declared_features(modality: Modality, declared: Collection[str]) -> Iterator[Feature]:
    yield from modality.features
    for name in declared:
        if modality.is_generic(name):
            yield Feature(name, (name,))
