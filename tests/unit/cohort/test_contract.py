"""Cells and the contract: what parses, what breaks which rule, in text and in typed columns."""

from __future__ import annotations

import datetime as dt
import decimal

import numpy as np
import pyarrow as pa
import pytest

from cohort_files import COLUMNS
from neopcr.cohort.cells import as_text, parse_category, parse_number, parse_text
from neopcr.cohort.contract import (
    CORE,
    CORE_COLUMNS,
    out_of_range,
    parse,
    read_columns,
)
from neopcr.modalities import CONTRACT
from neopcr.oncology.regimen_names import REGIMEN_NAMES

NAT = np.datetime64("NaT", "D")


def one(name: str, cells: object):
    """Values of one column and the rows of each broken rule."""
    column = CORE.get(name) or COLUMNS[name]
    table, problems = parse(pa.table({name: cells}), [column])
    return table[name], {problem.rule: problem.rows.tolist() for problem in problems}


@pytest.mark.parametrize(
    ("cells", "expected", "bad"),
    [
        (["44", " 45.5 ", "", None, "NA", "4.6e1"], [44, 45.5, np.nan, np.nan, np.nan, 46], []),
        (["44", "+50", "050.", ".", "unknown"], [44, 50, 50, np.nan, np.nan], []),
        (["44", "45,5", "about 40", "inf", "1e999"], [44] + [np.nan] * 4, [1, 2, 3, 4]),
        (["44", "inf", "nan"], [44, np.nan, np.nan], [1]),
        (pa.array([44, None], pa.int32()), [44, np.nan], []),
        (pa.array([44.5, np.nan, np.inf]), [44.5, np.nan, np.nan], [2]),
        (pa.array([decimal.Decimal("44.5")]), [44.5], []),
        (pa.array([None, None]), [np.nan, np.nan], []),
        (pa.array(["44", "x"]).dictionary_encode(), [44, np.nan], [1]),
        (pa.array([dt.date(2024, 1, 1), None]), [np.nan, np.nan], [0]),
        (pa.array([["44"], None]), [np.nan, np.nan], [0]),
    ],
)
def test_numbers(cells, expected, bad):
    values, broken = one("age_years", cells)
    np.testing.assert_array_equal(values, expected)
    assert broken == ({"not_a_number": bad} if bad else {})


def test_a_boolean_column_may_stand_where_a_number_is_asked_for():
    values, broken = parse_number(pa.array([True, None]))
    np.testing.assert_array_equal(values, [1, np.nan])
    assert not broken["not_a_number"].any()


def test_range_includes_both_ends_and_is_told_apart():
    values, broken = one("age_years", ["18", "120", "17.9", "121", "old"])
    np.testing.assert_array_equal(values, [18, 120, np.nan, np.nan, np.nan])
    assert broken == {"not_a_number": [4], "out_of_range": [2, 3]}


def test_a_column_without_bounds_has_no_range():
    assert not out_of_range(np.array([-1e9, 1e9]), COLUMNS["ctdna_mean_vaf_c1"]).any()


def test_scale_comes_before_the_range():
    table, problems = parse(
        pa.table({"tumor_diameter_mm": ["2.9", "31"]}),
        [COLUMNS["tumor_diameter_mm"]],
        scale={"tumor_diameter_mm": 10.0},
    )
    np.testing.assert_allclose(table["tumor_diameter_mm"], [29, np.nan])
    assert [(each.rule, each.rows.tolist()) for each in problems] == [("out_of_range", [1])]


def test_booleans():
    values, broken = one("node_positive", ["1", "No", "TRUE", "y", "", "0.0", "maybe", None])
    np.testing.assert_array_equal(values, [1, 0, 1, 1, np.nan, 0, np.nan, np.nan])
    assert broken == {"not_a_boolean": [6]}
    for typed in (
        pa.array([True, False, None]),
        pa.array([1, 0, None]),
        pa.array([1.0, 0.0, None]),
    ):
        values, broken = one("node_positive", typed)
        np.testing.assert_array_equal(values, [1, 0, np.nan])
        assert broken == {}


