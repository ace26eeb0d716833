"""RECIST and HER2-PET as tables a radiologist can read."""

import numpy as np
import pytest

from neopcr.oncology import pet, recist
from spec.spec_tables import number, read_spec

RECIST = read_spec("recist.txt")
LESIONS = read_spec("her2_pet.txt")
PATIENTS = read_spec("her2_pet_patients.txt")


def missing(cell):
    return np.nan if cell == "?" else float(cell)


def responses(visits, new):
    cells = [visit.split() for visit in visits.split(";")]
    lesions = recist.Lesions(
        np.array([[missing(cell.removeprefix("n")) for cell in visit] for visit in cells]),
        np.array([cell.startswith("n") for cell in cells[0]]),
        np.array([0.0, *(missing(cell) for cell in new.split())]),
    )
    return [recist.RESPONSES[code] for code in recist.recist_response(lesions)]


@pytest.mark.parametrize("row", RECIST, ids=lambda row: f"{row['visits']} new {row['new']}")
def test_response(row):
    assert responses(row["visits"], row["new"]) == row["response"].split()


def column(name):
    return np.array([number(row[name]) for row in LESIONS])


@pytest.mark.parametrize("first", ["reader1", "reader2"])
def test_lesions(first):
    second = "reader1" if first == "reader2" else "reader2"
    readers = column(first), column(second)
    np.testing.assert_array_equal(pet.lesion_positive(*readers), column("positive"))
    np.testing.assert_array_equal(pet.readers_disagree(*readers), column("disagree"))
    suv_max, peak, liver = column("suv_max"), column("suv_peak"), column("liver")
    np.testing.assert_array_equal(pet.suv_positive(suv_max, liver), column("suv"))
    np.testing.assert_array_equal(pet.is_suv_impossible(suv_max, peak), column("invalid"))


@pytest.mark.parametrize("turn", [1, -1])
def test_patients(turn):
    rows = [
        (patient, *lesion.split())
        for patient, row in enumerate(PATIENTS)
        for lesion in row["lesions"].split(";")
        if lesion
    ][::turn]
    patient = np.array([row[0] for row in rows])
    numbers = [np.array([missing(row[place]) for row in rows]) for place in range(1, 5)]
    liver = np.array([{"L": 1.0, "B": 0.0, "?": np.nan}[row[5]] for row in rows])
    found = pet.by_patient(pet.LesionReads(patient, *numbers, liver), len(PATIENTS))
    for name, values in (
        ("positive", found.positive), ("lesions_read", found.lesions),
        ("positive_lesions", found.positive_lesions), ("disagree", found.disagreement),
        ("suv_max", found.suv_max), ("ratio", found.background_ratio),
    ):  # fmt: skip
        expected = [number(row[name]) for row in PATIENTS]
        np.testing.assert_array_equal(values, expected, err_msg=name)
