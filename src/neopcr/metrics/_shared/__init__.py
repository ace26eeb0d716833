"""Pieces that several metrics are made of; only plug-ins of this room, and validation, use them."""

from neopcr.metrics._shared.proportion import Share
from neopcr.metrics._shared.recalibration import (
    dot,
    intercepts,
    last_coefficient,
    logits,
    row_dot,
    slopes,
    wald,
)
from neopcr.metrics._shared.smoothing import (
    calibration_error,
    distances,
    smoothed,
    under_perfect_calibration,
)

__all__ = [
    "Share",
    "calibration_error",
    "distances",
    "dot",
    "intercepts",
    "last_coefficient",
    "logits",
    "row_dot",
    "slopes",
    "smoothed",
    "under_perfect_calibration",
    "wald",
]
