"""Laws that every modality obeys."""

import re
from pathlib import Path

import numpy as np
import pytest

import neopcr.modalities
from neopcr.modalities import CONTRACT, MODALITIES
from neopcr.specs import Landmark

NOT_PLUG_INS = {"__init__", "_shared", "dictionary"}
MISSING = {"category": -1, "boolean": np.nan, "number": np.nan}
every_modality = pytest.mark.parametrize(
    "modality", MODALITIES.values(), ids=lambda each: each.name
)


def columns_of(modality):
    if modality.prefix:
        return tuple(
            neopcr.modalities.generic_column(modality.prefix + name) for name in ("a", "b_c1")
        )
    return modality.columns


def draw(column, n, rng):
    """Plausible cells, half of them missing, and many at the lower end of their range."""
    if column.kind == "category":
        codes = rng.integers(0, len(column.categories), n)
        return np.where(rng.random(n) < 0.5, -1, codes).astype(np.int16)
    if column.kind == "boolean":
        return rng.choice([0.0, 1.0, np.nan, np.nan], n)
    low = 0.0 if column.low is None else column.low
    high = 10.0 if column.high is None else min(column.high, 20.0 + low)
    values = np.where(rng.random(n) < 0.4, low, rng.uniform(low, high, n))
    return np.where(rng.random(n) < 0.5, np.nan, values)


def draw_table(modality, n=400, seed=0):
    rng = np.random.default_rng(seed)
    return {column.name: draw(column, n, rng) for column in columns_of(modality)}


def same(first, second):
    assert list(first) == list(second)
    for name in first:
        assert np.array_equal(first[name], second[name], equal_nan=True), name


def test_every_file_is_registered():
    folder = Path(neopcr.modalities.__file__).parent
    assert {path.stem for path in folder.glob("*.py")} - NOT_PLUG_INS == set(MODALITIES)


def test_a_column_is_declared_once():
    declared = [column for each in MODALITIES.values() for column in each.columns]
    assert len({column.name for column in declared}) == len(declared)
    assert all(CONTRACT[column.name] == column for column in declared)


def test_a_feature_has_one_name():
    names = [feature.name for each in MODALITIES.values() for feature in each.features]
    assert len(set(names)) == len(names)


@every_modality
def test_columns_are_declared_in_full(modality):
    for column in columns_of(modality):
        assert column.modality == modality.name
        assert re.fullmatch(r"[a-z][a-z0-9_]*", column.name)
        assert column.description.endswith(".")
        assert column.source
        assert (column.kind == "category") == bool(column.categories)
        assert column.low is None or column.high is None or column.low < column.high
        for unit in ("percent", "mm", "years"):
            assert (unit in column.name.split("_")) == (
                column.unit == unit
            ) or column.kind != "number"


@every_modality
def test_a_landmark_in_a_name_is_the_columns_landmark(modality):
    for column in columns_of(modality):
        ending = column.name.rpartition("_")[2]
        assert column.landmark == Landmark.__members__.get(ending, Landmark.baseline)


@every_modality
def test_features_are_made_of_the_modalitys_own_columns(modality):
    own = {column.name for column in modality.columns}
    for feature in modality.features:
        assert feature.columns
        assert set(feature.columns) <= own


@every_modality
def test_all_missing_is_never_negative(modality):
    table = {column.name: np.full(3, MISSING[column.kind]) for column in columns_of(modality)}
    table = {
        name: values.astype(np.int16)
        if CONTRACT.get(name) and CONTRACT[name].categories
        else values
        for name, values in table.items()
    }
    for name, values in modality.derive(table).items():
        assert np.isnan(values).all(), name


@every_modality
def test_every_feature_can_be_known(modality):
    features = modality.derive(draw_table(modality))
    for name, values in features.items():
        assert values.dtype == np.float64
        assert 0 < np.isnan(values).sum() < len(values), name
        assert len(np.unique(values[~np.isnan(values)])) > 1, name
        assert not np.isinf(values).any(), name


@every_modality
@pytest.mark.parametrize("landmark", Landmark)
def test_derives_exactly_what_the_table_allows(modality, landmark):
    known = {column.name for column in columns_of(modality) if column.landmark <= landmark}
    table = {name: values for name, values in draw_table(modality).items() if name in known}
    if modality.prefix:
        assert set(modality.derive(table)) == known
        return
    expected = [each.name for each in modality.features if set(each.columns) <= known]
    assert list(modality.derive(table)) == expected


@every_modality
def test_row_order_and_column_order_are_irrelevant(modality):
    table = draw_table(modality)
    order = np.random.default_rng(1).permutation(400)
    turned = modality.derive({name: table[name][order] for name in reversed(table)})
    straight = modality.derive(table)
    same({name: straight[name][order] for name in sorted(straight)}, dict(sorted(turned.items())))


@every_modality
def test_a_row_does_not_know_the_others(modality):
    table = draw_table(modality)
    alone = modality.derive({name: values[7:8] for name, values in table.items()})
    same(alone, {name: values[7:8] for name, values in modality.derive(table).items()})


@every_modality
def test_the_table_is_left_as_it_was(modality):
    table, untouched = draw_table(modality), draw_table(modality)
    for values in table.values():
        values.flags.writeable = False
    first = modality.derive(table)
    same(table, untouched)
    same(first, modality.derive(table))
