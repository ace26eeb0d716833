"""Text files whose writing the config has to say: encodings, delimiters; nothing is guessed."""

from __future__ import annotations

import pytest

from neopcr.cohort.readers import read_batches, read_header, read_table
from neopcr.config import FileForm
from neopcr.errors import TableError


def refusal(path, **form) -> str:
    with pytest.raises(TableError) as caught:
        read_table(path, form=FileForm(**form))
    return str(caught.value).removeprefix(str(path))


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("windows-1252", "älter,“Ki-67”"),
        ("latin-1", "ja,größer"),
        ("cp1252", "ja,größer"),
        ("utf-16-le", "ja,größer"),
        ("gb18030", "浸润性导管癌,三阳性"),
        ("gbk", "浸润性导管癌,三阳性"),
        ("shift_jis", "乳癌,陽性"),
        ("UTF-8", "ja,größer"),
    ],
)
def test_a_declared_encoding_is_read(tmp_path, encoding, text):
    path = tmp_path / "a.csv"
    path.write_bytes(f"a,b\n{text}\n".encode(encoding))
    table = read_table(path, form=FileForm(encoding=encoding))
    assert [cell.as_py() for cell in (table["a"][0], table["b"][0])] == text.split(",")


def test_a_declared_encoding_is_held_against_the_bytes(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("a,b\n1,größer\n".encode("latin-1"))
    said = refusal(path)
    assert said == (
        ": the text is not UTF-8. Save it as UTF-8, or declare its `encoding` in the config "
        "(such as windows-1252)."
    )
    assert "the text is not ASCII" in refusal(path, encoding="ascii")
    # 0x81 is no character of Windows-1252.
    path.write_bytes(b"a,b\n1,\x81\n")
    assert "the text is not CP1252" in refusal(path, encoding="windows-1252")
    # So far down that only the parser meets it.
    path.write_bytes(b"a,b\n" + b"1,2\n" * 10_000 + b"1,\x81\n")
    assert "the text is not CP1252" in refusal(path, encoding="windows-1252")
    assert "the text is not UTF-8" in refusal(path)


@pytest.mark.parametrize(
    "declared", ["klingon", "utf-7", "rot13", "idna", "unicode_escape", "a\0b"]
)
def test_an_unknown_encoding_names_what_there_is(tmp_path, declared):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n1,2\n")
    assert "is not known. Use one such as utf-8" in refusal(path, encoding=declared)


def test_a_byte_order_mark_is_stronger_than_a_wrong_declaration(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("a,b\n1,2\n".encode("utf-16"))
    assert "its byte-order mark says UTF-16, not latin-1" in refusal(path, encoding="latin-1")
    assert read_header(path, FileForm(encoding="utf-16")) == ("a", "b")
    path.write_bytes(b"\xef\xbb\xbfa,b\n1,2\n")
    assert "mark says UTF-8, not windows-1252" in refusal(path, encoding="windows-1252")
    assert read_header(path, FileForm(encoding="utf-8")) == ("a", "b")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("a,b\n1,\0\n".encode("utf-16"), "it holds NUL bytes"),
        ('a,b\n1,"2\n'.encode("utf-16"), "never closed"),
        ("a,b\n1,2\n".encode("utf-16")[:-1], "the text is not UTF-16"),
        (b"\xff\xfe\x00\xd8\x00\xd8", "the text is not UTF-16"),
        (b"\xff\xfe\x00\x00a\x00\x00\x00", "it holds NUL bytes"),
    ],
)
def test_broken_utf16_is_refused(tmp_path, content, fault):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert fault in refusal(path)


def test_a_long_file_in_another_encoding_comes_in_pieces(tmp_path, monkeypatch):
    monkeypatch.setattr("neopcr.cohort.text_files.BLOCK_BYTES", 64)
    monkeypatch.setattr("neopcr.cohort.encoding._BLOCK_BYTES", 7)
    path = tmp_path / "a.csv"
    path.write_bytes(("a,b\n" + "größer,乳\n" * 100).encode("utf-16"))
    batches = list(read_batches(path))
    assert len(batches) > 5
    assert {cell.as_py() for batch in batches for cell in batch["b"]} == {"乳"}


def test_an_ambiguous_header_is_refused_until_it_is_declared(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id;Ki-67 (%, nuclei)\nP1;20\n")
    assert "its header may be separated by comma and semicolon. Declare" in refusal(path)
    assert read_header(path, FileForm(delimiter=";")) == ("id", "Ki-67 (%, nuclei)")
    # What stands in quotes separates nothing.
    path.write_text('id;"Ki-67 (%, nuclei)"\nP1;20\n')
    assert read_header(path) == ("id", "Ki-67 (%, nuclei)")


def test_a_suffix_that_names_its_delimiter_is_believed(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text("id\tsize, mm; longest\nP1\t20\n")
    assert read_header(path) == ("id", "size, mm; longest")
    path = tmp_path / "one.csv"
    path.write_text("id\nP1\n")
    assert read_table(path).to_pydict() == {"id": ["P1"]}


def test_rows_are_counted_from_below_whatever_stands_above_the_header(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("sep=;\nid;b\nP1;2\nP2\n")
    assert "(first at row 2)" in refusal(path)


def test_a_header_of_two_lines_and_one_without_end_are_refused(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_text('id,"HER2\n(2016)"\nP1,1\n')
    assert "a header goes over more than one line" in refusal(path)
    monkeypatch.setattr("neopcr.cohort.encoding.LONGEST_LINE", 100)
    path.write_text("a" * 101)
    assert "its first line is too long" in refusal(path)


def test_more_columns_than_a_table_has(tmp_path, monkeypatch):
    monkeypatch.setattr("neopcr.cohort.header.MOST_COLUMNS", 3)
    path = tmp_path / "a.csv"
    path.write_text("a,b,c,d\n1,2,3,4\n")
    assert "it has 4 columns, and more than 3 are not read" in refusal(path)


def test_a_row_that_ends_in_half_a_character(tmp_path, capfd):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 5000 + "1,2,größer".encode()[:-3])
    assert "the text is not UTF-8" in refusal(path)
    assert capfd.readouterr().err == ""
