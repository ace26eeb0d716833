"""Between what is known of scores beside their values and its part of ``bundle.json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr.errors import BundleError
from neopcr.kernel import LabelSets, Reach, Uncertainty, Width, check_uncertainty

if TYPE_CHECKING:
    from neopcr.bundle.schema import LabelSetsWire, ReachWire, UncertaintyWire, WidthWire

_ARRAYS = ("centre", "scale", "low", "high")


def uncertainty_content(uncertainty: Uncertainty | None) -> dict[str, Any] | None:
    """Its part of ``bundle.json``; null where there is none."""
    if uncertainty is None:
        return None
    reach, width, labels = uncertainty.reach, uncertainty.width, uncertainty.labels
    return {
        "reach": {
            **{name: getattr(reach, name).tolist() for name in _ARRAYS},
            "farthest": float(reach.farthest),
            "outermost": float(reach.outermost),
        },
        "width": None if width is None else _plain(width),
        "labels": None if labels is None else _plain(labels),
    }


def read_uncertainty(wire: UncertaintyWire | None, n_features: int) -> Uncertainty | None:
    """Check the part and make it what the kernel reads.

    Raises
    ------
    BundleError
        If `check_uncertainty` refuses it.
    """
    if wire is None:
        return None
    found = Uncertainty(_reach(wire.reach), _width(wire.width), _labels(wire.labels))
    try:
        check_uncertainty(found, n_features)
    except ValueError as error:
        message = f"bundle.json: {error} The bundle is damaged."
        raise BundleError(message) from None
    return found


def _plain(part: Width | LabelSets) -> dict[str, Any]:
    return {name: getattr(part, name) for name in part.__slots__}


def _reach(wire: ReachWire) -> Reach:
    centre, scale, low, high = (np.array(getattr(wire, name), float) for name in _ARRAYS)
    return Reach(centre, scale, low, high, wire.farthest, wire.outermost)


def _width(wire: WidthWire | None) -> Width | None:
    if wire is None:
        return None
    parts = wire.model_dump()
    parts["blocks"] = tuple(map(tuple, wire.blocks))
    return Width(**{**parts, "lacking": tuple(wire.lacking)})


def _labels(wire: LabelSetsWire | None) -> LabelSets | None:
    if wire is None:
        return None
    (p0, p1, p2), (r0, r1, r2) = wire.pcr, wire.residual
    return LabelSets(wire.level, wire.feature, (p0, p1, p2), (r0, r1, r2))
