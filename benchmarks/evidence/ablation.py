"""TransNEO, 147 patients: what members, weights, line, cautious search and reduced models are worth.

Every figure comes from the same twenty repeats of five folds. Trials are those of the config in
each arrangement: a member alone has them all. The 75 validation patients are not opened.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import joblib
import numpy as np
from cohort import Study, differences, figures, read
from sklearn.base import clone

from neopcr.kernel import Model, compile_model, logit, probability
from neopcr.metrics import METRICS
from neopcr.pipeline import PcrClassifier, RidgeLogistic, patterns_for
from neopcr.validation import training_part

if TYPE_CHECKING:
    from neopcr.specs import Block, FloatArray, IntArray

REPEATS = 20
REPEATS_LACKING = 5
SHIPPED = "as shipped"
WITHOUT = "the model of all modalities"
FITTED = "the reduced model"
REFITTED = "ridge refitted without it"


def run() -> dict[str, Any]:
    """Arrangements on complete patients, then patients who lack a modality."""
    study = read("transneo", folds=5, repeats=REPEATS)
    blocks = study.prepared.space.blocks()
    lacking = patterns_for(study.prepared.X, blocks, singly=True)
    shipped = study.ours().set_params(lacking=())
    arrangements = {
        "elastic net alone": clone(shipped).set_params(members=("elastic_net",)),
        "boosted trees alone": clone(shipped).set_params(members=("boosted_trees",)),
        "the whole search space": clone(shipped).set_params(cautious=False),
    }
    folds = _every_fold(study, shipped, arrangements)
    y = study.prepared.y
    found = {name: _together(study, folds, name) for name in folds[0]}
    slopes = [METRICS["calibration_slope"].function(y, p) for p in found[SHIPPED]]
    rows = [
        {"arrangement": name, "performance": figures(y, p)}
        | ({} if name == SHIPPED else {"difference": differences(y, found[SHIPPED], p)})
        for name, p in found.items()
    ]
    return {
        "n": len(y),
        "events": int(y.sum()),
        "repeats": REPEATS,
        "slope": {
            "mean": round(float(np.mean(slopes)), 4),
            "lowest": round(float(np.min(slopes)), 4),
            "highest": round(float(np.max(slopes)), 4),
        },
        "rows": rows,
        "lacking": _lacking(study, clone(shipped).set_params(lacking=lacking), blocks),
    }


def _every_fold(
    study: Study, shipped: PcrClassifier, arrangements: dict[str, PcrClassifier]
) -> list[dict[str, FloatArray]]:
    tests = [test for repeat in study.plan for test in repeat]
    found: list[dict[str, FloatArray]] = joblib.Parallel(n_jobs=1)(
        joblib.delayed(_fold)(study, test, shipped, arrangements) for test in tests
    )
    return found


def _fold(
    study: Study, test: IntArray, shipped: PcrClassifier, arrangements: dict[str, PcrClassifier]
) -> dict[str, FloatArray]:
    """Predictions of a fold by every arrangement."""
    X, y = study.prepared.X, study.prepared.y
    train = training_part(test, len(y))
    model = clone(shipped).fit(X[train], y[train]).model_
    found = {name: _p(one, X[test]) for name, one in _variants(model)}
    for name, classifier in arrangements.items():
        found[name] = clone(classifier).fit(X[train], y[train]).predict_proba(X[test])[:, 1]
    ridge = RidgeLogistic(seed=study.config.seed).fit(X[train], y[train])
    return {**found, "ridge logistic regression": ridge.predict_proba(X[test])[:, 1]}


def _variants(model: Model) -> Iterator[tuple[str, Model]]:
    """What the fitted blend would be with a piece left out."""
    yield SHIPPED, model
    yield "no recalibrating line", replace(model, intercept=0.0, slope=1.0)
    n = len(model.members)
    equal = replace(model, weights=(1.0 / n,) * n, intercept=0.0, slope=1.0)
    yield "equal weights, no line", equal


def _p(model: Model, X: FloatArray) -> FloatArray:
    return probability(logit(compile_model(model), np.ascontiguousarray(X)))


def _together(study: Study, folds: list[dict[str, FloatArray]], name: str) -> FloatArray:
    """Out-of-fold predictions of every repeat, shape (n_repeats, n_patients)."""
    p = np.full((len(study.plan), len(study.prepared.y)), np.nan)
    each = iter(folds)
    for repeat, tests in enumerate(study.plan):
        for test in tests:
            p[repeat, test] = next(each)[name]
    return p


def _lacking(
    study: Study, classifier: PcrClassifier, blocks: tuple[Block, ...]
) -> list[dict[str, Any]]:
    """Each modality taken from the held-out patients in turn, on the first repeats."""
    few = replace(study, plan=study.plan[:REPEATS_LACKING])
    folds = [_fold_lacking(few, test, classifier, blocks) for repeat in few.plan for test in repeat]
    y, rows = few.prepared.y, []
    for block in blocks:
        one = {
            name: _together(few, [fold[block.name] for fold in folds], name)
            for name in (WITHOUT, FITTED, REFITTED)
        }
        rows.append({
            "modality": block.name,
            "performance": {name: figures(y, p) for name, p in one.items()},
            "difference": {
                name: differences(y, one[FITTED], one[name]) for name in (WITHOUT, REFITTED)
            },
        })  # fmt: skip
    return rows


def _fold_lacking(
    study: Study, test: IntArray, classifier: PcrClassifier, blocks: tuple[Block, ...]
) -> dict[str, dict[str, FloatArray]]:
    X, y = study.prepared.X, study.prepared.y
    train = training_part(test, len(y))
    model = clone(classifier).fit(X[train], y[train]).model_
    found = {}
    for block in blocks:
        blanked = X[test].copy()
        blanked[:, block.touched] = np.nan
        kept = np.setdiff1d(np.arange(X.shape[1]), block.touched)
        ridge = RidgeLogistic(seed=study.config.seed).fit(X[train][:, kept], y[train])
        found[block.name] = {
            WITHOUT: _p(replace(model, reduced=()), blanked),
            FITTED: _p(model, blanked),
            REFITTED: ridge.predict_proba(X[test][:, kept])[:, 1],
        }
    return found
