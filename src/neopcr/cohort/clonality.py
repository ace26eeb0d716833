"""Whether a counted variant of a patient is clonal, with the same memory for any number of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr.oncology.pam_status import is_clonal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import FloatArray, IntArray


class Clonality:
    """Largest fractions of each patient, over all variants and over those that count."""

    def __init__(self, n_patients: int) -> None:
        self._largest_vaf = np.full(n_patients, np.nan)
        self._counted_vaf = np.full(n_patients, np.nan)
        self._counted_ccf = np.full(n_patients, np.nan)
        self._unknown = np.zeros(n_patients, dtype=bool)

    def add(
        self, patient: IntArray, vaf: FloatArray, ccf: FloatArray, counted: NDArray[np.bool_]
    ) -> None:
        """Add variants that passed the filters; their patients are rows of the cohort."""
        np.fmax.at(self._largest_vaf, patient, vaf)
        has_ccf = counted & ~np.isnan(ccf)
        by_vaf = counted & np.isnan(ccf)
        np.fmax.at(self._counted_ccf, patient[has_ccf], ccf[has_ccf])
        np.fmax.at(self._counted_vaf, patient[by_vaf], vaf[by_vaf])
        self._unknown[patient[by_vaf & np.isnan(vaf)]] = True

    def clonal(self) -> FloatArray:
        """1 where a counted variant is clonal, 0 where none is, NaN where it is not known."""
        unknown = np.full(len(self._unknown), np.nan)
        by_ccf = is_clonal(self._counted_ccf, unknown, unknown)
        by_vaf = is_clonal(unknown, self._counted_vaf, self._largest_vaf)
        best = np.fmax(by_ccf, by_vaf)
        return np.where(self._unknown & ~(best == 1), np.nan, best)
