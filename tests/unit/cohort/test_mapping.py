"""Mapping: headers to canonical names, recodes, products, stacks."""

from __future__ import annotations

import pyarrow as pa
import pytest

from cohort_files import find_column, write
from neopcr.cohort.mapping import find_declared, read_wide
from neopcr.cohort.recode import recoded
from neopcr.config import WideTable
from neopcr.errors import ConfigError, TableError


def everything(_):
    return True


def mapped(*paths, keep=everything, also=(), **columns):
    wide = WideTable.model_validate({"path": "x.csv", "id": "ID", "columns": columns})
    return read_wide(paths, wide, find_column, keep=keep, also=dict(also))


def test_headers_get_canonical_names_and_the_rest_is_left(tmp_path):
    path = write(tmp_path, "a.csv", "ID,Age,ER,junk,y\nP1,44,1,x,0\nP2,45,-1,x,1\n")
    wide = mapped(
        path,
        also={"pcr": "y"},
        age_years="Age",
        er_status={"source": "ER", "recode": {1: "positive", -1: "negative"}},
    )
    assert wide.table.to_pydict() == {
        "patient_id": ["P1", "P2"],
        "age_years": ["44", "45"],
        "er_status": ["positive", "negative"],
        "pcr": ["0", "1"],
    }
    assert [column.name for column in wide.columns] == ["age_years", "er_status"]
    assert wide.ignored == ()
    assert wide.problems == ()


def test_without_a_mapping_headers_are_canonical_and_strangers_are_told(tmp_path):
    path = write(
        tmp_path, "a.csv", "patient_id,age_years,pcr,notes,imaging_x,,centre\nP1,44,1,a,2,,c\n"
    )
    wide = read_wide(
        [path], WideTable.model_validate({"path": "a.csv"}), find_column,
        keep=lambda column: column.name != "imaging_x", also={"pcr": "pcr"},
    )  # fmt: skip
    assert wide.table.column_names == ["patient_id", "age_years", "centre", "pcr"]
    assert wide.ignored == ("notes",)


def test_files_are_stacked_and_rows_keep_their_place(tmp_path):
    first = write(tmp_path, "a.csv", "ID,Age,ER\nP1,44,1\nP2,45,9\n")
    second = write(tmp_path, "b.csv", "ER,more,ID,Age\n9,x,P3,46\n1,x,P4,47\n")
    wide = mapped(
        first, second, age_years="Age", er_status={"source": "ER", "recode": {"1": "positive"}}
    )
    assert wide.table["patient_id"].to_pylist() == ["P1", "P2", "P3", "P4"]
    assert [(each.rule, each.rows.tolist()) for each in wide.problems] == [
        ("not_in_recode", [1, 2])
    ]
    assert wide.origin.place(1) == (first, 2)
    assert wide.origin.place(2) == (second, 1)
    with pytest.raises(IndexError):
        wide.origin.place(4)


def test_canonical_files_of_different_headers_are_stacked_too(tmp_path):
    first = write(tmp_path, "a.csv", "patient_id,age_years,pcr\nP1,44,1\n")
    second = write(tmp_path, "b.csv", "patient_id,ki67_percent\nP2,30\n")
    wide = read_wide(
        [first, second], WideTable.model_validate({"path": "a.csv"}), find_column,
        keep=everything, also={"pcr": "pcr"},
    )  # fmt: skip
    assert wide.table.to_pydict() == {
        "patient_id": ["P1", "P2"],
        "age_years": ["44", None],
        "pcr": ["1", None],
        "ki67_percent": [None, "30"],
    }


def test_units_are_noted_where_they_are_declared(tmp_path):
    path = write(tmp_path, "a.csv", "ID,Size,Ki\nP1,2.9,30\n")
    wide = mapped(
        path,
        tumor_diameter_mm={"source": "Size", "unit": "cm"},
        ki67_percent={"source": "Ki", "unit": "percent"},
    )
    assert wide.scale == {"tumor_diameter_mm": 10.0, "ki67_percent": 1.0}
    assert wide.declared_units == {"tumor_diameter_mm", "ki67_percent"}


def test_a_value_is_multiplied_by_other_headers(tmp_path):
    path = write(tmp_path, "a.csv", "ID,n,dx,dz\nP1,10,0.5,2\nP2,10,,2\nP3,ten,0.5,2\n")
    wide = mapped(path, imaging_volume_mm3={"source": "n", "times": ["dx", "dx", "dz"]})
    assert wide.table["imaging_volume_mm3"].to_pylist() == [5.0, None, None]
    assert [(each.rule, each.rows.tolist()) for each in wide.problems] == [("not_a_number", [2])]


def test_absent_headers_are_named_together(tmp_path):
    path = write(tmp_path, "a.csv", "ID,Age\nP1,44\n")
    with pytest.raises(TableError, match=r"a\.csv: it needs column\(s\) \['ER', 'Ki'\], which are"):
        mapped(path, age_years="Age", er_status="ER", ki67_percent="Ki")
    with pytest.raises(TableError, match=r"\['patient_id'\]"):
        read_wide(
            [path], WideTable.model_validate({"path": "a.csv"}), find_column,
            keep=everything,
        )  # fmt: skip


@pytest.mark.parametrize("name", ["age_yrs", "pcr", "patient_id"])
def test_only_columns_of_the_contract_can_be_mapped(tmp_path, name):
    path = write(tmp_path, "a.csv", "ID,Age\nP1,44\n")
    with pytest.raises(ConfigError, match=f"columns.{name} is not a column that can be mapped"):
        mapped(path, **{name: "Age"})


def test_find_declared():
    assert find_declared("centre", find_column).modality == "core"
    assert find_declared("age_years", find_column).modality == "clinical"
    assert find_declared("nonsense", find_column) is None


def test_a_recode_finds_numbers_by_value_and_may_say_missing():
    cells, broken = recoded(
        pa.chunked_array([["0.0", "0", " 9", "yes", "", None, "NA", "7"]]),
        {"0": "no", "9": None, "yes": 1.0},
    )
    assert cells.to_pylist() == ["no", "no", None, "1.0", None, None, None, None]
    assert broken["not_in_recode"].tolist() == [False] * 7 + [True]


def test_a_recode_may_give_an_empty_cell_a_meaning():
    cells, _ = recoded(pa.chunked_array([["", "x"]]), {"": "none", "x": "some"})
    assert cells.to_pylist() == ["none", "some"]
