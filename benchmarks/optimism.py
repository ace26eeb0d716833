"""Optimism of an elastic net: every draw searches its penalty anew, and every metric is taken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from measure import Line, once
from scipy.special import expit

from neopcr.metrics import metrics_at
from neopcr.validation.elastic_path import C_PATH, L1_RATIOS, ElasticNetPath
from neopcr.validation.optimism import optimism

if TYPE_CHECKING:
    from study import Study

N, FEATURES = 500, 20
PROMISED = 120.0
"""Seconds on 2 cores for 500 draws."""


def lines(study: Study, *, quick: bool) -> Iterator[Line]:
    """Wall time against what is promised."""
    del study
    draws = 20 if quick else 500
    rng = np.random.default_rng(0)
    X = rng.normal(size=(N, FEATURES))
    y = (rng.random(N) < expit(0.5 * X[:, :5].sum(axis=1))).astype(float)
    model, metrics = ElasticNetPath(), metrics_at([0.3, 0.5])
    # Starts the workers and compiles.
    optimism(model, X, y, metrics=metrics, draws=20, n_jobs=2)
    found: dict[tuple[str, str], float | None] = {}

    def run() -> None:
        for one in optimism(model, X, y, metrics=metrics, draws=draws, n_jobs=2):
            found[one.group, one.name] = one.value

    timed = once(run)
    yield Line(
        name="optimism of an elastic net",
        value=timed.wall,
        unit="s",
        baseline=PROMISED * draws / 500,
        n=N,
        cpu_per_wall=timed.cpu_per_wall,
        floor=1.0,
        note=(
            f"{draws} draws, {FEATURES} features, {len(metrics)} metrics, 2 jobs; each draw searches "
            f"{len(C_PATH) * len(L1_RATIOS)} penalties over 3 inner folds; against a promise of "
            f"{PROMISED:g} s for 500; AUROC {found['apparent', 'auroc']:.3f} apparent, "
            f"{found['optimism-corrected', 'auroc']:.3f} corrected"
        ),
    )
