"""The kernel: probability, contributions and the five largest, against xgboost's two functions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import xgboost
from measure import Line, Timing, race

from neopcr import kernel
from neopcr.estimators.boosted_trees import BoostedTrees
from neopcr.scoring import N_REASONS

if TYPE_CHECKING:
    from study import Study

    from neopcr.specs import FloatArray

THREADS = os.cpu_count() or 1
N_TREES = 100
# By depth, so that no run takes more than some seconds.
ROWS = {2: 65_536, 4: 65_536, 6: 8_192}
# The ratios that are promised, by what xgboost does meanwhile and the depth of the trees. At
# prediction it only predicts where we explain too.
FLOORS = {
    ("contributions", 2): 40.0,
    ("contributions", 4): 40.0,
    ("contributions", 6): 40.0,
    ("prediction", 2): 1.5,
    ("prediction", 4): 1.5,
}


def lines(study: Study, *, quick: bool) -> Iterator[Line]:
    """Rows a second by depth of the trees."""
    rounds = 1 if quick else 5
    for depth, rows in ROWS.items():
        n = 1_000 if quick else rows
        timed = _timed(study, depth, n, rounds)
        for (other, at), floor in FLOORS.items():
            if at == depth:
                yield Line(
                    name=f"kernel v xgboost's {other}, depth {depth}",
                    value=n / timed["ours"].wall,
                    unit="rows/s",
                    baseline=n / timed[other].wall,
                    n=n,
                    cpu_per_wall=timed["ours"].cpu_per_wall,
                    floor=floor,
                    note=f"{N_TREES} trees; median of {rounds}",
                )


def _timed(study: Study, depth: int, n: int, rounds: int) -> dict[str, Timing]:
    X = np.resize(study.prepared.X, (n, study.prepared.X.shape[1]))
    booster = grow(study, depth)
    compiled = compile_booster(booster, X.shape[1])
    runs = {
        "ours": lambda: explain(compiled, X),
        "contributions": lambda: booster.predict(
            xgboost.DMatrix(X, nthread=THREADS), pred_contribs=True
        ),
        "prediction": lambda: booster.inplace_predict(X),
    }
    runs["ours"]()  # compiles
    return race(runs, rounds=rounds)


def grow(study: Study, depth: int) -> xgboost.Booster:
    """Fit trees of a depth, deeper ones too than our own search allows."""
    settings = {
        "objective": "binary:logistic",
        "max_depth": depth,
        "learning_rate": 0.05,
        "nthread": THREADS,
    }
    return xgboost.train(settings, xgboost.DMatrix(study.prepared.X, study.prepared.y), N_TREES)


def compile_booster(booster: xgboost.Booster, n_features: int) -> kernel.CompiledModel:
    """Hand a booster to the kernel as data."""
    member = BoostedTrees()
    member.booster_ = booster
    model = kernel.Model(n_features, (member.export(),), (1.0,), 0.0, 1.0)
    return kernel.compile_model(model)


def explain(compiled: kernel.CompiledModel, X: FloatArray) -> None:
    """Work out p_pcr and the largest contributions."""
    each = tuple((place,) for place in range(X.shape[1]))
    found = kernel.explain(compiled, X, each, X.shape[1], N_REASONS)
    kernel.probability(found.logit)
