"""What is said of HER2 beside its status: how much is expressed, and how high the ratio is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr.oncology import her2_table
from neopcr.oncology.kleene import three_valued

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.oncology.her2 import Her2Status
    from neopcr.oncology.kleene import Codes
    from neopcr.specs import FloatArray

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
# Rakha, Mod Pathol 39 (2026) 100925; ASCO/CAP 2023 makes none of these a status.
ULTRALOW_UP_TO_PERCENT = 10.0
# NCT07376174: the source paper's groups are > 7.0 and <= 7.0.
ULTRA_HIGH_ABOVE_RATIO = 7.0


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


def expression_label(given: Her2Status, ihc: Codes, stained_percent: FloatArray) -> Codes:
    """Label of HER2 expression; not a status.

    Parameters
    ----------
    given : Her2Status
        From `her2.classify`.
    ihc : int array of shape (n_patients,)
        Codes into `her2.IHC_SCORES`; -1 missing.
    stained_percent : float array of shape (n_patients,)
        Cells with any staining, 0-100; NaN not known.

    Returns
    -------
    int array of shape (n_patients,)
        Codes into `LABELS`; -1 where the status is neither positive nor negative.
    """
    label = _BY_SCORE[np.where(given.status <= her2_table.POSITIVE, given.status, -1), ihc + 1]
    zero = label == LABELS.index("zero_unspecified")
    faint = (stained_percent > 0) & (stained_percent <= ULTRALOW_UP_TO_PERCENT)
    label = np.where(zero & (stained_percent == 0), LABELS.index("null"), label)
    label = np.where(zero & faint, LABELS.index("ultralow"), label)
    called = (label == LABELS.index("positive_other")) & given.flags["status_from_call"]
    return np.where(called & (ihc < 0), LABELS.index("positive_unspecified"), label).astype(
        np.int16
    )


def ultra_high_ratio(given: Her2Status) -> FloatArray:
    """Whether the HER2/CEP17 ratio of a HER2-positive tumour is above 7.0.

    Returns
    -------
    float array of shape (n_patients,)
        1 ultra-high, 0 not (7.0 itself is not), NaN where HER2 is not positive or no ratio known.
    """
    known = (given.status == her2_table.POSITIVE) & ~np.isnan(given.ratio)
    return three_valued(known & (given.ratio > ULTRA_HIGH_ABOVE_RATIO), known)
