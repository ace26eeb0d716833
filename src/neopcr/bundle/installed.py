"""A bundle's features must be those that the installed modalities derive."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from neopcr.bundle.schema import ColumnWire, SpaceWire
from neopcr.errors import BundleError, UserError
from neopcr.features import FeatureSpace, feature_space
from neopcr.specs import Feature, Product

if TYPE_CHECKING:
    from neopcr.specs import Landmark


def space_of(wire: SpaceWire, landmark: Landmark) -> FeatureSpace:
    """Build the feature space of a file with the installed modalities.

    Raises
    ------
    BundleError
        If a modality, column, feature or product is not there, or is not the same.
    """
    features = tuple(Feature(each.name, tuple(each.columns)) for each in wire.features)
    products = tuple(Product(each.name, tuple(each.factors)) for each in wire.products)
    _refuse_inconsistent(wire)
    columns = [each.name for each in wire.columns]
    try:
        ours = feature_space(wire.modalities, columns, landmark, products)
    except (UserError, KeyError):
        _refuse("the modalities or columns are unknown here, or not yet known at the landmark")
    known = {column.name: column for column in ours.columns}
    for each in wire.columns:
        if each.name not in known or ColumnWire.of(known[each.name]) != each:
            _refuse(f"column {_shown(each.name)} is declared otherwise")
    made = set(ours.features)
    for feature in features:
        if feature not in made:
            _refuse(f"feature {_shown(feature.name)} is made otherwise")
    return FeatureSpace(
        landmark=landmark,
        modalities=tuple(wire.modalities),
        columns=tuple(known[name] for name in columns),
        features=features,
        products=products,
    )


def _refuse_inconsistent(wire: SpaceWire) -> None:
    features = [each.name for each in wire.features]
    names = features + [each.name for each in wire.products]
    columns = [each.name for each in wire.columns]
    listed = set(columns)
    if len(set(names)) < len(names) or len(listed) < len(columns):
        _refuse("a feature or a column is listed twice")
    if not {column for each in wire.features for column in each.columns}.issuperset(columns):
        _refuse("a column is listed that no feature is made of")
    if any(listed.isdisjoint(each.columns) for each in wire.features):
        _refuse("a feature is made of columns that are not listed")
    if not {factor for each in wire.products for factor in each.factors}.issubset(features):
        _refuse("a product is made of a feature that is not listed")


def _shown(name: str) -> str:
    """A name from a foreign file: in ASCII, and not at any length."""
    return ascii(name)[:80]


def _refuse(what: str) -> NoReturn:
    message = (
        f"bundle.json: its features differ from the installed modalities': {what}. "
        "Use the neopcr version that trained it, or train again."
    )
    raise BundleError(message)
