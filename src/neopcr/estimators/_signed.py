"""The elastic net when some coefficients may only have one sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from neopcr.specs import NEITHER

if TYPE_CHECKING:
    from neopcr.specs import FloatArray, IntArray

MAX_ITER = 5000


def fit_signed(
    Z: FloatArray, y: FloatArray, ways: IntArray, *, C: float, l1_ratio: float
) -> tuple[float, FloatArray, bool]:
    r"""Minimise the objective of `ElasticNetLogistic` under bounds.

    A coefficient is the difference :math:`u - v` of two that are not negative, so its absolute value
    is their sum wherever one of them is 0, as at the minimum; and a sign is a bound of 0 on one.

    Parameters
    ----------
    Z : float array of shape (n_patients, n_terms)
    y : float array of shape (n_patients,)
        1 pCR reached, 0 residual disease; both must occur.
    ways : int array of shape (n_terms,)
        1 not negative, -1 not positive, 2 zero, 0 free.
    C, l1_ratio : float
        As in `ElasticNetLogistic`.

    Returns
    -------
    intercept : float
    coef : float array of shape (n_terms,)
    converged : bool

    Examples
    --------
    >>> Z = np.linspace(-1, 1, 20)[:, None]
    >>> _, coef, _ = fit_signed(Z, (Z[:, 0] > 0).astype(float), np.array([-1]), C=1.0, l1_ratio=0.0)
    >>> coef.tolist()
    [0.0]
    """
    n = Z.shape[1]

    def loss(terms: FloatArray) -> tuple[float, FloatArray]:
        up, down = terms[1 : n + 1], terms[n + 1 :]
        coef = up - down
        z = terms[0] + Z @ coef
        residual = C * (expit(z) - y)
        value = C * np.sum(np.logaddexp(0.0, z) - y * z)
        value += (1.0 - l1_ratio) / 2.0 * (coef @ coef) + l1_ratio * (up + down).sum()
        slope = Z.T @ residual + (1.0 - l1_ratio) * coef
        gradient = np.concatenate([[residual.sum()], slope + l1_ratio, l1_ratio - slope])
        return float(value), gradient

    most_up = np.where((ways == -1) | (ways == NEITHER), 0.0, np.inf)
    most_down = np.where((ways == 1) | (ways == NEITHER), 0.0, np.inf)
    found = minimize(
        loss,
        np.zeros(2 * n + 1),
        jac=True,
        method="L-BFGS-B",
        bounds=[(-np.inf, np.inf), *((0.0, most) for most in (*most_up, *most_down))],
        options={
            "ftol": 1e-13,
            "gtol": 1e-8 * max(1.0, C * len(y)),
            "maxiter": MAX_ITER,
            "maxfun": MAX_ITER * 2,
        },
    )
    coef = found.x[1 : n + 1] - found.x[n + 1 :]
    return float(found.x[0]), coef, bool(found.nit < MAX_ITER)
