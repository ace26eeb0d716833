"""Circulating tumour DNA: burden with a floor, and how it changes between two landmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr.oncology.kleene import Codes, equals

if TYPE_CHECKING:
    from neopcr.specs import FloatArray

ASSAYS = ("tumour_informed", "panel", "ddpcr", "methylation")

# LoD95 of a tumour-informed assay of 16 variants, MTM/mL of plasma (wording of the Signatera report).
LOD_MTM_PER_ML = 0.3
# The project's choice: no limit of detection is common to the assays that report a VAF alone.
LOD_MEAN_VAF = 1e-4

DYNAMICS = ("never_detected", "emergent", "cleared", "persistent")


def log10_burden(amount: FloatArray, detected: FloatArray, lod: float) -> FloatArray:
    """Log10 of a ctDNA amount, never below half the limit of detection.

    Parameters
    ----------
    amount : float array of shape (n_patients,)
        MTM/mL of plasma, or mean VAF as a fraction; NaN not known.
    detected : float array of shape (n_patients,)
        1 detected, 0 not detected, NaN not known.
    lod : float
        Limit of detection, in the unit of `amount`.

    Returns
    -------
    float array of shape (n_patients,)
        ``log10(max(amount, lod / 2))``; where nothing was detected the amount lies somewhere in
        [0, lod] and stands at the floor. NaN where nothing is known, and where "not detected"
        contradicts an amount at or above the limit.

    Examples
    --------
    >>> amount, detected = np.array([30.0, np.nan, 0.0, np.nan]), np.array([1, 0, 0, np.nan])
    >>> log10_burden(amount, detected, lod=0.2).round(3)
    array([ 1.477, -1.   , -1.   ,    nan])
    """
    floor = lod / 2
    censored = (detected == 0) & ~(amount >= lod)
    unknown = np.isnan(amount) | ((detected == 0) & (amount >= lod))
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


def is_contradictory(
    amount: FloatArray, detected: FloatArray, lod: float = LOD_MTM_PER_ML
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether "not detected" stands beside an amount at or above the limit of detection."""
    contradictory: np.ndarray[tuple[int], np.dtype[np.bool_]] = (detected == 0) & (amount >= lod)
    return contradictory
