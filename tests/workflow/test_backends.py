"""The whole training writes the same bytes whatever runs its folds."""

from __future__ import annotations

import joblib
import numpy as np
import pandas as pd
import pytest
import yaml

from neopcr.features import WIDE
from neopcr.workflows.train import train

N = 90


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    """Patients with two clinical columns and a transcriptome, which some of them lack."""
    folder = tmp_path_factory.mktemp("backends")
    rng = np.random.default_rng(8)
    genes = pd.DataFrame(
        rng.normal(size=(N, WIDE)), columns=[f"expression_g{number}" for number in range(WIDE)]
    )
    genes.loc[:9] = np.nan
    signal = genes["expression_g0"].fillna(0.0)
    table = genes.assign(
        patient_id=[f"p{row}" for row in range(N)],
        age_years=rng.integers(30, 75, N),
        er_status=np.where(rng.random(N) < 0.5, "positive", "negative"),
        pcr=(rng.random(N) < 1 / (1 + np.exp(-signal))).astype(int),
    )
    table.to_parquet(folder / "patients.parquet", index=False)
    written = {
        "name": "backends",
        "modalities": ["clinical", "receptors", "expression"],
        "monotone": True,
        "cohort": {"patients": {"path": str(folder / "patients.parquet")}},
        "resampling": {
            "outer_folds": 2, "repeats": 1, "inner_folds": 2, "trials": 2, "bootstrap": 6,
        },
        "tracking": {"enabled": False},
    }  # fmt: skip
    (folder / "config.yaml").write_text(yaml.safe_dump(written))
    return folder / "config.yaml"


def test_processes_and_threads_write_the_same_bundle(config, tmp_path):
    found = {}
    for backend in ("loky", "threading"):
        place = tmp_path / backend
        with joblib.parallel_config(backend=backend):
            train(config, place / "models", place / "report")
        [bundle] = (place / "models").glob("*/1")
        found[backend] = {each.name: each.read_bytes() for each in sorted(bundle.iterdir())}
    assert set(found["loky"]) == {"SHA256SUMS", "bundle.json", "trees.json"}
    assert found["loky"] == found["threading"]
    assert b'"scores"' in found["loky"]["bundle.json"]
