"""The leakage guard's words and its single-column test."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cohort_files import COLUMNS, CORE
from neopcr.cohort.leakage import auroc, is_outcome_derived, refuse_separating
from neopcr.errors import TableError
from neopcr.specs import Cohort, Column

NAN = np.nan


@pytest.mark.parametrize(
    "name",
    [
        "RCB", "rcb_class", "RCB.score", "ypT", "ypN0", "ypt_stage", "pCR", "pCR.RD", "imaging_pcr",
        "resp.pCR", "resp.Chemosensitive", "surgery_type", "date of surgery", "cycles_given",
        "cycles received", "Chemo.NumCycles", "Trast.NumCycles", "Chemo.Issue", "recurrence",
        "Recurrence date", "relapse_free", "genomic_residual_size", "DFS", "death",
    ],
)  # fmt: skip
def test_names_that_the_outcome_gives(name):
    assert is_outcome_derived(name)


@pytest.mark.parametrize(
    "name",
    [
        "Age.at.diagnosis", "genomic_recurrence_score", "ddpcr_assay", "regimen_planned_cycles",
        "expression_rcbtb1", "cycle2_date", "response_signature", "grade", "HRD.sum", "Danaher.T.cells",
    ],
)  # fmt: skip
def test_names_that_it_does_not(name):
    assert not is_outcome_derived(name)


def cohort(pcr, **table):
    table = {name: np.asarray(values) for name, values in table.items()}
    return Cohort(
        table=table,
        columns=tuple(COLUMNS.get(name) or CORE[name] for name in table),
        patient_id=np.array(["x"] * len(pcr), dtype=object),
        row=np.arange(len(pcr)) + 1,
        pcr=np.asarray(pcr, dtype=float),
    )


HALF = np.array([0.0, 1.0] * 30)
NOISE = np.tile([3.0, 5.0, 4.0], 20)
TEXT = np.array(["a"] * 60, dtype=object)


def test_noise_passes():
    refuse_separating(cohort(HALF, age_years=NOISE, centre=TEXT, node_positive=NOISE > 3.5))


@pytest.mark.parametrize(
    "table",
    [
        {"age_years": HALF * 10 + NOISE},
        {"age_years": -HALF * 10 - NOISE},
        {"node_positive": 1 - HALF},
        {"er_status": HALF.astype(np.int16)},
        {"er_status": np.where(HALF == 1, -1, 0).astype(np.int16)},
        {"age_years": np.where(HALF == 1, NOISE, NAN)},
    ],
)
def test_a_column_or_its_missingness_that_says_the_outcome_is_refused(table):
    with pytest.raises(TableError, match=f"'{next(iter(table))}' is refused"):
        refuse_separating(cohort(HALF, **table))


def test_the_limits_of_the_single_column_test():
    refuse_separating(cohort(HALF[:49], age_years=HALF[:49]))
    few = np.array([1.0] * 4 + [0.0] * 56)
    refuse_separating(cohort(few, age_years=few))
    with pytest.raises(TableError):
        refuse_separating(cohort(HALF[:50], age_years=HALF[:50]))
    enough = np.array([1.0] * 5 + [0.0] * 55)
    with pytest.raises(TableError):
        refuse_separating(cohort(enough, age_years=enough))


def test_core_columns_and_known_patients_only():
    refuse_separating(cohort(HALF, centre=np.where(HALF == 1, TEXT, None)))
    # Perfect among 40 known patients: too few to say.
    values = np.where(np.arange(60) < 40, HALF, NAN)
    refuse_separating(cohort(HALF, age_years=values))


def test_text_is_looked_at_for_its_missingness_only():
    note = Column(name="note", kind="text", description="", source="", modality="x")
    said = np.array(["reached" if reached else "residual" for reached in HALF], dtype=object)
    known = replace(cohort(HALF), table={"note": said}, columns=(note,))
    refuse_separating(known)
    missing = replace(known, table={"note": np.where(HALF == 1, said, None)})
    with pytest.raises(TableError, match="'note' is refused"):
        refuse_separating(missing)


def test_auroc_of_ties_and_of_a_perfect_column():
    assert auroc(np.array([1, 2, 3, 4]), np.array([0, 0, 1, 1])) == 1
    assert auroc(np.array([1, 1, 1, 1]), np.array([0, 0, 1, 1])) == 0.5
    assert auroc(np.array([1, 3, 2, 4]), np.array([0, 0, 1, 1])) == 0.75
