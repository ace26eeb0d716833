"""Normal approximation of a 95 % interval."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM

if TYPE_CHECKING:
    from neopcr.specs import FloatArray

Z_95 = NormalDist().inv_cdf(0.975)
# Where R's glm stops, |change of deviance| < 1e-8 (|deviance| + 0.1). The standard error is that
# of the last step, so any other rule parts from R's intervals in the fifth digit.
R_STOPS = {"tol": 1e-9, "rtol": 1e-8}


def wald(value: float, standard_error: float) -> tuple[float, float]:
    """Value ± 1.96 standard errors.

    Examples
    --------
    >>> lower, upper = wald(1.0, 0.5)
    >>> round(lower, 2), round(upper, 2)
    (0.02, 1.98)
    """
    return value - Z_95 * standard_error, value + Z_95 * standard_error


def last_coefficient(
    y_true: FloatArray, design: FloatArray, offset: FloatArray | None = None
) -> tuple[float, float]:
    """Interval of the last coefficient of a logistic regression that is known to have one.

    Parameters
    ----------
    y_true : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    design : float array of shape (n_patients, n_columns)
        Intercept included.
    offset : float array of shape (n_patients,), optional
        On the logit scale.
    """
    fit = GLM(y_true, design, family=Binomial(), offset=offset).fit(**R_STOPS)
    return wald(float(fit.params[-1]), float(fit.bse[-1]))
