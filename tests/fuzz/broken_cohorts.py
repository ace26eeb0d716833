"""Cohorts to be scored, broken on purpose, by seed: bytes, encodings, cells and types."""

from __future__ import annotations

import io
import random
from collections.abc import Callable

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from command_line import CANARY
from fuzz.broken_bundles import COLUMNS
from fuzz.broken_files import CHANGES, cut, flip, insert, noise, nul, shuffle

ROWS = 30
READ = COLUMNS[:6]
"""Columns of the cohort: each of another modality, and two genes."""

GIANT = 1 << 20
ODD_CELLS = ("", " ", "NaN", "inf", "-inf", "1e999", "1e-999", "0x1F", "1,5", "1 000", "٣", "é",
             "9" * 400, "-" * 400, '"', "'=1+1", "=cmd|' /C calc'!A0", "<script>alert(1)</script>",
             "\u202e", "\x1b[2J", "1\r2", "../../etc/passwd", "NULL", "true")  # fmt: skip


def rows() -> list[list[str]]:
    """Patients with cells in order; every identifier and the text of a free column are canaries."""
    cells = ("54.5", "3+", "1", "12.5", "0.3", "-0.2")
    return [[f"{CANARY}-{n}", *cells, f"{CANARY} note"] for n in range(ROWS)]


HEADER = ["patient_id", *READ, "note"]


def text(lines: list[list[str]], delimiter: str = ",") -> bytes:
    """Delimited text; a cell that needs quotes has them."""
    quoted = (
        delimiter.join(
            '"' + cell.replace('"', '""') + '"'
            if any(mark in cell for mark in (delimiter, '"', "\n", "\r"))
            else cell
            for cell in line
        )
        for line in lines
    )
    return "".join(f"{line}\n" for line in quoted).encode("utf-8", "surrogatepass")


def parquet(columns: dict[str, pa.Array], **how: object) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer, **how)
    return buffer.getvalue()


def arrays() -> dict[str, pa.Array]:
    """The cohort's columns as text."""
    return dict(zip(HEADER, map(pa.array, zip(*rows(), strict=True)), strict=True))


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in [HEADER, *rows()]:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


WHOLE: dict[str, bytes] = {
    "a.csv": text([HEADER, *rows()]),
    "a.tsv": text([HEADER, *rows()], "\t"),
    "a.parquet": parquet(arrays()),
    "a.xlsx": workbook(),
}


def odd_cells(dice: random.Random) -> tuple[str, bytes]:
    """Cells that are no number, no category, or enormous."""
    lines = [HEADER, *rows()]
    for _ in range(dice.choice((1, 5, 60))):
        line, place = dice.randrange(1, len(lines)), dice.randrange(len(HEADER))
        odd = dice.choice(ODD_CELLS)
        lines[line][place] = odd if dice.random() < 0.9 else "9" * dice.choice((5000, GIANT))
    return "a.csv", text(lines)


def odd_shape(dice: random.Random) -> tuple[str, bytes]:
    """Rows too long or too short, headers twice or absent, identifiers twice or empty."""
    lines = [list(HEADER), *rows()]
    change = dice.choice(("short", "long", "twice", "no id", "same", "blank", "wide", "one"))
    line = dice.randrange(1, len(lines))
    if change == "short":
        del lines[line][dice.randrange(1, 7) :]
    elif change == "long":
        lines[line] *= dice.choice((2, 500))
    elif change == "twice":
        lines[0][2] = lines[0][1]
    elif change == "no id":
        lines[0][0] = dice.choice(("id", "Patient_ID", " patient_id", ""))
    elif change == "same":
        lines[line][0] = lines[1][0]
    elif change == "blank":
        lines[line][0] = dice.choice(("", "  ", "\u00a0"))
    elif change == "wide":
        lines = [[*each, *map(str, range(3000))] for each in lines]
    else:
        lines = lines[: dice.randrange(2)]
    return dice.choice((("a.csv", text(lines)), ("a.tsv", text(lines, "\t"))))


TYPES: tuple[Callable[[int], pa.Array], ...] = (
    lambda n: pa.array([b"\xff\xfe"] * n),
    lambda n: pa.array([[1.0, 2.0]] * n),
    lambda n: pa.array([{"a": 1}] * n),
    lambda n: pa.array([2**63 - 1] * n, pa.int64()),
    lambda n: pa.array([2**64 - 1] * n, pa.uint64()),
    lambda n: pa.array([float("nan"), float("inf"), -float("inf")] * (n // 3)),
    lambda n: pa.array([True, None, False] * (n // 3)),
    lambda n: pa.array(range(n), pa.timestamp("us")),
    lambda n: pa.array([0] * n, pa.date32()),
    lambda n: pa.array([1] * n, pa.duration("s")),
    lambda n: pa.array(["1.5"] * n).dictionary_encode(),
    lambda n: pa.array([1] * n).cast(pa.decimal128(38, 0)),
    pa.nulls,
    lambda n: pa.array([1.5] * n, pa.float16()),
    lambda n: pa.array(["x" * GIANT] + ["1"] * (n - 1)),
)


def odd_types(dice: random.Random) -> tuple[str, bytes]:
    """A parquet file whose columns are of types that no cohort has."""
    columns = arrays()
    for _ in range(dice.choice((1, 2, 5))):
        columns[dice.choice(HEADER)] = dice.choice(TYPES)(ROWS)
    how = {"compression": dice.choice(("none", "snappy", "zstd", "gzip"))}
    return "a.parquet", parquet(columns, **how)


def anything(dice: random.Random) -> tuple[str, bytes]:
    """Bytes changed anywhere; sometimes under the name of another kind of file."""
    name = dice.choice(list(WHOLE))
    content = WHOLE[name]
    some = (cut, flip, flip, insert, shuffle, nul) if name == "a.parquet" else CHANGES
    for _ in range(dice.choice((1, 1, 2, 3))):
        content = dice.choice(some)(content, dice) if content else noise(content, dice)
    return (dice.choice(list(WHOLE)) if dice.random() < 0.1 else name), content


WAYS = (odd_cells, odd_shape, odd_types, anything, anything)


def broken(seed: int) -> tuple[str, bytes, str]:
    """Name, content and kind of the cohort of a seed."""
    dice = random.Random(seed)  # noqa: S311 - nothing secret
    way = dice.choice(WAYS)
    name, content = way(dice)
    return name, content, f"{way.__name__} {name}"
