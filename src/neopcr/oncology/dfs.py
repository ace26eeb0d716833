"""Disease-free survival from the dates a registry holds.

From surgery to the first of local, regional or distant recurrence, contralateral or second primary
cancer, or death of any cause (STEEP: Hudis, J Clin Oncol 25 (2007) 2127; details unverified). The
clock starts at surgery, so that no patient is counted as free of events for time in which the
cohort could not have had one. pCR is no surrogate of it: see `neopcr.workflows.prognosis`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import BoolArray, FloatArray

    Dates = NDArray[np.datetime64]

DAYS_PER_MONTH = 365.25 / 12
"""A mean month."""

RECURRENCE_TYPES = ("local", "regional", "distant", "contralateral", "second primary")


@dataclass(frozen=True, slots=True, eq=False)
class DiseaseFree:
    """Follow-up of every patient.

    Parameters
    ----------
    months : float array of shape (n_patients,)
        From surgery to the event, or to the last follow-up; NaN not known.
    event : float array of shape (n_patients,)
        1 event, 0 none until then, NaN not known.
    faults : dict of str to bool array of shape (n_patients,)
        Rules that a patient's dates break; such a patient's follow-up is not known.
    """

    months: FloatArray
    event: FloatArray
    faults: dict[str, BoolArray]


def disease_free_survival(
    surgery: Dates, recurrence: Dates, death: Dates, last_followup: Dates
) -> DiseaseFree:
    """Months from surgery to the first event.

    Parameters
    ----------
    surgery, recurrence, death, last_followup : datetime64[D] arrays of shape (n_patients,)
        NaT where not known; of recurrence and death, also where there was none. Recurrence is the
        first event of `RECURRENCE_TYPES`.

    Examples
    --------
    >>> def day(text):
    ...     return np.array([text], dtype="datetime64[D]")
    >>> found = disease_free_survival(day("2015-01-01"), day("2017-01-01"), day("NaT"), day("NaT"))
    >>> found.months.round(1), found.event
    (array([24.]), array([1.]))
    """
    first = np.fmin(recurrence, death)
    had_event = ~np.isnat(first)
    faults = {
        "event_before_surgery": first < surgery,
        "followup_before_surgery": last_followup < surgery,
        "followup_before_event": last_followup < np.fmax(recurrence, death),
        "recurrence_after_death": recurrence > death,
    }
    end = np.where(had_event, first, last_followup)
    days = (end - surgery) / np.timedelta64(1, "D")
    known = ~np.isnan(days) & ~np.logical_or.reduce(list(faults.values()))
    return DiseaseFree(
        months=np.where(known, days / DAYS_PER_MONTH, np.nan),
        event=np.where(known, had_event, np.nan),
        faults=faults,
    )
