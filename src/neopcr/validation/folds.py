"""One plan of folds for everything that is compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from neopcr.errors import TableError
from neopcr.specs import FloatArray, IntArray

if TYPE_CHECKING:
    from numpy.typing import NDArray

Plan = tuple[tuple[IntArray, ...], ...]


def fold_plan(
    y: FloatArray,
    *,
    folds: int,
    repeats: int,
    seed: int,
    groups: NDArray[Any] | None = None,
) -> Plan:
    """Repeated folds, stratified by outcome; with groups, no group stands on both sides.

    Parameters
    ----------
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    folds, repeats : int
        Each patient is tested once a repeat.
    seed : int
        Same seed, same plan.
    groups : array of shape (n_patients,), optional
        Such as the centre. Patients whose group is not known make one group together: they may
        come from one place.

    Returns
    -------
    tuple of tuple of int array
        Sorted indices of the test patients, by repeat and fold.

    Raises
    ------
    TableError
        If an outcome is missing, a class has fewer patients than there are folds, there are fewer
        groups than folds, or the training part of a fold lacks a class.
    """
    _check(y, folds)
    codes = None if groups is None else group_codes(groups)
    if codes is not None:
        _check_groups(codes, folds)
    plan = tuple(_repeat(y, codes, folds, (seed, repeat)) for repeat in range(repeats))
    _check_training(y, plan)
    return plan


def group_codes(groups: NDArray[Any]) -> IntArray:
    """Turn groups into numbers from 0; those not known become one group.

    Examples
    --------
    >>> group_codes(np.array(["b", None, "a", None], dtype=object)).tolist()
    [2, 0, 1, 0]
    """
    known = np.array(["" if group is None else str(group) for group in groups])
    return np.unique(known, return_inverse=True)[1].astype(np.int64)


def training_part(test: IntArray, n: int) -> IntArray:
    """Everyone who is not tested, in order.

    Examples
    --------
    >>> training_part(np.array([1]), 3).tolist()
    [0, 2]
    """
    train = np.ones(n, dtype=np.bool_)
    train[test] = False
    return np.flatnonzero(train)


def _repeat(
    y: FloatArray, codes: IntArray | None, folds: int, seeds: tuple[int, int]
) -> tuple[IntArray, ...]:
    state = int(np.random.SeedSequence(seeds).generate_state(1)[0])
    splitter = StratifiedKFold if codes is None else StratifiedGroupKFold
    split = splitter(folds, shuffle=True, random_state=state).split(y, y, codes)
    return tuple(test.astype(np.int64) for _, test in split)


def _check(y: FloatArray, folds: int) -> None:
    events, others = int((y == 1.0).sum()), int((y == 0.0).sum())
    if events + others < len(y):
        message = f"outcome is missing in {len(y) - events - others} of {len(y)} patients."
        raise TableError(message)
    if min(events, others) < folds:
        message = (
            f"{folds} folds need {folds} patients with and without pCR, but there are {events} "
            f"with and {others} without. Ask for fewer folds, or for a larger cohort."
        )
        raise TableError(message)


def _check_groups(codes: IntArray, folds: int) -> None:
    there = len(np.unique(codes))
    if there < folds:
        message = (
            f"{folds} folds need {folds} groups, but there are {there}. "
            "Ask for fewer folds, or do not group them."
        )
        raise TableError(message)


def _check_training(y: FloatArray, plan: Plan) -> None:
    for test in _tests(plan):
        train = y[training_part(test, len(y))]
        if train.min() == train.max():
            message = (
                "a fold leaves one class only to train on, for the other stands in one group. "
                "Ask for other folds, or do not group them."
            )
            raise TableError(message)


def _tests(plan: Plan) -> Iterator[IntArray]:
    return (test for repeat in plan for test in repeat)
