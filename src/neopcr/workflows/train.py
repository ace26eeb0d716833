"""Train: cohort → nested cross-validation → final fit → a bundle for each landmark → report."""

from __future__ import annotations

import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from scipy.special import logit

from neopcr.bundle import Bundle, bundle_hash, save_bundle
from neopcr.cohort import write_rejects
from neopcr.config import read_config
from neopcr.metrics import metrics_at
from neopcr.pipeline import PcrClassifier, patterns_for
from neopcr.report import Report, write_card, write_report
from neopcr.validation import (
    CrossValidation,
    Plan,
    between_centre_sd,
    cross_validate,
    performance,
)
from neopcr.workflows._availability import patterns
from neopcr.workflows._folds import common_plan
from neopcr.workflows._further import Further, further, refuse_further
from neopcr.workflows._models import versions_of
from neopcr.workflows._outputs import require_writable
from neopcr.workflows._prepare import Prepared, prepare
from neopcr.workflows._provenance import provenance
from neopcr.workflows._reference import reference_of
from neopcr.workflows._result import Result, progress, said
from neopcr.workflows._size import is_large_enough, required_size, size_sentence
from neopcr.workflows._subgroups import subgroups
from neopcr.workflows._trained import Trained
from neopcr.workflows._training_report import drawings, training_report
from neopcr.workflows._uncertainty import uncertainty_of

if TYPE_CHECKING:
    from neopcr.config import Config
    from neopcr.specs import Estimate, FloatArray

ESTIMAND = (
    "The probability of pCR under the treatment policy of the training cohort, for patients on "
    "neoadjuvant therapy at the landmark. A difference between two regimens is not a treatment "
    "effect."
)


def train(path: Path, models: Path, output: Path | None) -> Result:
    """Train and validate internally.

    Parameters
    ----------
    path : Path
        A config.
    models : Path
        Bundles go to ``<models>/<name>-<landmark>/<version>/``.
    output : Path or None
        Folder of ``report.html``, ``model_card.md`` and ``rejects.csv``; ``reports/<name>``
        where None.

    Raises
    ------
    ConfigError, TableError, TargetError
    """
    started = time.perf_counter()
    config = read_config(path)
    folder = output or Path("reports") / config.name
    # What can be refused is refused before anything is fitted.
    for target in (folder / "report.html", models / config.name):
        require_writable(target)
    prepared = [prepare(config, landmark) for landmark in config.landmarks]
    groups = [{**subgroups(config.subgroups, each), **patterns(each)} for each in prepared]
    refuse_further(config, prepared)
    if config.tracking.enabled:
        from neopcr.tracking import require_store  # noqa: PLC0415 - MLflow costs seconds

        require_store(uri=config.tracking.uri)
    cross = _cross_validate_all(config, prepared)
    estimates = [
        performance(
            each.y,
            folds.p,
            groups=masks,
            metrics=metrics_at(config.thresholds),
            seed=config.seed,
        )
        for each, masks, (_, folds) in zip(prepared, groups, cross, strict=True)
    ]
    fitted = [
        classifier(config, each, singly=True).fit(each.X, each.y, groups=each.groups)
        for each in prepared
    ]
    beside = _examine_further(config, prepared, cross, fitted)
    # Bundles come last and together, so that a run that is stopped leaves none of them.
    shipped = [
        _ship(config, *each, models)
        for each in zip(prepared, cross, estimates, fitted, strict=True)
    ]
    trained = [replace(each, further=more) for each, more in zip(shipped, beside, strict=True)]
    report = training_report(config, trained)
    page = write_report(report, folder / "report.html")
    write_card(report, folder / "model_card.md")
    write_rejects(prepared[0].problems, folder / "rejects.csv")
    tracked = _track(config, trained, report)
    return _result(trained, page, tracked, time.perf_counter() - started)


