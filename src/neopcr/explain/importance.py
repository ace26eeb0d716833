"""What a model leans on over a whole cohort."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from neopcr.explain.cohort import Explanation
    from neopcr.specs import FloatArray

Level = Literal["features", "columns", "modalities"]


@dataclass(frozen=True, slots=True)
class Importance:
    """The mean absolute contribution of one feature, column or modality, in logits."""

    name: str
    value: float


def importance(explanation: Explanation, level: Level = "columns") -> tuple[Importance, ...]:
    """Rank by mean absolute contribution, largest first; ties keep the declared order.

    Parameters
    ----------
    explanation : Explanation
        Of a cohort.
    level : {"features", "columns", "modalities"}
        What is ranked. Contributions are summed to the level before they are made absolute, so
        two columns that cancel each other make a small modality.

    Returns
    -------
    tuple of Importance
        An importance says what moves the prediction; it is not a causal effect.
    """
    names, phi = _level(explanation, level)
    mean = np.abs(phi).mean(axis=0) if len(phi) else np.zeros(len(names))
    order = np.argsort(-mean, kind="stable")
    return tuple(Importance(names[i], float(mean[i])) for i in order)


def _level(explanation: Explanation, level: Level) -> tuple[tuple[str, ...], FloatArray]:
    return {
        "features": (explanation.feature_names, explanation.features),
        "columns": (explanation.column_names, explanation.columns),
        "modalities": (explanation.modality_names, explanation.modalities),
    }[level]
