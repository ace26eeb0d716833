"""What a column that has drifted looks like, where there is nothing to look at too."""

from __future__ import annotations

from neopcr.workflows._drift_hints import hints_of


def test_a_model_without_numbers_has_no_hints():
    assert hints_of([], ()) == {}
