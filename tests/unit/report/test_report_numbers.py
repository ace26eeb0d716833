from __future__ import annotations

from dataclasses import replace

import pytest

from neopcr.report.numbers import count, estimate_text, interval_text, number, percent, value_text

MINUS = "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("value", "decimals", "signed", "expected"),
    [
        (0.8656, 3, False, "0.866"),
        (-0.0412, 3, False, f"{MINUS}0.041"),
        (0.0412, 2, True, "+0.04"),
        (-0.0412, 2, True, f"{MINUS}0.04"),
        (-0.0004, 3, True, "0.000"),
        (0.0, 1, True, "0.0"),
    ],
)
def test_numbers_have_fixed_decimals_and_a_real_minus(value, decimals, signed, expected):
    assert number(value, decimals, signed=signed) == expected


def test_percent_has_one_decimal_and_a_space_that_does_not_break():
    assert percent(0.46069) == "46.1\N{NO-BREAK SPACE}%"


def test_thousands_stand_apart():
    assert count(10_000_000) == "10,000,000"


def test_auroc_has_three_decimals_and_slope_two(auroc):
    assert estimate_text(auroc) == "0.741 (0.702 to 0.783)"
    slope = replace(auroc, name="calibration_slope")
    assert estimate_text(slope) == "0.74 (0.70 to 0.78)"


def test_a_difference_shows_its_sign_in_value_and_interval(auroc):
    difference = replace(auroc, value=0.01, lower=-0.02, upper=0.04)
    assert estimate_text(difference, signed=True) == f"+0.010 ({MINUS}0.020 to +0.040)"


def test_too_few_is_said_and_has_no_interval(few):
    assert value_text(few) == estimate_text(few) == "too few to say"
    assert interval_text(few) == ""


def test_an_estimate_without_interval_stands_alone(auroc):
    assert estimate_text(replace(auroc, upper=None)) == "0.741"
