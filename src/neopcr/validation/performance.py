"""Every metric with its interval, overall and by group, or "too few to say"."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping

import numpy as np

from neopcr.errors import TableError
from neopcr.metrics import METRICS
from neopcr.specs import BoolArray, Estimate, FloatArray, Metric
from neopcr.validation.bootstrap import (
    Interval,
    describe,
    over_repeats,
    percentile_interval,
    weights,
)

FEWEST = 5  # events, and non-events, below which there is too little to say
TOO_FEW = "too few to say"


def estimate(
    metric: Metric, y: FloatArray, p: FloatArray, *, group: str = "all", seed: int = 0
) -> Estimate:
    """One metric in one group of patients.

    Parameters
    ----------
    metric : Metric
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    p : float array of shape (n_patients,) or (n_repeats, n_patients)
        Predicted probability of pCR. With repeats, the value is the mean over them, and the
        interval comes from draws of patients, each averaged over the repeats.
    group : str
        Whose name the estimate bears.
    seed : int
        Of the draws.

    Returns
    -------
    Estimate
        Its value is None, and its method says why, with fewer than 5 events or non-events and
        where the metric is not defined; so too where it is made of fewer than 5 patients.

    Raises
    ------
    TableError
        If an outcome is not 0 or 1, or a probability is missing or outside [0, 1].
    """
    check_predictions(y, p)
    return _estimates((metric,), y, p, group, seed)[0]


def performance(
    y: FloatArray,
    p: FloatArray,
    *,
    groups: Mapping[str, BoolArray] | None = None,
    metrics: Iterable[Metric] | None = None,
    seed: int = 0,
) -> tuple[Estimate, ...]:
    """Every metric in all patients, then in each group.

    Parameters
    ----------
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    p : float array of shape (n_patients,) or (n_repeats, n_patients)
        Predicted probability of pCR. Repeats are not independent, so they do not narrow an
        interval: as in `estimate`.
    groups : mapping of str to bool array of shape (n_patients,), optional
        Who belongs to it.
    metrics : iterable of Metric, optional
        Every registered one by default.
    seed : int
        Of the draws.

    Returns
    -------
    tuple of Estimate
        Group "all" first.

    Raises
    ------
    TableError
        If an outcome is not 0 or 1, or a probability is missing or outside [0, 1].
    """
    check_predictions(y, p)
    chosen = tuple(METRICS.values() if metrics is None else metrics)
    masks = {"all": np.ones(len(y), dtype=np.bool_), **(groups or {})}
    return tuple(
        one
        for name, mask in masks.items()
        for one in _estimates(chosen, y[mask], p[..., mask], name, seed)
    )


def check_predictions(y: FloatArray, p: FloatArray) -> None:
    """Refuse outcomes that are not 0 or 1 and probabilities that are missing or outside [0, 1].

    Raises
    ------
    TableError
        With the rule, the count and the first row (1-based).
    """
    if p.shape[-1] != len(y):
        message = f"predictions are for {p.shape[-1]} patients, outcomes for {len(y)}."
        raise TableError(message)
    _refuse("outcome must be 0 or 1", (y != 0.0) & (y != 1.0))
    inside = np.atleast_2d((p >= 0.0) & (p <= 1.0)).all(axis=0)
    _refuse("predicted probability must lie in [0, 1]", np.asarray(~inside))


def _refuse(rule: str, bad: BoolArray) -> None:
    if bad.any():
        first = int(np.flatnonzero(bad)[0]) + 1
        message = (
            f"{rule}, but {bad.sum()} of {len(bad)} rows do not (first at row {first}). "
            "Leave these patients out, or mend their values."
        )
        raise TableError(message)


def _estimates(
    metrics: tuple[Metric, ...], y: FloatArray, p: FloatArray, group: str, seed: int
) -> tuple[Estimate, ...]:
    n, events = len(y), int(y.sum())
    if min(events, n - events) < FEWEST:
        return tuple(_nothing(metric, TOO_FEW, n, events, group) for metric in metrics)
    runs = np.atleast_2d(p)
    values = {m.name: over_runs(m.function, y, runs) for m in metrics if _rests(m, y, runs)}
    drawn = [
        m for m in metrics if math.isfinite(values.get(m.name, math.nan)) and _needs_draws(m, p)
    ]
    intervals = _draw(drawn, y, runs, seed)
    return tuple(
        _estimate(m, values[m.name], intervals.get(m.name), (y, p), group)
        if m.name in values
        else _nothing(m, TOO_FEW, n, events, group)
        for m in metrics
    )


def over_runs(
    function: Callable[[FloatArray, FloatArray], float], y: FloatArray, runs: FloatArray
) -> float:
    """Mean of a function of outcome and prediction over repeats, shape (n_repeats, n_patients)."""
    return math.fsum(function(y, one) for one in runs) / len(runs)


def _rests(metric: Metric, y: FloatArray, runs: FloatArray) -> bool:
    """Whether enough patients are in it, where it is not made of all of them."""
    return metric.rests_on is None or min(metric.rests_on(y, one) for one in runs) >= FEWEST


def _needs_draws(metric: Metric, p: FloatArray) -> bool:
    """Whether there is no formula; none holds for repeats."""
    return metric.bootstrap and (p.ndim > 1 or metric.interval is None)


def _draw(metrics: list[Metric], y: FloatArray, p: FloatArray, seed: int) -> dict[str, Interval]:
    """Percentile intervals of several metrics from the same draws."""
    if not metrics:
        return {}
    values = np.concatenate(
        [
            np.array([over_repeats(metric, y, p, drawn).mean(axis=0) for metric in metrics])
            for drawn in weights(len(y), seed=seed)
        ],
        axis=1,
    )
    return {m.name: percentile_interval(row) for m, row in zip(metrics, values, strict=True)}


def _estimate(
    metric: Metric,
    value: float,
    drawn: Interval | None,
    data: tuple[FloatArray, FloatArray],
    group: str,
) -> Estimate:
    y, p = data
    if not math.isfinite(value):
        return _nothing(metric, f"not defined: {_reason(p)}", len(y), int(y.sum()), group)
    lower, upper, method = _by_formula(metric, y, p) if drawn is None else _by_draws(drawn)
    beside = math.nan if metric.beside is None else over_runs(metric.beside, y, np.atleast_2d(p))
    return Estimate(
        name=metric.name,
        value=value,
        lower=lower,
        upper=upper,
        n=len(y),
        events=int(y.sum()),
        method=method,
        group=group,
        beside=beside if math.isfinite(beside) else None,
        beside_title=metric.beside_title,
    )


def _by_formula(
    metric: Metric, y: FloatArray, p: FloatArray
) -> tuple[float | None, float | None, str]:
    if metric.interval is None:
        return None, None, metric.interval_method
    lower, upper = metric.interval(y, p)
    if math.isfinite(lower) and math.isfinite(upper):
        return lower, upper, metric.interval_method
    return None, None, f"{metric.interval_method}: no interval"


def _by_draws(drawn: Interval) -> tuple[float | None, float | None, str]:
    """Bounds of the draws; where all are alike they show no precision, only a degenerate model."""
    if drawn.lower == drawn.upper:
        return None, None, describe("bootstrap percentile: no interval", drawn)
    return drawn.lower, drawn.upper, describe("bootstrap percentile", drawn)


def _nothing(metric: Metric, why: str, n: int, events: int, group: str) -> Estimate:
    return Estimate(
        name=metric.name,
        value=None,
        lower=None,
        upper=None,
        n=n,
        events=events,
        method=why,
        group=group,
    )


def _reason(p: FloatArray) -> str:
    if np.any((p == 0.0) | (p == 1.0)):
        return "a predicted probability is 0 or 1"
    if np.any(np.ptp(np.atleast_2d(p), axis=1) == 0.0):
        return "predictions are all equal"
    return "predictions separate the outcomes"
