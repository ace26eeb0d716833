"""Figures with their intervals, as cells of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Figure = Mapping[str, Any]

COHORTS = {
    ("ispy2", "all"): "I-SPY 2",
    ("ispy2", "her2_positive"): "of these HER2-positive",
    ("ispy2_her2", "all"): "I-SPY 2, HER2-positive trained on alone",
    ("ispy1", "all"): "I-SPY 1",
    ("transneo", "all"): "TransNEO",
    ("transneo", "her2_positive"): "of these HER2-positive",
}
PEERS = {
    "neopcr": "neopcr",
    "autogluon": "AutoGluon, medium_quality",
    "flaml": "FLAML, 60 s a fit",
    "mljar": "MLJAR, Explain",
    "ebm": "EBM (interpret-core)",
}
METRICS = {
    "auroc": "AUROC",
    "brier": "Brier",
    "calibration_in_the_large": "in the large",
    "calibration_slope": "calibration slope",
}


def interval(figure: Figure, *, digits: int = 3, signed: bool = False) -> str:
    """A figure with its interval, or why there is none.

    >>> interval({"value": 0.0121, "lower": 0.002, "upper": 0.0204}, signed=True)
    '+0.012 (+0.002 to +0.020)'
    """
    if figure["value"] is None:
        return str(figure["method"])
    numbers = [number(figure[key], digits, signed) for key in ("value", "lower", "upper")]
    return f"{numbers[0]} ({numbers[1]} to {numbers[2]})"


def number(value: float | None, digits: int = 3, signed: bool = False) -> str:  # noqa: FBT001, FBT002
    """A number with a real minus.

    >>> number(0.1234), number(0.5, 2, True), number(None)
    ('0.123', '+0.50', '-')
    """
    if value is None:
        return "-"
    rounded = round(value, digits) + 0.0  # no sign before a zero
    sign = "+" if signed and rounded else ""
    return f"{rounded:{sign}.{digits}f}".replace("-", "\N{MINUS SIGN}")


def performance_cells(performance: Mapping[str, Figure]) -> list[str]:
    """AUROC, Brier, slope and calibration in the large."""
    return [
        interval(performance["auroc"]),
        interval(performance["brier"]),
        interval(performance["calibration_slope"], digits=2),
        interval(performance["calibration_in_the_large"], digits=2, signed=True),
    ]


def difference_cells(difference: Mapping[str, Figure]) -> list[str]:
    """AUROC and Brier, ours minus theirs."""
    return [interval(difference[name], signed=True) for name in ("auroc", "brier")]


def is_not_worse(difference: Mapping[str, Figure]) -> bool:
    """Whether neither interval lies wholly on the worse side."""
    return bool(difference["auroc"]["upper"] >= 0.0 and difference["brier"]["lower"] <= 0.0)


def mean_cells(mean: Mapping[str, float]) -> list[str]:
    """The same four, means without an interval."""
    return [
        number(mean["auroc"]),
        number(mean["brier"]),
        number(mean["calibration_slope"], 2),
        number(mean["calibration_in_the_large"], 2, signed=True),
    ]
