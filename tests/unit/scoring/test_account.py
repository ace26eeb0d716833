"""Rules and flags of rows, without a model."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from neopcr.scoring.account import flags_of, is_missing, rules_of
from neopcr.specs import Column, Problem


def column(name, modality, kind="number"):
    return Column(name=name, kind=kind, description="", source="", modality=modality)


COLUMNS = (column("a1", "alpha"), column("b1", "beta"), column("b2", "beta"))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("number", np.array([1.0, np.nan])),
        ("boolean", np.array([0.0, np.nan])),
        ("category", np.array([0, -1], dtype="int16")),
        ("date", np.array(["2024-01-01", "NaT"], dtype="datetime64[D]")),
        ("text", np.array(["", None], dtype=object)),
    ],
)
def test_each_kind_has_its_way_of_being_missing(kind, values):
    columns = (column("x", "alpha", kind), column("absent", "alpha", kind))
    assert is_missing({"x": values}, columns, 2).tolist() == [[False, True], [True, True]]


def test_a_modality_is_missing_when_all_of_its_columns_are_and_none_is_bad():
    missing = np.array([
        [False, False, True],
        [False, True, True],
        [True, True, True],
        [True, True, True],
    ])  # fmt: skip
    problems = (Problem("b2", "out_of_range", np.array([3])),)
    assert flags_of(missing, COLUMNS, problems).to_pylist() == [
        "",
        "missing:beta",
        "missing:alpha;missing:beta",
        "missing:alpha",
    ]


def test_the_first_broken_rule_is_named():
    ids = pa.array(["a", None, "c", "d", "e", "f"])
    duplicated = np.array([False, True, True, False, False, False])
    problems = (
        Problem("a1", "out_of_range", np.array([2, 3])),
        Problem("b1", "not_a_number", np.array([3, 4])),
    )
    unknown = np.array([False, False, False, False, True, True])
    rule, scored = rules_of(ids, duplicated, problems, {"no_information": unknown})
    assert rule.to_pylist() == [
        "", "missing_id", "duplicate_id", "out_of_range:a1", "not_a_number:b1", "no_information",
    ]  # fmt: skip
    assert scored.tolist() == [True, False, False, False, False, False]


def test_a_batch_without_rows_has_no_flags():
    assert flags_of(np.ones((0, 3), dtype=bool), COLUMNS, ()).to_pylist() == []


def test_what_is_noted_of_a_cell_is_a_flag_of_its_row_but_for_a_unit():
    missing = np.array([[False, True, True], [False, False, False]])
    noted = (
        Problem("b1", "unmatched_regimen", np.array([0])),
        Problem("a1", "interval_middle", np.array([0, 1])),
        Problem("a1", "unit_written", np.array([0, 1])),
    )
    assert flags_of(missing, COLUMNS, (), noted).to_pylist() == [
        "interval_middle:a1;missing:beta;unmatched_regimen:b1",
        "interval_middle:a1",
    ]
