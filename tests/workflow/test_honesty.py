"""What the whole workflow must not do: see the outcome, see held-out patients, or not add up."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shap
import yaml
from sklearn.base import clone

from neopcr.config import Config, read_config
from neopcr.estimators import ESTIMATORS
from neopcr.kernel import compile_model, contributions, probability
from neopcr.metrics import METRICS
from neopcr.pipeline import PcrClassifier, RidgeLogistic
from neopcr.simulation import simulate, write_trial
from neopcr.simulation.reachable import stored_reachable
from neopcr.specs import Landmark
from neopcr.validation import (
    cross_validate,
    not_worse,
    paired_difference,
    permute_labels,
)
from neopcr.workflows._folds import common_plan
from neopcr.workflows._prepare import Prepared, prepare
from neopcr.workflows.train import classifier

CONFIGS = Path(__file__).parents[2] / "configs"

# --- it adds up ---------------------------------------------------------------------------------


def fitted_members(prepared: Prepared, classifier: PcrClassifier) -> list:
    """The members as their own libraries fit them, with the settings that were chosen."""
    return [
        ESTIMATORS[name].build(chosen["params"], classifier.seed).fit(prepared.X, prepared.y)
        for name, chosen in classifier.choices_["members"].items()
    ]


def by_shap(linear, trees, X: np.ndarray) -> tuple[list[np.ndarray], list[float]]:
    """Contributions and base of each member, as the shap library works them out."""
    Z = linear.design_matrix(X)
    masker = shap.maskers.Independent(Z, max_samples=len(Z))
    explainer = shap.LinearExplainer((linear.coef_, linear.intercept_), masker)
    values = explainer.shap_values(Z)
    n = X.shape[1]
    # A feature's contribution is that of its value and that of its being missing.
    of_linear = values[:, :n].copy()
    of_linear[:, linear.indicator_] += values[:, n:]
    of_trees = shap.TreeExplainer(trees.booster_, feature_perturbation="tree_path_dependent")
    return (
        [of_linear, of_trees.shap_values(X)],
        [float(explainer.expected_value), float(of_trees.expected_value)],
    )


def examine(prepared: Prepared, classifier: PcrClassifier) -> None:
    """Hold a trained model, patient by patient, to the libraries that made its members."""
    model = classifier.model_
    phi, base = contributions(compile_model(model), prepared.X)
    linear, trees = fitted_members(prepared, classifier)
    logits = [member.decision_function(prepared.X) for member in (linear, trees)]
    logit = model.intercept + model.slope * np.average(logits, axis=0, weights=model.weights)
    np.testing.assert_allclose(base + phi.sum(axis=1), logit, rtol=0, atol=1e-6)
    np.testing.assert_allclose(
        classifier.predict_proba(prepared.X)[:, 1], probability(logit), rtol=0, atol=1e-6
    )
    values, bases = by_shap(linear, trees, prepared.X)
    expected = model.slope * np.average(values, axis=0, weights=model.weights)
    np.testing.assert_allclose(phi, expected, rtol=0, atol=1e-5)
    blended = model.intercept + model.slope * np.average(bases, weights=model.weights)
    assert base == pytest.approx(blended, abs=1e-5)


@pytest.mark.parametrize("landmark", [Landmark.baseline, Landmark.c1])
def test_every_simulated_patients_logit_adds_up_and_is_explained_as_shap_does(there, landmark):
    config = read_config(there.config)
    prepared = prepare(config, landmark)
    classifier = PcrClassifier(inner_folds=3, trials=4, seed=config.seed)
    examine(prepared, classifier.fit(prepared.X, prepared.y, groups=prepared.groups))


@pytest.mark.data
@pytest.mark.usefixtures("data_dir")
def test_every_transneo_patients_logit_adds_up_and_is_explained_as_shap_does():
    prepared = prepare(read_config(CONFIGS / "transneo.yaml"), Landmark.baseline)
    assert len(prepared.y) == 147
    examine(prepared, PcrClassifier(trials=4).fit(prepared.X, prepared.y))


# --- shuffled outcomes --------------------------------------------------------------------------

NOISE = 60
N = 90


@pytest.fixture(scope="module")
def noise(tmp_path_factory) -> tuple[Path, Config]:
    """Patients whose many measurements say nothing of the outcome."""
    folder = tmp_path_factory.mktemp("noise")
    rng = np.random.default_rng(11)
    table = pd.DataFrame(
        rng.normal(size=(N, NOISE)).round(6),
        columns=[f"expression_gene_{number}" for number in range(NOISE)],
    )
    table.insert(0, "patient_id", [f"patient-{row}" for row in range(N)])
    table["pcr"] = np.repeat([1, 0], [40, 50])
    table.to_csv(folder / "patients.csv", index=False)
    config = {
        "name": "noise",
        "modalities": ["expression"],
        "cohort": {"patients": {"path": str(folder / "patients.csv")}},
        "resampling": {"outer_folds": 3, "repeats": 1, "inner_folds": 2, "trials": 2},
        "tracking": {"enabled": False},
    }
    (folder / "noise.yaml").write_text(yaml.safe_dump(config))
    return folder, read_config(folder / "noise.yaml")


Select = Callable[[np.ndarray, np.ndarray], np.ndarray]


def everything(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    del y
    return np.arange(X.shape[1])


def best_five(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Selection outside the fold: it sees everybody's outcome."""
    return np.argsort(-np.abs((X - X.mean(axis=0)).T @ (y - y.mean())))[:5]


