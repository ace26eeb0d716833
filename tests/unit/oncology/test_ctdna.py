"""Burden, dynamics and the landmark of a sample."""

import numpy as np

from neopcr.oncology import ctdna
from neopcr.specs import Landmark
from spec.spec_tables import read_spec

NAN = np.nan
SAMPLES = read_spec("ctdna_landmarks.txt")
DAYS = {
    "first_dose_date": 10, "cycle2_date": 31, "cycle3_date": 52, "cycle4_date": 73,
    "cycle5_date": 94, "last_dose_date": 115, "surgery_date": 140,
}  # fmt: skip


def date(day):
    return (
        np.datetime64("2024-01-01") + np.timedelta64(int(day), "D")
        if day != ""
        else np.datetime64("NaT", "D")
    )


def test_a_sample_belongs_to_a_landmark_by_its_date():
    course = {
        name: np.array(
            [
                date(
                    ""
                    if row["course"]
                    == f"no {name[:-5].replace('_', ' ').replace('cycle', 'cycle ')}"
                    else day
                )
                for row in SAMPLES
            ]
        )
        for name, day in DAYS.items()
    }
    assert sum(np.isnat(dates).sum() for dates in course.values()) == 4
    found = ctdna.sample_landmark(np.array([date(row["day"]) for row in SAMPLES]), course)
    expected = [Landmark[row["landmark"]] if row["landmark"] else -1 for row in SAMPLES]
    assert list(found) == expected


def test_treatment_that_ends_early_goes_on_to_presurgery():
    days = {
        **dict.fromkeys(DAYS, ""),
        "first_dose_date": 10,
        "last_dose_date": 10,
        "surgery_date": 40,
    }
    course = {name: np.array([date(day)]) for name, day in days.items()}
    assert ctdna.sample_landmark(np.array([date(20)]), course)[0] == Landmark.presurgery


def test_the_earlier_landmark_wins_where_dates_are_out_of_order():
    days = {**DAYS, "cycle4_date": 5, "cycle5_date": 40}
    course = {name: np.full(2, date(day)) for name, day in days.items()}
    found = ctdna.sample_landmark(np.array([date(9), date(20)]), course)
    assert list(found) == [Landmark.baseline, Landmark.c1]


def test_burden_has_a_floor_at_half_the_limit():
    amount = np.array([0.0, 0.09, 0.11, 0.5, NAN, NAN, NAN])
    detected = np.array([0, 1, 1, NAN, 1, 0, NAN])
    found = 10 ** ctdna.log10_burden(amount, detected, limit=0.2)
    np.testing.assert_allclose(found, [0.1, 0.1, 0.11, 0.5, NAN, 0.1, NAN])


def test_not_detected_at_the_limit_contradicts_itself():
    amount, detected = np.array([0.3, 0.29, 0.3, NAN]), np.array([0, 0, 1, 0])
    assert list(ctdna.is_contradictory(amount, detected)) == [True, False, False, False]
    burden = ctdna.log10_burden(amount, detected, ctdna.LOD_MTM_PER_ML)
    assert list(np.isnan(burden)) == [True, False, False, False]


def test_the_floor_of_fractions_is_half_of_a_ten_thousandth():
    found = ctdna.log10_burden(np.array([NAN]), np.array([0.0]), ctdna.LOD_MEAN_VAF)
    np.testing.assert_allclose(10**found, [5e-5])


def test_dynamics_need_both_samples():
    before, later = np.array([NAN, 1, NAN]), np.array([0, NAN, NAN])
    assert list(ctdna.dynamics(before, later)) == [-1, -1, -1]


def test_never_detected_is_not_cleared():
    before, later = np.array([0.0, 1.0]), np.array([0.0, 0.0])
    assert list(ctdna.is_dynamics(before, later, "cleared")) == [0, 1]
    assert list(ctdna.is_dynamics(before, later, "never_detected")) == [1, 0]
