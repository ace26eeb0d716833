"""What is said of HER2 beside its status: how much is expressed, and how high the ratio is.

HER2-low and ultralow are wordings of pathologists and trials (Rakha, Mod Pathol 39 (2026) 100925);
ASCO/CAP 2023 (Wolff, J Clin Oncol 41 (2023) 3867) makes none of them a status.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr.oncology import her2_table
from neopcr.oncology.kleene import three_valued

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.oncology.her2_ish import Classes
    from neopcr.oncology.kleene import Codes
    from neopcr.specs import BoolArray, FloatArray

LABELS = (
    "her2_strong_positive",  # IHC 3+
    "her2_moderate_positive",  # IHC 2+ and ISH positive (Ma 2025)
    "positive_other",  # ISH positive with IHC 0, 1+ or none
    "positive_unspecified",  # called positive, nothing else known
    "low",  # IHC 1+, or 2+ and ISH negative
    "ultralow",  # IHC 0 with faint staining of up to 10 % of cells
    "null",  # IHC 0 without any staining
    "zero_unspecified",  # IHC 0, share of stained cells not known
    "negative_unspecified",  # negative without an IHC score
)
# Rakha 2026: faint, incomplete staining of more than 0 and up to 10 % of cells is still score 0.
ULTRALOW_UP_TO_PERCENT = 10.0
# NCT07376174: the source paper's groups are > 7.0 and <= 7.0.
ULTRA_HIGH_ABOVE_RATIO = 7.0

# Share of stained cells: not known, none, up to 10 %, more, and no percentage at all.
NOT_KNOWN, NONE, FEW, MORE, NO_PERCENT = range(5)
# Shares that a score cannot have, by the definitions of ASCO/CAP 2018: 1+ and 3+ need more than
# 10 %, 2+ (intense but in 10 % or less counts) needs some, 0 has at most faint staining in 10 %.
_CANNOT_BE = ((MORE,), (NONE, FEW), (NONE,), (NONE, FEW))


def _codes(*labels: str) -> list[int]:
    return [LABELS.index(label) if label else -1 for label in labels]


# Rows: negative, positive, any other status. Columns: IHC missing, 0, 1+, 2+, 3+ (never negative).
_BY_SCORE: NDArray[np.int16] = np.array(
    [
        _codes("negative_unspecified", "zero_unspecified", "low", "low", ""),
        _codes(*["positive_other"] * 3, "her2_moderate_positive", "her2_strong_positive"),
        [-1] * 5,
    ],
    dtype=np.int16,
)


def stain_class(percent: FloatArray, zero_plus: FloatArray, ihc: Codes) -> Classes:
    """Sort the share of stained cells by the bounds that score 0 is split at.

    Parameters
    ----------
    percent : float array of shape (n_patients,)
        Cells with any staining, 0-100; NaN not known.
    zero_plus : float array of shape (n_patients,)
        Read where the score is 0 and the share not known: 1 where a source that tells 0 from 0+
        wrote 0+, 0 where it wrote 0; NaN where the source tells no such thing.
    ihc : int array of shape (n_patients,)
        Codes into `her2_table.IHC_SCORES`; -1 missing.

    Returns
    -------
    int array of shape (n_patients,)

    Examples
    --------
    >>> nan, zero = np.nan, np.zeros(6, dtype=np.int16)
    >>> percent = np.array([nan, 0, 10, 10.5, 101, nan])
    >>> stain_class(percent, np.array([nan, 1, nan, nan, nan, 1]), zero)
    array([0, 1, 2, 3, 4, 2], dtype=int8)
    """
    stain: Classes = (percent >= 0).view(np.int8) + (percent > 0).view(np.int8)
    stain += (percent > ULTRALOW_UP_TO_PERCENT).view(np.int8)
    stain[(percent < 0) | (percent > 100)] = NO_PERCENT
    unknown = np.isnan(percent) & (ihc == 0)
    stain[unknown & (zero_plus == 0)] = NONE
    stain[unknown & (zero_plus == 1)] = FEW
    return stain


def is_percent_conflict(ihc: Codes, stain: Codes) -> BoolArray:
    """Whether the share of stained cells is one that the score cannot have; the score stands."""
    conflict: BoolArray = stain == NO_PERCENT
    for score, shares in enumerate(_CANNOT_BE):
        conflict |= (ihc == score) & np.isin(stain, shares)
    return conflict


def label_of(status: Codes, ihc: Codes, stain: Codes, called: BoolArray) -> Codes:
    """Label of HER2 expression; not a status.

    Parameters
    ----------
    status, ihc : int arrays of shape (n,)
        Codes into `her2_table.STATUSES` and `her2_table.IHC_SCORES`; -1 missing.
    stain : int array of shape (n,)
        From `stain_class`.
    called : bool array of shape (n,)
        Whether the status is an overall call.

    Returns
    -------
    int array of shape (n,)
        Codes into `LABELS`; -1 where the status is neither positive nor negative.
    """
    label = _BY_SCORE[np.where(status <= her2_table.POSITIVE, status, -1), ihc + 1]
    zero = label == LABELS.index("zero_unspecified")
    label = np.where(zero & (stain == NONE), LABELS.index("null"), label)
    label = np.where(zero & (stain == FEW), LABELS.index("ultralow"), label)
    unspecified = called & (ihc < 0) & (label == LABELS.index("positive_other"))
    return np.where(unspecified, LABELS.index("positive_unspecified"), label).astype(np.int16)


def ultra_high(status: Codes, ratio: FloatArray) -> FloatArray:
    """Whether the HER2/CEP17 ratio of a HER2-positive tumour is above 7.0.

    Returns
    -------
    float array of shape (n_patients,)
        1 ultra-high, 0 not (7.0 itself is not), NaN where HER2 is not positive or no ratio known.
    """
    known = (status == her2_table.POSITIVE) & ~np.isnan(ratio)
    return three_valued(known & (ratio > ULTRA_HIGH_ABOVE_RATIO), known)
