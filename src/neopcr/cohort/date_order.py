"""Dates that contradict one another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr.cohort.contract import found

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.cohort.cells import Mask
    from neopcr.specs import Problem

# Each date is later than those before it; the last dose may be the fifth cycle itself.
_DOSES = ("first_dose_date", "cycle2_date", "cycle3_date", "cycle4_date", "cycle5_date")


def dates_out_of_order(table: Mapping[str, NDArray[Any]]) -> list[Problem]:
    """Rows whose dates contradict one another, under the later date's name.

    Doses follow one another, no cycle is later than the last dose, and surgery follows the first.
    """
    pairs = [
        (earlier, later, False) for place, later in enumerate(_DOSES) for earlier in _DOSES[:place]
    ]
    pairs += [(dose, "last_dose_date", True) for dose in _DOSES]
    pairs += [("first_dose_date", "surgery_date", False)]
    return [
        problem
        for later in dict.fromkeys(pair[1] for pair in pairs)
        if later in table
        for problem in found(later, {"dates_out_of_order": _before_any(table, later, pairs)})
    ]


def _before_any(
    table: Mapping[str, NDArray[Any]], later: str, pairs: Iterable[tuple[str, str, bool]]
) -> Mask:
    """Whether `later` comes before (or on, where that is refused) a date it should follow."""
    wrong = np.zeros(len(table[later]), dtype=bool)
    for earlier, name, same_day in pairs:
        if name == later and earlier in table:
            first, second = table[earlier], table[later]
            wrong |= second < first if same_day else second <= first
    return wrong
