"""HER2-PET: which lesions take up the tracer, by two readers and by standardised uptake.

Two readers score a lesion from 1 to 5; the rule is that of NCT02286843. The cut-off of SUVmax is
that of a study of 50 patients (PMC5955803): sensitivity 76 %, specificity 62 %, outside the liver.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neopcr.oncology.kleene import three_valued

if TYPE_CHECKING:
    from neopcr.specs import BoolArray, FloatArray, IntArray

LOWEST_SCORE, HIGHEST_SCORE = 1, 5
POSITIVE_SCORE = 4
SUV_MAX_CUT = 3.2
# A choice of this project: below it there is no background to set a lesion against.
LEAST_BACKGROUND = 0.01


def lesion_positive(reader1: FloatArray, reader2: FloatArray) -> FloatArray:
    """Whether lesions are positive: both readers score 4 or 5.

    Parameters
    ----------
    reader1, reader2 : float arrays of shape (n_lesions,)
        Scores 1 to 5; NaN missing.

    Returns
    -------
    float array of shape (n_lesions,)
        1 positive, 0 not; NaN where one reader is missing and the other scores 4 or 5, or both
        are missing. One reader's 3 or less decides.

    Examples
    --------
    >>> lesion_positive(np.array([4.0, 5.0, 4.0, 3.0]), np.array([5.0, 3.0, np.nan, np.nan]))
    array([ 1.,  0., nan,  0.])
    """
    both = (reader1 >= POSITIVE_SCORE) & (reader2 >= POSITIVE_SCORE)
    either_low = (reader1 < POSITIVE_SCORE) | (reader2 < POSITIVE_SCORE)
    return three_valued(both, either_low)


def readers_disagree(reader1: FloatArray, reader2: FloatArray) -> FloatArray:
    """Whether two readers stand on either side of 4: 1 yes, 0 no, NaN where one is missing.

    >>> readers_disagree(np.array([4.0, 5.0, 3.0]), np.array([3.0, 4.0, np.nan]))
    array([ 1.,  0., nan])
    """
    known = ~np.isnan(reader1 + reader2)
    differ = (reader1 >= POSITIVE_SCORE) != (reader2 >= POSITIVE_SCORE)
    return three_valued(known & differ, known & ~differ)


def is_suv_impossible(suv_max: FloatArray, suv_peak: FloatArray) -> BoolArray:
    """Whether a peak (a mean over 1 cc) exceeds the maximum; False where one is missing.

    >>> is_suv_impossible(np.array([3.0, 3.0, np.nan]), np.array([3.0, 3.1, 9.0]))
    array([False,  True, False])
    """
    return np.asarray(suv_max < suv_peak)


def suv_positive(suv_max: FloatArray, liver: FloatArray, *, cut: float = SUV_MAX_CUT) -> FloatArray:
    """Whether uptake lies above the cut-off, outside the liver.

    Parameters
    ----------
    suv_max : float array of shape (n_lesions,)
        Standardised uptake value, 0 or more; NaN missing.
    liver : float array of shape (n_lesions,)
        1 in the liver, whose own uptake hides that of a lesion; 0 elsewhere; NaN not known.
    cut : float
        Positive above it.

    Returns
    -------
    float array of shape (n_lesions,)
        1 above, 0 at or below, NaN missing or in the liver, where the cut-off says nothing.

    Examples
    --------
    >>> suv_positive(np.array([3.3, 3.2, 9.0]), np.array([0.0, 0.0, 1.0]))
    array([ 1.,  0., nan])
    """
    outside = liver == 0
    return three_valued(outside & (suv_max > cut), outside & (suv_max <= cut))


def tumour_to_background(suv_max: FloatArray, background_mean: FloatArray) -> FloatArray:
    """SUVmax of lesions over the mean of their background; NaN where that is next to 0 or missing.

    >>> tumour_to_background(np.array([6.0, 6.0, 6.0]), np.array([1.5, 0.01, 0.0]))
    array([  4., 600.,  nan])
    """
    known = background_mean >= LEAST_BACKGROUND
    return np.where(known, suv_max / np.where(known, background_mean, 1.0), np.nan)


@dataclass(frozen=True, slots=True)
class PatientPet:
    """Lesions put together by patient; arrays of shape (n_patients,).

    Parameters
    ----------
    positive : float array
        1 any lesion is positive, 0 every lesion is known not to be, NaN else (no lesions read too).
    lesions, positive_lesions : float arrays
        How many, and how many of them are positive; NaN where nothing was read, and the second
        also where it is not known of one.
    disagreement : float array
        1 the readers stand on either side of 4 in a lesion, 0 in none, NaN else.
    suv_max : float array
        Largest of a lesion outside the liver; NaN where one of these is missing or its place is
        not known.
    background_ratio : float array
        Largest ratio to the background outside the liver; NaN as `suv_max`.
    """

    positive: FloatArray
    lesions: FloatArray
    positive_lesions: FloatArray
    disagreement: FloatArray
    suv_max: FloatArray
    background_ratio: FloatArray


@dataclass(frozen=True, slots=True)
class LesionReads:
    """Lesions of many patients; arrays of shape (n_lesions,), NaN missing.

    Parameters
    ----------
    patient : int array
        0-based row of the patient.
    reader1, reader2 : float arrays
        Scores 1 to 5.
    suv_max, background_mean : float arrays
        Standardised uptake values.
    liver : float array
        1 in the liver, 0 elsewhere.
    """

    patient: IntArray
    reader1: FloatArray
    reader2: FloatArray
    suv_max: FloatArray
    background_mean: FloatArray
    liver: FloatArray


def by_patient(lesions: LesionReads, n_patients: int) -> PatientPet:
    """Put lesions together by patient; the order of the lesions does not matter.

    Examples
    --------
    >>> nan = np.nan
    >>> read = LesionReads(
    ...     np.array([0, 0, 1]), np.array([4.0, 2.0, 5.0]), np.array([4.0, 2.0, nan]),
    ...     np.array([5.0, 1.0, 9.0]), np.array([1.0, 1.0, 3.0]), np.array([0.0, 0.0, 0.0]),
    ... )
    >>> found = by_patient(read, 3)
    >>> found.positive, found.suv_max, found.lesions
    (array([ 1., nan, nan]), array([ 5.,  9., nan]), array([ 2.,  1., nan]))
    """
    patient = lesions.patient
    count = np.bincount(patient, minlength=n_patients)
    positive = lesion_positive(lesions.reader1, lesions.reader2)
    differ = readers_disagree(lesions.reader1, lesions.reader2)
    ratio = tumour_to_background(lesions.suv_max, lesions.background_mean)
    seen = np.where(count > 0, count.astype(np.float64), np.nan)
    # NaN of one lesion makes the sum NaN: not known of one is not known of all.
    summed = np.bincount(patient, weights=positive, minlength=n_patients)
    return PatientPet(
        positive=_any(positive, patient, n_patients),
        lesions=seen,
        positive_lesions=np.where(count > 0, summed, np.nan),
        disagreement=_any(differ, patient, n_patients),
        suv_max=_largest(lesions.suv_max, lesions.liver, patient, n_patients),
        background_ratio=_largest(ratio, lesions.liver, patient, n_patients),
    )


def _any(values: FloatArray, patient: IntArray, n_patients: int) -> FloatArray:
    """Kleene or over the lesions of each patient; NaN where there is none."""
    some = np.bincount(patient[values == 1], minlength=n_patients) > 0
    unknown = np.bincount(patient[np.isnan(values)], minlength=n_patients) > 0
    read = np.bincount(patient, minlength=n_patients) > 0
    return three_valued(some, read & ~unknown)


def _largest(
    values: FloatArray, liver: FloatArray, patient: IntArray, n_patients: int
) -> FloatArray:
    """Largest value outside the liver; NaN where there is none, or one that counts is missing."""
    counts = liver != 1
    known = ~np.isnan(values) & (liver == 0)
    unsure = np.bincount(patient[counts & ~known], minlength=n_patients) > 0
    largest = np.full(n_patients, -np.inf)
    np.maximum.at(largest, patient[known], values[known])
    return np.where(unsure | np.isneginf(largest), np.nan, largest)
