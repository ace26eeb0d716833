"""Points of the figures of performance: what they draw is computed here, and only here.

Predictions may come with repeats, shape (n_repeats, n_patients): then curves are averaged over
the repeats.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neopcr.metrics.net_benefit import net_benefit
from neopcr.validation.performance import check_predictions

if TYPE_CHECKING:
    from neopcr.specs import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class RocCurve:
    """False and true positive rate, both rising from 0 to 1."""

    false_positive: FloatArray
    true_positive: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """Share of the patients of each outcome in each bin of predicted probability."""

    edges: FloatArray
    pcr: FloatArray
    residual: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionCurve:
    """Net benefit of the model, and of treating everyone, by threshold; treating no one gives 0."""

    threshold: FloatArray
    model: FloatArray
    treat_all: FloatArray


def roc_points(y: FloatArray, p: FloatArray, *, points: int = 201) -> RocCurve:
    """ROC curve.

    Parameters
    ----------
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease; both must occur.
    p : float array of shape (n_patients,) or (n_repeats, n_patients)
        Predicted probability of pCR. With repeats, true positive rates are averaged.
    points : int
        False positive rates at which repeats are averaged.

    Returns
    -------
    RocCurve
        Ties are joined by a slope, so the area beneath one repeat's curve is its AUROC.
    """
    check_predictions(y, p)
    if p.ndim == 1:
        false_positive, true_positive = _roc(y, p)
        return RocCurve(false_positive=false_positive, true_positive=true_positive)
    grid = np.linspace(0.0, 1.0, points)
    curves = [_roc(y, one) for one in p]
    mean: FloatArray = np.mean([np.interp(grid, false, true) for false, true in curves], axis=0)
    mean[0] = 0.0  # a curve that rises at once holds two values at 0: it starts at the lower
    return RocCurve(false_positive=grid, true_positive=mean)


def probability_distribution(y: FloatArray, p: FloatArray, *, bins: int = 20) -> Distribution:
    """Share of the patients of each outcome in each bin of predicted probability.

    Parameters
    ----------
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    p : float array of shape (n_patients,) or (n_repeats, n_patients)
        Predicted probability of pCR; repeats are pooled.
    bins : int
        Of equal width, from 0 to 1.

    Returns
    -------
    Distribution
        Each outcome's shares sum to 1, or are all 0 where no patient has it.
    """
    check_predictions(y, p)
    edges = np.linspace(0.0, 1.0, bins + 1)
    pcr, residual = (_shares(p[..., y == outcome], edges) for outcome in (1.0, 0.0))
    return Distribution(edges=edges, pcr=pcr, residual=residual)


def decision_curve(y: FloatArray, p: FloatArray, thresholds: FloatArray) -> DecisionCurve:
    """Net benefit by threshold; with repeats, its mean.

    Parameters
    ----------
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    p : float array of shape (n_patients,) or (n_repeats, n_patients)
        Predicted probability of pCR.
    thresholds : float array of shape (n_thresholds,)
        Strictly between 0 and 1.

    References
    ----------
    .. [1] Vickers & Elkin, Med Decis Making 26 (2006) 565-574, doi:10.1177/0272989X06295361.
    """
    check_predictions(y, p)
    runs = np.atleast_2d(p)
    everyone = np.ones(len(y))
    model = [np.mean([net_benefit(y, one, threshold=t) for one in runs]) for t in thresholds]
    treat_all = [net_benefit(y, everyone, threshold=t) for t in thresholds]
    return DecisionCurve(
        threshold=np.asarray(thresholds), model=np.array(model), treat_all=np.array(treat_all)
    )


def _roc(y: FloatArray, p: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Rates at each distinct prediction, from the highest down, after the origin."""
    order = np.argsort(-p, kind="stable")
    last = np.flatnonzero(np.diff(-p[order], append=np.inf) > 0)
    true = np.cumsum(y[order])[last]
    false = np.cumsum(1.0 - y[order])[last]
    return np.append(0.0, false / false[-1]), np.append(0.0, true / true[-1])


def _shares(p: FloatArray, edges: FloatArray) -> FloatArray:
    counts = np.histogram(p, edges)[0].astype(np.float64)
    shares: FloatArray = counts / max(counts.sum(), 1.0)
    return shares
