"""Dates follow one another; whatever comes too early is told under its own name."""

from __future__ import annotations

import numpy as np

from neopcr.cohort.date_order import dates_out_of_order


def days(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[D]")


def test_dates_follow_one_another():
    table = {
        "first_dose_date": days("2024-01-01", "2024-01-01", "2024-01-01", "NaT", "2024-01-01"),
        "cycle2_date": days("2024-01-22", "2024-01-01", "NaT", "2024-01-22", "2024-01-22"),
        "cycle3_date": days("2024-02-12", "2024-02-12", "2023-12-31", "2024-01-22", "NaT"),
        "last_dose_date": days("2024-02-12", "2024-02-12", "NaT", "NaT", "2024-01-21"),
        "surgery_date": days("2024-03-12", "NaT", "2024-03-12", "2024-01-01", "2024-01-01"),
    }
    found = {each.column: each.rows.tolist() for each in dates_out_of_order(table)}
    assert found == {
        "cycle2_date": [1],
        "cycle3_date": [2, 3],
        "last_dose_date": [4],
        "surgery_date": [4],
    }
    assert {each.rule for each in dates_out_of_order(table)} == {"dates_out_of_order"}