def workflow(folder: Path, config: Config, select: Select) -> Callable:
    """Read the files with the outcome that is given, and cross-validate."""

    def run_once(y: np.ndarray, number: int) -> np.ndarray:
        path = folder / "patients.csv"
        pd.read_csv(path, dtype=str).assign(pcr=y.astype(int)).to_csv(path, index=False)
        prepared = prepare(config, Landmark.baseline)
        np.testing.assert_array_equal(prepared.y, y)
        seeded = config.model_copy(update={"seed": number})
        [plan] = common_plan(seeded, [prepared])
        classifier = PcrClassifier(inner_folds=2, trials=2, seed=number)
        chosen = select(prepared.X, prepared.y)
        return cross_validate(classifier, prepared.X[:, chosen], prepared.y, plan, n_jobs=1).p

    return run_once


def shuffled(noise: tuple[Path, Config], select: Select, runs: int):
    y = np.repeat([1.0, 0.0], [40, N - 40])
    return permute_labels(workflow(*noise, select), y, runs=runs, seed=runs)


def test_shuffled_outcomes_leave_the_workflow_at_chance(noise):
    assert shuffled(noise, everything, runs=8).is_at_chance


def test_selection_outside_the_fold_is_caught(noise):
    found = shuffled(noise, best_five, runs=8)
    assert found.mean > 0.65
    assert not found.is_at_chance


@pytest.mark.slow
def test_the_leakage_law_over_thirty_runs(noise):
    assert shuffled(noise, everything, runs=30).is_at_chance
    assert not shuffled(noise, best_five, runs=30).is_at_chance


# --- held-out patients --------------------------------------------------------------------------


