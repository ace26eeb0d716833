"""Numbers that look as if a unit or a decimal point had gone astray."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr.cohort.doubt import Doubt, of_rows
from neopcr.cohort.reference_ranges import REFERENCES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from neopcr.cohort.reference_ranges import Reference
    from neopcr.specs import BoolArray, Column, FloatArray

# The project's choices: a median of fewer says little, a smaller part may be real.
FEWEST_VALUES = 10
SMALLEST_PART = 0.1
FEWEST_ROWS = 5


def unit_slips(
    values: FloatArray, column: Column, references: Mapping[str, Reference] = REFERENCES
) -> list[Doubt]:
    """Doubts about one column of numbers.

    Parameters
    ----------
    values : float array of shape (n_patients,)
        NaN where missing.
    column : Column
        One without a reference raises no doubt.
    references : mapping of str to Reference

    Returns
    -------
    list of Doubt
        First of the column as a whole (``unit_slip``, ``far_from_reference``); where it is sound,
        of a part of it (``part_in_another_unit``), then of single rows (``row_slip``,
        ``implausible``).

    Examples
    --------
    >>> from neopcr.specs import Column
    >>> size = Column(
    ...     name="tumor_diameter_mm", kind="number", description="", source="", modality="", unit="mm"
    ... )
    >>> centimetres = np.array([2.1, 3.4, 2.8, 5.0, 1.9, 2.2, 4.1, 3.0, 2.5, 2.0])
    >>> print(unit_slips(centimetres, size)[0].says)
    the median lies outside 10-100 mm, and inside it if these were centimetres
    """
    reference = references.get(column.name)
    if reference is None:
        return []
    known = ~np.isnan(values) & ~((values == 0) & reference.zero)
    return _of_column(values, known, column, reference) or [
        *_of_part(values, known, column, reference),
        *_of_rows(values, known, column, reference),
    ]


def _of_column(
    values: FloatArray, known: BoolArray, column: Column, reference: Reference
) -> list[Doubt]:
    if known.sum() < FEWEST_VALUES:
        return []
    median = np.median(values[known])
    if _inside(median, reference.typical):
        return []
    usual = f"the median lies outside {_range(reference.typical, column)}"
    mended = [
        meant for factor, meant in reference.slips.items()
        if _inside(median * factor, reference.typical)
    ]  # fmt: skip
    if mended:
        return of_rows(
            "unit_slip", column.name, f"{usual}, and inside it if these were {mended[0]}", known
        )
    return of_rows("far_from_reference", column.name, usual, known)


def _of_part(
    values: FloatArray, known: BoolArray, column: Column, reference: Reference
) -> list[Doubt]:
    enough = reference.parts and known.sum() >= FEWEST_VALUES
    for factor, meant in reference.slips.items() if enough else ():
        part = _mended(values, known, reference.typical, reference.typical, factor)
        if part.sum() >= max(FEWEST_ROWS, SMALLEST_PART * known.sum()):
            says = (
                f"{100 * part.sum() / known.sum():.0f} % of the values lie outside "
                f"{_range(reference.typical, column)}, and inside it if these were {meant}"
            )
            return of_rows("part_in_another_unit", column.name, says, part)
    return []


def _of_rows(
    values: FloatArray, known: BoolArray, column: Column, reference: Reference
) -> list[Doubt]:
    told: list[Doubt] = []
    left = known.copy()
    outside = f"outside {_range(reference.plausible, column)}"
    for factor, meant in reference.slips.items():
        slipped = _mended(values, left, reference.plausible, reference.typical, factor)
        says = f"{outside}, and usual if these were {meant}"
        told += of_rows("row_slip", column.name, says, slipped)
        left &= ~slipped
    odd = left & ~_inside(values, reference.plausible)
    return [*told, *of_rows("implausible", column.name, outside, odd)]


def _mended(
    values: FloatArray,
    known: BoolArray,
    outside: tuple[float, float],
    inside: tuple[float, float],
    factor: float,
) -> BoolArray:
    """Who lies outside the one range as they stand, and inside the other when multiplied."""
    return known & ~_inside(values, outside) & _inside(values * factor, inside)


def _inside(values: FloatArray | np.floating, bounds: tuple[float, float]) -> BoolArray:
    low, high = bounds
    # Multiplying may leave a bound by a last digit.
    return np.asarray((values >= low * (1 - 1e-9)) & (values <= high * (1 + 1e-9)))


def _range(bounds: tuple[float, float], column: Column) -> str:
    unit = f" {column.unit}" if column.unit else ""
    low, high = (np.format_float_positional(bound, trim="-") for bound in bounds)
    return f"{low}-{high}{unit}"
