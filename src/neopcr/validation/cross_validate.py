"""Out-of-fold predictions: everything that is learned is learned inside the fold."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import joblib
import numpy as np
from joblib.parallel import get_active_backend
from sklearn.base import BaseEstimator, clone
from sklearn.utils.validation import has_fit_parameter
from threadpoolctl import threadpool_limits

from neopcr.validation.folds import Plan, group_codes, training_part

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossValidation:
    """What the folds gave.

    Parameters
    ----------
    p : float array of shape (n_repeats, n_patients)
        Out-of-fold predicted probability of pCR.
    choices : tuple of tuple of dict
        What the search of each fold chose (``choices_``), by repeat and fold; empty dicts from an
        estimator that chooses nothing.
    fit_seconds : float array of shape (n_repeats, n_folds)
        Wall time of each fit; for a run's log alone.
    """

    p: FloatArray
    choices: tuple[tuple[dict[str, Any], ...], ...]
    fit_seconds: FloatArray


class _Data(NamedTuple):
    X: FloatArray
    y: FloatArray
    groups: NDArray[Any] | None


class _Fold(NamedTuple):
    place: tuple[int, int]
    p: FloatArray
    choices: dict[str, Any]
    seconds: float


def cross_validate(  # noqa: PLR0913 -- data and how to run it, as scikit-learn has it
    estimator: BaseEstimator,
    X: FloatArray,
    y: FloatArray,
    plan: Plan,
    *,
    groups: NDArray[Any] | None = None,
    n_jobs: int | None = -1,
    progress: Callable[[int, int], None] | None = None,
) -> CrossValidation:
    """Fit a clone on the training part of each fold and predict its test part.

    Folds run in parallel under whatever `joblib.parallel_config` names; each holds BLAS to one
    thread. Results do not depend on the backend or the number of jobs.

    Parameters
    ----------
    estimator : scikit-learn classifier
        Its ``fit`` gets the training part's `groups` where it takes a parameter so named.
    X : float array of shape (n_patients, n_features)
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    plan : tuple of tuple of int array
        From `fold_plan`.
    groups : array of shape (n_patients,), optional
        Those the plan was made with, for the estimator's own folds; handed on as numbers.
    n_jobs : int or None
        As in joblib; None leaves it to `joblib.parallel_config`.
    progress : callable, optional
        Called with (folds done, folds in all), as each is done.

    Returns
    -------
    CrossValidation
    """
    wanted = groups is not None and has_fit_parameter(estimator, "groups")
    data = _Data(X, y, None if groups is None or not wanted else group_codes(groups))
    p = np.full((len(plan), len(y)), np.nan)
    seconds = np.zeros((len(plan), len(plan[0])))
    choices: list[list[dict[str, Any]]] = [[{} for _ in repeat] for repeat in plan]
    for done, fold in enumerate(_folds(estimator, data, plan, n_jobs), 1):
        repeat, number = fold.place
        p[repeat, plan[repeat][number]] = fold.p
        seconds[fold.place] = fold.seconds
        choices[repeat][number] = fold.choices
        if progress is not None:
            progress(done, seconds.size)
    return CrossValidation(p=p, choices=tuple(map(tuple, choices)), fit_seconds=seconds)


def _folds(
    estimator: BaseEstimator, data: _Data, plan: Plan, n_jobs: int | None
) -> Iterator[_Fold]:
    """Fit every fold; they come in the order in which they are done."""
    tasks = (
        joblib.delayed(_fold)(estimator, data, test, (repeat, number))
        for repeat, tests in enumerate(plan)
        for number, test in enumerate(tests)
    )
    # Threads share one BLAS, so it is limited around all of them; processes limit their own.
    with threadpool_limits(limits=1):
        yield from joblib.Parallel(n_jobs=n_jobs, return_as=_return_as())(tasks)


def _return_as() -> str:
    """Take folds as they are done, where the backend can give them so."""
    backend, _ = get_active_backend()
    return "generator_unordered" if backend.supports_return_generator else "list"


def _fold(estimator: BaseEstimator, data: _Data, test: IntArray, place: tuple[int, int]) -> _Fold:
    train = training_part(test, len(data.y))
    inner = {} if data.groups is None else {"groups": data.groups[train]}
    with threadpool_limits(limits=1):
        start = time.perf_counter()
        fitted = clone(estimator).fit(data.X[train], data.y[train], **inner)
        seconds = time.perf_counter() - start
        p = fitted.predict_proba(data.X[test])[:, 1]
    return _Fold(place, p, dict(getattr(fitted, "choices_", {})), seconds)
