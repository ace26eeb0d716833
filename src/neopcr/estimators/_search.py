"""One inner fold plan, and the random search of one member on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from neopcr.errors import TableError
from neopcr.kernel import Model, compile_model, member_logits
from neopcr.specs import FloatArray, IntArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from neopcr.estimators._shared import Estimator, Fittable, Params

Plan = tuple[tuple[IntArray, IntArray], ...]
"""A (training rows, held-out rows) pair a fold."""


@runtime_checkable
class FitsEach(Protocol):
    """A member whose fits to the same patients have work in common."""

    def fit_each(self, settings: Sequence[Params], X: FloatArray, y: FloatArray) -> list[Fittable]:
        """Fit one member a setting, each as `fit` would; whatever is not set is as in this one."""


class _Part(NamedTuple):
    """Members of one inner fold, one a setting, and the patients whom they have not seen."""

    held_out: IntArray
    X: FloatArray
    members: Sequence[Fittable]


@dataclass(frozen=True, slots=True)
class Choice:
    """The trial with the lowest log-loss out of fold, and its logits there (n_patients,)."""

    params: Params
    log_loss: float
    logits: FloatArray


def inner_plan(y: FloatArray, *, folds: int, seed: int, groups: ArrayLike | None = None) -> Plan:
    """Draw stratified folds; patients of one group stay together.

    Parameters
    ----------
    y : float array of shape (n_patients,)
        1 pCR reached, 0 residual disease.
    folds, seed : int
        At least 2; not negative.
    groups : array-like of shape (n_patients,), optional
        Such as the centre of each patient.

    Returns
    -------
    tuple of (int array, int array)
        Training and held-out rows of each fold; every row is held out once.

    Raises
    ------
    TableError
        If there are fewer patients with either outcome, or fewer groups, than folds, or if a
        training side lacks an outcome.
    """
    events = int(y.sum())
    if min(events, len(y) - events) < folds:
        message = (
            f"pcr: {folds} inner folds need {folds} patients with and {folds} without pCR, but "
            f"{events} of {len(y)} reached it. Use fewer folds or more patients."
        )
        raise TableError(message)
    if groups is None:
        splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
        return tuple(splitter.split(y, y))
    n_groups = np.unique(np.asarray(groups)).size
    if n_groups < folds:
        message = (
            f"groups: {folds} inner folds need {folds} groups, but there are {n_groups}. Use "
            "fewer folds, or do not group."
        )
        raise TableError(message)
    grouped = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    plan = tuple(grouped.split(y, y, groups))
    if any(np.unique(y[train]).size < 2 for train, _ in plan):
        message = "groups: all patients with one outcome are in one group. Do not group."
        raise TableError(message)
    return plan


def draw_trials(estimator: Estimator, n: int, seed: int) -> list[Params]:
    """Draw the settings to try: the default, then a stream that depends on seed and name alone."""
    rng = np.random.default_rng([seed, *estimator.name.encode()])
    return [estimator.default, *(estimator.space(rng) for _ in range(n - 1))]


def search(
    estimator: Estimator,
    X: FloatArray | Sequence[FloatArray],
    y: FloatArray,
    plan: Plan,
    *,
    trials: int,
    seed: int,
) -> Choice:
    """Try settings on a fold plan and choose the one with the lowest log-loss out of fold.

    Parameters
    ----------
    estimator : Estimator
        The kind of member.
    X : float array of shape (n_patients, n_features)
        NaN where missing. Or one such array a fold, where features are learned within it.
    y : float array of shape (n_patients,)
        1 pCR reached, 0 residual disease.
    plan : Plan
        Of `inner_plan`.
    trials, seed : int
        How many settings, at least 1, and the seed of settings and fits.

    Returns
    -------
    Choice
    """
    settings = draw_trials(estimator, trials, seed)
    parts = _parts(estimator, settings, X, y, plan, seed)
    # Trials are compared by the library that fitted them, whose float32 is near enough for that and
    # costs a tenth of an export; what goes on from here is of the exported members.
    logits = np.empty((len(y), trials))
    for part in parts:
        logits[part.held_out] = np.column_stack([m.decision_function(part.X) for m in part.members])
    best = int(np.argmin(_log_loss(logits, y)))
    chosen = [part._replace(members=[part.members[best]]) for part in parts]
    exported = _exported(chosen, len(y))[:, 0]
    return Choice(settings[best], float(_log_loss(exported[:, None], y)[0]), exported)


def out_of_fold(
    estimator: Estimator,
    settings: Sequence[Params],
    X: FloatArray | Sequence[FloatArray],
    y: FloatArray,
    plan: Plan,
    *,
    seed: int,
) -> FloatArray:
    """Logits of patients whom a member was not fitted on, shape (n_patients, n_settings)."""
    return _exported(_parts(estimator, settings, X, y, plan, seed), len(y))


def _parts(
    estimator: Estimator,
    settings: Sequence[Params],
    X: FloatArray | Sequence[FloatArray],
    y: FloatArray,
    plan: Plan,
    seed: int,
) -> list[_Part]:
    """Fit every setting to the training part of every fold."""
    views = (X,) * len(plan) if isinstance(X, np.ndarray) else X
    return [
        _Part(held_out, view[held_out], _fitted(estimator, settings, view[train], y[train], seed))
        for view, (train, held_out) in zip(views, plan, strict=True)
    ]


def _fitted(
    estimator: Estimator, settings: Sequence[Params], X: FloatArray, y: FloatArray, seed: int
) -> Sequence[Fittable]:
    """Fit every setting to the same patients."""
    first, *others = (estimator.build(params, seed) for params in settings)
    if isinstance(first, FitsEach):
        return first.fit_each(settings, X, y)
    return [each.fit(X, y) for each in (first, *others)]


def _exported(parts: Sequence[_Part], n: int) -> FloatArray:
    """Logits of every setting, shape (n, n_settings), as the kernel computes them."""
    logits = np.empty((n, len(parts[0].members)))
    for part in parts:
        members = tuple(each.export() for each in part.members)
        equal = (1.0 / len(members),) * len(members)
        model = Model(part.X.shape[1], members, equal, 0.0, 1.0)
        logits[part.held_out] = member_logits(compile_model(model), part.X)
    return logits


def _log_loss(logits: FloatArray, y: FloatArray) -> FloatArray:
    """Mean over patients, one a column."""
    losses: FloatArray = np.mean(np.logaddexp(0.0, logits) - y[:, None] * logits, axis=0)
    return losses
