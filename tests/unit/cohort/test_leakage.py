"""The leakage guard: each door, the single-column test, and its one exception."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cohort_files import COLUMNS, CORE, config, find_column, write
from neopcr.cohort import build_cohort, read_cohort, refuse_separating_features
from neopcr.cohort.leakage import refuse_columns, refuse_separating, separating
from neopcr.cohort.ranks import auroc
from neopcr.errors import TableError
from neopcr.specs import Cohort, Column, Landmark

NAN = np.nan


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


def test_codes_whose_order_means_nothing_are_levels():
    """RCB classes as 2 = none, 1 and 3 = some: no order of theirs separates, one code does."""
    codes = np.where(HALF == 1, 2.0, np.tile([1.0, 1.0, 3.0, 3.0], 15))
    assert 0.03 < auroc(codes, HALF) < 0.97
    with pytest.raises(TableError, match="'age_years' is refused"):
        refuse_separating(cohort(HALF, age_years=codes))


def test_patients_of_unknown_outcome_say_nothing():
    known = np.where(np.arange(60) < 40, HALF, NAN)
    assert separating(cohort(known, age_years=HALF * 10)) == ()
    assert separating(cohort(np.r_[HALF, NAN], age_years=np.r_[HALF, 0.0] * 10)) == ("age_years",)


def test_a_column_that_a_person_vouches_for_passes():
    leaky = cohort(HALF, age_years=HALF * 10 + NOISE, tumor_diameter_mm=HALF + NOISE / 10)
    reason = {"age_years": "adults were randomised by age"}
    with pytest.raises(TableError, match="'tumor_diameter_mm' is refused"):
        refuse_separating(leaky, reason)
    refuse_separating(leaky, {**reason, "tumor_diameter_mm": "measured before biopsy"})


def test_two_columns_that_say_it_only_together_are_caught_as_a_feature():
    """Each is noise; their difference is the outcome."""
    first = np.random.default_rng(1).normal(size=60) * 10
    second = first + HALF
    refuse_separating(cohort(HALF, age_years=first, tumor_diameter_mm=second))
    made_of = {"change": ("age_years", "tumor_diameter_mm")}
    change = {"change": second - first}
    with pytest.raises(TableError, match="feature 'change' is refused"):
        refuse_separating_features(change, HALF, made_of, {})
    refuse_separating_features(change, HALF, made_of, {"age_years": "vouched for"})
    gone = {"change": np.where(HALF == 1, NAN, first)}
    with pytest.raises(TableError, match="by its values or by where it is missing"):
        refuse_separating_features(gone, HALF, made_of, {})


def test_names_of_a_file_that_needs_no_mapping():
    refuse_columns([CORE["surgery_date"], COLUMNS["age_years"]])
    for name in ("imaging_rcb_class", "imaging_ypt", "imaging_pcr"):
        with pytest.raises(TableError, match=f"'{name}' is refused: its name says"):
            refuse_columns([find_column(name)])


def leaky_file(folder, header, value="1"):
    lines = [f"patient_id,pcr,age_years,{header}"]
    lines += [f"P{row},{row % 2},{40 + row % 30},{value}" for row in range(60)]
    write(folder, "patients.csv", "\n".join(lines) + "\n")


@pytest.mark.parametrize("header", ["imaging_rcb_class", "imaging_ypt_size", "imaging_residual"])
def test_the_door_of_canonical_headers(tmp_path, header):
    leaky_file(tmp_path, header)
    for columns in ({}, {header: header}):
        patients = {"path": "patients.csv", "columns": columns}
        with pytest.raises(TableError, match=f"'{header}' is refused: its name"):
            build_cohort(
                config(patients=patients), find_column, landmark=Landmark.baseline, mode="train",
                base=tmp_path,
            )  # fmt: skip


@pytest.mark.parametrize("header", ["RCB.class", "ypT", "Cycles received", "pcr", "pT stage"])
@pytest.mark.parametrize("key", ["age_years", "imaging_innocent"])
def test_the_door_of_mapped_headers(tmp_path, header, key):
    leaky_file(tmp_path, header)
    mapping = {"age_years": "age_years", key: {"source": "age_years", "times": [header]}}
    with pytest.raises(TableError, match=f"column '{header}' is refused: its name"):
        build_cohort(
            config(patients={"path": "patients.csv", "columns": mapping}), find_column,
            landmark=Landmark.baseline, mode="check", base=tmp_path,
        )  # fmt: skip


def test_the_door_of_an_innocent_name(tmp_path):
    lines = ["patient_id,pcr,age_years,imaging_texture"]
    lines += [f"P{row},{row % 2},{40 + row % 30},{row % 2 * 10 + row % 7}" for row in range(60)]
    write(tmp_path, "patients.csv", "\n".join(lines) + "\n")

    def build(**blocks):
        return build_cohort(
            config(**blocks), find_column, landmark=Landmark.baseline, mode="train", base=tmp_path
        )[0]

    with pytest.raises(
        TableError, match=r"column 'imaging_texture' is refused: alone.*`cohort.allow`"
    ):
        build()
    built = build(allow={"imaging_texture": "read before the biopsy, blinded"})
    assert built.flow[-1].reason == (
        "column imaging_texture separates the outcome and is used: read before the biopsy, blinded"
    )
    assert built.flow[-1].remaining == 60


def test_a_file_may_hold_later_columns_but_they_are_told(tmp_path):
    text = "patient_id,ctdna_detected_c1,ctdna_detected_c2,surgery_date\nP1,1,1,2024-01-01\n"
    path = write(tmp_path, "p.csv", text)
    cohort_, _ = read_cohort(path, find_column, landmark=Landmark.c1)
    assert [column.name for column in cohort_.columns] == ["ctdna_detected_c1", "surgery_date"]
    said = [step.reason for step in cohort_.flow]
    assert "columns known only after c1, not used: ctdna_detected_c2" in said