def _cross_validate_all(
    config: Config, prepared: list[Prepared]
) -> list[tuple[Plan, CrossValidation]]:
    plans = common_plan(config, prepared)
    per_landmark = config.resampling.outer_folds * config.resampling.repeats
    total, found = per_landmark * len(prepared), []
    with progress("cross-validation") as move:
        for before, (each, plan) in enumerate(zip(prepared, plans, strict=True)):

            def moved(done: int, _: int, before: int = before * per_landmark) -> None:
                move(before + done, total)

            folds = cross_validate(
                classifier(config, each), each.X, each.y, plan, groups=each.groups, progress=moved
            )
            found.append((plan, folds))
    return found


def _examine_further(
    config: Config,
    prepared: list[Prepared],
    cross: list[tuple[Plan, CrossValidation]],
    fitted: list[PcrClassifier],
) -> list[Further]:
    def make(each: Prepared) -> PcrClassifier:
        return classifier(config, each)

    return [
        further(config, each, (plan, folds.p), model, make)
        for each, (plan, folds), model in zip(prepared, cross, fitted, strict=True)
    ]


def classifier(config: Config, prepared: Prepared, *, singly: bool = False) -> PcrClassifier:
    """What a config fits: models of those who lack something too, or `singly` of every modality."""
    return PcrClassifier(
        members=config.members,
        inner_folds=config.resampling.inner_folds,
        trials=config.resampling.trials,
        seed=config.seed,
        cautious=not is_large_enough(required_size(config, prepared), prepared.y),
        lacking=patterns_for(prepared.X, prepared.space.blocks(), singly=singly),
        wide=prepared.space.wide(),
        directions=prepared.space.directions() if config.monotone else (),
    )


def _ship(
    config: Config,
    prepared: Prepared,
    cross: tuple[Plan, CrossValidation],
    estimates: tuple[Estimate, ...],
    classifier: PcrClassifier,
    models: Path,
) -> Trained:
    """Write the bundle of a landmark."""
    cohort, (plan, folds) = prepared.cohort, cross
    name = f"{config.name}-{prepared.landmark.name}"
    version = max(versions_of(models / name), default=0) + 1
    uncertainty, ranks = uncertainty_of(config, prepared, classifier, plan, folds.p)
    bundle = Bundle(
        name=config.name,
        version=version,
        landmark=prepared.landmark,
        space=prepared.space,
        model=classifier.model_,
        estimand=ESTIMAND,
        definition=cohort.definition,
        training={
            "n": len(prepared.y),
            "events": int(prepared.y.sum()),
            "sample_size": asdict(required_size(config, prepared)),
            "between_centre_sd": _between_centre_sd(prepared, folds.p),
            "rank_stability": ranks,
        },
        metrics=[asdict(one) for one in estimates],
        reference=reference_of(prepared, folds.p),
        provenance=provenance(config, cohort),
        uncertainty=uncertainty,
    )
    folder = save_bundle(bundle, models / name / str(version))
    return Trained(
        prepared=prepared,
        plan=plan,
        folds=folds,
        estimates=estimates,
        classifier=classifier,
        bundle=bundle,
        folder=folder,
        sha256=bundle_hash(folder),
    )


def _between_centre_sd(prepared: Prepared, p: FloatArray) -> float | None:
    """How far centres lie from the model, by predictions for patients it had not seen."""
    centres = prepared.cohort.table.get("centre")
    if centres is None:
        return None
    codes, _ = pd.factorize(centres)
    return between_centre_sd(prepared.y, logit(p).mean(axis=0), codes)


def _track(config: Config, trained: list[Trained], report: Report) -> dict[str, object]:
    if not config.tracking.enabled:
        return {}
    from neopcr.workflows._tracked import track  # noqa: PLC0415 - MLflow costs seconds

    return track(config, trained, drawings(report))


def _result(
    trained: list[Trained], page: Path, tracked: dict[str, object], seconds: float
) -> Result:
    models = [
        {
            "landmark": each.prepared.landmark.name,
            "bundle": str(each.folder),
            "sha256": each.sha256,
            "performance": [asdict(one) for one in each.estimates if one.group == "all"],
        }
        for each in trained
    ]
    lines = [
        line
        for each in trained
        for line in (f"{each.folder}: {said(each.estimates)}", size_sentence(each.bundle))
    ]
    data = {"models": models, "report": str(page), "tracking": tracked, "seconds": seconds}
    return Result(data, (*lines, f"report: {page}"))
