"""A typical profile: a patient who does not exist, to show how a prediction is made up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from neopcr.specs import Column, Table

FEWEST = 5
"""Patients a published value must rest on."""


def typical_profile(columns: Sequence[Column], table: Table) -> Table:
    """Make one row of medians and most frequent levels.

    No real patient is shown: each column is summarised on its own, and a column known in fewer
    than five patients, or a level held by fewer than five, is left missing.

    Parameters
    ----------
    columns : sequence of Column
        What the profile holds; dates and text are left out.
    table : mapping of str to array
        Of the cohort; an absent column is left out.

    Returns
    -------
    mapping of str to array of shape (1,)
    """
    return {
        column.name: _typical(column, table[column.name])
        for column in columns
        if column.name in table and column.kind in {"number", "boolean", "category"}
    }


def _typical(column: Column, cells: NDArray[Any]) -> NDArray[Any]:
    known = cells[cells >= 0] if column.kind == "category" else cells[~np.isnan(cells)]
    if column.kind == "number":
        value = float(np.median(known)) if len(known) >= FEWEST else np.nan
        return np.array([value])
    levels, counts = np.unique(known, return_counts=True)
    if not len(levels) or counts.max() < FEWEST:
        return np.array([-1 if column.kind == "category" else np.nan], dtype=cells.dtype)
    return np.array([levels[np.argmax(counts)]], dtype=cells.dtype)
