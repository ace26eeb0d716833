"""HER2-PET lesions put together by patient: what counts, what is refused, what is counted."""

from __future__ import annotations

import numpy as np
import pytest

from cohort_files import write
from neopcr.cohort.complaint import RULES
from neopcr.cohort.patient_index import PatientIndex
from neopcr.cohort.pet_lesions import assemble_lesions
from neopcr.errors import TableError

NAN = np.nan
HEADER = (
    "patient_id,lesion_id,tracer,scan_date,reader1_score,reader2_score,suvmax,suvpeak,"
    "background_suvmean,liver\n"
)
PATIENTS = np.array(["P1", "P2", "P3"], dtype=object)
COURSE = {"first_dose_date": np.array(["2024-01-10", "2024-01-10", "NaT"], "datetime64[D]")}


def assembled(tmp_path, *rows, header=HEADER, course=COURSE):
    path = write(tmp_path, "pet.csv", header + "".join(f"{row}\n" for row in rows))
    with PatientIndex(PATIENTS) as index:
        return assemble_lesions(path, course, index)


def broken(part):
    return {(each.column, each.rule): each.rows.tolist() for each in part.problems}


def test_lesions_become_columns_of_the_patients(tmp_path):
    part = assembled(
        tmp_path,
        "P1,a,89Zr-trastuzumab,2024-01-10,4,5,6,5,2,0",
        "P1,b,89zr-Trastuzumab,2024-01-10,2,5,3,3,1,0",
        "P1,c,,2024-01-09,5,5,30,20,9,1",
        "P2,a,89Zr-trastuzumab,2024-01-02,1,,2,1,,0",
        "PX,a,89Zr-trastuzumab,2024-01-02,5,5,2,9,1,0",
    )
    expected = {
        "imaging_pet_positive": [1, 0, NAN],
        "imaging_pet_lesions": [3, 1, NAN],
        "imaging_pet_positive_lesions": [2, 0, NAN],
        "imaging_pet_disagreement": [1, NAN, NAN],
        "imaging_pet_suvmax_max": [6, 2, NAN],
        "imaging_pet_background_ratio_max": [3, NAN, NAN],
    }
    assert list(part.table) == list(expected)
    for name, values in expected.items():
        np.testing.assert_array_equal(part.table[name], values, err_msg=name)
    assert part.problems == ()
    assert part.tallies == ()
    assert part.notes == ("PET lesions of patients who are not in the cohort's table: 1",)


def test_scans_after_the_first_dose_or_without_dates_are_not_used(tmp_path):
    part = assembled(
        tmp_path,
        "P1,a,,2024-01-11,5,5,6,5,2,0",
        "P2,a,,,5,5,6,5,2,0",
        "P3,a,,2024-01-01,5,5,6,5,2,0",
        "PX,a,,2024-03-01,5,5,6,5,2,0",
    )
    assert np.isnan(part.table["imaging_pet_positive"]).all()
    assert part.notes == (
        "PET lesions of patients who are not in the cohort's table: 1",
        "PET lesions whose scan or first dose has no date, not used: 2",
        "PET lesions seen after the first dose, not used: 1",
    )
    nowhere = assembled(tmp_path, "P1,a,,2024-01-01,5,5,6,5,2,0", course={})
    assert np.isnan(nowhere.table["imaging_pet_positive"]).all()


def test_without_dates_the_scans_are_told_to_be_taken_as_of_baseline(tmp_path):
    part = assembled(
        tmp_path, "P1,a,4,4", header="patient_id,lesion_id,reader1_score,reader2_score\n"
    )
    np.testing.assert_array_equal(part.table["imaging_pet_positive"], [1, NAN, NAN])
    assert np.isnan(part.table["imaging_pet_suvmax_max"]).all()
    assert part.notes == (
        "PET lesions have no scan_date: they are taken as seen before the first dose",
    )


def test_contradictions_stand_at_the_patient(tmp_path):
    part = assembled(
        tmp_path,
        "P1,a,89Zr-trastuzumab,2024-01-02,5,5,6,6.1,2,0",
        "P1,b,89Zr-pertuzumab,2024-01-02,5,5,6,6,2,0",
        "P2,a,89Zr-trastuzumab,2024-01-02,5,5,6,6,2,0",
        "P2,a,89Zr-trastuzumab,2024-01-02,5,5,6,6,2,0",
        "P2,,89Zr-trastuzumab,2024-01-02,5,5,6,6,2,0",
    )
    assert {each.rule for each in part.problems} <= set(RULES)
    assert broken(part) == {
        ("imaging_pet_suvmax_max", "suv_peak_above_max"): [0],
        ("imaging_pet_positive", "missing_lesion_id"): [1],
        ("imaging_pet_positive", "duplicated_lesion"): [1],
        ("imaging_pet_positive", "several_tracers"): [0],
    }


def test_bad_cells_are_told_by_file_and_patient_and_never_read(tmp_path):
    part = assembled(
        tmp_path,
        "P1,a,,2024-01-02,6,5,6,5,2,0",
        "P2,a,,2024-01-02,4.5,5,-1,,2,maybe",
        "P2,b,,2.1.2024,4,0,,,2,0",
        "PX,a,,2024-01-02,9,5,6,5,2,0",
    )
    assert broken(part) == {
        # A score of 6 in the first patient, of 0 in the second.
        ("imaging_pet_positive", "out_of_range"): [0, 1],
        ("imaging_pet_positive", "not_a_score"): [1],
        ("imaging_pet_suvmax_max", "out_of_range"): [1],
        ("imaging_pet_suvmax_max", "not_a_boolean"): [1],
        ("imaging_pet_positive", "not_a_date"): [1],
    }
    rules = {(each.column, each.rule): (each.broken, each.first) for each in part.tallies}
    assert rules["reader1_score", "out_of_range"] == (2, 1)
    assert rules["reader1_score", "not_a_score"] == (1, 2)
    assert set(RULES) >= {rule for _, rule in rules}
    np.testing.assert_array_equal(part.table["imaging_pet_positive"], [NAN, NAN, NAN])


def test_the_order_of_rows_does_not_matter(tmp_path):
    rows = [
        "P1,a,x,2024-01-02,4,5,6,5,2,0", "P2,a,x,2024-01-02,3,5,2,1,,0",
        "P1,b,x,2024-01-02,2,,3,3,1,1", "P2,b,y,2024-01-02,5,5,,,,0",
    ]  # fmt: skip
    one, other = assembled(tmp_path, *rows), assembled(tmp_path, *rows[::-1])
    for name, values in one.table.items():
        np.testing.assert_array_equal(other.table[name], values, err_msg=name)
    assert broken(one) == broken(other)


def test_a_file_without_readers_is_refused(tmp_path):
    with pytest.raises(TableError, match="reader2_score"):
        assembled(tmp_path, "P1,a,4", header="patient_id,lesion_id,reader1_score\n")
