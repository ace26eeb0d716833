"""Figures of a model: how well it does, and what it leans on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr.explain import explain_cohort, importance, pam_by_hr, stability_from
from neopcr.metrics import METRICS_AT
from neopcr.pipeline import PRODUCTS
from neopcr.report import Bins, Curve, Drawing
from neopcr.report.decision import decision
from neopcr.report.dependence import dependence
from neopcr.report.figures import calibration, distributions, roc
from neopcr.report.leaning import column_bars, interaction
from neopcr.report.reasons import beeswarm, modality_bars
from neopcr.validation import (
    CalibrationErrors,
    calibration_bins,
    calibration_curve,
    calibration_errors,
    decision_curve,
    roc_points,
    spline_curve,
    spline_errors,
)
from neopcr.validation.bootstrap import over_repeats, weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neopcr.bundle import Bundle
    from neopcr.explain import Explanation
    from neopcr.specs import Estimate, FloatArray, Table


# Beyond them net benefit rests on next to nobody.
THRESHOLDS = np.linspace(0.02, 0.9, 45)
RIBBON_DRAWS = 200  # as for calibration: enough to be looked at


def essential_figures(
    name: str,
    y: FloatArray,
    p: FloatArray,
    estimates: Sequence[Estimate],
    thresholds: Sequence[float] = (),
) -> tuple[Drawing, ...]:
    """Calibration, decision curve and predictions by outcome: with the AUROC, what comes first.

    Parameters
    ----------
    name : str
        Of the model; figures are called ``<name>-calibration`` and so on.
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    p : float array of shape (n_patients,) or (n_repeats, n_patients)
        Predicted probability of pCR.
    estimates : sequence of Estimate
        Of all patients, to be said in words.
    thresholds : sequence of float
        Declared beforehand.

    Returns
    -------
    tuple of Drawing
        None where one of the outcomes does not occur.

    References
    ----------
    .. [1] Van Calster, Lancet Digit Health 7 (2025) 100916, doi:10.1016/j.landig.2025.100916.
    """
    if y.min() == y.max():
        return ()
    return (
        _calibration(name, y, p, estimates),
        _decision(name, y, np.atleast_2d(p), thresholds),
        distributions(f"{name}-distributions", y, np.atleast_2d(p).mean(axis=0)),
    )


def _decision(name: str, y: FloatArray, p: FloatArray, thresholds: Sequence[float]) -> Drawing:
    found = decision_curve(y, p, THRESHOLDS)
    drawn = np.concatenate(list(weights(len(y), seed=0, draws=RIBBON_DRAWS)))
    at = [
        over_repeats(METRICS_AT["net_benefit"](float(t)), y, p, drawn).mean(axis=0)
        for t in THRESHOLDS
    ]
    lower, upper = np.quantile(at, [0.025, 0.975], axis=1)
    model = Curve(label=name, x=found.threshold, y=found.model, lower=lower, upper=upper)
    everyone = Curve(label="all", x=found.threshold, y=found.treat_all)
    return decision(f"{name}-decision", model, everyone, thresholds)


def performance_figures(
    name: str, y: FloatArray, p: FloatArray, estimates: Sequence[Estimate]
) -> tuple[Drawing, ...]:
    """Figures of performance that stand after the essential ones.

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
    points = roc_points(y, p)
    return (
        roc(
            f"{name}-roc",
            [Curve(label=name, x=points.false_positive, y=points.true_positive)],
            [overall["auroc"]],
        ),
    )


def _calibration(name: str, y: FloatArray, p: FloatArray, estimates: Sequence[Estimate]) -> Drawing:
    overall = {one.name: one for one in estimates if one.group == "all"}
    mean = np.atleast_2d(p).mean(axis=0)
    loess, spline, bins = calibration_curve(y, p), spline_curve(y, p), calibration_bins(y, mean)
    curves = [
        Curve(label=_labelled("loess", calibration_errors(y, p)), x=loess.predicted,
              y=loess.observed, lower=loess.lower, upper=loess.upper),
        Curve(label=_labelled("spline", spline_errors(y, p)), x=spline.predicted,
              y=spline.observed),
    ]  # fmt: skip
    return calibration(
        f"{name}-calibration",
        [curve for curve in curves if len(curve.x)],
        Bins(predicted=bins.predicted, observed=bins.observed, lower=bins.lower, upper=bins.upper),
        y,
        mean,
        [overall[key] for key in ("calibration_slope", "calibration_in_the_large")],
    )


def _labelled(method: str, errors: CalibrationErrors | None) -> str:
    """How a curve is called, with what it makes of the calibration error."""
    if errors is None:
        return method
    return f"{method}: ICI {errors.ici:.3f}, E90 {errors.e90:.3f}"


def explanation_figures(
    name: str, bundle: Bundle, table: Table, seen: FloatArray | None = None
) -> tuple[Drawing, ...]:
    """What moves the predictions of a cohort; `seen` as in `explain_cohort`."""
    return leaning_figures(name, bundle, table, explain_cohort(bundle, table, seen=seen))


def leaning_figures(
    name: str, bundle: Bundle, table: Table, explanation: Explanation
) -> tuple[Drawing, ...]:
    """Columns, modalities, values against contributions, and PAM by hormone receptors.

    Parameters
    ----------
    name : str
        Of the model; figures are called ``<name>-beeswarm`` and so on.
    bundle : Bundle
    table : mapping of str to array
        The cohort, of at least one patient.
    explanation : Explanation
        Of it.

    Returns
    -------
    tuple of Drawing
    """
    stability = stability_from(bundle.training)
    classes = pam_by_hr(bundle, table, explanation)
    dots = dependence(f"{name}-dependence", explanation)
    return (
        beeswarm(f"{name}-beeswarm", explanation),
        column_bars(f"{name}-columns", importance(explanation), stability),
        modality_bars(f"{name}-modalities", importance(explanation, "modalities")),
        *([] if dots is None else [dots]),
        *([interaction(f"{name}-pam-by-hr", classes, _crossing(explanation))] if classes else []),
    )


def _crossing(explanation: Explanation) -> dict[str, float]:
    """Mean absolute contribution of each product of PAM and hormone receptors."""
    crossing = {each.name for each in PRODUCTS if {"pam_altered", "hr_positive"} <= {*each.factors}}
    return {
        one.name: one.value for one in importance(explanation, "features") if one.name in crossing
    }
