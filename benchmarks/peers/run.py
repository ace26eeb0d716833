"""AutoML on the folds of our cross-validation: ``python benchmarks/peers/run.py [PEER…]``.

Each peer runs in an environment of its own, made under ``NEOPCR_PEERS`` (a temporary folder where
that is not set), one after another. Ours is timed anew before each of them, so that both meet the
same load. ``docs/measured/peers.json`` is written; a peer that cannot be installed or run stands in
it with what it said.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from environment import ensure
from folds import write_folds
from peer import CORES, PEERS, Clock

sys.path.append(str(Path(__file__).parents[1] / "evidence"))

from cohort import ROOT, Study, differences, figures, read

from neopcr.validation import cross_validate

if TYPE_CHECKING:
    from neopcr.specs import FloatArray

COHORTS = ("ispy2", "transneo")
FOLDS = 5
Row = dict[str, Any]


def main(names: list[str]) -> None:
    """Measure the peers that are named, or all; what others have reached before stands."""
    path = ROOT / "docs" / "measured" / "peers.json"
    path.parent.mkdir(exist_ok=True)
    found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(os.environ.get("NEOPCR_PEERS", scratch))
        for cohort in COHORTS:
            study = read(cohort, folds=FOLDS, repeats=1)
            folder = Path(scratch) / cohort
            write_folds(study.prepared, study.plan, folder)
            rows = found.setdefault(cohort, {})
            for peer in names or PEERS:
                rows |= _beside(peer, study, folder, place)
                path.write_text(f"{json.dumps(found, indent=1)}\n", encoding="utf-8")


def _beside(peer: str, study: Study, folder: Path, place: Path) -> dict[str, Row]:
    """Ours, then the peer."""
    y = study.prepared.y
    p, time = _ours(study)
    row = _peer(peer, folder, place, (y, p))
    if "failed" not in row:
        row |= {f"{key}_ratio": round(row[key] / time[key], 1) for key in time}
    return {"neopcr": {**time, "performance": figures(y, p)}, peer: row}


def _ours(study: Study) -> tuple[FloatArray, dict[str, float]]:
    """Out-of-fold predictions of one repeat, folds in parallel."""
    prepared = study.prepared
    started = Clock.now()
    p = cross_validate(study.ours(), prepared.X, prepared.y, study.plan, n_jobs=CORES).p[0]
    ended = Clock.now()
    wall, cpu = ended.wall - started.wall, ended.cpu - started.cpu
    return p, {"wall": round(wall, 2), "cpu": round(cpu, 2)}


def _peer(peer: str, folder: Path, place: Path, ours: tuple[FloatArray, FloatArray]) -> Row:
    y, p = ours
    try:
        python = ensure(peer, place)
        script = Path(__file__).with_name("peer.py")
        subprocess.run(
            [python, script, peer, folder], check=True, capture_output=True, text=True, env=clean()
        )
    except subprocess.CalledProcessError as error:
        return {"failed": error.stderr.strip().splitlines()[-1:]}
    told = json.loads((folder / f"{peer}_times.json").read_text(encoding="utf-8"))
    predicted = pd.read_parquet(folder / f"{peer}_predictions.parquet").set_index("row")["p"]
    theirs = predicted.sort_index().to_numpy(dtype=np.float64)
    totals = {key: round(sum(fold[key] for fold in told["folds"]), 1) for key in ("wall", "cpu")}
    return {
        "version": told["version"],
        **totals,
        "performance": figures(y, theirs),
        "difference": differences(y, p, theirs),
    }


def clean() -> dict[str, str]:
    """Our own environment, less what points at our packages or bounds threads."""
    drop = {"PYTHONPATH", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "VIRTUAL_ENV"}
    return {key: value for key, value in os.environ.items() if key not in drop}


if __name__ == "__main__":
    main(sys.argv[1:])
