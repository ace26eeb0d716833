"""Normal approximation of a 95 % interval."""

from __future__ import annotations

from statistics import NormalDist

Z_95 = NormalDist().inv_cdf(0.975)


def wald(value: float, standard_error: float) -> tuple[float, float]:
    """Value ± 1.96 standard errors; NaN where either is.

    Examples
    --------
    >>> lower, upper = wald(1.0, 0.5)
    >>> round(lower, 2), round(upper, 2)
    (0.02, 1.98)
    """
    return value - Z_95 * standard_error, value + Z_95 * standard_error
