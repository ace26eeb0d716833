"""ctDNA samples before they become columns: which counts, what it can tell, what contradicts itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from neopcr.oncology.ctdna import ASSAYS, LOD_MTM_PER_ML, is_contradictory

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.oncology.kleene import Codes
    from neopcr.specs import BoolArray, FloatArray, IntArray

# LoD95 in MTM/mL by assay: wording of the Signatera report. No figure is common to the other kinds.
LOD_BY_ASSAY: Mapping[str, float] = MappingProxyType({"tumour_informed": LOD_MTM_PER_ML})
# 3.3 pg of DNA in a haploid genome (unverified).
NG_PER_GENOME = 0.0033
# The project's choice: an MTM/mL further than this from what VAF and cfDNA make is worth a look.
MTM_TOLERANCE = 3.0
# Variants that make a tumour-informed sample positive (unverified).
FEWEST_VARIANTS = 2


@dataclass(frozen=True, slots=True)
class Samples:
    """What was measured; arrays of shape (n_samples,).

    Parameters
    ----------
    detected : float array
        1 detected, 0 not detected, NaN not known.
    mtm_per_ml : float array
        Mean tumour molecules per mL of plasma.
    mean_vaf, max_vaf : float arrays
        Fractions, 0 to 1.
    n_detected, n_tracked : float arrays
        Variants.
    limit : float array
        Limit of detection, MTM/mL; see `limit_of_detection`.
    """

    detected: FloatArray
    mtm_per_ml: FloatArray
    mean_vaf: FloatArray
    max_vaf: FloatArray
    n_detected: FloatArray
    n_tracked: FloatArray
    limit: FloatArray


def limit_of_detection(
    reported: FloatArray, assay: Codes, by_assay: Mapping[str, float] = LOD_BY_ASSAY
) -> FloatArray:
    """Limit of detection of each sample, in MTM/mL of plasma.

    That of the report; else that of the assay; else, where no limit is known (the project's
    choice), that of the tumour-informed assay of 16 variants, 0.3.

    Parameters
    ----------
    reported : float array of shape (n_samples,)
        NaN, or not above 0, where the report gives none.
    assay : int array of shape (n_samples,)
        Codes into `ASSAYS`; -1 not known.
    by_assay : mapping of str to float
        Limits by name of the assay.

    Examples
    --------
    >>> assay = np.array([ASSAYS.index("panel"), ASSAYS.index("ddpcr"), -1])
    >>> limit_of_detection(np.array([np.nan, 2.0, np.nan]), assay, {"panel": 1.0})
    array([1. , 2. , 0.3])
    """
    known = np.array([*(by_assay.get(name, LOD_MTM_PER_ML) for name in ASSAYS), LOD_MTM_PER_ML])
    return np.where(reported > 0, reported, known[assay])


def contradictions(samples: Samples) -> dict[str, BoolArray]:
    """Samples that contradict themselves, by the value in doubt; what is missing contradicts nothing.

    ``detected``: not detected beside an amount at or above the limit of detection.
    ``max_vaf``: below the mean. ``n_variants_detected``: more than were tracked.
    """
    return {
        "detected": is_contradictory(samples.mtm_per_ml / samples.limit, samples.detected, 1.0),
        "max_vaf": np.asarray(samples.max_vaf < samples.mean_vaf),
        "n_variants_detected": np.asarray(samples.n_detected > samples.n_tracked),
    }


def expected_mtm_per_ml(mean_vaf: FloatArray, cfdna_ng_per_ml: FloatArray) -> FloatArray:
    """MTM/mL that a mean VAF and the cfDNA of a mL of plasma make: VAF x cfDNA / 0.0033.

    The weight of a haploid genome, 3.3 pg, is unverified, and assays count molecules rather than
    weigh them: this is for a second look, never a replacement.

    >>> float(expected_mtm_per_ml(np.array([0.01]), np.array([6.6]))[0])
    20.0
    """
    return mean_vaf * cfdna_ng_per_ml / NG_PER_GENOME


def is_far_off(reported: FloatArray, expected: FloatArray) -> BoolArray:
    """Whether MTM/mL is more than `MTM_TOLERANCE` times what is expected, or less than a part of it.

    False where either is missing or 0: 13.3 % of patients with several samples show different
    trends of MTM and VAF (Kalashnikova, Mol Oncol 18 (2024) 2649), so that this is a note.
    """
    known = (reported > 0) & (expected > 0)
    ratio = np.where(known, reported, 1.0) / np.where(known, expected, 1.0)
    return np.asarray((ratio > MTM_TOLERANCE) | (ratio < 1 / MTM_TOLERANCE))


def latest_of_each(group: IntArray, day: NDArray[np.datetime64]) -> IntArray:
    """Place of the last sample of each group, by its day, which is known; groups ascending.

    Of two of one day, which have to agree, it is either.

    >>> days = np.array(["2024-01-08", "2024-01-09", "2024-01-02"], dtype="datetime64[D]")
    >>> latest_of_each(np.array([7, 3, 7]), days)
    array([1, 0])
    """
    # One number a sample is sorted several times faster than two.
    days = day.astype("datetime64[D]").astype(np.int64)
    days = days - days.min(initial=np.iinfo(np.int64).max)
    order = np.argsort(group * (days.max(initial=0) + 1) + days)
    is_last = np.append(np.diff(group[order]) != 0, values=True)[: len(order)]
    return np.asarray(order[is_last])


def is_other_assay(assay: Codes, of_baseline: Codes) -> BoolArray:
    """Whether two assays are known and differ, so that their amounts cannot be compared."""
    return np.asarray((assay >= 0) & (of_baseline >= 0) & (assay != of_baseline))


def is_called_on_too_few(detected: FloatArray, n_detected: FloatArray, assay: Codes) -> BoolArray:
    """Whether a tumour-informed sample is called detected on fewer than two variants.

    Two of up to 16 make such a sample positive (unverified), so that this is a note.
    """
    informed = assay == ASSAYS.index("tumour_informed")
    return np.asarray(informed & (detected == 1) & (n_detected < FEWEST_VARIANTS))
