"""Units: converted where a config declares them, refused where a column leaves them open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr.errors import ConfigError

if TYPE_CHECKING:
    from neopcr.specs import Column, FloatArray

# (unit of the file, unit of the column) -> factor
FACTORS: dict[tuple[str, str], float] = {
    ("cm", "mm"): 10.0,
    ("m", "mm"): 1000.0,
    ("fraction", "percent"): 100.0,
    ("percent", "fraction"): 0.01,
    ("months", "years"): 1 / 12,
    ("years", "months"): 12.0,
    ("days", "months"): 12 / 365.25,
}


def conversion(declared: str, column: Column) -> float:
    """Factor from the unit that a config declares to the column's own.

    Raises
    ------
    ConfigError
        If the one does not convert to the other.
    """
    if declared in {"", column.unit}:
        return 1.0
    factor = FACTORS.get((declared, column.unit))
    if factor is None or column.kind != "number":
        known = sorted(source for source, target in FACTORS if target == column.unit)
        choice = ", ".join([column.unit or "no unit", *known])
        message = (
            f"cohort: unit '{declared}' of {column.name} does not convert to the column's own. "
            f"Use one of: {choice}."
        )
        raise ConfigError(message)
    return factor


def is_ambiguous(values: FloatArray, column: Column) -> bool:
    """Whether a percent column may hold fractions: nothing in it exceeds 1, and something is above 0.

    A column of zeros reads the same in both units.

    >>> from neopcr.specs import Column
    >>> ki67 = Column(
    ...     name="ki67_percent", kind="number", unit="percent", description="", source="", modality=""
    ... )
    >>> is_ambiguous(np.array([0.2, 0.05, np.nan]), ki67), is_ambiguous(np.array([0.5, 20.0]), ki67)
    (True, False)
    """
    known = values[~np.isnan(values)] if column.unit == "percent" else values[:0]
    return bool(known.size and known.max() <= 1 and known.max() > 0)
