"""Figures of a model: how well it does, and what it leans on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr.explain import explain_cohort, importance
from neopcr.report import Bins, Curve, Drawing
from neopcr.report.figures import calibration, distributions, roc
from neopcr.report.reasons import beeswarm, modality_bars
from neopcr.validation import calibration_bins, calibration_curve, roc_points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neopcr.bundle import Bundle
    from neopcr.specs import Estimate, FloatArray, Table


def performance_figures(
    name: str, y: FloatArray, p: FloatArray, estimates: Sequence[Estimate]
) -> tuple[Drawing, ...]:
    """ROC, calibration and distribution of predictions.

    Parameters
    ----------
    name : str
        Of the model; figures are called ``<name>-roc`` and so on.
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    p : float array of shape (n_patients,) or (n_repeats, n_patients)
        Predicted probability of pCR.
    estimates : sequence of Estimate
        Of all patients, to be said in words.

    Returns
    -------
    tuple of Drawing
        None where one of the outcomes does not occur.
    """
    if y.min() == y.max():
        return ()
    overall = {one.name: one for one in estimates if one.group == "all"}
    mean = np.atleast_2d(p).mean(axis=0)
    points, curve, bins = roc_points(y, p), calibration_curve(y, p), calibration_bins(y, mean)
    return (
        roc(
            f"{name}-roc",
            [Curve(label=name, x=points.false_positive, y=points.true_positive)],
            [overall["auroc"]],
        ),
        calibration(
            f"{name}-calibration",
            Curve(
                label=name,
                x=curve.predicted,
                y=curve.observed,
                lower=curve.lower,
                upper=curve.upper,
            ),
            Bins(
                predicted=bins.predicted,
                observed=bins.observed,
                lower=bins.lower,
                upper=bins.upper,
            ),
            y,
            mean,
            [overall[key] for key in ("calibration_slope", "calibration_in_the_large")],
        ),
        distributions(f"{name}-distributions", y, mean),
    )


def explanation_figures(name: str, bundle: Bundle, table: Table) -> tuple[Drawing, ...]:
    """Beeswarm of columns and bars of modalities, over a cohort."""
    explanation = explain_cohort(bundle, table)
    return (
        beeswarm(f"{name}-beeswarm", explanation),
        modality_bars(f"{name}-modalities", importance(explanation, "modalities")),
    )
