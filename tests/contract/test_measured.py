"""The page of measured figures says what its files say."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages.figures import interval, is_not_worse, number
from pages.measured import measured_page

ROOT = Path(__file__).parents[2]


def test_the_page_is_made_of_its_figures():
    written = (ROOT / "docs" / "measured.md").read_text(encoding="utf-8")
    assert written == measured_page(), "run `make docs`"


@pytest.mark.parametrize(
    ("value", "signed", "said"),
    [
        (-0.1234, False, "\N{MINUS SIGN}0.123"),
        (0.1236, True, "+0.124"),
        (0.1236, False, "0.124"),
        (-0.0001, True, "0.000"),
        (None, False, "-"),
    ],
)
def test_numbers_have_their_sign(value, signed, said):
    assert number(value, 3, signed) == said


def test_where_there_is_no_figure_the_reason_stands():
    nothing = {"value": None, "lower": None, "upper": None, "method": "too few to say"}
    assert interval(nothing) == "too few to say"


@pytest.mark.parametrize(
    ("auroc", "brier", "holds"),
    [
        ((-0.02, 0.0), (0.0, 0.01), True),
        ((-0.02, -0.001), (-0.01, 0.01), False),
        ((-0.02, 0.01), (0.001, 0.01), False),
        ((0.01, 0.02), (-0.02, -0.01), True),
    ],
)
def test_not_worse_means_that_no_interval_lies_wholly_on_the_worse_side(auroc, brier, holds):
    difference = {
        name: dict(zip(("lower", "upper"), ends, strict=True))
        for name, ends in (("auroc", auroc), ("brier", brier))
    }
    assert is_not_worse(difference) is holds
