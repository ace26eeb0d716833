"""Examinations by resampling: optimism of an elastic net, more patients, other samples of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from neopcr.metrics import METRICS, metrics_at
from neopcr.report import Curve, Examination
from neopcr.report.decision import decision_instability
from neopcr.report.learning import learning
from neopcr.report.stability import (
    calibration_instability,
    classification_instability,
    prediction_instability,
)
from neopcr.validation import cross_validate, decision_curve, performance
from neopcr.validation.elastic_path import ElasticNetPath
from neopcr.validation.instability import Instability, instability
from neopcr.validation.learning_curve import learning_curve
from neopcr.validation.optimism import optimism

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neopcr.config import Config
    from neopcr.pipeline import PcrClassifier
    from neopcr.report import Drawing
    from neopcr.specs import Estimate
    from neopcr.validation import Plan
    from neopcr.workflows._prepare import Prepared

# More lines do not tell more, and a report is a file that is sent.
CURVES = 60
GRID = np.linspace(0.02, 0.98, 49)
DRAWN = ("auroc", "brier", "calibration_slope")


def by_draws(config: Config, prepared: Prepared, plan: Plan) -> Examination | None:
    """Optimism-corrected performance of an elastic net, beside its cross-validation.

    Parameters
    ----------
    config : Config
        ``resampling.optimism`` says how many draws; nothing is done with 0.
    prepared : Prepared
    plan : Plan
        Of the cross-validation.
    """
    draws = config.resampling.optimism
    if not draws:
        return None
    model = ElasticNetPath(inner_folds=config.resampling.inner_folds, random_state=config.seed)
    metrics = metrics_at(config.thresholds)
    found = optimism(model, prepared.X, prepared.y, metrics=metrics, draws=draws, seed=config.seed)
    folds = cross_validate(model, prepared.X, prepared.y, plan, groups=prepared.groups)
    crossed = performance(prepared.y, folds.p, metrics=metrics, seed=config.seed)
    return Examination(
        title=f"Optimism, {prepared.landmark.name}",
        note=f"Of an elastic net on the same features, alone: its penalty was searched anew in each "
        f"of {draws:,} draws of patients, and in each fold. The blend is examined by "
        "cross-validation above. Apparent: in the patients it was fitted to. Corrected: less the "
        "mean gap between a draw and all patients (Harrell). .632+: weighed against those whom a "
        "draw left out (Efron & Tibshirani). No interval stands where the fit itself sets the "
        "apparent value, as in calibration.",
        first="Elastic net",
        estimates=(*found, *(replace(one, group="cross-validated") for one in crossed)),
    )


def by_size(
    config: Config, prepared: Prepared, plan: Plan, model: PcrClassifier
) -> Examination | None:
    """Learning curve of the model itself.

    Parameters
    ----------
    config : Config
        ``resampling.learning_curve`` lists the shares; nothing is done without.
    prepared : Prepared
    plan : Plan
        Of the cross-validation.
    model : PcrClassifier
        Unfitted.
    """
    shares = config.resampling.learning_curve
    if not shares:
        return None
    metrics = [METRICS[name] for name in DRAWN]
    points = learning_curve(
        model, prepared.X, prepared.y, plan, shares,
        metrics=metrics, groups=prepared.groups, seed=config.seed,
    )  # fmt: skip
    known = [point for point in points if point.estimates]
    by_metric: dict[str, list[Estimate]] = {
        name: [point.estimates[place] for point in known] for place, name in enumerate(DRAWN)
    }
    small = len(points) - len(known)
    left = f" {small} of the shares left too few patients to learn from." if small else ""
    name = prepared.landmark.name
    return Examination(
        title=f"Learning curve, {name}",
        note="The whole of the modelling on growing shares of each fold's patients, tested on the "
        f"same patients throughout.{left}",
        first="Patients learned from",
        estimates=tuple(
            replace(one, group=f"{point.size:,}") for point in known for one in point.estimates
        ),
        figures=(learning(f"{name}-learning", [point.size for point in known], by_metric),),
    )


def by_samples(
    config: Config, prepared: Prepared, model: PcrClassifier, estimator: PcrClassifier
) -> Examination | None:
    """Instability of the model: what other samples of the same patients would have made of it.

    Parameters
    ----------
    config : Config
        ``resampling.instability`` says how many bootstrap models; nothing is done with 0.
    prepared : Prepared
    model : PcrClassifier
        Fitted to all patients.
    estimator : PcrClassifier
        Unfitted.
    """
    models = config.resampling.instability
    if not models:
        return None
    p = model.predict_proba(prepared.X)[:, 1]
    found = instability(
        estimator,
        prepared.X,
        prepared.y,
        p,
        models=models,
        groups=prepared.groups,
        seed=config.seed,
    )
    name = prepared.landmark.name
    lower, upper = found.interval()
    return Examination(
        title=f"Instability, {name}",
        note=f"{models:,} bootstrap models, each made anew from search to recalibration, predict "
        f"the patients of the sample. Mean absolute prediction error {found.mean_error:.3f}; the "
        f"middle 95 % of a patient's predictions is {np.median(upper - lower):.2f} wide in the "
        "median patient. Riley & Collins, Biom J 65 (2023) 2200302.",
        figures=_instability_figures(name, found, config.thresholds),
    )


def _instability_figures(
    name: str, found: Instability, thresholds: Sequence[float]
) -> tuple[Drawing, ...]:
    lower, upper = found.interval()
    return (
        prediction_instability(f"{name}-instability", found.p, lower, upper, found.mean_error),
        calibration_instability(
            f"{name}-calibration-instability", GRID, found.calibration(GRID)[:CURVES]
        ),
        _decisions(f"{name}-decision-instability", found),
        *(
            classification_instability(
                f"{name}-classification-instability-{number}", found.p, found.changed(threshold), threshold
            )
            for number, threshold in enumerate(thresholds, 1)
        ),
    )  # fmt: skip


def _decisions(name: str, found: Instability) -> Drawing:
    own = decision_curve(found.y, found.p, GRID)
    return decision_instability(
        name,
        Curve(label="the model", x=own.threshold, y=own.model),
        Curve(label="all", x=own.threshold, y=own.treat_all),
        found.benefit(GRID)[:CURVES],
    )
