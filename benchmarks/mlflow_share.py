"""What logging to MLflow adds to the demo's training: a tenth of its wall time at most."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import yaml
from measure import Line, once
from study import CONFIG, Study

LARGEST_SHARE = 0.1
SMALLEST = {
    "members": ["boosted_trees"],
    "resampling": {"outer_folds": 2, "repeats": 1, "inner_folds": 2, "trials": 1},
}
_STORES = ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI")


def lines(study: Study, *, quick: bool) -> Iterator[Line]:
    """Seconds of logging, in a process and a store of their own, against a tenth of the training."""
    config = yaml.safe_load(CONFIG.read_text(encoding="utf-8")) | (SMALLEST if quick else {})
    Path("training.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    # A store that the user's environment names is not ours to write to.
    environment = {name: value for name, value in os.environ.items() if name not in _STORES}
    command = [sys.executable, __file__, "training.yaml", "seconds.json"]
    training = once(
        lambda: subprocess.run(command, check=True, capture_output=True, env=environment)
    )
    seconds = json.loads(Path("seconds.json").read_text(encoding="utf-8"))
    yield Line(
        name="MLflow's share of a training",
        value=seconds["logging"],
        unit="s",
        baseline=LARGEST_SHARE * seconds["training"],
        n=len(study.prepared.y),
        cpu_per_wall=training.cpu_per_wall,
        floor=1.0,
        note=(
            "one run; import of MLflow and the making of its store included; the baseline is a "
            f"tenth of the training's {seconds['training']:.0f} s"
        ),
    )


def train(config: Path, seconds: Path) -> None:
    """Train as `neopcr train` does, and write down how long it took and how much was logging."""
    started = time.perf_counter()
    from neopcr.workflows import _tracked  # noqa: PLC0415 - a training begins with its imports
    from neopcr.workflows.train import train as run  # noqa: PLC0415

    logging = []
    track = _tracked.track

    def timed(*arguments: object) -> dict[str, object]:
        before = time.perf_counter()
        tracked = track(*arguments)
        logging.append(time.perf_counter() - before)
        return tracked

    with patch.object(_tracked, "track", timed):
        run(config, Path("models"), Path("report"))
    spent = {"training": time.perf_counter() - started, "logging": sum(logging)}
    seconds.write_text(json.dumps(spent), encoding="utf-8")


if __name__ == "__main__":
    train(*map(Path, sys.argv[1:]))
