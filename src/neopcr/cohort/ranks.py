"""How well one column alone tells two groups apart: without scipy, whose import scoring would pay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.specs import FloatArray


def auroc(values: NDArray[Any], pcr: FloatArray) -> float:
    """Area under the ROC curve by midranks.

    Parameters
    ----------
    values : array of shape (n_patients,)
        Without missing values; higher speaks for pCR.
    pcr : float array of shape (n_patients,)
        1 pCR reached, 0 residual disease; both occur.

    Examples
    --------
    >>> auroc(np.array([1, 2, 2, 3]), np.array([0.0, 0.0, 1.0, 1.0]))
    0.875
    """
    reached = pcr == 1
    n_reached = int(reached.sum())
    if values.dtype == np.bool_:
        return float(0.5 + (values[reached].mean() - values[~reached].mean()) / 2)
    _, place, ties = np.unique(values, return_inverse=True, return_counts=True)
    midranks = np.cumsum(ties) - (ties - 1) / 2
    above = midranks[place[reached]].sum() - n_reached * (n_reached + 1) / 2
    return float(above / (n_reached * (len(pcr) - n_reached)))
