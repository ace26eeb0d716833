"""Fit one peer to every fold: ``python peer.py PEER FOLDER``, in the peer's own environment.

FOLDER holds ``fold_<k>_train.parquet`` and ``fold_<k>_test.parquet``; ``predictions.parquet`` and
``times.json`` are written there. Nothing of neopcr is imported here.
"""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
import psutil

if TYPE_CHECKING:
    import numpy as np

OUTCOME = "pcr"
CORES = 2
SEED = 0

FitPredict = Callable[[pd.DataFrame, pd.Series, pd.DataFrame], "np.ndarray"]


def autogluon(X: pd.DataFrame, y: pd.Series, test: pd.DataFrame) -> np.ndarray:
    """AutoGluon tabular, preset medium_quality, choosing by log-loss as ours does."""
    from autogluon.tabular import TabularPredictor  # noqa: PLC0415 - one environment a peer

    with tempfile.TemporaryDirectory() as folder:
        predictor = TabularPredictor(
            OUTCOME, "binary", eval_metric="log_loss", path=folder, verbosity=0
        )
        predictor.fit(
            X.assign(**{OUTCOME: y}), presets="medium_quality", num_cpus=CORES, num_gpus=0
        )
        return predictor.predict_proba(test)[1].to_numpy()


def flaml(X: pd.DataFrame, y: pd.Series, test: pd.DataFrame) -> np.ndarray:
    """FLAML, 60 seconds a fit, choosing by log-loss."""
    from flaml import AutoML  # noqa: PLC0415

    found = AutoML()
    found.fit(
        X, y, task="classification", metric="log_loss", time_budget=60, n_jobs=CORES,
        seed=SEED, verbose=0,
    )  # fmt: skip
    return found.predict_proba(test)[:, 1]


def mljar(X: pd.DataFrame, y: pd.Series, test: pd.DataFrame) -> np.ndarray:
    """MLJAR in its mode Explain; it chooses by log-loss by itself."""
    from supervised import AutoML  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        found = AutoML(
            mode="Explain", ml_task="binary_classification", results_path=f"{folder}/out",
            n_jobs=CORES, random_state=SEED, verbose=0,
        )  # fmt: skip
        found.fit(X, y)
        return found.predict_proba(test)[:, 1]


def ebm(X: pd.DataFrame, y: pd.Series, test: pd.DataFrame) -> np.ndarray:
    """An explainable boosting machine at its defaults."""
    from interpret.glassbox import ExplainableBoostingClassifier  # noqa: PLC0415

    found = ExplainableBoostingClassifier(n_jobs=CORES, random_state=SEED).fit(X, y)
    return found.predict_proba(test)[:, 1]


class Peer(NamedTuple):
    """Its name in a registry, what is imported before the clock starts, and how it is fitted."""

    distribution: str
    module: str
    fit_predict: FitPredict


PEERS = {
    "autogluon": Peer("autogluon.tabular", "autogluon.tabular", autogluon),
    "flaml": Peer("flaml", "flaml", flaml),
    "mljar": Peer("mljar-supervised", "supervised", mljar),
    "ebm": Peer("interpret-core", "interpret.glassbox", ebm),
}


class Clock(NamedTuple):
    """Seconds of wall time, and of processor time of this process and those it started."""

    wall: float
    cpu: float

    @classmethod
    def now(cls) -> Clock:
        """Read both."""
        own = psutil.Process()
        ended = sum(own.cpu_times()[2:4])
        running = sum(sum(each.cpu_times()[:4]) for each in own.children(recursive=True))
        return cls(time.perf_counter(), time.process_time() + ended + running)


def main(name: str, folder: Path) -> None:
    """Fit and predict, fold after fold."""
    peer = PEERS[name]
    importlib.import_module(peer.module)
    predicted, times = [], []
    for train_path in sorted(folder.glob("fold_*_train.parquet")):
        train = _read(train_path)
        test = _read(train_path.with_name(train_path.name.replace("_train", "_test")))
        started = Clock.now()
        rows = test.pop("row")
        p = peer.fit_predict(train.drop(columns=[OUTCOME, "row"]), train[OUTCOME], test)
        ended = Clock.now()
        predicted.append(pd.DataFrame({"row": rows.to_numpy(), "p": p.astype(float)}))
        times.append({"wall": ended.wall - started.wall, "cpu": ended.cpu - started.cpu})
    pd.concat(predicted).to_parquet(folder / f"{name}_predictions.parquet")
    told = {"version": version(peer.distribution), "folds": times}
    (folder / f"{name}_times.json").write_text(json.dumps(told), encoding="utf-8")


def _read(path: Path) -> pd.DataFrame:
    """A fold; what is text there is a category."""
    frame = pd.read_parquet(path)
    texts = [name for name in frame if not pd.api.types.is_numeric_dtype(frame[name])]
    return frame.astype(dict.fromkeys(texts, "category"))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
