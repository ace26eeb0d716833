"""NCT07239271, criterion by criterion: met, not met, unknown, and both sides of every bound."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from neopcr.modalities import find_column
from neopcr.trials import TRIALS, answers

TRIAL = TRIALS["nct07239271"]
COLUMNS = tuple(find_column(name) for each in TRIAL.criteria for name in each.columns)

ELIGIBLE = {
    "sex": "female", "age_years": 50, "ecog": 1, "tumor_diameter_mm": 32, "ct_stage": "T2",
    "cn_stage": "N1", "cm_stage": "M0", "her2_ihc": "3+", "er_percent": 60, "pgr_percent": 0,
    "ki67_percent": 35,
}  # fmt: skip

TABLE = """
criterion | changed                                   | answer  | why
I1        | age_years=18                              | met     | 18 is included
I1        | age_years=70                              | met     | 70 is included
I1        | age_years=71                              | not_met | above 70
I1        | sex=male                                  | not_met | female patients
I1        | age_years=                                | unknown | age not recorded
I1        | sex=male age_years=                       | not_met | one part decides
I2        | ecog=0                                    | met     | 0 or 1
I2        | ecog=2                                    | not_met | 0 or 1
I2        | ecog=                                     | unknown | not recorded
I3        | tumor_diameter_mm=20                      | not_met | above 20 mm, strictly
I3        | tumor_diameter_mm=20.1                    | met     | above 20 mm
I3        | tumor_diameter_mm=                        | unknown | not recorded
I5        | ct_stage=T1                               | not_met | T2-T4
I5        | ct_stage=T4                               | met     | T2-T4
I5        | cn_stage=                                 | unknown | N not recorded
I5        | cm_stage=                                 | unknown | M not recorded is not M0
I5        | cm_stage=M1                               | not_met | M0
I5        | cm_stage=M1 ct_stage=                     | not_met | M1 decides
I6        | her2_ihc=2+ her2_ish=positive             | met     | 2+ and ISH positive
I6        | her2_ihc=2+ her2_ish=negative             | not_met | 2+ and ISH negative
I6        | her2_ihc=2+                               | unknown | 2+ without ISH
I6        | her2_ihc=2+ her2_cep17_ratio=2.0 her2_copies_per_cell=4.0 | met     | group 1
I6        | her2_ihc=2+ her2_cep17_ratio=1.9 her2_copies_per_cell=3.9 | not_met | group 5
I6        | her2_ihc=1+ her2_ish=positive             | not_met | as written: neither 3+ nor 2+
I6        | her2_ihc=0                                | not_met | IHC 0
I6        | her2_ihc= her2_ish=positive               | unknown | no IHC score
I7        | ki67_percent=                             | unknown | a blank is not known
I7        | er_percent=0                              | met     | recorded, though 0
"""


def rows():
    for line in TABLE.strip().splitlines()[1:]:
        criterion, changed, answer, why = (cell.strip() for cell in line.split("|"))
        yield pytest.param(criterion, changed, answer, id=f"{criterion}: {changed} ({why})")


def patient(changed: str):
    cells = {**ELIGIBLE, **dict(part.split("=") for part in changed.split())}
    return {name: encoded(name, cell) for name, cell in cells.items()}


def encoded(name: str, cell):
    column = find_column(name)
    if column.kind == "category":
        return np.array([column.categories.index(cell) if cell else -1], dtype=np.int16)
    return np.array([np.nan if cell == "" else float(cell)])


def test_the_reference_patient_is_eligible():
    assert answers(TRIAL, patient(""), COLUMNS)["eligible"].tolist() == [1]


@pytest.mark.parametrize(("criterion", "changed", "answer"), list(rows()))
def test_criterion(criterion, changed, answer):
    found = answers(TRIAL, patient(changed), COLUMNS)
    value = {"met": 1.0, "not_met": 0.0, "unknown": np.nan}[answer]
    np.testing.assert_array_equal(found[criterion], [value])
    np.testing.assert_array_equal(found["eligible"], [value])


def test_a_soft_criterion_never_excludes():
    soft = replace(TRIAL, criteria=tuple(replace(c, hard=c.id != "I2") for c in TRIAL.criteria))
    found = answers(soft, patient("ecog=2"), COLUMNS)
    assert (found["I2"][0], found["eligible"][0]) == (0, 1)
