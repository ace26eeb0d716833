"""Workbooks: what is read of a sheet, and which workbooks are refused."""

from __future__ import annotations

import datetime as dt
import sys
import zipfile

import openpyxl
import pytest
from openpyxl.styles import PatternFill

from neopcr.cohort.readers import read_batches, read_header, read_table
from neopcr.config import FileForm
from neopcr.errors import TableError

NOON = dt.datetime.fromisoformat("2024-03-09T12:00")


def workbook(path, rows, title="patients", merged=(), **more):
    book = openpyxl.Workbook()
    book.active.title = title
    for name, others in {title: rows, **more}.items():
        sheet = book[name] if name == title else book.create_sheet(name)
        for row in others:
            sheet.append(row)
    for area in merged:
        book.active.merge_cells(area)
    book.save(path)
    return path


def refusal(path, columns=None, **form) -> str:
    with pytest.raises(TableError) as caught:
        read_table(path, columns, FileForm(**form))
    assert str(caught.value).startswith(str(path))
    return str(caught.value).removeprefix(str(path))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.xlsx"


def test_cells_are_read_as_they_are_stored(path):
    rows = [
        ["id", "ratio", "ki67", "sampled", "seen", "dose", "note"],
        ["P1", 2.15, 20, dt.date(2024, 3, 9), NOON, True, "2+"],
        [7, 0.3000000000000001, 1e-7, None, None, False, None],
    ]
    assert read_table(workbook(path, rows)).to_pylist() == [
        {"id": "P1", "ratio": "2.15", "ki67": "20", "sampled": "2024-03-09",
         "seen": "2024-03-09 12:00:00", "dose": "true", "note": "2+"},
        {"id": "7", "ratio": "0.3000000000000001", "ki67": "1e-07", "sampled": "", "seen": "",
         "dose": "false", "note": ""},
    ]  # fmt: skip


def test_only_the_wanted_columns_are_read_in_pieces(path, monkeypatch):
    monkeypatch.setattr("neopcr.cohort.header.text_rows.__defaults__", (4,))
    workbook(path, [["a", "b"], *([number, "x"] for number in range(10))])
    batches = list(read_batches(path, ["a", "z"]))
    assert [batch.num_rows for batch in batches] == [4, 4, 2]
    assert [cell.as_py() for batch in batches for cell in batch["a"]] == [str(n) for n in range(10)]
    assert "none of the columns" in refusal(path, ["z"])


def test_empty_rows_and_columns_are_no_data(path):
    workbook(path, [[], ["a", None, "b"], [], [1, None, 2], ["", None, None], [3]])
    assert read_table(path).to_pydict() == {"a": ["1", "3"], "b": ["2", ""]}
    assert read_header(path) == ("a", "b")


def test_a_sheet_without_rows_gives_one_empty_batch(path):
    workbook(path, [["a", "b"]])
    assert [batch.num_rows for batch in read_batches(path)] == [0]
    assert "it has no rows" in refusal(path)


def test_the_sheet_is_named_where_there_are_several(path):
    workbook(path, [["a"], [1]], other=[["b"], [2]])
    assert "it has 2 sheets (there is: 'patients', 'other'). Name one" in refusal(path)
    assert "there is no sheet 'third'" in refusal(path, sheet="third")
    assert read_table(path, form=FileForm(sheet="other")).to_pydict() == {"b": ["2"]}


def test_formulas_stop_only_where_they_are_asked_for(path):
    workbook(path, [["id", "a", "b"], ["P1", 1, "=B2*2"], ["P2", 2, "=B3*2"], [None, None, "=B4"]])
    assert read_table(path, ["id", "a"]).to_pydict() == {"id": ["P1", "P2"], "a": ["1", "2"]}
    said = refusal(path)
    assert said.startswith(": column 'b' has a formula (first at row 1). Replace the formulas")
    assert "a header is a formula" in refusal(workbook(path, [["=A1", "b"], [1, 2]]))


def test_merged_cells_are_refused_by_their_place(path):
    rows = [["id", "HER2", None], ["P1", "3+", 2.1], ["P2", "2+", 1.9]]
    said = refusal(workbook(path, rows, merged=["B1:C1"]))
    assert "headers are merged (cells B1:C1). Unmerge them and name every column" in said
    rows = [["id", "centre"], ["P1", "A"], ["P2", None]]
    said = refusal(workbook(path, rows, merged=["B2:B3"]))
    assert "cells are merged (B2:B3), so that all of them but the first are empty" in said
    rows = [[None, None], ["id", "b"], ["P1", 1]]
    assert read_table(workbook(path, rows, merged=["A1:B1"])).num_rows == 1
    # A title above the table is no matter of the table, if it is a sheet of its own.
    workbook(path, [["id"], ["P1"]], merged=(), title="data", notes=[["a long title", None]])
    assert read_table(path, form=FileForm(sheet="data")).num_rows == 1


def test_a_cell_without_a_header_is_told_by_its_column(path):
    workbook(path, [["id", None, "b"], ["P1", None, 2], ["P2", 5, 2]])
    assert "column B has no header, but a cell at row 2" in refusal(path)
    workbook(path, [["id"], ["P1", *[None] * 30, "x"]])
    assert "column AF has no header, but a cell at row 1" in refusal(path)
    assert "columns 1 and 2 have the same" in refusal(workbook(path, [["a", "a"], [1, 2]]))
    assert "the sheet is empty" in refusal(workbook(path, []))


