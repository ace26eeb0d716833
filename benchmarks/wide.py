"""A whole transcriptome: one ridge score within the fold, against PCA and logistic regression."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import psutil
from measure import Line, race
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegressionCV
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from neopcr.pipeline import PcrClassifier
from neopcr.specs import Block

if TYPE_CHECKING:
    from study import Study

    from neopcr.specs import FloatArray

CARRYING = 20
"""Genes that carry the outcome, each the driver of a module of others."""


def patients(n: int, genes: int, seed: int) -> tuple[FloatArray, FloatArray]:
    """One clinical feature, then genes: half of them rise and fall with one of those that count."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 1 + genes))
    drivers = X[:, 1 : 1 + CARRYING]
    for gene in range(CARRYING, genes // 2):
        column = X[:, 1 + gene]
        column *= 0.9
        column += 0.44 * drivers[:, gene % CARRYING]
    z = 0.6 * X[:, 0] + 0.5 * drivers @ np.tile([1.0, -1.0], CARRYING // 2)
    return X, (rng.random(n) < 1 / (1 + np.exp(-z))).astype(float)


def ours(genes: int) -> PcrClassifier:
    """Both members, their search, and the score made anew in every inner fold."""
    places = tuple(range(1, 1 + genes))
    return PcrClassifier(trials=10, wide=(Block("expression", places, places),))


def pca() -> object:
    """All principal components, and a ridge whose penalty is cross-validated on three folds."""
    ridge = LogisticRegressionCV(
        Cs=10, l1_ratios=(0.0,), cv=3, scoring="neg_log_loss", use_legacy_attributes=False
    )
    return make_pipeline(StandardScaler(), PCA(svd_solver="full"), ridge)


def peak(n: int, genes: int) -> tuple[float, float]:
    """Bytes of the matrix, and the most that a process holds while it fits, above those before."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_peak, (n, genes))


def _peak(n: int, genes: int) -> tuple[float, float]:
    small, outcome = patients(60, 300, 9)
    ours(300).fit(small, outcome).predict_proba(small)  # Compiles and imports.
    before = psutil.Process().memory_info().rss
    X, y = patients(n, genes, 0)
    most = _highest(lambda: ours(genes).fit(X, y).predict_proba(X[: n // 5]))
    return float(X.nbytes), float(most - before)


def _highest(run: Callable[[], object]) -> int:
    """Watch the memory of this process while something runs."""
    process, done, most = psutil.Process(), threading.Event(), [0]

    def watch() -> None:
        while not done.wait(0.002):
            most[0] = max(most[0], process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    run()
    done.set()
    watcher.join()
    return most[0]


def lines(study: Study, *, quick: bool) -> Iterator[Line]:
    """Time and memory of one training fold, and what both tell of new patients."""
    del study
    n, genes, rounds = (120, 2_000, 1) if quick else (500, 20_000, 3)
    X, y = patients(n, genes, 0)
    new, outcome = patients(2 * n, genes, 1)
    fitted: dict[str, object] = {}

    def run_ours() -> None:
        fitted["ours"] = ours(genes).fit(X, y)

    def run_pca() -> None:
        fitted["pca"] = pca().fit(X, y)  # type: ignore[attr-defined]

    with threadpool_limits(limits=1):
        timed = race({"ours": run_ours, "pca": run_pca}, rounds=rounds)
    auroc = {
        name: roc_auc_score(outcome, each.predict_proba(new)[:, 1])  # type: ignore[attr-defined]
        for name, each in fitted.items()
    }
    yield Line(
        name="expression of 20,000 genes in one training fold",
        value=timed["ours"].wall,
        unit="s",
        baseline=timed["pca"].wall,
        n=n,
        cpu_per_wall=timed["ours"].cpu_per_wall,
        floor=4.0,
        note=(
            f"{genes} genes; search, score and blend, against full PCA and ridge, one thread each; "
            f"AUROC of {2 * n} new patients {auroc['ours']:.3f} v {auroc['pca']:.3f}"
        ),
    )
    data, most = peak(n, genes)
    yield Line(
        name="memory of it",
        value=most / 2**20,
        unit="MiB",
        baseline=2 * data / 2**20,
        n=n,
        cpu_per_wall=1.0,
        floor=1.0,
        note="resident, the matrix with it, above a process that has fitted before; against twice the matrix",
    )
