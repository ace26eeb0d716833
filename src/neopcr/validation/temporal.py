"""Later patients examined by a model of the earlier ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr.errors import TableError
from neopcr.validation.cross_validate import cross_validate
from neopcr.validation.performance import performance

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sklearn.base import BaseEstimator

    from neopcr.specs import BoolArray, Estimate, FloatArray

EARLIER = 2 / 3
"""Share of the patients that a model is made from (the project's choice)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Temporal:
    """How a model of the earlier patients did in the later ones.

    Parameters
    ----------
    y, p : float array of shape (n_later,)
        Outcomes and predictions of the later patients.
    estimates : tuple of Estimate
        Every metric in them.
    n_earlier, events_earlier : int
        Whom the model was made from.
    unknown : int
        Patients without a date, who are neither trained on nor tested.
    """

    y: FloatArray
    p: FloatArray
    estimates: tuple[Estimate, ...]
    n_earlier: int
    events_earlier: int
    unknown: int


def temporal_validation(
    estimator: BaseEstimator,
    X: FloatArray,
    y: FloatArray,
    date: NDArray[np.datetime64],
    *,
    groups: NDArray[Any] | None = None,
    seed: int = 0,
) -> Temporal:
    """Train on the earlier patients, test on the later.

    Parameters
    ----------
    estimator : scikit-learn classifier
    X : float array of shape (n_patients, n_features)
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    date : datetime64 array of shape (n_patients,)
        NaT where not known.
    groups : array of shape (n_patients,), optional
        For the estimator's own folds.
    seed : int
        Of the draws of intervals that have no formula.

    Returns
    -------
    Temporal

    Raises
    ------
    TableError
        If the dates allow no split, or the earlier patients hold a single outcome.
    """
    known = ~np.isnat(date)
    later = later_part(date[known])
    X, y = X[known], y[known]
    earlier = y[~later]
    if earlier.min() == earlier.max():
        message = (
            "temporal validation: the earlier patients hold a single outcome. Leave `temporal` out."
        )
        raise TableError(message)
    inner = None if groups is None else groups[known]
    test = np.flatnonzero(later)
    p = cross_validate(estimator, X, y, ((test,),), groups=inner, n_jobs=1).p[0, test]
    return Temporal(
        y=y[test],
        p=p,
        estimates=performance(y[test], p, seed=seed),
        n_earlier=len(earlier),
        events_earlier=int(earlier.sum()),
        unknown=int((~known).sum()),
    )


def later_part(date: NDArray[np.datetime64]) -> BoolArray:
    """Whom to test: about the last third; patients of one day stay together.

    Parameters
    ----------
    date : datetime64 array of shape (n_patients,)
        All known.

    Returns
    -------
    bool array of shape (n_patients,)

    Raises
    ------
    TableError
        If the dates are not on both sides of any day.

    Examples
    --------
    >>> later_part(np.array(["2024-01-03", "2023-05-01", "2024-01-03", "2023-07-09"], "M8[D]"))
    array([ True, False,  True, False])
    """
    cut = np.sort(date)[int(EARLIER * len(date))] if len(date) else np.datetime64("NaT", "D")
    later = np.asarray(date >= cut)
    # A day that holds a third of the patients and more may be the first of all.
    later = np.asarray(date > cut) if later.all() else later
    if not later.any() or later.all():
        message = (
            "temporal validation: the dates do not part the patients into earlier and later. "
            "Map another column, or leave `temporal` out."
        )
        raise TableError(message)
    return later
