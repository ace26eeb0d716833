"""Laws of a check, on arbitrary tables: rows add up, their order does not matter, nothing escapes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from neopcr.cohort.plausibility import doubts
from neopcr.modalities import CONTRACT
from neopcr.workflows._examine import examine, source_of_cohort

NAMES = (
    "age_years", "tumor_diameter_mm", "ki67_percent", "her2_status", "regimen_assigned",
    "regimen_platinum", "ctdna_detected_c1", "first_dose_date", "surgery_date", "centre", "arm",
    "pcr",
)  # fmt: skip
written = st.one_of(
    st.none(),
    st.sampled_from(
        ["", "NA", "0", "1", "2.5", "44", "1e9", "-3", "positive", "TCbHP", "yes", "a", "b",
         "2024-03-09", "2999-01-01", "0001-01-01", "\x00", "\u0661", "nan", "inf"]
    ),
    st.text(max_size=6),
)  # fmt: skip
rows = st.lists(st.tuples(*[written] * (len(NAMES) + 1)), min_size=1, max_size=25)
quiet = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("laws")


def examined(folder, cells):
    columns = dict(zip(("patient_id", *NAMES), zip(*cells, strict=True), strict=True))
    table = {name: pa.array(values, pa.string()) for name, values in columns.items()}
    pq.write_table(pa.table(table), folder / "any.parquet")
    return examine(source_of_cohort(folder / "any.parquet", external=False))


@quiet
@given(cells=rows)
def test_rejected_and_kept_are_all_rows_and_no_row_is_both(folder, cells):
    found = examined(folder, cells)
    rejected = {int(row) + 1 for one in found.problems for row in one.rows}
    kept = set(found.cohort.row.tolist())
    assert rejected | kept == set(range(1, len(cells) + 1))
    assert not rejected & kept
    assert found.n_rows == len(cells)
    steps = found.cohort.flow
    assert sum(step.excluded for step in steps) == len(cells) - len(kept)
    assert all(one.first is None or 0 <= one.first < len(cells) for one in found.doubts)


@quiet
@given(cells=rows, random=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_row_s_rules_and_no_warning_s_count(folder, cells, random):
    order = list(range(len(cells)))
    random.shuffle(order)
    first, second = examined(folder, cells), examined(folder, [cells[row] for row in order])

    def broken(found, place):
        return {
            (place[int(row)], one.column, one.rule) for one in found.problems for row in one.rows
        }

    same = list(range(len(cells)))
    assert broken(first, same) == broken(second, order)
    warned = [
        sorted((one.rule, one.column, one.n) for one in found.doubts) for found in (first, second)
    ]
    assert warned[0] == warned[1]
    told = [
        [(one.column, one.known, one.n) for one in found.availability] for found in (first, second)
    ]
    assert told[0] == told[1]


def house(kind, column, n, random):
    if kind == "category":
        return np.array(
            [random.randint(-1, len(column.categories) - 1) for _ in range(n)], np.int16
        )
    if kind == "date":
        return np.array(
            [np.datetime64(random.randint(-800_000, 800_000), "D") for _ in range(n)],
            "datetime64[D]",
        )
    if kind == "text":
        return np.array([random.choice([None, "a", "b"]) for _ in range(n)], dtype=object)
    numbers = [np.nan, 0.0, 1.0, random.uniform(-1e6, 1e6), 1e-300, -1e300, 42.0]
    return np.array([random.choice(numbers) for _ in range(n)])


@quiet
@given(n=st.integers(0, 60), random=st.randoms(use_true_random=False))
def test_any_table_of_the_house_can_be_doubted_without_being_changed(n, random):
    columns = [random.choice(list(CONTRACT.values())) for _ in range(12)]
    columns = list({each.name: each for each in (*columns, CONTRACT["centre"])}.values())
    table = {each.name: house(each.kind, each, n, random) for each in columns}
    before = {name: values.copy() for name, values in table.items()}
    for one in doubts(table, columns):
        assert one.n <= n
        assert one.remedy
    for name, values in table.items():
        np.testing.assert_array_equal(values, before[name])
