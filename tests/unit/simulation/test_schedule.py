"""Dates of treatment, and samples in the windows of their landmarks."""

from __future__ import annotations

import numpy as np
import pytest

from neopcr.oncology.ctdna import sample_landmark
from neopcr.simulation.schedule import draw_schedule, sample_dates
from neopcr.specs import Landmark

N = 5_000
PLANNED = np.where(np.arange(N) % 2 == 0, 6, 4)


@pytest.fixture(scope="module", params=[False, True], ids=["as it happens", "complete"])
def drawn(request):
    schedule = draw_schedule(PLANNED, np.random.default_rng(1), complete=request.param)
    return schedule, request.param


def _course(schedule):
    return {
        "first_dose_date": schedule.cycle[0],
        **{f"cycle{k}_date": schedule.cycle[k - 1] for k in range(2, 6)},
        "last_dose_date": schedule.last_dose,
        "surgery_date": schedule.surgery,
    }


def test_cycles_are_three_to_four_weeks_apart(drawn):
    schedule, _ = drawn
    for earlier, later in zip(schedule.cycle[:-1], schedule.cycle[1:], strict=True):
        gap = (later - earlier)[~np.isnat(later)].astype(int)
        assert (gap >= 21).all()
        assert (gap <= 28).all()


def test_the_last_dose_is_the_last_cycle_given(drawn):
    schedule, _ = drawn
    given = np.vstack(schedule.cycle)
    np.testing.assert_array_equal(np.fmax.reduce(given, axis=0), schedule.last_dose)


def test_nobody_gets_more_than_planned_and_a_few_stop(drawn):
    schedule, complete = drawn
    given = (~np.isnat(np.vstack(schedule.cycle))).sum(axis=0)
    stopped = given < PLANNED
    assert (given <= PLANNED).all()
    assert (stopped.any(), np.isnat(schedule.surgery).any()) == (not complete, not complete)
    assert stopped.mean() < 0.1


def test_surgery_is_three_to_six_weeks_after_the_last_dose(drawn):
    schedule, _ = drawn
    operated = ~np.isnat(schedule.surgery)
    gap = (schedule.surgery - schedule.last_dose)[operated].astype(int)
    assert (gap.min(), gap.max()) == (21, 42)


@pytest.mark.parametrize("name", ["baseline", "c1", "c2", "presurgery"])
def test_samples_fall_into_the_window_of_their_landmark(drawn, name):
    schedule, complete = drawn
    landmark = Landmark[name]
    collected = sample_dates(schedule, landmark, np.random.default_rng(2), complete=complete)
    found = sample_landmark(collected, _course(schedule))[~np.isnat(collected)]
    outside = (found != landmark).mean()
    if name == "c2" and not complete:
        assert set(found[found != landmark]) == {-1}
        assert 0 < outside < 0.02
    else:
        assert outside == 0


def test_who_stopped_gives_no_later_sample(drawn):
    schedule, complete = drawn
    collected = sample_dates(schedule, Landmark.c1, np.random.default_rng(2), complete=complete)
    np.testing.assert_array_equal(np.isnat(collected), np.isnat(schedule.cycle[1]))
