"""A few patients of a new site, and a child bundle that names its parent."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit

from command_line import run
from neopcr.bundle import bundle_hash, load_bundle


@pytest.fixture
def site(there, tmp_path):
    """A file of sixty patients at a site where pCR is far more frequent than in training."""
    cohort = pd.read_parquet(there.folder / "new.parquet").iloc[:60].copy()
    cohort.loc[cohort.index[:45], "pcr"] = 1
    path = tmp_path / "site.parquet"
    cohort.to_parquet(path)
    return path


def scores(bundle, cohort, tmp_path):
    assert run(f"score {bundle} {cohort} -o {tmp_path}/scores.parquet").exit_code == 0
    return pd.read_parquet(tmp_path / "scores.parquet")


def test_the_child_is_the_parent_on_another_line(there, site, tmp_path):
    done = run(f"recalibrate {there.bundle()} {site} -o {tmp_path}/child --json")
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    update = said["update"]
    assert update["intercept"] > 0.3
    old, new = (scores(each, site, tmp_path) for each in (there.bundle(), tmp_path / "child"))
    expected = update["intercept"] + update["slope"] * logit(old["p_pcr"])
    np.testing.assert_allclose(logit(new["p_pcr"]), expected, atol=1e-9)
    child = load_bundle(tmp_path / "child")
    parent = there.folder / "models" / "quick-c1" / "1"
    assert child.provenance["parent_sha256"] == said["parent_sha256"] == bundle_hash(parent)
    assert child.provenance["recalibration"]["n"] == update["n"]
    assert said["between_centre_sd"] == load_bundle(parent).training["between_centre_sd"] >= 0.2


def test_what_was_done_is_told_and_a_child_is_never_overwritten(there, site, tmp_path):
    told = run(f"recalibrate {there.bundle()} {site} -o {tmp_path}/child")
    assert told.exit_code == 0
    assert "closed test against a full revision: none p =" in told.output
    again = run(f"recalibrate {there.bundle()} {site} -o {tmp_path}/child")
    assert again.exit_code == 13


def test_a_site_without_outcomes_is_refused(there, site, tmp_path):
    cohort = pd.read_parquet(site).assign(pcr=None)
    cohort.to_parquet(tmp_path / "unknown.parquet")
    refused = run(f"recalibrate {there.bundle()} {tmp_path}/unknown.parquet -o {tmp_path}/child")
    assert refused.exit_code == 11
    assert not (tmp_path / "child").exists()


def test_a_site_that_no_line_fits_is_told_to_train_anew(there, tmp_path):
    cohort = pd.read_parquet(there.folder / "new.parquet")
    # A site where hormone receptors favour pCR, against all the model has seen, and little else does.
    often = np.random.default_rng(0).random(len(cohort)) < 0.85
    cohort["pcr"] = ((cohort["er_percent"] >= 1) == often).astype(float)
    cohort.to_parquet(tmp_path / "odd.parquet")
    told = run(f"recalibrate {there.bundle()} {tmp_path}/odd.parquet -o {tmp_path}/child")
    assert told.exit_code == 0, told.output
    assert "chosen: refit" in told.output
    assert "train anew" in told.output
