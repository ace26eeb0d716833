"""Who was no longer on neoadjuvant therapy at a model's landmark, as far as dates prove it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neopcr.cohort.contract import CORE
from neopcr.cohort.keep import NEXT_DATE
from neopcr.specs import Landmark

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import BoolArray, Column, Table

OFF_THERAPY = "off_therapy_at_landmark"

_SURGERY, _LAST = "surgery_date", "last_dose_date"
# The last cycle that was given by the landmark.
_CYCLE = {
    Landmark.c1: "first_dose_date",
    Landmark.c2: "cycle2_date",
    Landmark.c4: "cycle4_date",
}


class _Dates(NamedTuple):
    """Of the cycle before the landmark, the one after it, the last dose and surgery."""

    cycle: NDArray[np.datetime64]
    following: NDArray[np.datetime64]
    last: NDArray[np.datetime64]
    surgery: NDArray[np.datetime64]


def therapy_columns(landmark: Landmark) -> tuple[Column, ...]:
    """Dates that tell who was off therapy; none at a landmark where nobody can be."""
    if landmark not in _CYCLE:
        return ()
    return tuple(CORE[name] for name in (_CYCLE[landmark], NEXT_DATE[landmark], _LAST, _SURGERY))


def off_therapy(table: Table, landmark: Landmark, n: int) -> BoolArray:
    """Who is proved to have ended neoadjuvant therapy before the next cycle, shape (n,).

    Training leaves out whoever has no date of the next cycle. A patient who is scored in time has
    none either, so a missing date alone proves nothing here. What does: surgery before the next
    cycle; surgery and no next cycle, in a patient whose cycles are dated; or a last dose in the
    cycle before the landmark, and no next cycle.

    Parameters
    ----------
    table : mapping of str to array of shape (n,)
        It may hold any of `therapy_columns`.
    landmark : Landmark
        The model's.
    n : int
        Rows.

    Examples
    --------
    >>> days = np.array(["2024-01-01", "NaT"], dtype="datetime64[D]")
    >>> table = {"first_dose_date": days, "surgery_date": days + 30}
    >>> off_therapy(table, Landmark.c1, 2)
    array([ True, False])
    """
    columns = therapy_columns(landmark)
    if not columns:
        return np.zeros(n, dtype=bool)
    unknown = np.full(n, np.datetime64("NaT", "D"))
    dates = _Dates(*(table.get(column.name, unknown) for column in columns))
    ended = np.isnat(dates.following) & ~np.isnat(dates.cycle)
    operated = (dates.surgery < dates.following) | (ended & ~np.isnat(dates.surgery))
    # A comparison with an unknown date is false.
    return np.asarray(operated | (ended & (dates.last <= dates.cycle)), dtype=bool)
