"""How the training patients were distributed, column by column, without showing any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from neopcr.specs import Column, FloatArray, Table

FEWEST_PATIENTS = 5
"""Patients that any edge, bin or level rests on [default of this project]."""

BINS = 10
"""Bins of a number column: deciles, where there are patients enough."""


def reference_distributions(table: Table, columns: Sequence[Column]) -> dict[str, dict[str, Any]]:
    """Distribution of every number, boolean and category column of a cohort.

    Parameters
    ----------
    table : mapping of str to array
        The training patients; an absent column has no entry.
    columns : sequence of Column
        Which to describe.

    Returns
    -------
    dict
        By column. Every entry has ``n`` patients and the share ``missing``. A number has ``edges``
        of bins, each the mean of the 5 values nearest a quantile, so that none rests on one patient;
        and ``counts`` of the bins they cut, one more than there are edges (a value on an edge
        stands in the bin above). A boolean or category has ``levels``, counts by level. No bin and
        no level has fewer than 5 patients; rarer levels are left out.

    Examples
    --------
    >>> from neopcr.specs import Column
    >>> grade = Column(name="grade", kind="number", description="", source="", modality="clinical")
    >>> reference_distributions({"grade": np.repeat([1.0, 2.0, np.nan], 10)}, [grade])
    {'grade': {'n': 30, 'missing': 0.3333333333333333, 'edges': [1.2], 'counts': [10, 10]}}
    """
    return {
        column.name: _describe(table[column.name], column)
        for column in columns
        if column.name in table and column.kind in {"number", "boolean", "category"}
    }


def _describe(values: NDArray[Any], column: Column) -> dict[str, Any]:
    missing = values < 0 if column.kind == "category" else np.isnan(values)
    known = values[~missing]
    entry: dict[str, Any] = {"n": len(values), "missing": float(missing.mean())}
    if column.kind == "number":
        return entry | _bins(np.sort(known))
    names = column.categories if column.kind == "category" else ("0", "1")
    counts = {name: int((known == level).sum()) for level, name in enumerate(names)}
    return entry | {"levels": {k: n for k, n in counts.items() if n >= FEWEST_PATIENTS}}


def _bins(ascending: FloatArray) -> dict[str, Any]:
    """Edges near quantiles, kept from the left as long as each bin has its patients."""
    n = len(ascending)
    edges: list[float] = []
    counts: list[int] = []
    below = 0
    for step in range(1, BINS):
        middle = round(step * n / BINS)
        first = min(max(middle - FEWEST_PATIENTS // 2, 0), n - FEWEST_PATIENTS)
        if first < 0:
            break
        edge = float(ascending[first : first + FEWEST_PATIENTS].mean())
        reached = int(np.searchsorted(ascending, edge))
        if reached - below >= FEWEST_PATIENTS and n - reached >= FEWEST_PATIENTS:
            edges.append(edge)
            counts.append(reached - below)
            below = reached
    last = [n - below] if n - below >= FEWEST_PATIENTS else []
    return {"edges": edges, "counts": counts + last}
