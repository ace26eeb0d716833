"""What a text tells of other columns: it fills what is empty, and never overwrites what is there."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cohort_files import config, write
from neopcr.cohort.build import build_cohort, read_cohort
from neopcr.cohort.contract import read_columns
from neopcr.cohort.grammars import GRAMMARS, NOTED, TELLS_MORE, TOLD_BY
from neopcr.cohort.stream import write_assembled
from neopcr.modalities import CONTRACT, find_column

NEGATIVE, POSITIVE, EQUIVOCAL = 0, 1, 2


def read(*names, **cells):
    columns = [CONTRACT[name] for name in (*cells, *names)]
    return read_columns(pa.table(cells), columns)


def noted(reading):
    return {(each.column, each.rule): each.rows.tolist() for each in reading.noted}


def test_an_ish_call_behind_a_score_fills_an_empty_call_and_never_overwrites_one():
    reading = read(
        her2_ihc=["2+/FISH+", "2+", "2+ ISH-", "2+/FISH+", "2+/FISH equivocal", "3+/FISH+"],
        her2_ish=["", "negative", "positive", "positive", "NA", "perhaps"],
    )
    assert reading.table["her2_ish"].tolist() == [
        POSITIVE, NEGATIVE, POSITIVE, POSITIVE, EQUIVOCAL, -1,
    ]  # fmt: skip
    assert reading.table["her2_ish"].dtype == np.int16
    assert noted(reading) == {
        ("her2_ish", "told_by_her2_ihc"): [0, 4],
        ("her2_ish", "contradicts_her2_ihc"): [2],
    }
    assert [(each.column, each.rule, each.rows.tolist()) for each in reading.problems] == [
        ("her2_ish", "unknown_category", [5])
    ], "a bad cell is not an empty one"


def test_a_ratio_behind_a_score_is_rounded_and_has_a_range():
    reading = read(
        her2_ihc=[
            "2+ FISH ratio 2.3",
            "2+ FISH ratio 2.3",
            "2+ FISH ratio 2.3",
            "2+ FISH ratio 60",
        ],
        her2_cep17_ratio=["", "2.34", "2.5", ""],
    )
    np.testing.assert_array_equal(reading.table["her2_cep17_ratio"], [2.3, 2.34, 2.5, np.nan])
    assert noted(reading) == {
        ("her2_cep17_ratio", "told_by_her2_ihc"): [0],
        ("her2_cep17_ratio", "contradicts_her2_ihc"): [2],
    }
    (problem,) = reading.problems
    assert (problem.column, problem.rule, problem.rows.tolist()) == (
        "her2_cep17_ratio", "out_of_range", [3],
    )  # fmt: skip


def test_a_regimen_tells_cycles_and_the_taxane_that_its_name_leaves_open():
    reading = read(
        "regimen_docetaxel",
        "regimen_nab_paclitaxel",
        regimen_assigned=["DHP x6", "wTHP", "TCbHP x6", "PCbHP", "THP", "TCbHP x6"],
        regimen_planned_cycles=["", "4", "6", "", "", "4"],
    )
    table = reading.table
    np.testing.assert_array_equal(table["regimen_planned_cycles"], [6, 4, 6] + [np.nan] * 2 + [4])
    # TCbHP is docetaxel by its name: nothing has to be told.
    np.testing.assert_array_equal(table["regimen_docetaxel"], [1, 0] + [np.nan] * 4)
    np.testing.assert_array_equal(table["regimen_nab_paclitaxel"], [0, 0] + [np.nan] * 4)
    assert noted(reading) == {
        ("regimen_docetaxel", "told_by_regimen_assigned"): [0, 1],
        ("regimen_nab_paclitaxel", "told_by_regimen_assigned"): [0, 1],
        ("regimen_planned_cycles", "told_by_regimen_assigned"): [0],
        ("regimen_planned_cycles", "contradicts_regimen_assigned"): [5],
    }


def test_cycles_of_a_regimen_that_was_given_are_not_those_planned():
    reading = read("regimen_planned_cycles", regimen_given_to_c2=["TCbHP x6"])
    assert "regimen_planned_cycles" not in reading.table
    assert reading.noted == ()


def test_what_nobody_asks_for_is_counted_once_a_row():
    reading = read(her2_ihc=["2+ FISH+ (ratio 2.3)", "2+", "2+/FISH-"])
    assert list(reading.table) == ["her2_ihc"]
    assert noted(reading) == {("her2_ihc", "rest_unused"): [0, 2]}


def test_what_texts_do_not_tell_makes_no_column():
    assert list(read("her2_ish", her2_ihc=["2+", "3+"]).table) == ["her2_ihc"]


def test_every_aside_is_declared_and_can_be_told():
    texts = {"her2_ihc": "2+ FISH+ (ratio 2.3)", "regimen_assigned": "DHP x6"}
    assert texts.keys() == TOLD_BY.keys()
    for source, text in texts.items():
        cell = GRAMMARS[source](text)
        assert cell.rule == TELLS_MORE
        assert tuple(sorted(cell.told)) == TOLD_BY[source]
        assert min(cell.told.values()) >= 0, "what is below zero would count as missing"
        assert {CONTRACT[name].landmark for name in cell.told} == {CONTRACT[source].landmark}
        assert {f"told_by_{source}", f"contradicts_{source}"} <= NOTED.keys()


CELLS = [
    ("2+/FISH+", "", "DHP x6"), ("2+", "", "THP"), ("2+/FISH-", "positive", "THP"),
    ("2+ FISH ratio 1.4", "", "wTHP x4"), ("3+", "", ""), ("0", "negative", "TCbHP x6"),
] * 2  # fmt: skip
FLOW = {
    "her2_ish: empty cells filled with what is written in her2_ihc: 2",
    "her2_ish: cells that differ from what is written in her2_ihc, kept as they are: 2",
    "her2_cep17_ratio: empty cells filled with what is written in her2_ihc: 2",
    "regimen_planned_cycles: empty cells filled with what is written in regimen_assigned: 6",
    "regimen_docetaxel: empty cells filled with what is written in regimen_assigned: 4",
    "regimen_nab_paclitaxel: empty cells filled with what is written in regimen_assigned: 4",
}


@pytest.fixture
def place(tmp_path):
    lines = ["patient_id,her2_ihc,her2_ish,regimen_assigned,pcr"]
    lines += [f"P{row},{','.join(cells)},{row % 2}" for row, cells in enumerate(CELLS)]
    write(tmp_path, "patients.csv", "\n".join(lines) + "\n")
    return tmp_path


def test_canonical_cohorts_are_filled_and_told(place):
    cohort, problems = read_cohort(place / "patients.csv", find_column)
    assert problems == ()
    calls = [POSITIVE, -1, POSITIVE, -1, -1, NEGATIVE] * 2
    assert cohort.table["her2_ish"].tolist() == calls
    names = [column.name for column in cohort.columns]
    assert names[:3] == ["her2_ihc", "her2_cep17_ratio", "her2_ish"]
    assert {step.reason for step in cohort.flow} >= FLOW


def test_a_mapped_column_tells_of_one_that_is_not_mapped(place):
    mapped = config(patients={"path": "patients.csv", "columns": {"her2_ihc": "her2_ihc"}})
    cohort, _ = build_cohort(mapped, find_column, landmark=None, mode="train", base=place)
    assert [column.name for column in cohort.columns] == [
        "her2_ihc", "her2_cep17_ratio", "her2_ish",
    ]  # fmt: skip
    assert cohort.table["her2_ish"].tolist() == [POSITIVE, -1, NEGATIVE, -1, -1, -1] * 2


@pytest.mark.parametrize("n_parts", [3, 7])
def test_the_number_of_parts_changes_no_byte(place, n_parts):
    one = write_assembled(config(), find_column, place / "one.csv", base=place, n_parts=1)
    many = write_assembled(config(), find_column, place / "many.csv", base=place, n_parts=n_parts)
    assert (place / "many.csv").read_bytes() == (place / "one.csv").read_bytes()
    assert (many.flow, many.n_columns) == (one.flow, one.n_columns)
    assert {step.reason for step in one.flow} >= FLOW


@pytest.mark.parametrize("cells", [("2+/FISH+", "2+ FISH ratio 1.4"), ("DHP", "TCbHP x6")])
def test_parts_that_are_told_different_things_offer_the_same_columns(tmp_path, cells):
    source = "her2_ihc" if "FISH" in cells[0] else "regimen_assigned"
    rows = [f"P{row},{cells[row % 2]},{row % 2}" for row in range(8)]
    write(tmp_path, "patients.csv", "\n".join([f"patient_id,{source},pcr", *rows]) + "\n")
    for n_parts in (1, 5, 40):
        path = tmp_path / f"{n_parts}.parquet"
        write_assembled(config(), find_column, path, base=tmp_path, n_parts=n_parts)
        assert pq.read_table(path).equals(pq.read_table(tmp_path / "1.parquet"))