def test_held_out_patients_never_change_the_model_that_is_tested_on_them(there, tmp_path):
    """Everything of one fold's patients is changed in the file, outcomes and all."""
    config = read_config(there.config)
    prepared = prepare(config, Landmark.baseline)
    [plan] = common_plan(config, [prepared])
    held_out = plan[0][0]
    patients = pd.read_csv("trial/patients.csv", dtype=str, keep_default_na=False)
    rows = prepared.cohort.row[held_out] - 1
    for column, cell in {"age_years": "99", "ki67_percent": "1", "her2_ihc": "2+"}.items():
        patients.loc[rows, column] = cell
    patients.loc[rows, "pcr"] = (1 - prepared.y[held_out]).astype(int).astype(str)
    patients.to_csv(tmp_path / "patients.csv", index=False)
    content = yaml.safe_load(there.config.read_text())
    content["cohort"]["patients"]["path"] = str(tmp_path / "patients.csv")
    (tmp_path / "changed.yaml").write_text(yaml.safe_dump(content))
    changed = prepare(read_config(tmp_path / "changed.yaml"), Landmark.baseline)
    others = np.setdiff1d(np.arange(len(prepared.y)), held_out)
    np.testing.assert_array_equal(changed.X[others], prepared.X[others])
    assert not np.array_equal(changed.X[held_out], prepared.X[held_out], equal_nan=True)

    classifier = PcrClassifier(inner_folds=2, trials=2)
    first_fold = ((held_out, *plan[0][1:]),)
    before, after = (
        cross_validate(classifier, each.X, each.y, first_fold, groups=each.groups, n_jobs=1)
        for each in (prepared, changed)
    )
    assert before.choices[0][0] == after.choices[0][0]
    assert before.choices[0][1] != after.choices[0][1]
    models = [
        clone(classifier).fit(each.X[others], each.y[others]).model_ for each in (prepared, changed)
    ]
    np.testing.assert_array_equal(
        *(contributions(compile_model(model), prepared.X[held_out])[0] for model in models)
    )


# --- how good it is -----------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.data
@pytest.mark.usefixtures("data_dir")
def test_on_transneo_the_blend_is_not_worse_than_ridge():
    """Nested 5 x 5 on the 147 that may be trained on; the 75 are not opened."""
    config = read_config(CONFIGS / "transneo.yaml")
    prepared = prepare(config, Landmark.baseline)
    assert len(prepared.y) == 147
    [plan] = common_plan(config, [prepared])
    resampling = config.resampling
    assert (len(plan), len(plan[0])) == (5, 5)
    inner = {"inner_folds": resampling.inner_folds, "seed": config.seed}
    blend, ridge = (
        cross_validate(each, prepared.X, prepared.y, plan).p
        for each in (classifier(config, prepared), RidgeLogistic(**inner))
    )
    for name in ("auroc", "brier"):
        metric = METRICS[name]
        difference = paired_difference(metric, prepared.y, blend, ridge, seed=config.seed)
        assert not_worse(difference, metric), (name, difference)


def simulated_once(folder: Path, seed: int, landmarks: tuple[Landmark, ...]) -> list:
    """Out-of-fold AUROC and slope at each landmark, of a thousand simulated patients."""
    config = read_config(CONFIGS / "simulated.yaml")
    resampling = config.resampling.model_copy(update={"repeats": 1})
    config = config.model_copy(update={"resampling": resampling})
    write_trial(simulate(n=1000, seed=seed), folder / "demo" / "trial")
    before = Path.cwd()
    os.chdir(folder)
    try:
        prepared = [prepare(config, landmark) for landmark in landmarks]
    finally:
        os.chdir(before)
    found = []
    for each, plan in zip(prepared, common_plan(config, prepared), strict=True):
        p = cross_validate(classifier(config, each), each.X, each.y, plan, groups=each.groups).p[0]
        found.append([METRICS[name].function(each.y, p) for name in ("auroc", "calibration_slope")])
    return found


@pytest.mark.slow
def test_on_a_thousand_simulated_patients_what_can_be_reached_is_reached(tmp_path):
    """Median of 20 seeds, the default config with one repeat."""
    landmarks = (Landmark.baseline, Landmark.c1, Landmark.c2)
    found = np.array(
        [simulated_once(tmp_path / str(seed), 100 + seed, landmarks) for seed in range(20)]
    )
    for landmark, (auroc, slope) in zip(landmarks, np.median(found, axis=0), strict=True):
        assert auroc > stored_reachable("nct07239271", landmark).auroc - 0.03, landmark
        assert 0.9 < slope < 1.1, landmark


def test_on_simulated_patients_the_model_finds_what_is_there(tmp_path):
    """One seed of the long run above, in which no luck of the draw hides a broken model."""
    [[auroc, slope]] = simulated_once(tmp_path, 100, (Landmark.baseline,))
    reachable = stored_reachable("nct07239271", Landmark.baseline).auroc
    assert auroc > reachable - 0.06
    assert 0.6 < slope < 1.5
