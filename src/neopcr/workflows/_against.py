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
    from pathlib import Path

    from neopcr.config import Config
    from neopcr.specs import FloatArray
    from neopcr.workflows._prepare import Prepared


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
            message = f"{path.name}: there is no column '{name}'. It has: {table.column_names}."
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


def compare(rival: Rival, prepared: Prepared, p: FloatArray, *, seed: int) -> Comparison:
    """Compare on the patients both models predicted.

    Raises
    ------
    TableError
        If there is none.
    """
    both = np.array([name in rival.p for name in prepared.cohort.patient_id])
    if not both.any():
        message = "No patient of the cohort is among the other model's predictions. Check its ids."
        raise TableError(message)
    y, ours = prepared.y[both], p[both]
    theirs = np.array([rival.p[name] for name in prepared.cohort.patient_id[both]])
    rows = []
    for metric in METRICS.values():
        difference = paired_difference(metric, y, ours, theirs, seed=seed)
        rows.append(
            Difference(
                label=metric.title,
                first=estimate(metric, y, ours, seed=seed),
                second=estimate(metric, y, theirs, seed=seed),
                difference=difference,
                verdict=verdict(difference, metric),
            )
        )
    return Comparison(
        title=f"Against {rival.name}",
        note=f"On the {both.sum():,} of {len(both):,} patients that both models predicted.",
        first="This model",
        second=rival.name,
        rows=tuple(rows),
    )
