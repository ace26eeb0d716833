"""Circulating tumour DNA: burden with a floor, and how it changes between two landmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr.oncology.kleene import equals
from neopcr.specs import Landmark

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.oncology.kleene import Codes
    from neopcr.specs import FloatArray, Table

ASSAYS = ("tumour_informed", "panel", "ddpcr", "methylation")

# LoD95 of a tumour-informed assay of 16 variants, MTM/mL of plasma (wording of the Signatera report).
LOD_MTM_PER_ML = 0.3
# The project's choice: no limit of detection is common to the assays that report a VAF alone.
LOD_MEAN_VAF = 1e-4

# A sample belongs to the landmark when it was drawn after the first date and up to the second.
WINDOWS: tuple[tuple[Landmark, str, str], ...] = (
    (Landmark.c1, "first_dose_date", "cycle2_date"),
    (Landmark.c2, "cycle2_date", "cycle3_date"),
    (Landmark.c4, "cycle4_date", "cycle5_date"),
    (Landmark.presurgery, "last_dose_date", "surgery_date"),
)

DYNAMICS = ("never_detected", "emergent", "cleared", "persistent")


def log10_burden(amount: FloatArray, detected: FloatArray, limit: float) -> FloatArray:
    """Log10 of a ctDNA amount, never below half the limit of detection.

    Parameters
    ----------
    amount : float array of shape (n_patients,)
        MTM/mL of plasma, or mean VAF as a fraction; NaN not known.
    detected : float array of shape (n_patients,)
        1 detected, 0 not detected, NaN not known.
    limit : float
        Limit of detection, in the unit of `amount`.

    Returns
    -------
    float array of shape (n_patients,)
        ``log10(max(amount, limit / 2))``; where nothing was detected the amount lies somewhere in
        [0, limit] and stands at the floor. NaN where nothing is known, and where "not detected"
        contradicts an amount at or above the limit.

    Examples
    --------
    >>> amount, detected = np.array([30.0, np.nan, 0.0, np.nan]), np.array([1, 0, 0, np.nan])
    >>> log10_burden(amount, detected, limit=0.2).round(3)
    array([ 1.477, -1.   , -1.   ,    nan])
    """
    floor = limit / 2
    censored = (detected == 0) & ~(amount >= limit)
    unknown = np.isnan(amount) | ((detected == 0) & (amount >= limit))
    known = np.log10(np.maximum(np.where(unknown, floor, amount), floor))
    return np.where(censored, np.log10(floor), np.where(unknown, np.nan, known))


def dynamics(before: FloatArray, later: FloatArray) -> Codes:
    """Fate of ctDNA between baseline and a later landmark.

    Parameters
    ----------
    before, later : float arrays of shape (n_patients,)
        1 detected, 0 not detected, NaN not known.

    Returns
    -------
    int array of shape (n_patients,)
        Codes into `DYNAMICS`; -1 where either is not known. A patient in whom nothing was ever
        detected has not cleared anything.

    Examples
    --------
    >>> [DYNAMICS[code] for code in dynamics(np.array([1, 1, 0, 0]), np.array([0, 1, 0, 1]))]
    ['cleared', 'persistent', 'never_detected', 'emergent']
    """
    unknown = np.isnan(before) | np.isnan(later)
    code = 2 * (before == 1) + (later == 1)
    return np.where(unknown, -1, code).astype(np.int16)


def is_dynamics(before: FloatArray, later: FloatArray, name: str) -> FloatArray:
    """Whether the dynamics are the named one of `DYNAMICS`; NaN where not known."""
    return equals(dynamics(before, later), DYNAMICS.index(name))


def sample_landmark(collected: NDArray[np.datetime64], course: Table) -> Codes:
    """Landmark to which a sample belongs by its date.

    A sample of the day of a dose was drawn before it. Baseline reaches up to the first dose, c1
    from then up to cycle 2, c2 from cycle 2 up to cycle 3, c4 from cycle 4 up to cycle 5,
    presurgery from the last dose up to surgery.

    Parameters
    ----------
    collected : datetime64[D] array of shape (n_samples,)
        NaT not known.
    course : mapping of str to datetime64[D] array of shape (n_samples,)
        Dates of the sample's patient: ``first_dose_date``, ``cycle2_date``, ``cycle3_date``,
        ``cycle4_date``, ``cycle5_date``, ``last_dose_date``, ``surgery_date``; NaT not known.

    Returns
    -------
    int array of shape (n_samples,)
        Values of `Landmark`; -1 outside every window, or a date that bounds it is not known.
    """
    code = np.where(collected <= course["first_dose_date"], int(Landmark.baseline), -1)
    for landmark, after, until in WINDOWS:
        inside = (collected > course[after]) & (collected <= course[until])
        code = np.where(inside & (code < 0), int(landmark), code)
    return code.astype(np.int16)


def is_contradictory(
    amount: FloatArray, detected: FloatArray, limit: float = LOD_MTM_PER_ML
) -> NDArray[np.bool_]:
    """Whether "not detected" stands beside an amount at or above the limit of detection."""
    contradictory: NDArray[np.bool_] = (detected == 0) & (amount >= limit)
    return contradictory
