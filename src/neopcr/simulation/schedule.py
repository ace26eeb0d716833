"""When simulated patients are treated, sampled and operated on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neopcr.specs import IntArray, Landmark

Dates = NDArray[np.datetime64]

YEARS = 3
MOST_CYCLES = 6
_FIRST_DAY = np.datetime64("2023-01-01", "D")
_NEVER = np.datetime64("NaT", "D")
_CYCLE_DAYS = 21
# Share of patients who stop after cycle 1, 2, … [choice]; most who start finish.
_STOPS_AFTER = (0.015, 0.015, 0.01, 0.02, 0.02)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Dates of treatment.

    Parameters
    ----------
    cycle : tuple of date arrays of shape (n_patients,)
        Cycle 1 to 6; NaT where it was not given.
    last_dose, surgery : date arrays of shape (n_patients,)
        NaT where there was no surgery.
    year : int array of shape (n_patients,)
        Year of the trial, from 0.
    """

    cycle: tuple[Dates, ...]
    last_dose: Dates
    surgery: Dates
    year: IntArray


def draw_schedule(planned: IntArray, rng: np.random.Generator, *, complete: bool) -> Schedule:
    """Draw the dates of treatment.

    Parameters
    ----------
    planned : int array of shape (n_patients,)
        Planned cycles, at most six.
    rng : numpy Generator
        Advanced by the draws, by the same amount whether or not `complete`.
    complete : bool
        Whether everyone receives every cycle and is operated on.

    Returns
    -------
    Schedule
    """
    n = planned.size
    start = rng.integers(0, 365 * YEARS, n)
    stop = 1 + np.searchsorted(np.cumsum(_STOPS_AFTER), rng.random(n))
    given = planned if complete else np.minimum(planned, stop)
    # One cycle in eight is late, by up to a week.
    late = rng.integers(1, 8, (MOST_CYCLES - 1, n)) * (rng.random((MOST_CYCLES - 1, n)) < 0.125)
    day = start + np.vstack([np.zeros(n, np.int64), np.cumsum(_CYCLE_DAYS + late, axis=0)])
    last = day[given - 1, np.arange(n)]
    operated = complete | (rng.random(n) >= 0.02)
    surgery = last + rng.integers(21, 43, n)
    return Schedule(
        cycle=tuple(_dates(day[k], given > k) for k in range(MOST_CYCLES)),
        last_dose=_dates(last, np.ones(n, dtype=bool)),
        surgery=_dates(surgery, operated),
        year=start // 365,
    )


def sample_dates(
    schedule: Schedule, landmark: Landmark, rng: np.random.Generator, *, complete: bool
) -> Dates:
    """Draw when blood is taken for a landmark; NaT where therapy had ended before.

    One sample in a hundred for c2 is drawn after cycle 3 instead, in nobody's window.
    """
    n = schedule.year.size
    days = rng.integers(0, 14, n)
    slip = rng.random(n) < 0.01
    if landmark is Landmark.baseline:
        return _before(schedule.cycle[0], days)
    if landmark is Landmark.presurgery:
        return _before(schedule.surgery, 1 + days // 2)
    following = schedule.cycle[1] if landmark is Landmark.c1 else schedule.cycle[2]
    in_time = _before(following, 1 + days // 5)
    if complete or landmark is Landmark.c1:
        return in_time
    return np.where(slip, following + np.timedelta64(2, "D"), in_time)


def _before(dates: Dates, days: NDArray[np.int64]) -> Dates:
    earlier: Dates = dates - days.astype("timedelta64[D]")
    return earlier


def _dates(day: NDArray[Any], given: NDArray[np.bool_]) -> Dates:
    return np.where(given, _FIRST_DAY + day.astype("timedelta64[D]"), _NEVER)
