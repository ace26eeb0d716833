"""What the benchmarks share: the demo's patients, and bundles of stated settings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from neopcr.bundle import Bundle, save_bundle
from neopcr.config import read_config
from neopcr.estimators import ESTIMATORS
from neopcr.kernel import Model, Reduced, Uncertainty, Width, compile_model, logit
from neopcr.simulation import simulate, write_trial
from neopcr.specs import Landmark
from neopcr.validation import learn_labels, learn_reach
from neopcr.workflows._prepare import Prepared, prepare
from neopcr.workflows.assemble import assemble

if TYPE_CHECKING:
    import xgboost

CONFIG = Path(__file__).parents[1] / "configs" / "simulated.yaml"
LANDMARK = Landmark.c1


@dataclass(frozen=True, slots=True)
class Study:
    """Simulated patients to train on, and others to score.

    Parameters
    ----------
    prepared : Prepared
        The training cohort after cycle 1.
    new : pyarrow Table
        Patients to score, under canonical names.
    """

    prepared: Prepared
    new: pa.Table


def make_study(*, n: int) -> Study:
    """Simulate the demo's two trials in the working folder, where the config looks for them."""
    write_trial(simulate(n=n, seed=1), Path("demo/trial"))
    write_trial(simulate(n=n // 2, seed=2), Path("demo/new"))
    assemble(CONFIG, Path("demo/new_cohort.parquet"), external=True)
    prepared = prepare(read_config(CONFIG), LANDMARK)
    return Study(prepared, pq.read_table("demo/new_cohort.parquet"))


def fit_bundle(prepared: Prepared, folder: Path, **trees: float) -> xgboost.Booster:
    """Write a bundle of both members in equal parts; returns the booster within it.

    It holds what a trained bundle holds: how firm scores are, and a model of those who lack the
    first block of features.

    Parameters
    ----------
    prepared : Prepared
        What it is fitted on.
    folder : Path
        Made here.
    trees : float
        Settings of the boosted trees that are not their cautious default.
    """
    members = [
        ESTIMATORS[name]
        .build({**ESTIMATORS[name].default, **settings}, 0)
        .fit(prepared.X, prepared.y)
        for name, settings in (("elastic_net", {}), ("boosted_trees", trees))
    ]
    n_features, exported = prepared.X.shape[1], tuple(each.export() for each in members)
    lost = prepared.space.blocks()[0].own
    reduced = Reduced((lost,), Model(n_features, exported, (0.5, 0.5), 0.0, 1.0))
    model = Model(n_features, exported, (0.5, 0.5), 0.0, 1.0, reduced=(reduced,))
    bundle = Bundle(
        name="benchmark",
        version=1,
        landmark=prepared.landmark,
        space=prepared.space,
        model=model,
        estimand="p_pcr",
        definition=prepared.cohort.definition,
        training={"n": len(prepared.y), "events": int(prepared.y.sum())},
        metrics=[],
        reference={},
        provenance={},
        uncertainty=_uncertainty(prepared, model),
    )
    save_bundle(bundle, folder)
    return members[1].booster_


def _uncertainty(prepared: Prepared, model: Model) -> Uncertainty:
    """Learned where that takes no refits; the width is of the usual size, which is all that counts."""
    X, y = prepared.X, prepared.y
    blocks = tuple(block.own for block in prepared.space.blocks())
    width = Width(
        intercept=-1.5, by_logit=0.0, by_square=0.05, by_distance=0.2, low=-4.0, high=4.0,
        blocks=blocks, lacking=(0.1,) * len(blocks), factor=1.1,
    )  # fmt: skip
    logits = logit(compile_model(model), X)
    return Uncertainty(learn_reach(X, seed=0), width, learn_labels(y, logits[None], None))


def repeat_table(table: pa.Table, n: int) -> pa.Table:
    """Repeat patients until there are n, each under an identifier of its own."""
    rows = np.resize(np.arange(table.num_rows), n)
    place = table.column_names.index("patient_id")
    identifiers = pa.array([f"P{row:09d}" for row in range(n)])
    return table.take(rows).set_column(place, "patient_id", identifiers)
