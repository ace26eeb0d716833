"""What is known of a score beside its value: how firm it is, and whether the patient is like any."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from neopcr.specs import FloatArray

MOST = 10.0
"""Standard deviations: a value further off counts as one so far off."""

WIDEST = 5.0
"""Logits: a standard deviation beyond it would say no more."""

NORMAL = 1.959963984540054
"""Of a 95 % interval."""

LARGEST = 1e12
"""No number of an honest model is near it."""

SMALLEST = 1e-12
"""Of a scale that is not 0: its inverse is a number yet."""


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Where the training patients were, feature by feature.

    Parameters
    ----------
    centre, scale : float arrays of shape (n_features,)
        Mean and standard deviation; a scale of 0 says that too few patients had the feature, which
        is then not looked at.
    low, high : float arrays of shape (n_features,)
        Ends of the range, each the mean of five patients.
    farthest : float
        Distance beyond which a patient is unlike the training patients: root mean square of the
        standardised values that the patient has.
    outermost : float
        Standard deviations outside the range beyond which one value is enough for that.
    """

    centre: FloatArray
    scale: FloatArray
    low: FloatArray
    high: FloatArray
    farthest: float
    outermost: float


@dataclass(frozen=True, slots=True, eq=False)
class Width:
    r"""How far a logit moves when a model is fitted to other patients of the same kind.

    .. math:: \log s = a + b_1 z + b_2 z^2 + c\,d + \sum_k m_k, \qquad
        z \pm 1.96 \sqrt{(f s)^2 + t^2}

    with the logit :math:`z`, the distance :math:`d` from the training patients, and :math:`m_k` for
    each block of features that the patient lacks.

    Parameters
    ----------
    intercept, by_logit, by_square, by_distance : float
        :math:`a, b_1, b_2, c`.
    low, high : float
        Logits of the training patients; a logit beyond enters the sum as the nearer of them.
    blocks : tuple of tuple of int
        Features of each block; a row lacks it when all of them are missing.
    lacking : tuple of float
        :math:`m_k`.
    factor : float
        :math:`f`, learned out of fold.
    site_sd : float
        :math:`t`, in logits: what is not known of a site's intercept.
    """

    intercept: float
    by_logit: float
    by_square: float
    by_distance: float
    low: float
    high: float
    blocks: tuple[tuple[int, ...], ...]
    lacking: tuple[float, ...]
    factor: float
    site_sd: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class LabelSets:
    """Which outcomes a logit leaves open (Mondrian conformal prediction).

    Parameters
    ----------
    level : float
        Share of patients with either outcome, in each group, whose outcome is among those left open.
    feature : int
        Whose values 0 and 1 make two groups; -1 where there is none.
    pcr : tuple of float
        Lowest logit that leaves pCR open: in group 0, in group 1, and where the group is not known.
    residual : tuple of float
        Highest logit that leaves residual disease open, in the same groups.
    """

    level: float
    feature: int
    pcr: tuple[float, float, float]
    residual: tuple[float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Uncertainty:
    """Everything of it; `width` and `labels` are None where there were too few patients."""

    reach: Reach
    width: Width | None = None
    labels: LabelSets | None = None


def check_uncertainty(uncertainty: Uncertainty, n_features: int) -> None:
    """Refuse what would be misread.

    Raises
    ------
    ValueError
        If a number is not finite or is huge, a scale or a factor is negative, a range is the wrong way
        round, or a length or a feature's index does not fit.
    """
    _check_reach(uncertainty.reach, n_features)
    if uncertainty.width is not None:
        _check_width(uncertainty.width, n_features)
    if uncertainty.labels is not None:
        _check_labels(uncertainty.labels, n_features)


def moved(
    uncertainty: Uncertainty, *, intercept: float, slope: float, site_sd: float
) -> Uncertainty:
    """Follow a model onto another line.

    Parameters
    ----------
    uncertainty : Uncertainty
        Of the old logit.
    intercept, slope : float
        New logit = intercept + slope times the old; the slope is above 0.
    site_sd : float
        Standard deviation of the new intercept.

    Returns
    -------
    Uncertainty
        The same patients are far, and the same outcomes are left open.
    """
    width, labels = uncertainty.width, uncertainty.labels
    return replace(
        uncertainty,
        width=None if width is None else _moved_width(width, intercept, slope, site_sd),
        labels=None if labels is None else _moved_labels(labels, intercept, slope),
    )


def _moved_width(width: Width, a: float, b: float, site_sd: float) -> Width:
    # The old logit is (z - a) / b of the new one.
    square = width.by_square / b**2
    linear = width.by_logit / b - 2.0 * a * square
    return replace(
        width,
        intercept=width.intercept + math.log(b) - width.by_logit * a / b + square * a**2,
        by_logit=linear,
        by_square=square,
        low=a + b * width.low,
        high=a + b * width.high,
        site_sd=math.hypot(b * width.site_sd, site_sd),
    )


def _moved_labels(labels: LabelSets, a: float, b: float) -> LabelSets:
    (p0, p1, p2), (r0, r1, r2) = labels.pcr, labels.residual
    return replace(
        labels,
        pcr=(a + b * p0, a + b * p1, a + b * p2),
        residual=(a + b * r0, a + b * r1, a + b * r2),
    )


def _check_reach(reach: Reach, n_features: int) -> None:
    for name in ("centre", "scale", "low", "high"):
        values = getattr(reach, name)
        if values.shape != (n_features,):
            _refuse(f"{name} does not have one value a feature ({n_features})")
        _refuse_wild(name, values)
    _refuse_wild("a threshold of the distance", [reach.farthest, reach.outermost])
    if ((reach.scale < SMALLEST) & (reach.scale != 0)).any():
        _refuse("a scale is negative, or next to nothing")
    if min(reach.farthest, reach.outermost) < 0:
        _refuse("a distance is negative")
    if (reach.low > reach.high).any():
        _refuse("a range ends before it begins")


def _check_width(width: Width, n_features: int) -> None:
    terms = (width.intercept, width.by_logit, width.by_square, width.by_distance)
    _refuse_wild("the width", [*terms, width.low, width.high, *width.lacking, width.factor])
    _refuse_wild("the width", [width.site_sd])
    if min(width.factor, width.site_sd) < 0 or width.low > width.high:
        _refuse("a factor is negative, or a range ends before it begins")
    if len(width.blocks) != len(width.lacking) or not all(width.blocks):
        _refuse("blocks of features and their widths do not match")
    places = [place for block in width.blocks for place in block]
    if any(not 0 <= place < n_features for place in places):
        _refuse("a feature index out of range")


def _check_labels(labels: LabelSets, n_features: int) -> None:
    _refuse_wild("label sets", [*labels.pcr, *labels.residual])
    if not 0.0 < labels.level < 1.0 or not -1 <= labels.feature < n_features:
        _refuse("label sets of no level, or of a feature that is not there")


def _refuse_wild(what: str, values: object) -> None:
    # NaN compares false.
    if not (np.abs(np.asarray(values, dtype=np.float64)) <= LARGEST).all():
        _refuse(f"{what} holds a number that is not finite, or beyond {LARGEST:.0e}")


def _refuse(what: str) -> None:
    message = f"The uncertainty cannot be used: {what}."
    raise ValueError(message)
