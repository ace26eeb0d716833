"""How far folds, in which everything was learned anew, lie from the model: the width's own test."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from neopcr.kernel import compile_model, distances, logit
from neopcr.kernel.uncertainty import NORMAL
from neopcr.validation.applicability import near_quantile
from neopcr.validation.uncertainty import spread_of

if TYPE_CHECKING:
    from neopcr.kernel import Model, Reach, Width
    from neopcr.specs import FloatArray
    from neopcr.validation.folds import Plan


def out_of_fold_ratios(
    width: Width, model: Model, X: FloatArray, reach: Reach, out_of_fold: FloatArray, plan: Plan
) -> FloatArray:
    r"""Differences between the folds' models and the model, in standard deviations of the width.

    A model that was fitted without a share :math:`h` of the patients differs from the one fitted to
    all by less than one fitted to other patients would: by :math:`\sqrt{(1-h)/h}` the delete-d
    jackknife makes one of the other (Shao & Wu, Ann Stat 17 (1989) 1176).

    Parameters
    ----------
    width : Width
        Its factor is left out.
    model : Model
        Fitted to all patients.
    X : float array of shape (n_patients, n_features)
    reach : Reach
        Of these patients.
    out_of_fold : float array of shape (n_repeats, n_patients)
        Logits from the folds.
    plan : Plan
        The folds.

    Returns
    -------
    float array of shape (n_repeats, n_patients)
    """
    z = logit(compile_model(model), X)
    share = np.empty(out_of_fold.shape)
    for repeat, tests in enumerate(plan):
        for test in tests:
            share[repeat, test] = len(test) / len(X)
    scaled = np.sqrt((1 - share) / share) * np.abs(out_of_fold - z)
    ratios: FloatArray = scaled / spread_of(width, X, z, distances(reach, X)[0])
    return ratios


def widened(
    width: Width, model: Model, X: FloatArray, reach: Reach, out_of_fold: FloatArray, plan: Plan
) -> Width:
    """Widen by what the folds show: 19 of 20 patients' differences lie within; never narrower.

    Parameters
    ----------
    width : Width
        From `learn_width`.
    model, X, reach, out_of_fold, plan
        As in `out_of_fold_ratios`.

    Returns
    -------
    Width
    """
    ratios = out_of_fold_ratios(width, model, X, reach, out_of_fold, plan)
    return replace(width, factor=max(1.0, near_quantile(ratios.ravel(), 0.95) / NORMAL))


def share_within(ratios: FloatArray, factor: float) -> float:
    """Share of differences within an interval of that factor.

    Examples
    --------
    >>> share_within(np.array([[0.5, 1.5, 3.0, 9.0]]), 1.0)
    0.5
    """
    return float((ratios <= factor * NORMAL).mean())
