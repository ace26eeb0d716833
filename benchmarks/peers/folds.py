"""Outer folds as files: the columns our pipeline reads, and who is tested when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from neopcr.validation import training_part

if TYPE_CHECKING:
    from neopcr.specs import Column
    from neopcr.validation import Plan
    from neopcr.workflows._prepare import Prepared


def write_folds(prepared: Prepared, plan: Plan, folder: Path) -> None:
    """Write ``fold_<k>_train.parquet``, with the outcome, and ``fold_<k>_test.parquet``, without.

    Parameters
    ----------
    prepared : Prepared
        The cohort.
    plan : Plan
        Of one repeat.
    folder : Path
        Made here; the files hold patients' values and are for a temporary folder.
    """
    folder.mkdir(parents=True)
    frame = columns_of(prepared).assign(row=np.arange(len(prepared.y)))
    [tests] = plan
    for number, test in enumerate(tests):
        train = training_part(test, len(frame))
        there = frame.iloc[train].assign(pcr=prepared.y[train].astype(int))
        there.to_parquet(folder / f"fold_{number}_train.parquet", index=False)
        frame.iloc[test].to_parquet(folder / f"fold_{number}_test.parquet", index=False)


def columns_of(prepared: Prepared) -> pd.DataFrame:
    """What the features are made of: numbers as they are, categories by name."""
    table = prepared.cohort.table
    return pd.DataFrame({
        column.name: _values(column, table[column.name]) for column in prepared.space.columns
    })  # fmt: skip


def _values(column: Column, values: np.ndarray) -> np.ndarray:
    if column.kind != "category":
        return values.astype(np.float64)
    names = np.array([*column.categories, None], dtype=object)
    return names[values]
