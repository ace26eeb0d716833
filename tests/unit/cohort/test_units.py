"""Units: conversion, and percent columns that look like fractions."""

from __future__ import annotations

import numpy as np
import pytest

from cohort_files import COLUMNS
from neopcr.cohort.units import conversion, is_ambiguous
from neopcr.errors import ConfigError


@pytest.mark.parametrize(
    ("declared", "column", "factor"),
    [
        ("", "age_years", 1),
        ("years", "age_years", 1),
        ("months", "age_years", 1 / 12),
        ("cm", "tumor_diameter_mm", 10),
        ("fraction", "ki67_percent", 100),
    ],
)
def test_declared_units_are_converted(declared, column, factor):
    assert conversion(declared, COLUMNS[column]) == factor


def test_a_unit_that_does_not_convert_is_refused_with_those_that_do():
    with pytest.raises(ConfigError, match=r"'inch' of tumor_diameter_mm .* one of: mm, cm, m\."):
        conversion("inch", COLUMNS["tumor_diameter_mm"])
    with pytest.raises(ConfigError, match="one of: no unit"):
        conversion("cm", COLUMNS["er_status"])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.2, 0.9], True),
        ([0.0, 1.0], True),
        ([0.0, 1.5], False),
        ([0.0, 0.0], False),
        ([np.nan, np.nan], False),
        ([np.nan, 0.3], True),
    ],
)
def test_a_percent_column_of_nothing_above_one_is_ambiguous(values, expected):
    assert is_ambiguous(np.array(values), COLUMNS["ki67_percent"]) is expected
    assert is_ambiguous(np.array(values), COLUMNS["tumor_diameter_mm"]) is False
