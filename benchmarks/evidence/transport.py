"""A model of I-SPY 2 in I-SPY 1, before and after `neopcr recalibrate` on fifty of its patients."""

from __future__ import annotations

import contextlib
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from cohort import ROOT, figures

from neopcr.bundle import load_bundle
from neopcr.cohort import read_cohort
from neopcr.kernel import compile_model, probability
from neopcr.kernel import logit as logit_of
from neopcr.metrics import METRICS
from neopcr.modalities import find_column
from neopcr.specs import Landmark
from neopcr.workflows.assemble import assemble
from neopcr.workflows.recalibrate import recalibrate
from neopcr.workflows.train import train

if TYPE_CHECKING:
    from neopcr.specs import Cohort, FloatArray

LOCAL, DRAWS = 50, 200
MEASURED = ("auroc", "brier", "calibration_in_the_large", "calibration_slope")


def run() -> dict[str, Any]:
    """Train, carry over, and adjust to `DRAWS` random fifties; the others are examined."""
    configs = ROOT / "configs"
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        train(configs / "ispy2_shared.yaml", Path("models"), Path("report"))
        assemble(configs / "ispy1_shared.yaml", Path("site.parquet"))
        parent = Path("models/ispy2-shared-baseline/1")
        site, _ = read_cohort(
            Path("site.parquet"), find_column, landmark=Landmark.baseline, mode="train"
        )
        known = np.flatnonzero(np.isfinite(site.pcr))
        before = figures(site.pcr[known], probability(_logit(parent, site)[known]))
        table = pq.read_table("site.parquet")
        draws = [_draw(parent, table, site, known, number) for number in range(DRAWS)]
    return {
        "n": len(known),
        "events": int(site.pcr[known].sum()),
        "local": LOCAL,
        "draws": DRAWS,
        "before_in_all": before,
        "rows": [_row(name, draws) for name in MEASURED],
        "nearer_in_the_large": round(
            float(np.mean([abs(d["after"][2]) < abs(d["before"][2]) for d in draws])), 3
        ),
        "better_brier": round(float(np.mean([d["after"][1] < d["before"][1] for d in draws])), 3),
        "steps": dict(Counter(draw["step"] for draw in draws)),
        "local_events": [min(d["events"] for d in draws), max(d["events"] for d in draws)],
    }


def _draw(
    parent: Path, table: pa.Table, site: Cohort, known: np.ndarray, number: int
) -> dict[str, Any]:
    """One random fifty: the bundle is adjusted to them, and both are examined on the others."""
    local = np.random.default_rng(number).choice(known, LOCAL, replace=False)
    others = np.setdiff1d(known, local)
    path, child = Path(f"local_{number}.parquet"), Path(f"child_{number}")
    # Rows of the file, of which those whose outcome is not known are not in the cohort.
    pq.write_table(table.take(site.row[np.sort(local)] - 1), path)
    told = recalibrate(str(parent), path, child).data["update"]
    y = site.pcr[others]
    before, after = (
        [
            float(METRICS[name].function(y, probability(_logit(one, site)[others])))
            for name in MEASURED
        ]
        for one in (parent, child)
    )
    return {"before": before, "after": after, "step": told["step"], "events": told["events"]}


def _logit(folder: Path, site: Cohort) -> FloatArray:
    bundle = load_bundle(folder)
    return logit_of(compile_model(bundle.model), bundle.space.matrix(site.table))


def _row(name: str, draws: list[dict[str, Any]]) -> dict[str, Any]:
    """Mean over the draws, and where nineteen in twenty of them lie."""
    place = MEASURED.index(name)
    row: dict[str, Any] = {"metric": name}
    for when in ("before", "after"):
        values = np.array([draw[when][place] for draw in draws])
        low, high = np.quantile(values, [0.025, 0.975])
        row[when] = [round(float(each), 4) for each in (values.mean(), low, high)]
    moved = np.array([draw["after"][place] - draw["before"][place] for draw in draws])
    low, high = np.quantile(moved, [0.025, 0.975])
    row["moved"] = [round(float(each), 4) for each in (moved.mean(), low, high)]
    return row
