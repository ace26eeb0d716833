"""The .632+ estimate of AUROC and Brier score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neopcr.metrics.auroc import auroc

if TYPE_CHECKING:
    from neopcr.specs import FloatArray, IntArray

SHARE = 0.632  # of the patients are in a draw


class Errors(NamedTuple):
    """In the patients whom a draw left out.

    `squared` is (n_patients,), NaN for those in the draw; `auroc` is NaN without both outcomes.
    """

    auroc: float
    squared: FloatArray


def errors_of(y: FloatArray, p: FloatArray, left_out: IntArray) -> Errors:
    """How far a draw's model errs in those it did not see.

    Parameters
    ----------
    y, p : float array of shape (n_patients,)
        1 pCR, 0 residual disease; probability of pCR by the model of one draw.
    left_out : int array of shape (n_left_out,)
        Patients not in it.
    """
    squared = np.full(len(y), np.nan)
    squared[left_out] = (y[left_out] - p[left_out]) ** 2
    seen = np.isfinite(squared).any()
    return Errors(auroc(y[left_out], p[left_out]) if seen else np.nan, squared)


def point_632_plus(y: FloatArray, p: FloatArray, drawn: Sequence[Errors]) -> dict[str, float]:
    r"""Weigh the error in those left out against the error in those fitted.

    .. math:: (1 - w)\, err + w\, Err_1, \quad w = .632 / (1 - .368 R), \quad
              R = (Err_1 - err) / (\gamma - err)

    :math:`\gamma` is the error if predictions knew nothing of the outcome: every outcome against
    every prediction for the Brier score, one half for 1 - AUROC.

    Parameters
    ----------
    y, p : float array of shape (n_patients,)
        1 pCR, 0 residual disease; apparent predictions.
    drawn : sequence of Errors
        Of each draw.

    Returns
    -------
    dict of str to float
        ``auroc`` and ``brier``; NaN where no draw can tell.

    References
    ----------
    .. [1] Efron & Tibshirani, J Am Stat Assoc 92 (1997) 548-560,
       doi:10.1080/01621459.1997.10474007.
    """
    unseen = np.array([each.auroc for each in drawn])
    unseen = unseen[np.isfinite(unseen)]
    squared = np.array([each.squared for each in drawn])
    times = np.isfinite(squared).sum(axis=0)
    # First over the draws that left a patient out, then over patients, as the paper has it.
    of_patient = np.nansum(squared, axis=0)[times > 0] / times[times > 0]
    nothing = float(np.mean(p**2) - 2.0 * y.mean() * p.mean() + y.mean())
    apparent = float(np.mean((y - p) ** 2))
    seen = float(unseen.mean()) if unseen.size else np.nan
    rank = _plus(1.0 - auroc(y, p), 1.0 - seen, 0.5) if unseen.size else np.nan
    brier = _plus(apparent, float(of_patient.mean()), nothing) if of_patient.size else np.nan
    return {"auroc": 1.0 - rank, "brier": brier}


def _plus(apparent: float, left_out: float, nothing: float) -> float:
    """Efron and Tibshirani's .632+.

    Without overfitting it is the plain .632; where those left out are at chance, it is chance.

    >>> round(_plus(0.1, 0.1, 0.5), 3), round(_plus(0.0, 0.5, 0.5), 3)
    (0.1, 0.5)
    """
    left_out = min(left_out, nothing)
    overfit = 0.0
    if left_out > apparent and nothing > apparent:
        overfit = (left_out - apparent) / (nothing - apparent)
    weight = SHARE / (1.0 - (1.0 - SHARE) * overfit)
    return (1.0 - weight) * apparent + weight * left_out
