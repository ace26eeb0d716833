"""TransNEO, 147 patients: what members, weights, line, cautious search and reduced models are worth.

Every figure comes from the same repeats of five folds. Trials are those of the config in
each arrangement: a member alone has them all. The 75 validation patients are not opened.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from cohort import Study, differences, figures, read
from sklearn.base import clone

from neopcr.kernel import Model, compile_model, logit, probability
from neopcr.metrics import METRICS
from neopcr.pipeline import PcrClassifier, patterns_for
from neopcr.validation import cross_validate, training_part

if TYPE_CHECKING:
    from neopcr.specs import Block, FloatArray, IntArray

REPEATS = 20
REPEATS_APART = 10
"""Of arrangements that are fitted anew, and of patients who lack a modality: the first ones."""
SHIPPED = "as shipped"
WITHOUT = "the model of all modalities"
FITTED = "the reduced model"
SHOWN = ("auroc", "brier", "calibration_slope", "calibration_in_the_large")


def run() -> dict[str, Any]:
    """Arrangements on complete patients, then patients who lack a modality."""
    study = read("transneo", folds=5, repeats=REPEATS)
    shipped = study.ours().set_params(lacking=())
    found = _of_one_fit(study, shipped)
    few = replace(study, plan=study.plan[:REPEATS_APART])
    arrangements = {
        "elastic net alone": clone(shipped).set_params(members=("elastic_net",)),
        "boosted trees alone": clone(shipped).set_params(members=("boosted_trees",)),
        "the whole search space": clone(shipped).set_params(cautious=False),
    }
    prepared = study.prepared
    for name, each in arrangements.items():
        found[name] = cross_validate(each, prepared.X, prepared.y, few.plan, n_jobs=1).p
    y = prepared.y
    slopes = [METRICS["calibration_slope"].function(y, p) for p in found[SHIPPED]]
    return {
        "n": len(y),
        "events": int(y.sum()),
        "repeats": REPEATS,
        "repeats_apart": REPEATS_APART,
        "slope": [round(float(each(slopes)), 4) for each in (np.mean, np.min, np.max)],
        "performance": figures(y, found[SHIPPED]),
        "rows": [
            {"arrangement": name, "mean": _mean(y, p)}
            | {"difference": differences(y, found[SHIPPED][: len(p)], p)}
            for name, p in found.items()
        ],
        "lacking": _lacking(few, shipped),
    }


def _of_one_fit(study: Study, shipped: PcrClassifier) -> dict[str, FloatArray]:
    """Out-of-fold predictions of what is shipped, and of the same fits with a piece left out."""
    X, y = study.prepared.X, study.prepared.y
    folds = []
    for test in _tests(study):
        train = training_part(test, len(y))
        model = clone(shipped).fit(X[train], y[train]).model_
        folds.append({name: _p(one, X[test]) for name, one in _variants(model)})
    return {name: _together(study, [fold[name] for fold in folds]) for name in folds[0]}


def _tests(study: Study) -> list[IntArray]:
    return [test for repeat in study.plan for test in repeat]


def _mean(y: FloatArray, p: FloatArray) -> dict[str, float]:
    """Mean over the repeats."""
    return {
        name: round(float(np.mean([METRICS[name].function(y, one) for one in p])), 4)
        for name in SHOWN
    }


def _variants(model: Model) -> Iterator[tuple[str, Model]]:
    """What the fitted blend would be with a piece left out."""
    yield SHIPPED, model
    yield "no recalibrating line", replace(model, intercept=0.0, slope=1.0)
    n = len(model.members)
    equal = replace(model, weights=(1.0 / n,) * n, intercept=0.0, slope=1.0)
    yield "equal weights, no line", equal


def _p(model: Model, X: FloatArray) -> FloatArray:
    return probability(logit(compile_model(model), np.ascontiguousarray(X)))


def _together(study: Study, folds: list[FloatArray]) -> FloatArray:
    """Out-of-fold predictions of every repeat, shape (n_repeats, n_patients)."""
    p = np.full((len(study.plan), len(study.prepared.y)), np.nan)
    each = iter(folds)
    for repeat, tests in enumerate(study.plan):
        for test in tests:
            p[repeat, test] = next(each)
    return p


def _lacking(study: Study, shipped: PcrClassifier) -> list[dict[str, Any]]:
    """Each modality taken from the held-out patients in turn."""
    X, y = study.prepared.X, study.prepared.y
    blocks = study.prepared.space.blocks()
    classifier = clone(shipped).set_params(lacking=patterns_for(X, blocks, singly=True))
    folds = []
    for test in _tests(study):
        train = training_part(test, len(y))
        model = clone(classifier).fit(X[train], y[train]).model_
        folds.append({block.name: _blanked(model, X[test], block) for block in blocks})
    rows = []
    for block in blocks:
        plain, fitted = (
            _together(study, [fold[block.name][which] for fold in folds]) for which in (0, 1)
        )
        rows.append({
            "modality": block.name,
            "mean": {WITHOUT: _mean(y, plain), FITTED: _mean(y, fitted)},
            "difference": differences(y, fitted, plain),
        })  # fmt: skip
    return rows


def _blanked(model: Model, X: FloatArray, block: Block) -> tuple[FloatArray, FloatArray]:
    """Predictions without a modality: by the model of all, and by the one fitted without it."""
    blank = X.copy()
    blank[:, block.touched] = np.nan
    return _p(replace(model, reduced=()), blank), _p(model, blank)
