"""RECIST 1.1 of one lesion, both sides of every boundary."""

from __future__ import annotations

import numpy as np
import pytest

from neopcr.simulation.effects import trial_effects
from neopcr.simulation.imaging import RECIST, draw_imaging, recist
from neopcr.simulation.outcome import Course
from neopcr.specs import Landmark


@pytest.mark.parametrize(
    ("baseline", "least", "now", "expected"),
    [
        (40.0, 40.0, 7.9, "CR"),
        (40.0, 40.0, 8.0, "PR"),
        (40.0, 40.0, 28.0, "PR"),
        (40.0, 40.0, 28.1, "SD"),
        (40.0, 40.0, 47.9, "SD"),
        (40.0, 40.0, 48.0, "PD"),
        (24.0, 24.0, 28.8, "SD"),  # a fifth more, but less than 5 mm
        (60.0, 20.0, 25.0, "PD"),  # against the least, though still a fall from baseline
        (60.0, 25.0, 29.0, "PR"),
    ],
)
def test_response_at_its_boundaries(baseline, least, now, expected):
    code = recist(np.array([baseline]), np.array([least]), np.array([now]))
    assert RECIST[code[0]] == expected


def test_volume_follows_the_course_and_progression_is_judged_against_the_least():
    effects = trial_effects(diameter_noise_sd=0.0)
    falls = {Landmark.c2: np.array([-2.0]), Landmark.c4: np.array([-1.0])}
    imaging = draw_imaging(
        np.array([50.0]), Course({}, {}, falls, {}), effects, np.random.default_rng(0)
    )
    first = imaging.volume[Landmark.baseline]
    np.testing.assert_allclose(imaging.volume[Landmark.c2] / first, np.exp(-2.0))
    # 50 mm, 18 mm, 30 mm: smaller than at first, and progressing.
    assert [RECIST[imaging.response[at][0]] for at in falls] == ["PR", "PD"]
