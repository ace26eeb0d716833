"""What the texts of a column tell of other columns: ``2+/FISH+`` of the ISH, ``DHP x6`` of cycles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from neopcr.cohort.cells import as_text
from neopcr.cohort.grammars import GRAMMARS, TELLS_MORE

if TYPE_CHECKING:
    from neopcr.specs import FloatArray, Problem


@dataclass(frozen=True, slots=True)
class Aside:
    """What the cells of one column tell of another.

    Parameters
    ----------
    source, target : str
        Where it is written, and what it is of.
    values : float array of shape (n_rows,)
        Numbers, or codes of a category; NaN where nothing is told. None is below zero.
    """

    source: str
    target: str
    values: FloatArray


def asides(raw: pa.Table | pa.RecordBatch, noted: Iterable[Problem]) -> list[Aside]:
    """Read what cells tell beside their own value; a target that none tells of is left out.

    Parameters
    ----------
    raw : pyarrow Table or RecordBatch
        Columns under their canonical names.
    noted : iterable of Problem
        What is noted of their cells; only those of the rule `TELLS_MORE` are read again.
    """
    return [
        Aside(each.column, target, _spread(told, target, each, raw.num_rows))
        for each in noted
        if each.rule == TELLS_MORE
        for told in (_told(raw, each),)
        for target in sorted({name for cell in told for name in cell})
    ]


def _told(raw: pa.Table | pa.RecordBatch, noted: Problem) -> list[Mapping[str, float]]:
    texts = as_text(raw[noted.column]).take(pa.array(noted.rows)).to_pylist()
    grammar = GRAMMARS[noted.column]
    told = {text: cell.told if (cell := grammar(text)) else {} for text in set(texts)}
    return [told[text] for text in texts]


def _spread(
    told: list[Mapping[str, float]], target: str, noted: Problem, n_rows: int
) -> FloatArray:
    values = np.full(n_rows, np.nan)
    values[noted.rows] = [cell.get(target, np.nan) for cell in told]
    return values
