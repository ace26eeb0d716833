"""HER2-PET and the regimens' components as parts of a cohort that is assembled."""

from __future__ import annotations

import numpy as np
import pytest

from cohort_files import config, write
from neopcr.cohort.assemble import assemble
from neopcr.cohort.parts import take_apart
from neopcr.cohort.sources import find_sources
from neopcr.modalities import find_column
from neopcr.specs import Landmark

PATIENTS = (
    "patient_id,first_dose_date,regimen_assigned,regimen_platinum,pcr\n"
    "P1,2024-01-10,TCHP,1,1\nP2,2024-01-10,TCHP,0,0\nP3,2024-01-10,AC -> THP,,0\n"
)
LESIONS = (
    "patient_id,lesion_id,scan_date,reader1_score,reader2_score,suvmax,suvpeak\n"
    "P1,a,2024-01-02,5,4,6,5\nP2,a,2024-01-02,1,2,3,4\nP3,a,2024-02-02,5,5,6,5\n"
)


@pytest.fixture
def folder(tmp_path):
    write(tmp_path, "patients.csv", PATIENTS)
    write(tmp_path, "pet.csv", LESIONS)
    return tmp_path


def test_lesions_join_the_patients_and_contradictions_stand_at_their_rows(folder):
    found = assemble(config(pet="pet.csv"), find_column, base=folder, until=Landmark.baseline)
    np.testing.assert_array_equal(found.table["imaging_pet_positive"], [1, 0, np.nan])
    assert "imaging_pet_suvmax_max" in {column.name for column in found.columns}
    assert {(each.column, each.rule): each.rows.tolist() for each in found.problems} == {
        ("regimen_platinum", "regimen_contradicts_components"): [1],
        ("imaging_pet_suvmax_max", "suv_peak_above_max"): [1],
    }
    assert "PET lesions seen after the first dose, not used: 1" in found.notes


def test_the_lesions_are_part_of_the_fingerprint_and_kept_in_one_part(folder):
    with_pet, without = config(pet="pet.csv"), config()
    one = assemble(with_pet, find_column, base=folder, until=Landmark.baseline)
    other = assemble(without, find_column, base=folder, until=Landmark.baseline)
    assert one.fingerprint != other.fingerprint
    for each, parts in ((with_pet, 1), (without, 2)):
        sources = find_sources(each, folder)
        assert len(take_apart(sources, each, find_column, 2, folder)) == parts
