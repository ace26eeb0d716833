"""Fresh processes: the command line against importing the libraries it is built on."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
from measure import Line, race
from study import Study, fit_bundle, repeat_table

IMPORTS = "import sklearn, xgboost, shap, mlflow, pandas"
COMMAND = "from neopcr.cli import main; main()"
PROMISED = {"neopcr --help": 5.0, "neopcr score, 1 row": 3.0}


def lines(study: Study, *, quick: bool) -> Iterator[Line]:
    """Seconds until help is printed, and until a first patient is scored."""
    rounds = 1 if quick else 5
    fit_bundle(study.prepared, Path("started"))
    pq.write_table(repeat_table(study.new, 1), "one.parquet")
    score = ("-c", COMMAND, "score", "started", "one.parquet", "-o", "one_score.parquet")
    _python(*score)  # what is compiled is kept
    runs = {
        "imports": lambda: _python("-W", "ignore", "-c", IMPORTS),
        "neopcr --help": lambda: _python("-c", COMMAND, "--help"),
        "neopcr score, 1 row": lambda: _python(*score),
    }
    timed = race(runs, rounds=rounds)
    for name, floor in PROMISED.items():
        yield Line(
            name=name,
            value=timed[name].wall,
            unit="s",
            baseline=timed["imports"].wall,
            n=1,
            cpu_per_wall=timed[name].cpu_per_wall,
            floor=floor,
            note=f"fresh processes; median of {rounds}; against: {IMPORTS}",
        )


def _python(*words: str) -> None:
    subprocess.run([sys.executable, *words], check=True, capture_output=True)
