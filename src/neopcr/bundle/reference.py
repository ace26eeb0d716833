"""How the training patients were distributed, column by column, without showing any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr.bundle.between_centres import between_centres
from neopcr.specs import Column

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from neopcr.specs import FloatArray, IntArray, Table

FEWEST_PATIENTS = 5
"""Patients that any edge, bin or level rests on [default of this project]."""

BINS = 10
"""Bins of a number column: deciles, where there are patients enough."""

P_PCR = Column(
    name="p_pcr", kind="number", description="Predicted probability of pCR.", source="neopcr",
    modality="score",
)  # fmt: skip
"""The score, whose distribution is remembered beside those of the columns."""


def reference_distributions(
    table: Table, columns: Sequence[Column], centre: IntArray | None = None
) -> dict[str, dict[str, Any]]:
    """Distribution of every number, boolean and category column of a cohort.

    Parameters
    ----------
    table : mapping of str to array
        The training patients; an absent column has no entry.
    columns : sequence of Column
        Which to describe.
    centre : int array of shape (n_patients,), optional
        Code of each patient's centre; negative where not known.

    Returns
    -------
    dict
        By column. Every entry has ``n`` patients and the share ``missing``. A number has ``edges``
        of bins, each the mean of the 5 values nearest a quantile, so that none rests on one patient;
        and ``counts`` of the bins they cut, one more than there are edges (a value on an edge
        stands in the bin above). A boolean or category has ``levels``, counts by level. No bin and
        no level has fewer than 5 patients; rarer levels are left out. ``centres`` says by ``values``
        and ``missing`` how far centres differ; see `between_centres`.

    Examples
    --------
    >>> from neopcr.specs import Column
    >>> grade = Column(name="grade", kind="number", description="", source="", modality="clinical")
    >>> told = reference_distributions({"grade": np.repeat([1.0, 2.0, np.nan], 10)}, [grade])
    >>> told["grade"]["edges"], told["grade"]["counts"], round(told["grade"]["missing"], 3)
    ([1.2], [10, 10], 0.333)
    """
    told: dict[str, dict[str, Any]] = {}
    for column in columns:
        if column.name in table and column.kind in {"number", "boolean", "category"}:
            values = table[column.name]
            nowhere = np.full(len(values), -1) if centre is None else centre
            told[column.name] = entry = _describe(values, column)
            codes, _ = binned(values, column, entry)
            entry["centres"] = {
                "values": between_centres(codes, nowhere),
                "missing": between_centres((codes >= 0).astype(np.int64), nowhere),
            }
    return told


def binned(
    values: NDArray[Any], column: Column, entry: Mapping[str, Any]
) -> tuple[IntArray, IntArray]:
    """Bin of each value, as a column's reference cuts them, and the reference's counts.

    Parameters
    ----------
    values : array of shape (n_patients,)
        As in `neopcr.specs`.
    column : Column
    entry : mapping
        From `reference_distributions`.

    Returns
    -------
    codes : int array of shape (n_patients,)
        -1 where missing.
    counts : int array of shape (n_bins,)
        Of the reference. Levels that it leaves out share the last bin.
    """
    known = values >= 0 if column.kind == "category" else ~np.isnan(values)
    if column.kind == "number":
        place = np.searchsorted(entry["edges"], values, side="right")
        return np.where(known, place, -1), np.array(entry["counts"], dtype=np.int64)
    names = levels_of(column)
    kept = list(entry["levels"])
    to_bin = np.array([kept.index(name) if name in kept else len(kept) for name in names])
    codes = np.full(len(values), -1)
    codes[known] = to_bin[values[known].astype(np.int64)]
    rest = round(entry["n"] * (1 - entry["missing"])) - sum(entry["levels"].values())
    return codes, np.array([*entry["levels"].values(), rest], dtype=np.int64)


def levels_of(column: Column) -> tuple[str, ...]:
    """Levels of a category or boolean column, in the order of their codes."""
    return column.categories if column.kind == "category" else ("0", "1")


def _describe(values: NDArray[Any], column: Column) -> dict[str, Any]:
    missing = values < 0 if column.kind == "category" else np.isnan(values)
    known = values[~missing]
    entry: dict[str, Any] = {"n": len(values), "missing": float(missing.mean())}
    if column.kind == "number":
        return entry | _bins(np.sort(known))
    counts = {name: int((known == level).sum()) for level, name in enumerate(levels_of(column))}
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
