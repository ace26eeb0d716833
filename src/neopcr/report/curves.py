"""Points that validation computed, ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neopcr.specs import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A line to draw, with a ribbon of its 95 % interval where there is one.

    Parameters
    ----------
    label : str
        What it is.
    x, y : float array of shape (n_points,)
        In drawing order.
    lower, upper : float array of shape (n_points,) or None
        The ribbon.
    """

    label: str
    x: FloatArray
    y: FloatArray
    lower: FloatArray | None = None
    upper: FloatArray | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bins:
    """Patients grouped by prediction.

    Parameters
    ----------
    predicted, observed : float array of shape (n_bins,)
        Mean predicted probability of pCR, and share who reached it.
    lower, upper : float array of shape (n_bins,)
        95 % interval of the share.
    """

    predicted: FloatArray
    observed: FloatArray
    lower: FloatArray
    upper: FloatArray
