"""A new cohort without a whole modality: the model is not worse than one fitted for that cohort."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from neopcr.config import read_config
from neopcr.metrics import METRICS
from neopcr.pipeline import PcrClassifier, RidgeLogistic, patterns_for
from neopcr.simulation import simulate, write_trial
from neopcr.specs import Landmark
from neopcr.validation import fold_plan, not_worse, paired_difference
from neopcr.workflows._prepare import Prepared, prepare, prepare_external

CONFIGS = Path(__file__).parents[2] / "configs"
MEASURES = ("auroc", "brier", "calibration_slope")


def without_each_block(train: tuple, new: np.ndarray, blocks, trials: int) -> np.ndarray:
    """p_pcr of new patients without each block: ours, and of a ridge refitted without it."""
    X, y = train
    lacking = patterns_for(X, blocks, singly=True)
    ours = PcrClassifier(trials=trials, lacking=lacking).fit(X, y)
    found = []
    for block in blocks:
        blank = new.copy()
        blank[:, block.touched] = np.nan
        kept = np.setdiff1d(np.arange(X.shape[1]), block.touched)
        ridge = RidgeLogistic().fit(X[:, kept], y)
        found.append(
            [each.predict_proba(x)[:, 1] for each, x in ((ours, blank), (ridge, new[:, kept]))]
        )
    return np.array(found)  # (n_blocks, 2, n_new)


@pytest.mark.slow
@pytest.mark.data
@pytest.mark.usefixtures("data_dir")
def test_on_transneo_each_modality_may_be_missing():
    """Five repeats of five folds of the 147; the block is blank in held-out patients alone."""
    prepared = prepare(read_config(CONFIGS / "transneo.yaml"), Landmark.baseline)
    X, y, blocks = prepared.X, prepared.y, prepared.space.blocks()
    plan = fold_plan(y, folds=5, repeats=5, seed=0)
    p = np.full((len(blocks), 2, len(plan), len(y)), np.nan)
    for repeat, tests in enumerate(plan):
        for test in tests:
            train = np.setdiff1d(np.arange(len(y)), test)
            p[:, :, repeat, test] = without_each_block((X[train], y[train]), X[test], blocks, 30)
    for block, (ours, ridge) in zip(blocks, p, strict=True):
        for name in ("auroc", "brier"):
            difference = paired_difference(METRICS[name], y, ours, ridge, seed=0)
            assert not_worse(difference, METRICS[name]), (block.name, difference)


def simulated(
    folder: Path, seed: int, n: int, n_new: int
) -> tuple[Prepared, np.ndarray, np.ndarray]:
    """A trial to train on, and patients of other centres."""
    write_trial(simulate(n=n, seed=seed), folder / "demo" / "trial")
    write_trial(simulate(n=n_new, seed=10_000 + seed), folder / "demo" / "new")
    before = Path.cwd()
    os.chdir(folder)
    try:
        config = read_config(CONFIGS / "simulated.yaml")
        prepared = prepare(config, Landmark.c2)
        there = prepare_external(config, prepared)
    finally:
        os.chdir(before)
    return prepared, there.X, there.y


def replicate(folder: Path, seed: int, n: int, n_new: int) -> np.ndarray:
    """Each measure without each block, ours and ridge's: shape (n_blocks, 2, n_measures)."""
    prepared, new, outcome = simulated(folder / str(seed), seed, n, n_new)
    p = without_each_block((prepared.X, prepared.y), new, prepared.space.blocks(), trials=10)
    return np.array(
        [
            [[METRICS[name].function(outcome, one) for name in MEASURES] for one in pair]
            for pair in p
        ]
    )


@pytest.mark.slow
def test_on_simulated_trials_each_modality_may_be_missing(tmp_path):
    """Mean of 100 trials of 500, examined on 2,000 patients of other centres each."""
    found = np.array([replicate(tmp_path, seed, 500, 2000) for seed in range(100)])
    difference = found[:, :, 0] - found[:, :, 1]
    error = 1.96 * difference.std(axis=0, ddof=1) / np.sqrt(len(found))
    mean = difference.mean(axis=0)
    assert (mean[:, 0] + error[:, 0] >= 0).all()
    assert (mean[:, 1] - error[:, 1] <= 0).all()
    slopes = found[:, :, 0, 2].mean(axis=0)
    assert ((slopes > 0.8) & (slopes < 1.2)).all()
