from __future__ import annotations

import numpy as np
import pytest

from neopcr.explain import explain_cohort, typical_profile
from neopcr.specs import Column


def column(name, kind):
    return Column(
        name=name, kind=kind, description="", source="", modality="m", categories=("a", "b", "c")
    )


def test_a_profile_holds_medians_and_most_frequent_levels():
    columns = [column("n", "number"), column("b", "boolean"), column("c", "category")]
    table = {
        "n": np.array([1.0, 2.0, 3.0, 4.0, 100.0, np.nan, np.nan, np.nan]),
        "b": np.array([1.0, 1.0, 1.0, 1.0, 1.0, 0.0, np.nan, np.nan]),
        "c": np.array([2, 2, 2, 2, 2, 0, -1, -1], dtype=np.int16),
    }
    profile = typical_profile(columns, table)
    assert {name: cells.tolist() for name, cells in profile.items()} == {
        "n": [3.0],
        "b": [1.0],
        "c": [2],
    }
    assert profile["c"].dtype == np.int16


def test_what_fewer_than_five_patients_hold_is_not_shown():
    columns = [column("n", "number"), column("b", "boolean"), column("c", "category")]
    table = {
        "n": np.array([1.0, 2.0, 3.0, 4.0, np.nan]),
        "b": np.array([1.0, 1.0, 0.0, 0.0, np.nan]),
        "c": np.full(5, -1, dtype=np.int16),
    }
    profile = typical_profile(columns, table)
    assert np.isnan([profile["n"][0], profile["b"][0]]).all()
    assert profile["c"].tolist() == [-1]


def test_dates_text_and_absent_columns_are_left_out():
    columns = [column("d", "date"), column("t", "text"), column("absent", "number")]
    table = {"d": np.full(9, np.datetime64("NaT", "D")), "t": np.full(9, None)}
    assert typical_profile(columns, table) == {}


def test_a_profile_can_be_explained(bundle, cohort):
    profile = typical_profile(bundle.space.columns, cohort)
    explanation = explain_cohort(bundle, profile)
    median = np.nanmedian(cohort["ki67_percent"])
    assert explanation.values[0, 2] == pytest.approx(median)
    assert explanation.base + explanation.columns.sum() == pytest.approx(explanation.logit[0])
