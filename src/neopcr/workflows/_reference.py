"""What a bundle remembers of its training patients, for cohorts to be held against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from neopcr.bundle.reference import P_PCR, reference_distributions

if TYPE_CHECKING:
    from neopcr.specs import FloatArray
    from neopcr.workflows._prepare import Prepared


def reference_of(prepared: Prepared, p: FloatArray) -> dict[str, Any]:
    """Distributions of the model's columns, and of the scores of patients it had not seen.

    Parameters
    ----------
    prepared : Prepared
    p : float array of shape (n_repeats, n_patients)
        Out-of-fold predictions; the first repeat is described, in which each patient stands once.
    """
    table = prepared.cohort.table
    centres = table.get("centre")
    codes = None if centres is None else pd.factorize(centres)[0]
    columns = (*prepared.space.narrow(), P_PCR)
    return reference_distributions({**table, P_PCR.name: p[0]}, columns, codes)
