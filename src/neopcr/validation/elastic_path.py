"""Elastic-net logistic regression whose penalty is searched along a path: fast enough to be refitted hundreds of times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numba import njit
from sklearn.base import BaseEstimator, ClassifierMixin

from neopcr.estimators import inner_plan
from neopcr.estimators.elastic_net import ElasticNetLogistic

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.estimators import Plan
    from neopcr.specs import FloatArray

# The ranges of `neopcr.estimators.elastic_net`; a path goes from its strongest penalty to its weakest.
C_PATH = 10.0 ** np.linspace(-2.5, -0.3, 12)
L1_RATIOS = (0.0, 0.25, 0.5, 0.75)
NEWTON_STEPS = 50
SWEEPS = 1000
# Of the largest change of a coefficient: Newton squares what is left of the first, to 1e-8 or so.
TOLERANCE = 1e-4
SWEEP_TOLERANCE = 1e-9


class ElasticNetPath(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """The elastic-net member alone, with a grid of penalties in place of a random search.

    Features are made ready as `ElasticNetLogistic` does, within each inner fold.

    Parameters
    ----------
    inner_folds : int
        At least 2.
    random_state : int
        Of the inner folds.

    Attributes
    ----------
    member_ : ElasticNetLogistic
        Fitted to all patients with the penalty of the lowest log-loss out of fold.
    choices_ : dict of str to float
        That penalty: ``C`` and ``l1_ratio``.
    """

    def __init__(self, inner_folds: int = 3, random_state: int = 0) -> None:
        self.inner_folds = inner_folds
        self.random_state = random_state

    def fit(self, X: FloatArray, y: FloatArray, groups: NDArray[Any] | None = None) -> Self:
        """Search the penalty, and fit.

        Parameters
        ----------
        X : float array of shape (n_patients, n_features)
            NaN where missing.
        y : float array of shape (n_patients,)
            1 pCR, 0 residual disease.
        groups : array of shape (n_patients,), optional
            Rows that no inner fold may part, such as copies of one patient in a bootstrap draw.

        Returns
        -------
        ElasticNetPath

        Raises
        ------
        TableError
            If there are too few patients of an outcome, or too few groups, for the inner folds.
        """
        plan = inner_plan(y, folds=self.inner_folds, seed=self.random_state, groups=groups)
        losses = _losses(X, y, plan)
        ratio, step = np.unravel_index(np.argmin(losses), losses.shape)
        self.choices_ = {"C": float(C_PATH[step]), "l1_ratio": L1_RATIOS[ratio]}
        self.member_ = _prepared(X, y)
        Z = self.member_.design_matrix(X)
        coefficients = elastic_net_path(Z, y, 1.0 / C_PATH[: step + 1], L1_RATIOS[ratio])[-1]
        self.member_.intercept_ = float(coefficients[0])
        self.member_.coef_ = coefficients[1:]
        self.classes_ = np.array([0.0, 1.0])
        return self

    def predict_proba(self, X: FloatArray) -> FloatArray:
        """Probability of residual disease and of pCR, shape (n_patients, 2)."""
        p = _expit(self.member_.decision_function(X))
        return np.column_stack([1.0 - p, p])


def _prepared(X: FloatArray, y: FloatArray) -> ElasticNetLogistic:
    """Medians, means and scales of these patients; its own ridge costs little and is not used."""
    return ElasticNetLogistic().fit(X, y)


def _losses(X: FloatArray, y: FloatArray, plan: Plan) -> FloatArray:
    """Log-loss out of fold, summed, shape (n_ratios, n_steps)."""
    total = np.zeros((len(L1_RATIOS), len(C_PATH)))
    for train, held_out in plan:
        member = _prepared(X[train], y[train])
        Z, unseen = member.design_matrix(X[train]), member.design_matrix(X[held_out])
        for place, ratio in enumerate(L1_RATIOS):
            fitted = elastic_net_path(Z, y[train], 1.0 / C_PATH, ratio)
            logits = unseen @ fitted[:, 1:].T + fitted[:, 0]
            total[place] += (np.logaddexp(0.0, logits) - y[held_out, None] * logits).sum(axis=0)
    return total


def elastic_net_path(
    Z: FloatArray, y: FloatArray, penalties: FloatArray, l1_ratio: float
) -> FloatArray:
    r"""Coefficients along a path of penalties, each fit started from the one before.

    .. math:: \min_{b, w}\; \sum_i \log(1 + e^{-s_i (b + w^T z_i)})
              + \lambda (\tfrac{1 - \rho}{2} \lVert w \rVert_2^2 + \rho \lVert w \rVert_1)

    Newton steps, each solved by coordinate descent on the matrix of second derivatives.

    Parameters
    ----------
    Z : float array of shape (n_patients, n_features)
        Standardised, nothing missing.
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    penalties : float array of shape (n_steps,)
        :math:`\lambda`, strongest first; the estimator's ``1 / C``.
    l1_ratio : float
        :math:`\rho`, 0 to 1.

    Returns
    -------
    float array of shape (n_steps, 1 + n_features)
        Intercept first.

    References
    ----------
    .. [1] Friedman, Hastie & Tibshirani, J Stat Softw 33 (2010) 1-22, doi:10.18637/jss.v033.i01.
    """
    design = np.column_stack([np.ones(len(Z)), Z])
    coefficients: FloatArray = np.empty((len(penalties), design.shape[1]))
    _descend(design, y, penalties, l1_ratio, coefficients)
    return coefficients


def _expit(logit: FloatArray) -> FloatArray:
    p: FloatArray = 0.5 * (1.0 + np.tanh(0.5 * logit))
    return p


@njit(cache=True, nogil=True)
def _descend(design, y, penalties, l1_ratio, coefficients):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Fill `coefficients` (n_steps, n_columns); `design` is (n_patients, n_columns), ones first."""
    n_columns = design.shape[1]
    beta = np.zeros(n_columns)
    mean = y.mean()
    beta[0] = np.log(mean / (1.0 - mean))
    gradient = np.empty(n_columns)
    hessian = np.empty((n_columns, n_columns))
    for step in range(len(penalties)):
        for _ in range(NEWTON_STEPS):
            _derivatives(design, y, beta, gradient, hessian)
            if _quadratic(beta, gradient, hessian, penalties[step], l1_ratio) < TOLERANCE:
                break
        coefficients[step] = beta


