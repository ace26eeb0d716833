"""Each centre examined by a model of the others: how far one that never saw a centre goes there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr.errors import TableError
from neopcr.metrics import METRICS
from neopcr.specs import BoolArray, Estimate, FloatArray
from neopcr.validation.cross_validate import cross_validate
from neopcr.validation.folds import group_codes
from neopcr.validation.performance import performance
from neopcr.validation.pooling import SCALES, pool_estimates

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sklearn.base import BaseEstimator

    from neopcr.validation.folds import Plan
    from neopcr.validation.pooling import Pooled

POOLED = "average of centres"
EXPECTED = "a new centre"
FEWEST_FOR_EXPECTED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class InternalExternal:
    """What leaving out one centre after the other gave.

    Parameters
    ----------
    y : float array of shape (n_patients,)
        Outcomes of the patients whose centre is known.
    p : float array of shape (n_patients,)
        Predicted by a model of the other centres.
    centres : tuple of Estimate
        Every metric in every centre, "too few to say" included; the largest centre first.
    pooled : tuple of Estimate
        Every metric's average over centres, then what a new centre may expect: the interval of the
        latter is a prediction interval. None of a metric that fewer than two centres tell.
    tau : dict of str to float
        Standard deviation between centres, by metric, on the scale on which it was pooled.
    unknown : int
        Patients without a centre, who are neither trained on nor tested.
    """

    y: FloatArray
    p: FloatArray
    centres: tuple[Estimate, ...]
    pooled: tuple[Estimate, ...]
    tau: dict[str, float]
    unknown: int


def internal_external(  # noqa: PLR0913 -- data and how to run it, as `cross_validate` has it
    estimator: BaseEstimator,
    X: FloatArray,
    y: FloatArray,
    centre: NDArray[Any],
    *,
    groups: NDArray[Any] | None = None,
    n_jobs: int | None = -1,
    seed: int = 0,
) -> InternalExternal:
    """Leave out one centre after the other; pool what they say.

    Parameters
    ----------
    estimator : scikit-learn classifier
        All that is learned is learned without the centre.
    X : float array of shape (n_patients, n_features)
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    centre : array of shape (n_patients,)
        None or empty where not known.
    groups : array of shape (n_patients,), optional
        For the estimator's own folds.
    n_jobs : int or None
        As in joblib.
    seed : int
        Of the draws of intervals that have no formula.

    Returns
    -------
    InternalExternal

    Raises
    ------
    TableError
        If fewer than two centres are known, or the others than one hold a single outcome.

    References
    ----------
    .. [1] Steyerberg & Harrell, J Clin Epidemiol 69 (2016) 245-247,
       doi:10.1016/j.jclinepi.2015.04.005.
    .. [2] Debray, Stat Methods Med Res 28 (2019) 2768-2786, doi:10.1177/0962280218785504.
    """
    names = np.array(["" if name is None else str(name) for name in centre])
    known = names != ""
    names, X, y = names[known], X[known], y[known]
    plan = centre_plan(y, names)
    inner = None if groups is None else groups[known]
    p = cross_validate(estimator, X, y, plan, groups=inner, n_jobs=n_jobs).p[0]
    metrics = [METRICS[name] for name in SCALES]
    found = performance(y, p, groups=_masks(names), metrics=metrics, seed=seed)
    pooled, tau = _pooled([one for one in found if one.group != "all"])
    return InternalExternal(
        y=y,
        p=p,
        centres=tuple(one for one in found if one.group != "all"),
        pooled=pooled,
        tau=tau,
        unknown=int((~known).sum()),
    )


def centre_plan(y: FloatArray, names: NDArray[np.str_]) -> Plan:
    """One fold a centre, in the order of their names.

    Raises
    ------
    TableError
        If there is one centre only, or a centre holds every patient of an outcome.

    Examples
    --------
    >>> plan = centre_plan(np.array([1.0, 0.0, 0.0, 1.0]), np.array(["b", "a", "b", "a"]))
    >>> [fold.tolist() for fold in plan[0]]
    [[1, 3], [0, 2]]
    """
    codes = group_codes(names)
    centres = int(codes.max(initial=-1)) + 1
    if centres < 2:
        message = (
            f"internal-external validation: {centres} centre is known, and two are needed. "
            "Map the column, or leave `internal_external` out."
        )
        raise TableError(message)
    folds = tuple(np.flatnonzero(codes == code) for code in range(centres))
    if any(y[codes != code].min() == y[codes != code].max() for code in range(centres)):
        message = (
            "internal-external validation: without one of the centres a single outcome is left to "
            "train on. Leave `internal_external` out."
        )
        raise TableError(message)
    return (folds,)


def _masks(names: NDArray[np.str_]) -> dict[str, BoolArray]:
    """Who is treated where; the largest centre first."""
    distinct, count = np.unique(names, return_counts=True)
    order = np.argsort(-count, kind="stable")
    return {str(name): np.asarray(names == name) for name in distinct[order]}


def _pooled(centres: Sequence[Estimate]) -> tuple[tuple[Estimate, ...], dict[str, float]]:
    """Averages of every metric, then what a new centre may expect."""
    means, expected, tau = [], [], {}
    for name in SCALES:
        told = [one for one in centres if one.name == name]
        found = pool_estimates(told)
        if found is None:
            continue
        used = [one for one in told if one.lower is not None]
        tau[name] = found.tau
        means.append(_average(name, found, used))
        expected += _expected(name, found, used)
    return (*means, *expected), tau


def _average(name: str, found: Pooled, used: Sequence[Estimate]) -> Estimate:
    return Estimate(
        name=name,
        value=found.mean,
        lower=found.lower,
        upper=found.upper,
        n=sum(one.n for one in used),
        events=sum(one.events for one in used),
        method=f"{found.k} centres: random effects (REML), Hartung-Knapp",
        group=POOLED,
    )


def _expected(name: str, found: Pooled, used: Sequence[Estimate]) -> list[Estimate]:
    if found.k < FEWEST_FOR_EXPECTED:
        return []
    return [
        Estimate(
            name=name,
            value=found.mean,
            lower=found.expected_lower,
            upper=found.expected_upper,
            n=sum(one.n for one in used),
            events=sum(one.events for one in used),
            method="prediction interval",
            group=EXPECTED,
        )
    ]
