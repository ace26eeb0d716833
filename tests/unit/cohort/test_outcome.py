"""The outcome made of the stages after therapy: what decides, what is refused, what is told."""

from __future__ import annotations

import numpy as np
import pytest

from cohort_files import config, find_column, write
from neopcr.cohort.build import build_cohort
from neopcr.cohort.complaint import RULES
from neopcr.cohort.stream import write_assembled
from neopcr.errors import ConfigError, TableError

STAGES = ("ypT0,ypN0", "ypTis,ypN0", "0,0(i+)", "ypT1mi,", ",N1mi", "ypT0,", "TX,NX", "T0,n1a",
          "ypTis (DCIS), ypN0 (sn)", "NA,unknown")  # fmt: skip
NAN = np.nan


def built(tmp_path, cells=STAGES, mode="check", facts=(), **outcome):
    rows = [f"P{row},{each}" for row, each in enumerate(cells)]
    write(tmp_path, "patients.csv", "\n".join(["patient_id,T,N", *rows]) + "\n")
    files = config(outcome={"ypt": "T", "ypn": "N", **outcome}, facts=dict(facts))
    return build_cohort(files, find_column, landmark=None, mode=mode, base=tmp_path)


@pytest.mark.parametrize(
    ("outcome", "facts", "expected"),
    [
        ({}, {}, [1, 1, 0, 0, 0, NAN, NAN, 0, 1, NAN]),
        ({}, {"itc_is_pcr": True}, [1, 1, 1, 0, 0, NAN, NAN, 0, 1, NAN]),
        ({"definition": "ypT0 ypN0"}, {}, [1, 0, 0, 0, 0, NAN, NAN, 0, 0, NAN]),
        ({"definition": "ypT0/Tis"}, {}, [1, 1, 1, 0, NAN, 1, NAN, 1, 1, NAN]),
        ({"ypn": "", "definition": "ypT0/Tis"}, {}, [1, 1, 1, 0, NAN, 1, NAN, 1, 1, NAN]),
        ({"ypt": ""}, {}, [NAN, NAN, 0, NAN, 0, NAN, NAN, 0, NAN, NAN]),
    ],
)
def test_pcr_by_each_definition(tmp_path, outcome, facts, expected):
    cohort, problems = built(tmp_path, facts=facts, **outcome)
    np.testing.assert_array_equal(cohort.pcr, expected)
    assert problems == ()


def test_isolated_tumour_cells_are_counted_and_told_for_what_they_are_taken(tmp_path):
    told = {taken: built(tmp_path, facts={"itc_is_pcr": taken})[0].flow for taken in (False, True)}
    what = "patients with isolated tumour cells, ypN0(i+), taken as"
    assert f"{what} residual disease: 1" in {step.reason for step in told[False]}
    assert f"{what} none: 1" in {step.reason for step in told[True]}


@pytest.mark.parametrize("cells", ["cT0,ypN0", "ypT0,pN0", "ypT5,ypN0", "ypN0,ypN0", "T0 cN0,N0"])
def test_a_stage_before_therapy_or_of_nothing_is_a_bad_cell(tmp_path, cells):
    cohort, problems = built(tmp_path, [*STAGES, cells])
    assert [(each.column, each.rule, each.rows.tolist()) for each in problems] == [
        ("pcr", "not_a_yp_stage", [len(STAGES)])
    ]
    assert len(cohort.row) == len(STAGES)
    with pytest.raises(TableError, match=RULES["not_a_yp_stage"].split(",")[0]):
        built(tmp_path, [*STAGES, cells], mode="train")


def test_one_column_may_hold_both(tmp_path):
    cells = ["ypT0 ypN0,", "ypT1 N0,", "ypT0 N0(i+),"]
    cohort, _ = built(tmp_path, cells, ypn="T")
    np.testing.assert_array_equal(cohort.pcr, [1, 0, 0])


def test_a_definition_that_stages_do_not_know_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"ypT0/Tis ypN0, ypT0 ypN0, ypT0/Tis"):
        built(tmp_path, definition="RCB 0")


def test_a_table_without_stages_has_no_outcome(tmp_path):
    cohort, _ = built(tmp_path, ypt="U", ypn="M")
    assert np.isnan(cohort.pcr).all()
    with pytest.raises(TableError, match="`outcome`"):
        built(tmp_path, mode="train", ypt="U", ypn="M")


def test_the_outcome_s_stages_are_no_columns(tmp_path):
    write(tmp_path, "patients.csv", "patient_id,T,N\nP1,ypT0,ypN0\n")
    mapped = {"path": "patients.csv", "columns": {"imaging_x": "T"}}
    files = config(patients=mapped, outcome={"ypt": "T", "ypn": "N"})
    with pytest.raises(TableError, match="the outcome itself"):
        build_cohort(files, find_column, landmark=None, mode="train", base=tmp_path)


def test_the_number_of_parts_changes_no_byte(tmp_path):
    built(tmp_path)
    files = config(outcome={"ypt": "T", "ypn": "N"})
    for n_parts in (1, 4):
        path = tmp_path / f"{n_parts}.csv"
        write_assembled(files, find_column, path, base=tmp_path, n_parts=n_parts)
    assert (tmp_path / "4.csv").read_bytes() == (tmp_path / "1.csv").read_bytes()
