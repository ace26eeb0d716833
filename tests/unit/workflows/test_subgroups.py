"""Subgroups: levels of categories and text, and yes/no of columns and features."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from neopcr.errors import ConfigError
from neopcr.specs import Column
from neopcr.workflows._subgroups import subgroups


def column(name: str, kind: str, **more: object) -> Column:
    return Column(name=name, kind=kind, description="", source="", modality="", **more)


@pytest.fixture
def prepared() -> SimpleNamespace:
    """Four patients; the last is known in nothing."""
    table = {
        "her2_ihc": np.array([1, 0, 1, -1], dtype=np.int16),
        "arm": np.array(["a", "b", "a", None], dtype=object),
        "nodal_status_positive": np.array([1.0, 0.0, 1.0, np.nan]),
        "age_years": np.array([50.0, 61.0, 44.0, np.nan]),
        "unknown_to_all": np.full(4, np.nan),
    }
    kinds = (
        column("her2_ihc", "category", categories=("2+", "3+")),
        column("arm", "text"),
        column("nodal_status_positive", "boolean"),
        column("age_years", "number"),
    )
    cohort = SimpleNamespace(table=table, columns=kinds)
    X = np.array([[0.0], [1.0], [np.nan], [np.nan]])
    return SimpleNamespace(cohort=cohort, space=SimpleNamespace(names=("hr_positive",)), X=X)


def test_every_level_is_a_group_and_who_is_not_known_is_in_none(prepared):
    found = subgroups(["her2_ihc", "arm", "nodal_status_positive", "hr_positive"], prepared)
    assert {name: mask.tolist() for name, mask in found.items()} == {
        "her2_ihc: 2+": [False, True, False, False],
        "her2_ihc: 3+": [True, False, True, False],
        "arm: a": [True, False, True, False],
        "arm: b": [False, True, False, False],
        "nodal_status_positive: no": [False, True, False, False],
        "nodal_status_positive: yes": [True, False, True, False],
        "hr_positive: no": [True, False, False, False],
        "hr_positive: yes": [False, True, False, False],
    }
    assert subgroups(["unknown_to_all"], prepared) == {}


@pytest.mark.parametrize("name", ["age_years", "no_such"])
def test_what_has_no_levels_makes_no_subgroup(prepared, name):
    with pytest.raises(ConfigError, match=f"'{name}' is no category"):
        subgroups([name], prepared)


def test_dates_make_no_subgroup(prepared):
    prepared.cohort.table["first_dose_date"] = np.full(4, "2024-03-09", dtype="datetime64[D]")
    with pytest.raises(ConfigError, match="'first_dose_date' is no category"):
        subgroups(["first_dose_date"], prepared)


def test_a_number_is_cut_into_bands_whose_lower_ends_belong_to_them(prepared):
    found = subgroups([{"age_years": (44, 50)}], prepared)
    assert {name: mask.tolist() for name, mask in found.items()} == {
        "age_years: 44 to below 50": [False, False, True, False],
        "age_years: 50 and above": [True, True, False, False],
    }
    both = subgroups([{"hr_positive": (0.5,), "age_years": (60,)}], prepared)
    assert list(both) == [
        "hr_positive: below 0.5",
        "hr_positive: 0.5 and above",
        "age_years: below 60",
        "age_years: 60 and above",
    ]


@pytest.mark.parametrize("name", ["arm", "her2_ihc", "no_such"])
def test_what_is_no_number_has_no_bands(prepared, name):
    with pytest.raises(ConfigError, match=f"'{name}' is no number of the cohort"):
        subgroups([{name: (1.0,)}], prepared)
