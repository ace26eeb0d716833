"""MRI volume and RECIST response of simulated patients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neopcr.specs import FloatArray, IntArray, Landmark

if TYPE_CHECKING:
    from neopcr.simulation.effects import Effects
    from neopcr.simulation.outcome import Course

RECIST = ("CR", "PR", "SD", "PD")
# Below it nothing is seen [choice]; RECIST 1.1 asks that every target lesion be gone.
_INVISIBLE_MM = 8.0


@dataclass(frozen=True, slots=True)
class Imaging:
    """MRI volume in cc and RECIST response (codes into `RECIST`), by landmark."""

    volume: dict[Landmark, FloatArray]
    response: dict[Landmark, IntArray]


def draw_imaging(
    diameter: FloatArray, course: Course, effects: Effects, rng: np.random.Generator
) -> Imaging:
    """Draw what the images show; given the volume, the diameter says nothing more about pCR.

    RECIST 1.1: PR is a fall by 30 % from baseline, PD a rise by 20 % and 5 mm from the least so far.

    Parameters
    ----------
    diameter : float array of shape (n_patients,)
        Longest diameter at baseline, mm.
    course : Course
        From `neopcr.simulation.outcome.draw_course`.
    effects : mapping of str to float
        From `neopcr.simulation.effects.trial_effects`.
    rng : numpy Generator
        Advanced by the draws.

    Returns
    -------
    Imaging
    """
    n = diameter.size
    # Tumours are not spheres, and what enhances is less than what is felt.
    first = 0.5 * np.pi / 6 * (diameter / 10) ** 3 * np.exp(rng.normal(0.0, 0.4, n))
    imaging = Imaging({Landmark.baseline: first}, {})
    least = diameter
    for landmark, log_volume in course.log_volume.items():
        imaging.volume[landmark] = first * np.exp(log_volume)
        remaining = remaining_mm(diameter, log_volume, effects, rng)
        imaging.response[landmark] = recist(diameter, least, remaining)
        least = np.minimum(least, remaining)
    return imaging


def remaining_mm(
    diameter: FloatArray, log_volume: FloatArray, effects: Effects, rng: np.random.Generator
) -> FloatArray:
    """Draw the longest diameter in mm that goes with a volume, from its log over that at baseline."""
    noise = rng.normal(0.0, effects["diameter_noise_sd"], diameter.size)
    remaining: FloatArray = diameter * np.exp(
        effects["log_diameter_per_log_volume"] * log_volume + noise
    )
    return remaining


def recist(baseline: FloatArray, least: FloatArray, now: FloatArray) -> IntArray:
    """Return the RECIST 1.1 response of one target lesion, as codes into `RECIST`.

    Parameters
    ----------
    baseline, least, now : float arrays of shape (n_patients,)
        Longest diameters in mm: at baseline, the least until now, and now.

    Examples
    --------
    >>> now = np.array([5.0, 28.0, 29.0, 48.0])
    >>> [RECIST[code] for code in recist(np.full(4, 40.0), np.full(4, 40.0), now)]
    ['CR', 'PR', 'SD', 'PD']
    """
    progressed = (now >= 1.2 * least) & (now - least >= 5.0)
    return np.select([now < _INVISIBLE_MM, progressed, now <= 0.7 * baseline], [0, 3, 1], default=2)
