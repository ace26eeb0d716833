"""Peers fitted once to a config's training cohort, on its external patients.

``python benchmarks/peers/examined.py BUNDLE CONFIG FILE`` writes a csv of one column a peer, to be
given to ``neopcr validate --against FILE --column PEER``: an examination of a frozen model, together
with whatever stands beside it, is one look.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from environment import ensure
from folds import columns_of
from peer import PEERS
from run import clean

from neopcr.bundle import load_bundle
from neopcr.config import read_config
from neopcr.workflows._models import bundle_folder
from neopcr.workflows._prepare import prepare, prepare_external


def main(bundle_path: str, config_path: str, target: str) -> None:
    """Fit every peer to all training patients, and write what it predicts for the others."""
    bundle, config = load_bundle(bundle_folder(bundle_path)), read_config(Path(config_path))
    train, test = prepare(config, bundle.landmark), prepare_external(config, bundle)
    found = pd.DataFrame({config.cohort.patients.id: test.cohort.patient_id})
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        frames = [columns_of(each).assign(row=np.arange(len(each.y))) for each in (train, test)]
        frames[0].assign(pcr=train.y.astype(int)).to_parquet(folder / "fold_0_train.parquet")
        frames[1].to_parquet(folder / "fold_0_test.parquet")
        for peer in PEERS:
            python = ensure(peer, Path(os.environ.get("NEOPCR_PEERS", scratch)))
            script = Path(__file__).with_name("peer.py")
            subprocess.run([python, script, peer, folder], check=True, env=clean())
            predicted = pd.read_parquet(folder / f"{peer}_predictions.parquet")
            found[peer] = predicted.set_index("row")["p"].sort_index().to_numpy()
    found.to_csv(target, index=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
