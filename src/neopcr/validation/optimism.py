"""Performance corrected for optimism: the whole modelling is repeated in bootstrap draws of patients.

A model does better on the patients it was fitted to than on others. How much better is seen where
it can be seen: in draws of these patients, against these patients (Harrell), or against those whom
a draw left out (.632+).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import joblib
import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.utils.validation import has_fit_parameter
from threadpoolctl import threadpool_limits

from neopcr.metrics import METRICS
from neopcr.specs import Estimate, FloatArray, IntArray, Metric
from neopcr.validation.bootstrap import UNDEFINED
from neopcr.validation.performance import FEWEST, estimate
from neopcr.validation.point_632 import Errors, errors_of, point_632_plus

if TYPE_CHECKING:
    from numpy.typing import NDArray

APPARENT, CORRECTED, PLUS = "apparent", "optimism-corrected", ".632+"


class _Data(NamedTuple):
    estimator: BaseEstimator
    X: FloatArray
    y: FloatArray
    metrics: tuple[Metric, ...]


class _Draw(NamedTuple):
    """Metrics in the draw and in all patients, shape (n_metrics,); errors in those left out."""

    inside: FloatArray
    outside: FloatArray
    errors: Errors


def optimism(  # noqa: PLR0913 -- data and how to run it, as `cross_validate` has it
    estimator: BaseEstimator,
    X: FloatArray,
    y: FloatArray,
    *,
    metrics: Iterable[Metric] | None = None,
    draws: int = 500,
    seed: int = 0,
    n_jobs: int | None = -1,
) -> tuple[Estimate, ...]:
    """Apparent performance, the same corrected by Harrell's bootstrap, and by .632+.

    Copies of a patient in a draw are handed to the estimator as one group, where its ``fit`` takes
    `groups`: else its inner folds would meet in one fold whom they had learned in another.

    Parameters
    ----------
    estimator : scikit-learn classifier
        Everything that is learned, its search included.
    X : float array of shape (n_patients, n_features)
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    metrics : iterable of Metric, optional
        Every registered one by default.
    draws : int
        Of patients, with replacement.
    seed : int
        Same seed, same draws, whatever `n_jobs` and the backend.
    n_jobs : int or None
        As in joblib.

    Returns
    -------
    tuple of Estimate
        Groups ``apparent``, ``optimism-corrected`` and, of AUROC and Brier score, ``.632+``. The
        corrected interval is the spread of the draws' apparent values about the corrected value;
        there is none for calibration, which a fit puts right in its own patients. A value is None,
        and its method says why, where there is too little to say in the cohort, or where more than
        5 % of the draws have none.

    References
    ----------
    .. [1] Harrell, Lee & Mark, Stat Med 15 (1996) 361-387,
       doi:10.1002/(SICI)1097-0258(19960229)15:4<361::AID-SIM168>3.0.CO;2-4.
    .. [2] Efron & Tibshirani, J Am Stat Assoc 92 (1997) 548-560,
       doi:10.1080/01621459.1997.10474007.
    .. [3] Noma et al., Stat Med 40 (2021) 5691-5701, doi:10.1002/sim.9148: intervals by a shift.
    """
    data = _Data(estimator, X, y, tuple(METRICS.values() if metrics is None else metrics))
    if min(y.sum(), len(y) - y.sum()) < FEWEST:
        return tuple(
            estimate(metric, y, np.full(len(y), 0.5), group=group)
            for group in (APPARENT, CORRECTED)
            for metric in data.metrics
        )
    with threadpool_limits(limits=1):
        p = clone(estimator).fit(X, y).predict_proba(X)[:, 1]
        parts = joblib.Parallel(n_jobs=n_jobs)(
            joblib.delayed(_some)(data, seed, some) for some in _batches(draws)
        )
    drawn = [each for part in parts for each in part]
    apparent = [_apparent(metric, y, p) for metric in data.metrics]
    inside, outside = (
        np.array([getattr(each, side) for each in drawn]) for side in ("inside", "outside")
    )
    corrected = [
        _corrected(metric, one, (inside[:, place], outside[:, place]))
        for place, (metric, one) in enumerate(zip(data.metrics, apparent, strict=True))
    ]
    plus = _plus(apparent, point_632_plus(y, p, [each.errors for each in drawn]), draws)
    return (*apparent, *corrected, *plus)


def _batches(draws: int, size: int = 10) -> Iterable[range]:
    """Draws that go to a worker together."""
    return (range(first, min(first + size, draws)) for first in range(0, draws, size))


def _some(data: _Data, seed: int, numbers: Sequence[int]) -> list[_Draw]:
    with threadpool_limits(limits=1):
        return [_draw(data, np.random.default_rng([seed, number])) for number in numbers]


def _draw(data: _Data, rng: np.random.Generator) -> _Draw:
    n = len(data.y)
    rows = rng.integers(n, size=n)
    left_out = np.setdiff1d(np.arange(n), rows)
    y = data.y[rows]
    if min(y.sum(), n - y.sum()) < FEWEST:
        nothing = np.full(len(data.metrics), np.nan)
        return _Draw(nothing, nothing, errors_of(data.y, np.full(n, np.nan), left_out))
    p = _fitted(data, rows)
    return _Draw(
        np.array([metric.function(y, p[rows]) for metric in data.metrics]),
        np.array([metric.function(data.y, p) for metric in data.metrics]),
        errors_of(data.y, p, left_out),
    )


def _fitted(data: _Data, rows: IntArray) -> FloatArray:
    """Prediction for every patient by a model of the draw."""
    inner: dict[str, Any] = {}
    if has_fit_parameter(data.estimator, "groups"):
        groups: NDArray[Any] = rows
        inner["groups"] = groups
    fitted = clone(data.estimator).fit(data.X[rows], data.y[rows], **inner)
    p: FloatArray = fitted.predict_proba(data.X)[:, 1]
    return p


def _apparent(metric: Metric, y: FloatArray, p: FloatArray) -> Estimate:
    """Value in the patients the model was fitted to: no interval makes it fit for others."""
    found = estimate(metric, y, p, group=APPARENT)
    method = found.method if found.value is None else "in the patients it was fitted to"
    return _estimate(found, APPARENT, found.value, (None, None), method)


def _corrected(
    metric: Metric, apparent: Estimate, drawn: tuple[FloatArray, FloatArray]
) -> Estimate:
    """Apparent value less the mean gap between a draw and all patients."""
    inside, outside = drawn
    defined = np.isfinite(inside) & np.isfinite(outside)
    undefined = int(len(inside) - defined.sum())
    if apparent.value is None or undefined > UNDEFINED * len(inside):
        why = apparent.method if apparent.value is None else "not defined"
        return _estimate(apparent, CORRECTED, None, (None, None), _said(why, undefined, inside))
    value = apparent.value - float(np.mean(inside[defined] - outside[defined]))
    method = _said("Harrell", undefined, inside)
    if metric.direction == "closer" or not metric.bootstrap:
        return _estimate(apparent, CORRECTED, value, (None, None), f"{method}: no interval")
    spread = inside[defined] - inside[defined].mean()
    lower, upper = (value + float(end) for end in np.quantile(spread, [0.025, 0.975]))
    return _estimate(apparent, CORRECTED, value, (lower, upper), method)


def _plus(
    apparent: Sequence[Estimate], values: dict[str, float], draws: int
) -> tuple[Estimate, ...]:
    return tuple(
        _estimate(one, PLUS, values[one.name], (None, None), f".632+, {draws:,} draws")
        for one in apparent
        if one.value is not None and math.isfinite(values.get(one.name, math.nan))
    )


def _estimate(
    like: Estimate,
    group: str,
    value: float | None,
    bounds: tuple[float | None, float | None],
    method: str,
) -> Estimate:
    return Estimate(
        name=like.name,
        value=value,
        lower=bounds[0],
        upper=bounds[1],
        n=like.n,
        events=like.events,
        method=method,
        group=group,
    )


def _said(method: str, undefined: int, drawn: FloatArray) -> str:
    draws = f"{len(drawn):,} draws"
    return f"{method}, {undefined} of {draws} undefined" if undefined else f"{method}, {draws}"