def test_categories_ignore_case_and_never_guess():
    values, broken = one("er_status", ["Positive", " negative", "", "unknown", "pos", "1", None])
    assert values.dtype == np.int16
    assert values.tolist() == [1, 0, -1, -1, 1, -1, -1]
    assert broken == {"unknown_category": [5]}


def test_a_column_of_parquet_that_has_no_type_is_missing_in_every_row():
    nothing = pa.nulls(3)
    for name in ("er_status", "node_positive", "age_years"):
        table, problems, _ = read_columns(pa.table({name: nothing}), (COLUMNS[name],))
        assert problems == ()
        assert (table[name] == -1).all() if name == "er_status" else np.isnan(table[name]).all()


def test_a_category_that_is_called_like_a_missing_value_is_a_category():
    values, broken = parse_category(pa.array(["NA", "null"]), ("na",))
    assert values.tolist() == [0, -1]
    assert not broken["unknown_category"].any()


def test_regimens_are_read_by_their_synonyms_and_ambiguous_ones_told_apart():
    column = CONTRACT["regimen_assigned"]
    cells = pa.table({"regimen_assigned": ["TCHP", "tcbhp", "PH", "herbs", "", None]})
    table, problems, noted = read_columns(cells, [column])
    tcbhp = REGIMEN_NAMES.index("TCbHP")
    assert table["regimen_assigned"].tolist() == [tcbhp, tcbhp, -1, -1, -1, -1]
    assert [(each.rule, each.rows.tolist()) for each in problems] == [("ambiguous_regimen", [2])]
    assert [(each.rule, each.rows.tolist()) for each in noted] == [("unmatched_regimen", [3])]


def test_dates_are_iso_days_that_exist():
    cells = ["2024-02-29", "2023-02-29", "29.02.2024", "2024-2-29", "", None, "20240229"]
    values, broken = one("first_dose_date", cells)
    assert values.dtype == np.dtype("datetime64[D]")
    np.testing.assert_array_equal(values, [np.datetime64("2024-02-29"), *[NAT] * 6])
    assert broken == {"not_a_date": [1, 2, 3, 6]}


@pytest.mark.parametrize("kind", [pa.date32(), pa.timestamp("ns"), pa.timestamp("s")])
def test_typed_dates(kind):
    values, broken = one("first_dose_date", pa.array([dt.date(2024, 3, 9), None]).cast(kind))
    np.testing.assert_array_equal(values, [np.datetime64("2024-03-09"), NAT])
    assert broken == {}


def test_text_is_trimmed_and_empty_is_missing():
    values, _ = parse_text(pa.chunked_array([["a ", ""], [None, "NA"]]))
    assert values.tolist() == ["a", None, None, "NA"]
    assert values.dtype == object


def test_identifiers_may_be_numbers_or_nested_nonsense():
    assert as_text(pa.array([7, None])).to_pylist() == ["7", None]
    assert as_text(pa.array([7.0])).to_pylist() == ["7"]
    assert as_text(pa.array([{"a": 1}, None])).to_pylist() == ["{", None]
    assert as_text(pa.array([b"\xff\xfe"])).to_pylist() == ["{"]


def test_cells_of_a_type_without_distinct_values_are_no_category():
    codes, broken = parse_category(pa.array([{"a": 1}, None]), ("a",))
    assert codes.tolist() == [-1, -1]
    assert broken["unknown_category"].tolist() == [True, False]


def test_absent_columns_are_left_out_and_strange_ones_not_read():
    table, problems = parse(pa.table({"strange": ["x"]}), list(COLUMNS.values()))
    assert table == {}
    assert problems == ()


def test_core_columns_are_the_identifier_dates_and_outcome():
    kinds = {column.name: column.kind for column in CORE_COLUMNS}
    assert kinds["patient_id"] == kinds["centre"] == kinds["arm"] == "text"
    assert kinds["pcr"] == "boolean"
    assert {name for name, kind in kinds.items() if kind == "date"} == {
        "first_dose_date", "cycle2_date", "cycle3_date", "cycle4_date", "cycle5_date",
        "last_dose_date", "surgery_date", "recurrence_date", "death_date", "last_followup_date",
    }  # fmt: skip
