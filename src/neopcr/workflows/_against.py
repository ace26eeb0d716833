"""Another model's predictions, set beside ours on the same patients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from neopcr.cohort import read_table
from neopcr.errors import TableError
from neopcr.metrics import METRICS
from neopcr.report import Comparison, Difference
from neopcr.validation import estimate, paired_difference, verdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from neopcr.config import Config
    from neopcr.specs import BoolArray, FloatArray, Metric
    from neopcr.workflows._prepare import Prepared


IN_GROUPS = ("auroc", "brier")


@dataclass(frozen=True, slots=True)
class Rival:
    """Another model's predictions, by patient identifier."""

    name: str
    p: dict[str, float]


def read_rival(path: Path, config: Config, column: str) -> Rival:
    """Read another model's predictions.

    Parameters
    ----------
    path : Path
        csv or parquet; its identifier stands under the config's header.
    config : Config
        Names that header.
    column : str
        Header of the predicted probability of pCR.

    Raises
    ------
    TableError
        If a header is absent, a patient stands twice, or a prediction is not in [0, 1].
    """
    header = config.cohort.patients.id
    table = read_table(path)
    for name in (header, column):
        if name not in table.column_names:
            message = f"{path.name}: there is no column '{name}'. Correct its header."
            raise TableError(message)
    identifiers = pc.cast(table[header], pa.string()).to_pylist()
    if len(set(identifiers)) < len(identifiers):
        message = f"{path.name}: a patient stands there twice. Leave one prediction each."
        raise TableError(message)
    return Rival(column, dict(zip(identifiers, _probabilities(table, column, path), strict=True)))


def _probabilities(table: pa.Table, column: str, path: Path) -> list[float]:
    try:
        values = pc.cast(table[column], pa.float64()).to_numpy()
    except pa.ArrowInvalid:
        message = f"{path.name}: {column} holds text. A prediction is a number in [0, 1]."
        raise TableError(message) from None
    outside = ~((values >= 0) & (values <= 1))
    if outside.any():
        message = (
            f"{path.name}: {column} must lie in [0, 1], but {outside.sum()} of {len(values)} rows "
            f"do not (first at row {np.argmax(outside) + 1}). Mend or remove them."
        )
        raise TableError(message)
    return [float(value) for value in values]


def compare(
    rival: Rival,
    prepared: Prepared,
    p: FloatArray,
    groups: Mapping[str, BoolArray],
    *,
    seed: int,
) -> Comparison:
    """Compare on the patients both models predicted: all of them, then each group.

    Raises
    ------
    TableError
        If there is none.
    """
    both = np.array([name in rival.p for name in prepared.cohort.patient_id])
    if not both.any():
        message = "No patient of the cohort is among the other model's predictions. Check its ids."
        raise TableError(message)
    theirs = np.array([rival.p.get(name, np.nan) for name in prepared.cohort.patient_id])
    rows = [
        _row(metric, label, (prepared.y[mask & both], p[mask & both], theirs[mask & both]), seed)
        for label, mask in {"All patients": both, **groups}.items()
        for metric in METRICS.values()
        if metric.bootstrap  # a difference is nothing without its interval
        if label == "All patients" or metric.name in IN_GROUPS
    ]
    return Comparison(
        title=f"Against {rival.name}",
        note=f"On the {both.sum():,} of {len(both):,} patients that both models predicted.",
        first="This model",
        second=rival.name,
        rows=tuple(rows),
    )


def _row(
    metric: Metric, label: str, data: tuple[FloatArray, FloatArray, FloatArray], seed: int
) -> Difference:
    y, ours, theirs = data
    difference = paired_difference(metric, y, ours, theirs, group=label, seed=seed)
    return Difference(
        label=label,
        first=estimate(metric, y, ours, group=label, seed=seed),
        second=estimate(metric, y, theirs, group=label, seed=seed),
        difference=difference,
        verdict=verdict(difference, metric),
    )
