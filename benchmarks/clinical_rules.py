"""Clinical rules, against the reading of the columns that they work on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from measure import Line, race

from neopcr.modalities import CONTRACT
from neopcr.oncology import her2
from neopcr.oncology.her2_input import COLUMNS, Her2Input

if TYPE_CHECKING:
    from study import Study

    from neopcr.specs import Column, Table


def lines(study: Study, *, quick: bool) -> Iterator[Line]:
    """Patients a second that each rule takes, columns in memory to every output in memory."""
    del study
    yield _her2(*(10_000, 1) if quick else (2_000_000, 7))


def _her2(n: int, rounds: int) -> Line:
    """Every column of HER2, half of it missing: more is known here than of any real cohort."""
    table = _draw([CONTRACT[name] for name in COLUMNS.values()], n)
    source = Path("her2.parquet")
    pq.write_table(pa.table({name: _cells(name, cells) for name, cells in table.items()}), source)
    given = Her2Input.from_table(table)
    her2.classify(given)  # decides every state, once for all cohorts
    timed = race(
        {"ours": partial(her2.classify, given), "reading": partial(pq.read_table, source)},
        rounds=rounds,
    )
    return Line(
        name="HER2 classification",
        value=n / timed["ours"].wall,
        unit="rows/s",
        baseline=n / timed["reading"].wall,
        n=n,
        cpu_per_wall=timed["ours"].cpu_per_wall,
        floor=0.33,
        note=(
            f"status, group, label, ultra-high ratio and flags (as bits) of {len(COLUMNS)} columns, "
            f"half of them missing, on one core; median of {rounds}; against pyarrow reading the "
            "same columns from parquet on all cores"
        ),
    )


def _draw(columns: list[Column], n: int) -> Table:
    """Cells within each column's range, with two decimals, half of them missing."""
    rng = np.random.default_rng(0)
    return {each.name: _column(each, n, rng) for each in columns}


def _column(column: Column, n: int, rng: np.random.Generator) -> np.ndarray:
    missing = rng.random(n) < 0.5
    if column.kind == "category":
        codes = rng.integers(0, len(column.categories), n)
        return np.where(missing, -1, codes).astype(np.int16)
    if column.kind == "boolean":
        return np.where(missing, np.nan, rng.integers(0, 2, n))
    # Ratios and copies straddle the bounds of the guideline.
    values = np.round(rng.uniform(0.5, min(column.high or 10.0, 100.0) / 5, n), 2)
    return np.where(missing, np.nan, values)


def _cells(name: str, cells: np.ndarray) -> pa.Array:
    """A column as a cohort on disk holds it: categories by name."""
    if CONTRACT[name].kind != "category":
        return pa.array(cells, mask=np.isnan(cells))
    names = np.array(CONTRACT[name].categories, dtype=object)
    return pa.array(names[cells], mask=cells < 0)
