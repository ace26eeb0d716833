"""Hand an explanation to the shap library, for any of its plots."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shap

if TYPE_CHECKING:
    from neopcr.explain.cohort import Explanation


def cohort_to_shap(explanation: Explanation) -> shap.Explanation:
    """Give the contributions of columns for every patient, with what the columns hold.

    Returns
    -------
    shap.Explanation of shape (n_patients, n_columns)
        ``data`` is numeric with NaN where missing.
    """
    return shap.Explanation(
        values=explanation.columns,
        base_values=np.full(len(explanation.p), explanation.base),
        data=explanation.values,
        feature_names=list(explanation.column_names),
    )


def patient_to_shap(explanation: Explanation, patient: int) -> shap.Explanation:
    """Give the contributions of columns for one patient, with values as a person writes them.

    Parameters
    ----------
    explanation : Explanation
        Of the patient's cohort.
    patient : int
        0-based position in it.

    Returns
    -------
    shap.Explanation of shape (n_columns,)
    """
    shown = np.array(explanation.shown(patient), dtype=object)
    return shap.Explanation(
        values=explanation.columns[patient],
        base_values=explanation.base,
        data=shown,
        display_data=shown,
        feature_names=list(explanation.column_names),
    )
