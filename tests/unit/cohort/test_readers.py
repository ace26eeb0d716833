"""Files: what is read, and how what is broken is refused."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from neopcr.cohort.readers import read_batches, read_header, read_table
from neopcr.cohort.text_files import _Ragged
from neopcr.errors import TableError


def refusal(path: Path) -> str:
    with pytest.raises(TableError) as caught:
        read_table(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert message.endswith(".")
    return message.removeprefix(str(path))


def file_of(folder: Path, content: bytes, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_text_stays_text(tmp_path):
    path = file_of(tmp_path, b'id,grade,note\nP1,03,"a, b"\nP2,,NA\n')
    assert read_table(path).to_pydict() == {
        "id": ["P1", "P2"],
        "grade": ["03", ""],
        "note": ["a, b", "NA"],
    }


def test_only_the_wanted_columns_are_read(tmp_path):
    path = file_of(tmp_path, b"a,b,c\n1,2,3\n")
    assert read_table(path, ["c", "a", "z"]).to_pydict() == {"a": ["1"], "c": ["3"]}
    assert read_header(path) == ("a", "b", "c")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bom.csv", b"\xef\xbb\xbfa,b\n1,2\n"),
        ("crlf.csv", b"a,b\r\n1,2\r\n"),
        ("no_newline.csv", b"a,b\n1,2"),
        ("tabs.tsv", b"a\tb\n1\t2\n"),
        ("blank_lines.csv", b"a,b\n\n1,2\n\n"),
        ("quoted.CSV", b'"a","b"\n"1","2"\n'),
        ("semicolons.csv", b"a;b\n1;2\n"),
        ("tabs.csv", b"a\tb\n1\t2\n"),
        ("pipes.csv", b"a|b\n1|2\n"),
        ("excel.csv", b"sep=;\na;b\n1;2\n"),
        ("export.txt", b"# what a is\na\tb\n1\t2\n"),
        ("commas.txt", b"a,b\n1,2\n"),
        ("little.csv", "a,b\n1,2\n".encode("utf-16")),
        ("big.csv", b"\xfe\xff" + "a,b\r\n1,2\r\n".encode("utf-16-be")),
        ("excel.txt", "a\tb\r\n1\t2\r\n".encode("utf-16")),
        ("comments.maf", b"#version 2.4\n#made by hand\na\tb\n1\t2\n"),
    ],
)
def test_flavours_of_text_read_alike(tmp_path, name, content):
    path = file_of(tmp_path, content, name)
    assert read_table(path).to_pydict() == {"a": ["1"], "b": ["2"]}
    assert read_header(path) == ("a", "b")


def test_quotes_of_a_maf_are_ordinary_characters(tmp_path):
    path = file_of(tmp_path, b"a\tb\n5'\"flank\t2\n", "a.maf")
    assert read_table(path).to_pydict() == {"a": ["5'\"flank"], "b": ["2"]}


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "the file is empty"),
        (b"a,b\n", "it has no rows"),
        (b"\n\n", "its first line is no header"),
        (b"a,b,a\n1,2,3\n", "columns 1 and 3 have the same header"),
        (b"a,b\n1,2\n3,4,5\n6\n", "2 do not have them (first at row 2)"),
        (b"a,b\n1,\x00\n", "it holds NUL bytes"),
        (b"a,b\n1,\xe9\n", "the text is not UTF-8"),
        (b"a,b", "it has no rows, or one too long"),
        (b"a,\xe9\n1,2\n", "the text is not UTF-8"),
        (b'a,b\n1,"2\n3,4\n', "a quotation mark is opened and never closed"),
        (b"a," + b"b" * 200_000 + b"\n1,2\n", "its header cannot be read"),
    ],
)
def test_broken_text_is_refused_in_a_sentence(tmp_path, content, fault):
    assert fault in refusal(file_of(tmp_path, content))


def test_the_parser_is_told_to_go_on_after_a_ragged_line():
    # Arrow calls it from a thread of its own.
    ragged = _Ragged()
    assert ragged(SimpleNamespace(number=7)) == "skip"
    assert ragged.lines == [7]


def test_ragged_rows_are_counted_without_comments_and_blank_lines(tmp_path):
    path = file_of(tmp_path, b"#made by hand\na\tb\n1\t2\n\n3\n", "a.maf")
    assert "1 do not have them (first at row 2)" in refusal(path)


def test_a_file_without_any_column_that_is_asked_for(tmp_path):
    path = file_of(tmp_path, b"a,b\n1,2\n")
    with pytest.raises(TableError, match="none of the columns"):
        read_table(path, ["z"])


def test_a_message_never_quotes_a_row(tmp_path):
    message = refusal(file_of(tmp_path, b"id,grade\nP1,3\nsecret-patient,3,secret-value\n"))
    assert "secret" not in message


def test_a_comment_without_a_header_is_no_header(tmp_path):
    assert "no header" in refusal(file_of(tmp_path, b"#only this\n", "a.maf"))


def test_a_missing_file_and_an_unknown_suffix(tmp_path):
    assert "there is no such file" in refusal(tmp_path / "absent.csv")
    assert "there is no such file" in refusal(tmp_path)
    assert "no reader for files of this suffix (known: .csv" in refusal(
        file_of(tmp_path, b"x", "a.docx")
    )


def test_parquet_keeps_its_types(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"a": [1, None], "b": ["x", "y"]}), path)
    assert read_table(path, ["a"]).schema == pa.schema({"a": pa.int64()})
    assert read_header(path) == ("a", "b")


def test_texts_and_names_of_parquet_that_are_no_utf_8_are_refused(tmp_path):
    path = tmp_path / "a.parquet"
    for cell, name in (("\xff\xfe", "patient_id"), ("P1", "patient\xff")):
        texts = pa.array([cell.encode("latin-1")]).view(pa.string())
        pq.write_table(pa.table({"patient_id": texts}), path, use_dictionary=False)
        whole = path.read_bytes()
        path.write_bytes(whole.replace(b"patient_id", name.encode("latin-1").ljust(10, b"d")))
        assert "parquet file" in refusal(path)


def test_broken_parquet_is_refused(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"a": list(range(1000))}), path)
    whole = path.read_bytes()
    path.write_bytes(whole[:200])
    assert "not a readable parquet file" in refusal(path)
    damaged = whole[:4] + bytes(len(whole[4:300])) + whole[300:]
    path.write_bytes(damaged)
    assert "damaged parquet file" in refusal(path)
    pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"]), path)
    assert "columns 1 and 2 have the same header" in refusal(path)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_file_without_rows_gives_one_empty_batch(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    if suffix == "csv":
        path.write_text("a,b\n")
    else:
        pq.write_table(pa.table(dict.fromkeys("ab", pa.array([], pa.string()))), path)
    batches = list(read_batches(path, ["b"]))
    assert [batch.num_rows for batch in batches] == [0]
    assert batches[0].schema.names == ["b"]


def test_a_long_file_comes_in_pieces_and_in_order(tmp_path, monkeypatch):
    monkeypatch.setattr("neopcr.cohort.text_files.BLOCK_BYTES", 64)
    rows = [f"{number},x" for number in range(200)]
    path = file_of(tmp_path, "\n".join(["a,b", *rows]).encode())
    batches = list(read_batches(path))
    assert len(batches) > 5
    read = [int(cell) for batch in batches for cell in batch["a"].to_pylist()]
    assert read == list(range(200))


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    path = file_of(tmp_path, b"a,b\n1,2\n")

    def forbidden(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)
    assert "it cannot be opened (Permission denied)" in refusal(path)
