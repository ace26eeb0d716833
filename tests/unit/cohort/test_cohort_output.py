"""Rejects and cohorts as files."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cohort_files import config, find_column, write
from neopcr.cohort import rejects
from neopcr.cohort.build import build_cohort, read_cohort
from neopcr.cohort.rejects import write_rejects
from neopcr.cohort.storage import to_arrow, write_cohort
from neopcr.cohort.stream import write_assembled
from neopcr.errors import TargetError
from neopcr.specs import Problem

PATIENTS = """patient_id,age_years,er_status,node_positive,centre,first_dose_date,pcr
007,44.5,positive,1,"A, north",2024-01-10,1
P2,,negative,0,,,0
P3,46,,,B,2024-01-10,
"""


def test_rejects_hold_row_column_and_rule_and_never_a_value(tmp_path):
    problems = [
        Problem("er_status", "unknown_category", np.array([4])),
        Problem("age_years", "not_a_number", np.array([4, 16])),
    ]
    path = write_rejects(problems, tmp_path / "rejects.csv")
    assert path.read_text() == (
        "row,column,rule\n5,age_years,not_a_number\n5,er_status,unknown_category\n"
        "17,age_years,not_a_number\n"
    )
    write_rejects([], path)
    assert path.read_text() == "row,column,rule\n"
    assert [each.name for each in tmp_path.iterdir()] == ["rejects.csv"]


@pytest.mark.parametrize("range_rows", [1, 3, 100])
def test_rejects_are_in_order_however_many_are_written_at_a_time(tmp_path, monkeypatch, range_rows):
    monkeypatch.setattr(rejects, "RANGE_ROWS", range_rows)
    rng = np.random.default_rng(0)
    problems = [
        Problem(column, rule, np.unique(rng.integers(0, 17, 9)))
        for column in ("b", "a")
        for rule in ("y", "x")
    ]
    expected = sorted(
        (int(row) + 1, each.column, each.rule) for each in problems for row in each.rows
    )
    lines = write_rejects(problems, tmp_path / "rejects.csv").read_text().splitlines()[1:]
    assert lines == [f"{row},{column},{rule}" for row, column, rule in expected]
    assert rejects.count_rejected(problems) == len({row for row, *_ in expected})
    assert rejects.count_rejected([]) == 0


@pytest.fixture
def cohort(tmp_path):
    write(tmp_path, "patients.csv", PATIENTS)
    return build_cohort(config(), find_column, landmark=None, mode="check", base=tmp_path)[0]


@pytest.mark.parametrize("name", ["cohort.parquet", "cohort.csv"])
def test_a_cohort_comes_back_identical(tmp_path, cohort, name):
    back, problems = read_cohort(write_cohort(cohort, tmp_path / name), find_column)
    assert problems == ()
    assert back.columns == cohort.columns
    assert list(back.table) == list(cohort.table)
    for column, values in cohort.table.items():
        assert back.table[column].dtype == values.dtype
        np.testing.assert_array_equal(back.table[column], values)
    assert back.patient_id.tolist() == ["007", "P2", "P3"]
    np.testing.assert_array_equal(back.pcr, [1, 0, np.nan])
    assert back.row.tolist() == [1, 2, 3]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_what_a_spreadsheet_would_run_is_escaped_in_a_csv_and_comes_back(tmp_path, suffix):
    given = ["@sum", "+1", "-1", "'=1", "''", "plain", "'tis", "a=b"]
    # Whoever reads "'=1" takes it for an escaped "=1", and "''" for a "'".
    meant = [*given[:3], "=1", "'", *given[5:]]
    lines = [f'"{each}",{40 + n},=A{n}' for n, each in enumerate(given)]
    write(tmp_path, "patients.csv", "\n".join(["patient_id,age_years,centre", *lines, ""]))
    target = tmp_path / f"cohort.{suffix}"
    written = write_assembled(config(), find_column, target, base=tmp_path)
    back, problems = read_cohort(target, find_column, mode="check")
    assert (back.patient_id.tolist(), problems) == (meant, ())
    assert back.table["centre"].tolist() == [f"=A{n}" for n in range(len(given))]
    if suffix == "parquet":
        assert written.escaped == 0
        assert pq.read_table(target)["patient_id"].to_pylist() == meant
    else:
        assert written.escaped == 6 + len(given)
        raw = target.read_text().replace('"', "").splitlines()[1:]
        assert not [cell for line in raw for cell in line.split(",") if cell[:1] in set("=+-@")]


def test_a_written_cohort_is_typed(cohort):
    schema = to_arrow(cohort).schema
    assert schema.field("er_status").type == pa.string()
    assert schema.field("node_positive").type == pa.bool_()
    assert schema.field("first_dose_date").type == pa.date32()
    assert schema.field("age_years").type == pa.float64()
    assert schema.field("pcr").type == pa.int8()


def test_targets_that_cannot_be_written(tmp_path, cohort):
    with pytest.raises(TargetError, match=r"written as \.parquet or \.csv"):
        write_cohort(cohort, tmp_path / "cohort.xlsx")
    absent = tmp_path / "absent"
    with pytest.raises(TargetError, match="there is no such folder"):
        write_cohort(cohort, absent / "cohort.csv")
    with pytest.raises(TargetError, match="there is no such folder"):
        write_rejects([], absent / "rejects.csv")
