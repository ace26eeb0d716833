"""How near the model comes to the best that can be reached on simulated patients."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from neopcr.config import read_config
from neopcr.metrics import METRICS
from neopcr.simulation import simulate, write_trial
from neopcr.simulation.reachable import stored_reachable
from neopcr.specs import Landmark
from neopcr.validation import cross_validate
from neopcr.workflows._folds import common_plan
from neopcr.workflows._prepare import prepare
from neopcr.workflows.train import classifier

CONFIG = Path(__file__).parents[2] / "configs" / "simulated.yaml"
LANDMARKS = (Landmark.baseline, Landmark.c1, Landmark.c2)
N, SEEDS = 2_000, 20
PROMISED = 0.02
"""AUROC."""


def run() -> dict[str, Any]:
    """AUROC and slope at each landmark: medians of `SEEDS` cohorts of `N`."""
    with tempfile.TemporaryDirectory() as folder:
        found = np.array([_once(Path(folder) / str(seed), 100 + seed) for seed in range(SEEDS)])
    rows = []
    for landmark, values in zip(LANDMARKS, np.moveaxis(found, 1, 0), strict=True):
        reachable = stored_reachable("nct07239271", landmark)
        auroc, slope = np.median(values, axis=0)
        low, high = np.quantile(values[:, 0], [0.25, 0.75])
        rows.append({
            "landmark": landmark.name,
            "reachable": reachable.auroc,
            "auroc": round(float(auroc), 4),
            "quartiles": [round(float(low), 4), round(float(high), 4)],
            "gap": round(reachable.auroc - float(auroc), 4),
            "slope": round(float(slope), 3),
            "holds": bool(reachable.auroc - auroc <= PROMISED),
        })  # fmt: skip
    return {"n": N, "seeds": SEEDS, "promised": PROMISED, "rows": rows}


def _once(folder: Path, seed: int) -> list[list[float]]:
    """Out-of-fold AUROC and slope of one cohort, whole centres left out, one repeat."""
    config = read_config(CONFIG)
    resampling = config.resampling.model_copy(update={"repeats": 1})
    config = config.model_copy(update={"resampling": resampling})
    write_trial(simulate(n=N, seed=seed), folder / "demo" / "trial")
    with contextlib.chdir(folder):
        prepared = [prepare(config, landmark) for landmark in LANDMARKS]
    found = []
    for each, plan in zip(prepared, common_plan(config, prepared), strict=True):
        p = cross_validate(classifier(config, each), each.X, each.y, plan, groups=each.groups).p[0]
        found.append([METRICS[name].function(each.y, p) for name in ("auroc", "calibration_slope")])
    print(f"seed {seed}: {np.round(found, 3).tolist()}", flush=True)
    return found
