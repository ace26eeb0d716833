"""One fold plan for all landmarks, so that what each adds is seen on the same patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neopcr.validation import fold_plan

if TYPE_CHECKING:
    from neopcr.config import Config
    from neopcr.specs import FloatArray, IntArray
    from neopcr.validation import Plan
    from neopcr.workflows._prepare import Prepared


def common_plan(config: Config, prepared: Sequence[Prepared]) -> list[Plan]:
    """Draw folds over every patient, and hand each landmark those of its own patients.

    Parameters
    ----------
    config : Config
        Its resampling and seed are used.
    prepared : sequence of Prepared
        One a landmark.

    Returns
    -------
    list of Plan
        One a landmark, in 0-based positions of its own cohort.
    """
    y, groups = _union(prepared)
    rows = np.array(sorted(y), dtype=np.int64)
    resampling = config.resampling
    plan = fold_plan(
        np.array([y[row] for row in rows]),
        folds=resampling.outer_folds,
        repeats=resampling.repeats,
        seed=config.seed,
        groups=None if resampling.group is None else np.array([groups[row] for row in rows]),
    )
    return [
        tuple(
            tuple(np.flatnonzero(np.isin(each.cohort.row, rows[fold])) for fold in repeat)
            for repeat in plan
        )
        for each in prepared
    ]


def _union(prepared: Sequence[Prepared]) -> tuple[dict[int, float], dict[int, str]]:
    """Outcome and group of every patient of any landmark, by row of the input."""
    y: dict[int, float] = {}
    groups: dict[int, str] = {}
    for each in prepared:
        rows = each.cohort.row.tolist()
        y.update(zip(rows, each.y.tolist(), strict=True))
        if each.groups is not None:
            groups.update(zip(rows, each.groups.tolist(), strict=True))
    return y, groups


@dataclass(frozen=True, slots=True)
class Shared:
    """Out-of-fold predictions of every landmark on the patients that all of them hold."""

    y: FloatArray
    p: tuple[FloatArray, ...]


def shared_patients(prepared: Sequence[Prepared], p: Sequence[FloatArray]) -> Shared:
    """Restrict out-of-fold predictions to the patients of all landmarks.

    Parameters
    ----------
    prepared : sequence of Prepared
        One a landmark.
    p : sequence of float array of shape (n_repeats, n_patients)
        Predictions at each landmark.

    Returns
    -------
    Shared
        Patients in the order of their rows in the input.
    """
    rows = prepared[0].cohort.row
    for each in prepared[1:]:
        rows = np.intersect1d(rows, each.cohort.row)
    places = [_places(each.cohort.row, rows) for each in prepared]
    return Shared(
        prepared[0].y[places[0]],
        tuple(one[:, place] for one, place in zip(p, places, strict=True)),
    )


def _places(rows: IntArray, wanted: IntArray) -> IntArray:
    order = np.argsort(rows)
    return order[np.searchsorted(rows, wanted, sorter=order)]