@njit(cache=True, nogil=True)
def _derivatives(design, y, beta, gradient, hessian):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Slopes of the log-likelihood, and its curvature with the sign turned."""
    n, n_columns = design.shape
    gradient[:] = 0.0
    hessian[:] = 0.0
    for i in range(n):
        row = design[i]
        eta = 0.0
        for j in range(n_columns):
            eta += beta[j] * row[j]
        mu = 0.5 * (1.0 + np.tanh(0.5 * eta))
        weight = max(mu * (1.0 - mu), 1e-9)
        for j in range(n_columns):
            gradient[j] += (y[i] - mu) * row[j]
            scaled = weight * row[j]
            for k in range(n_columns):
                hessian[j, k] += scaled * row[k]


@njit(cache=True, nogil=True)
def _quadratic(beta, gradient, hessian, penalty, l1_ratio):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
    """Move `beta` to the minimum of the penalised quadratic; returns the largest move."""
    n_columns = len(beta)
    start = beta.copy()
    for _ in range(SWEEPS):
        largest = 0.0
        for j in range(n_columns):
            if hessian[j, j] <= 0.0:
                continue
            pull = gradient[j]
            for k in range(n_columns):
                pull -= hessian[j, k] * (beta[k] - start[k])
            pull += hessian[j, j] * beta[j]
            new = pull / hessian[j, j]
            if j > 0:
                excess = abs(pull) - penalty * l1_ratio
                new = 0.0
                if excess > 0.0:
                    new = np.sign(pull) * excess / (hessian[j, j] + penalty * (1.0 - l1_ratio))
            largest = max(largest, abs(new - beta[j]))
            beta[j] = new
        if largest < SWEEP_TOLERANCE:
            break
    return np.max(np.abs(beta - start))
