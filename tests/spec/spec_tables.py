"""Read the clinical tables of this folder: cells between bars, comments after '#'."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).parent


def read_spec(name: str) -> list[dict[str, str]]:
    """Rows of a table, header to cell."""
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.split("|")] for line in lines if "|" in line]
    header, *rows = [row for row in cells if not row[0].startswith("#")]
    return [dict(zip(header, row, strict=True)) for row in rows]


def number(cell: str) -> float:
    """A number; an empty cell is missing."""
    return float(cell) if cell else float("nan")


def code(cell: str, categories: tuple[str, ...]) -> int:
    """The code of a category; an empty cell is missing."""
    return categories.index(cell) if cell else -1
