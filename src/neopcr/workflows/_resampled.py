"""Examinations by resampling: optimism of an elastic net, and what more patients would bring."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from neopcr.metrics import METRICS, metrics_at
from neopcr.report import Examination
from neopcr.report.learning import learning
from neopcr.validation import cross_validate, performance
from neopcr.validation.elastic_path import ElasticNetPath
from neopcr.validation.learning_curve import learning_curve
from neopcr.validation.optimism import optimism

if TYPE_CHECKING:
    from neopcr.config import Config
    from neopcr.pipeline import PcrClassifier
    from neopcr.specs import Estimate
    from neopcr.validation import Plan
    from neopcr.workflows._prepare import Prepared

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
