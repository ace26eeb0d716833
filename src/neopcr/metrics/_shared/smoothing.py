"""Smoothed share of pCR by prediction, and how far predictions lie from it.

The smooth is linear in the outcome, so one matrix serves the outcome that was seen and all those
that are simulated from the predictions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np

from neopcr.specs import Metric

if TYPE_CHECKING:
    from collections.abc import Callable

    from neopcr.specs import FloatArray, IntArray

SPAN = 2 / 3  # of R's lowess, as rms::val.prob has it
DELTA = 0.01  # of the range: nearer points are interpolated
OUTCOMES = 200  # simulated; their mean is known to a few percent of itself
SEED = 0


class _Smoother(NamedTuple):
    """Local lines at a few predictions, and what lies between them.

    `rows` (n_places, n_patients) weigh the outcomes; patient i stands a share `above` of the way
    from place `lower` to the next one.
    """

    rows: FloatArray
    lower: IntArray
    above: FloatArray


def smoothed(y_true: FloatArray, y_prob: FloatArray) -> FloatArray:
    """Share of pCR at each patient's prediction, by R's lowess(p, y, iter = 0).

    Parameters
    ----------
    y_true : float array of shape (n_patients,) or (n_outcomes, n_patients)
        1 pCR, 0 residual disease.
    y_prob : float array of shape (n_patients,)
        Predicted probability of pCR.

    Returns
    -------
    float array of the shape of `y_true`
        Not bound to [0, 1]. Where a span holds one prediction only, the share of pCR at it.

    References
    ----------
    .. [1] Austin & Steyerberg, Stat Med 38 (2019) 4051-4065, doi:10.1002/sim.8281.
    .. [2] Cleveland, J Am Stat Assoc 74 (1979) 829-836, doi:10.1080/01621459.1979.10481038.

    Examples
    --------
    >>> smoothed(np.array([0.0, 1.0, 1.0, 1.0]), np.full(4, 0.5))
    array([0.75, 0.75, 0.75, 0.75])
    """
    rows, lower, above = _smoother(y_prob)
    at = np.einsum("mn,...n->...m", rows, y_true)
    upper = np.minimum(lower + 1, len(rows) - 1)
    return cast("FloatArray", (1.0 - above) * at[..., lower] + above * at[..., upper])


def distances(y_true: FloatArray, y_prob: FloatArray) -> FloatArray:
    """Distance of each prediction from the smoothed share of pCR, of the shape of `y_true`."""
    return cast("FloatArray", np.abs(y_prob - smoothed(y_true, y_prob)))


def under_perfect_calibration(
    summary: Callable[[FloatArray], FloatArray], y_prob: FloatArray
) -> float:
    """Mean of a summary of distances over outcomes that were drawn from the predictions themselves.

    A curve that is fitted to few patients leaves the diagonal by chance alone: this far.

    Parameters
    ----------
    summary : callable
        ``summary(distances) -> float array of shape (n_outcomes,)``.
    y_prob : float array of shape (n_patients,)
        Predicted probability of pCR.
    """
    drawn = np.random.default_rng(SEED).random((OUTCOMES, len(y_prob))) < y_prob
    return float(summary(distances(drawn.astype(np.float64), y_prob)).mean())


def calibration_error(
    name: str,
    title: str,
    function: Callable[[FloatArray, FloatArray], float],
    summary: Callable[[FloatArray], FloatArray],
) -> Metric:
    """Declare a summary of `distances`, beside what a perfectly calibrated model would have.

    No interval: bootstrap draws do not cover the truth where it is near 0.
    """

    def when_perfect(y_true: FloatArray, y_prob: FloatArray) -> float:
        del y_true
        return under_perfect_calibration(summary, y_prob)

    return Metric(
        name=name,
        title=title,
        function=function,
        best=0.0,
        reference="Austin & Steyerberg, Stat Med 2019, doi:10.1002/sim.8281",
        interval_method="no interval: none would cover it",
        direction="lower",
        bootstrap=False,
        beside=when_perfect,
        beside_title="perfectly calibrated",
    )


def _smoother(p: FloatArray) -> _Smoother:
    distinct = np.unique(p)
    places = _places(distinct)
    lower = np.clip(np.searchsorted(places, p, side="right") - 1, 0, max(len(places) - 2, 0))
    width = places[np.minimum(lower + 1, len(places) - 1)] - places[lower]
    above = np.divide(p - places[lower], width, out=np.zeros(len(p)), where=width > 0)
    return _Smoother(_rows(places, p), lower, above)


def _places(distinct: FloatArray) -> FloatArray:
    """Predictions at which a line is fitted: the last within DELTA of the one before."""
    delta = DELTA * (distinct[-1] - distinct[0])
    chosen = [0]
    while chosen[-1] < len(distinct) - 1:
        last = chosen[-1]
        reached = int(np.searchsorted(distinct, distinct[last] + delta, side="right")) - 1
        chosen.append(max(last + 1, reached))
    return distinct[chosen]


def _rows(places: FloatArray, p: FloatArray) -> FloatArray:
    """Weights of the outcomes in a local line at each place, as R's clowess has them."""
    size = min(len(p), max(2, int(SPAN * len(p) + 1e-7)))
    away = np.abs(p - places[:, None])
    reach = np.partition(away, size - 1, axis=1)[:, size - 1 : size]
    with np.errstate(divide="ignore", invalid="ignore"):
        tricube = (1.0 - (away / reach) ** 3) ** 3
    near, far = away <= 0.001 * reach, away > 0.999 * reach
    weights = np.select([near, far], [1.0, 0.0], tricube)
    weights /= weights.sum(axis=1, keepdims=True)
    centre = np.einsum("mn,n->m", weights, p)[:, None]
    spread = np.einsum("mn,mn->m", weights, (p - centre) ** 2)[:, None]
    # Points that hardly differ carry no slope.
    sloped = (np.sqrt(spread) > 0.001 * (p.max() - p.min())) & (reach > 0)
    slope = np.divide(places[:, None] - centre, spread, out=np.zeros_like(spread), where=sloped)
    return cast("FloatArray", weights * (1.0 + slope * (p - centre)))
