"""Performance by how many patients a model learns from: whether more of the same would help."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils.validation import has_fit_parameter

from neopcr.validation.cross_validate import cross_validate
from neopcr.validation.folds import Plan, training_part
from neopcr.validation.performance import FEWEST, performance

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import Estimate, FloatArray, IntArray, Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningPoint:
    """One size of training.

    Parameters
    ----------
    size : int
        Patients a model learned from, on average over the folds.
    estimates : tuple of Estimate
        In patients it did not see; empty where too few patients with or without pCR were left
        to learn from.
    """

    size: int
    estimates: tuple[Estimate, ...]


class _OnSome(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """An estimator that learns from a share of the patients it is given, of either outcome alike."""

    def __init__(self, estimator: BaseEstimator, share: float, seed: int) -> None:
        self.estimator = estimator
        self.share = share
        self.seed = seed

    def fit(self, X: FloatArray, y: FloatArray, groups: NDArray[Any] | None = None) -> Self:
        rows = _some(y, self.share, self.seed)
        inner: dict[str, Any] = {}
        if groups is not None and has_fit_parameter(self.estimator, "groups"):
            inner["groups"] = groups[rows]
        self.fitted_ = clone(self.estimator).fit(X[rows], y[rows], **inner)
        self.classes_ = np.array([0.0, 1.0])
        return self

    def predict_proba(self, X: FloatArray) -> FloatArray:
        p: FloatArray = self.fitted_.predict_proba(X)
        return p


def learning_curve(  # noqa: PLR0913 -- data and how to run it, as `cross_validate` has it
    estimator: BaseEstimator,
    X: FloatArray,
    y: FloatArray,
    plan: Plan,
    shares: Sequence[float],
    *,
    metrics: Iterable[Metric] | None = None,
    groups: NDArray[Any] | None = None,
    seed: int = 0,
    n_jobs: int | None = -1,
) -> tuple[LearningPoint, ...]:
    """Cross-validate a model on growing shares of each training part.

    The test parts are those of the plan throughout, so the sizes are compared on the same patients;
    who is in a small share is in the larger ones too.

    Parameters
    ----------
    estimator : scikit-learn classifier
        Its ``fit`` gets `groups` where it takes a parameter so named.
    X : float array of shape (n_patients, n_features)
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    plan : tuple of tuple of int array
        From `fold_plan`.
    shares : sequence of float
        Of a training part, above 0 and at most 1.
    metrics : iterable of Metric, optional
        Every registered one by default.
    groups : array of shape (n_patients,), optional
        As in `cross_validate`.
    seed : int
        Of the choice of patients, and of the intervals' draws.
    n_jobs : int or None
        As in joblib.

    Returns
    -------
    tuple of LearningPoint
        One a share, in their order; intervals are those of `performance`.
    """
    parts = [training_part(test, len(y)) for repeat in plan for test in repeat]
    points = []
    for share in shares:
        held = [_some(y[part], share, seed) for part in parts]
        size = round(float(np.mean([len(rows) for rows in held])))
        if min(_fewest(y[part][rows]) for part, rows in zip(parts, held, strict=True)) < FEWEST:
            points.append(LearningPoint(size=size, estimates=()))
            continue
        found = cross_validate(
            _OnSome(estimator, share, seed), X, y, plan, groups=groups, n_jobs=n_jobs
        )
        estimates = performance(y, found.p, metrics=metrics, seed=seed)
        points.append(LearningPoint(size=size, estimates=estimates))
    return tuple(points)


def _some(y: FloatArray, share: float, seed: int) -> IntArray:
    """The first of either outcome, in an order that does not depend on the share."""
    order = np.random.default_rng(seed).permutation(len(y))
    chosen = [
        rows[: round(share * len(rows))]
        for rows in (order[y[order] == code] for code in (0.0, 1.0))
    ]
    return np.sort(np.concatenate(chosen))


def _fewest(y: FloatArray) -> float:
    return float(min(y.sum(), len(y) - y.sum()))
