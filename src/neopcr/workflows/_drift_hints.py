"""A column held against its reference, and what one that has drifted looks like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr.bundle.between_centres import between_centres, effective
from neopcr.bundle.reference import binned
from neopcr.cohort.unit_slips import unit_slips
from neopcr.validation import drift, mix_ups
from neopcr.validation.stability import stability_index

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import Column, FloatArray, IntArray
    from neopcr.validation.drift import Shift


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One column of the cohort and its reference."""

    column: Column
    values: NDArray[Any]
    entry: Mapping[str, Any]
    centre: IntArray | None

    def spread(self, part: str, codes: IntArray) -> tuple[float, float]:
        """How many independent patients training and cohort are worth."""
        was = self.entry["centres"][part]
        now = was if self.centre is None else between_centres(codes, self.centre)
        icc = max(was["icc"], now["icc"])
        of = (codes >= 0).sum()
        known = 1 - self.entry["missing"] if part == "values" else 1.0
        return (
            effective(round(self.entry["n"] * known), {**was, "icc": icc}),
            effective(int(of), {**now, "icc": icc}),
        )


def hints_of(held: list[Held], shifts: tuple[Shift, ...]) -> dict[str, str]:
    """What columns that have drifted look like: another's values, or another unit."""
    drifted = {one.column for one in shifts if one.drifted and one.what != drift.MISSING}
    numbers = [each for each in held if each.column.kind == "number" and each.entry["counts"]]
    hints = {}
    for each in (each for each in numbers if each.column.name in drifted):
        hint = _slip(each)
        if hint:
            hints[each.column.name] = hint
    names = [each.column.name for each in numbers]
    fits = np.array([_fit(one.values, other) for one in numbers for other in numbers])
    square = fits.reshape(len(names), len(names))
    for i, j in mix_ups.swapped(square, [name in drifted for name in names]):
        hints[names[i]] = f"looks like {names[j]}: swapped?"
        hints[names[j]] = f"looks like {names[i]}: swapped?"
    return hints


def _slip(one: Held) -> str:
    fits = {factor: _fit(one.values / factor, one) for factor in (1.0, *mix_ups.FACTORS)}
    factor = mix_ups.slip(fits)
    if factor is not None:
        return f"looks as if multiplied by {factor:g}"
    doubts = unit_slips(one.values, one.column)
    return doubts[0].says if doubts else ""


def _fit(values: FloatArray, other: Held) -> float:
    """Stability index of values against a column's reference; 0 of too few."""
    codes, reference = binned(values, other.column, other.entry)
    known = codes >= 0
    if known.sum() < drift.FEWEST_KNOWN:
        return 0.0
    counts = np.bincount(codes[known], minlength=len(reference))
    return float(stability_index(reference, counts))
