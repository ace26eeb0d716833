"""Instability: what would have been predicted, had chance given another sample of patients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.utils.validation import has_fit_parameter
from threadpoolctl import threadpool_limits

from neopcr.errors import TableError
from neopcr.metrics._shared import smoothed
from neopcr.validation.curves import decision_curve
from neopcr.validation.folds import group_codes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import FloatArray, IntArray

# Of the draws that hold one outcome only, or that the inner folds cannot deal with.
MOST_TRIES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Instability:
    """Predictions of bootstrap models for the patients of the original sample.

    Parameters
    ----------
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    p : float array of shape (n_patients,)
        Predicted by the model itself.
    drawn : float array of shape (n_models, n_patients)
        Predicted by each bootstrap model.
    """

    y: FloatArray
    p: FloatArray
    drawn: FloatArray

    @property
    def errors(self) -> FloatArray:
        """Mean absolute prediction error of each patient: mean distance of the models."""
        error: FloatArray = np.abs(self.drawn - self.p).mean(axis=0)
        return error

    @property
    def mean_error(self) -> float:
        """Mean absolute prediction error (MAPE) over patients."""
        return float(self.errors.mean())

    def interval(self) -> tuple[FloatArray, FloatArray]:
        """Middle 95 % of the models' predictions for each patient."""
        lower, upper = np.quantile(self.drawn, [0.025, 0.975], axis=0)
        return lower, upper

    def changed(self, threshold: float) -> FloatArray:
        """Classification instability: share of models that put a patient on the other side.

        Parameters
        ----------
        threshold : float
            Probability at and above which a patient counts as pCR expected.

        Returns
        -------
        float array of shape (n_patients,)
        """
        other = (self.drawn >= threshold) != (self.p >= threshold)
        share: FloatArray = other.mean(axis=0)
        return share

    def calibration(self, grid: FloatArray) -> FloatArray:
        """Smoothed share of pCR at each prediction of each model, in the original patients.

        Parameters
        ----------
        grid : float array of shape (n_points,)
            Predictions at which it is given.

        Returns
        -------
        float array of shape (n_models, n_points)
            NaN beyond a model's own predictions.
        """
        return np.array([_on_grid(self.y, one, grid) for one in self.drawn])

    def benefit(self, thresholds: FloatArray) -> FloatArray:
        """Net benefit of each model in the original patients.

        Parameters
        ----------
        thresholds : float array of shape (n_thresholds,)
            Strictly between 0 and 1.

        Returns
        -------
        float array of shape (n_models, n_thresholds)
        """
        return np.array([decision_curve(self.y, one, thresholds).model for one in self.drawn])


def instability(  # noqa: PLR0913 -- data and how to run it, as `cross_validate` has it
    estimator: BaseEstimator,
    X: FloatArray,
    y: FloatArray,
    p: FloatArray,
    *,
    models: int = 200,
    groups: NDArray[Any] | None = None,
    n_jobs: int | None = -1,
    seed: int = 0,
) -> Instability:
    """Repeat the whole making of a model on bootstrap samples of its patients.

    Parameters
    ----------
    estimator : scikit-learn classifier
        A clone is fitted to each sample. Its ``fit`` gets `groups` where it takes them: without
        any, copies of a patient are a group, so that no inner fold is tested on whom it saw.
    X : float array of shape (n_patients, n_features)
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    p : float array of shape (n_patients,)
        Predicted by the model itself, which was fitted to these patients.
    models : int
        Bootstrap samples; 200 or more are advised.
    groups : array of shape (n_patients,), optional
        Whom inner folds never part.
    n_jobs : int or None
        As in joblib.
    seed : int
        Of the samples.

    Returns
    -------
    Instability

    Raises
    ------
    TableError
        If no sample holds what the estimator needs.

    References
    ----------
    .. [1] Riley & Collins, Biom J 65 (2023) 2200302, doi:10.1002/bimj.202200302.
    """
    codes = np.arange(len(y)) if groups is None else group_codes(groups)
    inner = codes if has_fit_parameter(estimator, "groups") else None
    with threadpool_limits(limits=1):
        drawn = joblib.Parallel(n_jobs=n_jobs)(
            joblib.delayed(_one_model)(estimator, X, y, inner, (seed, number))
            for number in range(models)
        )
    return Instability(y=y, p=p, drawn=np.array(drawn))


def _one_model(
    estimator: BaseEstimator,
    X: FloatArray,
    y: FloatArray,
    groups: IntArray | None,
    seed: tuple[int, int],
) -> FloatArray:
    """Fit to a sample and predict everyone; a sample that cannot be fitted is drawn again."""
    rng = np.random.default_rng(seed)
    for _ in range(MOST_TRIES):
        rows = rng.integers(len(y), size=len(y))
        inner = {} if groups is None else {"groups": groups[rows]}
        try:
            with threadpool_limits(limits=1):
                fitted = clone(estimator).fit(X[rows], y[rows], **inner)
        except TableError:
            continue
        p: FloatArray = fitted.predict_proba(X)[:, 1]
        return p
    message = (
        "instability: samples of these patients do not hold what a model needs. Leave "
        "`instability` out, or enlarge the cohort."
    )
    raise TableError(message)


def _on_grid(y: FloatArray, p: FloatArray, grid: FloatArray) -> FloatArray:
    order = np.argsort(p, kind="stable")
    curve: FloatArray = np.interp(grid, p[order], smoothed(y, p)[order], left=np.nan, right=np.nan)
    return curve
