"""Additivity over every declared column, with products, through the whole classifier."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from neopcr.explain import explain_cohort
from neopcr.features import feature_space
from neopcr.kernel import compile_model, member_logits
from neopcr.modalities import MODALITIES
from neopcr.pipeline import PRODUCTS, PcrClassifier
from neopcr.specs import Landmark

N = 160


def cells(column, rng):
    """Random values the contract allows, a quarter of them missing."""
    missing = rng.random(N) < 0.25
    if column.kind == "category":
        codes = rng.integers(0, len(column.categories), N).astype(np.int16)
        return np.where(missing, np.int16(-1), codes)
    low = 0.0 if column.low is None else column.low
    high = low + 10.0 if column.high is None else column.high
    known = rng.integers(0, 2, N) if column.kind == "boolean" else rng.uniform(low, high, N)
    return np.where(missing, np.nan, known.astype(float))


@pytest.fixture(scope="module")
def explained():
    rng = np.random.default_rng(11)
    declared = [column for one in MODALITIES.values() for column in one.columns]
    table = {
        column.name: cells(column, rng)
        for column in declared
        if column.kind in {"number", "boolean", "category"}
    }
    space = feature_space(
        [name for name, one in MODALITIES.items() if not one.prefix], table, Landmark.c2, PRODUCTS
    )
    X = space.matrix(table)
    y = (rng.random(N) < 0.45).astype(float)
    model = PcrClassifier(inner_folds=2, trials=2, seed=1).fit(X, y).model_
    bundle = SimpleNamespace(space=space, model=model)
    return bundle, X, explain_cohort(bundle, table)


def test_every_level_adds_up_for_every_patient(explained):
    bundle, X, explanation = explained
    model = bundle.model
    blended = member_logits(compile_model(model), X) @ np.array(model.weights)
    expected = model.intercept + model.slope * blended
    for level in (explanation.features, explanation.columns, explanation.modalities):
        assert explanation.base + level.sum(axis=1) == pytest.approx(expected, abs=1e-6)


def test_every_owner_is_a_modality_and_no_product_is_lost(explained):
    bundle, _, explanation = explained
    assert len(bundle.space.products) == len(PRODUCTS)
    owners = {column.modality for column in explanation.specs}
    assert owners <= set(explanation.modality_names)
    assert all("=" not in text for text in explanation.shown(0))