def test_a_date_beyond_time_is_a_bad_cell_not_an_accident(path):
    book = openpyxl.Workbook()
    book.active.append(["day"])
    book.active.append([1e9])
    book.active["A2"].number_format = "yyyy-mm-dd"
    book.active["A2"].fill = PatternFill("solid", fgColor="FF0000")
    book.save(path)
    assert read_table(path).to_pydict() == {"day": ["#VALUE!"]}


def test_what_is_no_workbook_is_refused(path, monkeypatch):
    path.write_bytes(b"PK")
    assert "it is no workbook, or a damaged one" in refusal(path)
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert "it is encrypted, or of Excel's old format" in refusal(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "no workbook")
    assert "it is a damaged workbook" in refusal(path)
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert "workbooks need the extra `excel`. Install neopcr[excel]" in refusal(path)


def test_damage_inside_a_sheet_is_refused(path):
    workbook(path, [["a"], *([number] for number in range(500))])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"

    def written(content: bytes) -> str:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, whole in parts.items():
                archive.writestr(name, content if name == sheet else whole)
        return refusal(path)

    assert "damaged workbook" in written(parts[sheet][:3000])
    far = parts[sheet].replace(b'<row r="3"', b'<row r="99999999999"', 1)
    assert "it has more than 1,048,576 rows" in written(far)


def test_an_encrypted_part_is_refused(path):
    workbook(path, [["a"], [1]])
    content = bytearray(path.read_bytes())
    place = content.index(b"PK\x01\x02")
    content[place + 8] |= 1
    path.write_bytes(content)
    assert "it is encrypted. Save it without a password" in refusal(path)


def bomb(path, n_bytes, part="xl/worksheets/sheet1.xml"):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part, bytes(n_bytes))
    return path


def test_a_bomb_is_refused_before_it_is_inflated(path, monkeypatch):
    assert "it is far larger inside" in refusal(bomb(path, 20 << 20))
    assert path.stat().st_size < 30_000
    monkeypatch.setattr("neopcr.cohort.zip_sizes.MOST_BYTES", 1000)
    assert "it is far larger inside" in refusal(bomb(path, 2000))
    monkeypatch.setattr("neopcr.cohort.zip_sizes.MOST_SHARED", 100)
    assert "it is far larger inside" in refusal(bomb(path, 200, "xl/sharedStrings.xml"))
    monkeypatch.setattr("neopcr.cohort.zip_sizes.MOST_PARTS", 0)
    assert "it is far larger inside" in refusal(bomb(path, 20))


def test_a_bomb_that_lies_about_its_size_inflates_to_what_it_says(path):
    workbook(path, [["a"], *([number] for number in range(50_000))])
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        sheet = archive.getinfo("xl/worksheets/sheet1.xml")
    start = content.index(b"PK\x01\x02")
    while content[start + 46 : start + 46 + len(sheet.filename)] != sheet.filename.encode():
        start = content.index(b"PK\x01\x02", start + 4)
    content[start + 24 : start + 28] = (1000).to_bytes(4, "little")
    path.write_bytes(content)
    assert "it is a damaged workbook" in refusal(path)


def test_entities_that_grow_are_refused(path):
    workbook(path, [["a"], ["x"]])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    entities = "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' if n else '<!ENTITY e0 "ten chars.">'
        for n in range(10)
    )
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    head, _, rest = sheet.rpartition("<worksheet")
    grown = f"{head}<!DOCTYPE worksheet [{entities}]><worksheet{rest}".replace(
        "<sheetData>", '<sheetData><row r="1"><c r="A1" t="str"><v>&e9;</v></c></row>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, whole in parts.items():
            archive.writestr(name, grown if name.endswith("sheet1.xml") else whole)
    assert "it is a damaged workbook" in refusal(path)


@pytest.mark.data
def test_ispy1_is_read_from_its_own_workbook(data_dir):
    path = data_dir / "ispy1" / "ispy1_clinical_and_outcome.xlsx"
    patients = FileForm(sheet="predictors")
    table = read_table(path, ["SUBJECTID", "ERpos", "Her2MostPos"], patients)
    assert table.num_rows == len(set(table["SUBJECTID"].to_pylist())) == 221
    assert table["Her2MostPos"].to_pylist().count("1") == 67
    outcomes = read_table(path, form=FileForm(sheet="outcomes"))
    assert outcomes.num_rows == 221
    assert outcomes["PCR"].to_pylist().count("1") == 58
    # Two columns of the workbook are formulas, copied one row too far.
    assert "'HR_HER2_CATEGORY' has a formula" in refusal(path, sheet="predictors")


@pytest.mark.data
def test_the_calls_of_transneo_are_read_from_their_workbook(data_dir):
    path = data_dir / "transneo" / "supplementary_tables.xlsx"
    form = FileForm(sheet="Supplementary Table 2")
    assert read_table(path, ["Hugo_Symbol", "HGVSc"], form).num_rows == 16_134
