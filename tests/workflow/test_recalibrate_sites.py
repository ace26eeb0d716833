"""Few patients of a new site, with trained models: `recalibrate` against who knows how sites differ.

Each training cohort has 30 centres; each target site is a centre of another simulation with the
same SD of shifts on the logit. What a site's predictions miss is told by true probabilities of
patients who took no part. Oracle: the posterior mean of the shift under the true SD.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy.optimize import brentq
from scipy.special import expit

from neopcr.bundle import load_bundle
from neopcr.config import read_config
from neopcr.kernel import compile_model, contributions, total
from neopcr.report import Report
from neopcr.simulation import Design, simulate, write_trial
from neopcr.validation import site_update
from neopcr.validation.site_update import _posterior
from neopcr.workflows._prepare import prepare_external
from neopcr.workflows.assemble import assemble
from neopcr.workflows.recalibrate import _by_modality, recalibrate
from neopcr.workflows.train import train

QUICK = Path(__file__).parents[2] / "configs" / "quick.yaml"
SHIFTS = (0.3, 0.5, 1.0)
SIZES = (30, 50, 100, 200)
CENTRES = 30
A_SITE, FEWEST_NEW = 700, 250
DRAWN = 1.6  # centres for each site that is used: small ones cannot be


@dataclass(frozen=True)
class Runs:
    """How much is run: training cohorts, target sites of each, patients of each."""

    cohorts: int
    sites: int
    patients: int = 1000


def errors(y, z, p, z_new, sd, update):
    """Calibration in the large after, of the oracle and before; change of log-loss."""
    oracle, _ = _posterior(y, z, sd)
    lines = (update.intercept + update.slope * z_new, oracle + z_new, z_new)
    large = [brentq(lambda a, x=x: np.mean(expit(x + a) - p), -8, 8) for x in lines]
    loss = [np.mean(np.logaddexp(0, x) - p * x) for x in lines]
    return [*large, loss[0] - loss[2]]


def trained(home, sd, seed, runs):
    """A bundle at baseline, made by `train` from a cohort of thirty centres."""
    design = Design(n_centres=CENTRES, centre_sd=sd)
    write_trial(simulate(n=runs.patients, seed=seed, design=design), home / "trial")
    content = yaml.safe_load(QUICK.read_text())
    content["landmarks"] = ["baseline"]
    content["resampling"]["bootstrap"] = 0
    content["subgroups"] = []
    (home / "quick.yaml").write_text(yaml.safe_dump(content))
    return Path(
        train(home / "quick.yaml", home / "models", home / "report").data["models"][0]["bundle"]
    )


def at_sites(home, path, sd, seed, runs):
    """Every site and size: shape (n_sites, n_sizes, 4)."""
    centres = int(DRAWN * runs.sites)
    design = Design(n_centres=centres, centre_sd=sd)
    trial = simulate(n=A_SITE * centres, seed=seed, design=design)
    write_trial(trial, home / "new")
    bundle = load_bundle(path)
    there = prepare_external(read_config(home / "quick.yaml"), bundle)
    truth = trial.truth["p_pcr_baseline"].to_numpy()[there.cohort.row - 1]
    phi, base = contributions(compile_model(bundle.model), there.X)
    z, parts = total(phi, base), _by_modality(bundle, phi)
    learned = bundle.training["between_centre_sd"]
    centre = there.cohort.table["centre"]
    sizes = pd.Series(centre).value_counts().sort_index()
    names = sizes.index[sizes >= max(SIZES) + FEWEST_NEW][: runs.sites]
    assert len(names) == runs.sites
    found = []
    for name in names:
        rows = np.flatnonzero(centre == name)
        new = rows[max(SIZES) :]
        for size in SIZES:
            local = rows[:size]
            update = site_update(there.y[local], z[local], parts[local], centre_sd=learned)
            found.append(errors(there.y[local], z[local], truth[new], z[new], sd, update))
    said = by_command(home, path, there.cohort.patient_id[local])
    assert said == pytest.approx([update.intercept, update.slope], abs=1e-9)
    return np.array(found).reshape(-1, len(SIZES), 4)


def by_command(home, bundle, patients):
    """What `recalibrate` itself makes of a site's file."""
    assemble(home / "quick.yaml", home / "new.parquet", external=True)
    table = pd.read_parquet(home / "new.parquet")
    table[table["patient_id"].isin(patients)].to_parquet(home / "site.parquet")
    update = recalibrate(str(bundle), home / "site.parquet", home / "child").data["update"]
    assert update["n"] == len(patients)
    return [update["intercept"], update["slope"]]


def cells(folder, monkeypatch, runs):
    """Each run of each cell: shape (n_sds, n_runs, n_sizes, 4)."""
    # The page of a training is no part of this, and takes longer than its model.
    bare = Report(title="", version="", estimand="", definition="", design="", sections=())
    monkeypatch.setattr("neopcr.workflows.train.training_report", lambda *_: bare)
    found = [[] for _ in SHIFTS]
    for number in range(runs.cohorts):
        for place, sd in enumerate(SHIFTS):
            home = folder / f"{place}-{number}"
            home.mkdir()
            monkeypatch.chdir(home)
            seed = 1000 * place + number
            bundle = trained(home, sd, seed, runs)
            found[place].append(at_sites(home, bundle, sd, 500 + seed, runs))
        print(f"{number + 1} of {runs.cohorts} cohorts\n{told(stacked(found))}", flush=True)  # noqa: T201
    return stacked(found)


def stacked(found):
    return np.array([np.concatenate(each) for each in found])


def told(drawn):
    """The table as text: one line a cell."""
    rmse = np.sqrt((drawn[..., :3] ** 2).mean(axis=1))
    lines = ["centre SD  patients  RMSE after  posterior mean  before  log-loss  |CITL| <= 0.2"]
    for place, sd in enumerate(SHIFTS):
        for column, size in enumerate(SIZES):
            after, oracle, before = rmse[place, column]
            loss = drawn[place, :, column, 3].mean()
            near = (np.abs(drawn[place, :, column, 0]) <= 0.2).mean()
            lines.append(
                f"{sd:9.1f} {size:9d} {after:11.3f} {oracle:15.3f} {before:7.3f} {loss:+9.4f} {near:15.0%}"
            )
    return "\n".join(lines)


@pytest.mark.slow
def test_two_hundred_sites_of_every_cell(tmp_path, monkeypatch):
    drawn = cells(tmp_path, monkeypatch, Runs(cohorts=5, sites=40))
    rmse = np.sqrt((drawn[..., :3] ** 2).mean(axis=1))
    ratio = rmse[..., 0] / rmse[..., 1]
    assert ratio.mean() <= 1.1
    assert (ratio <= 1.2).all()
    assert (rmse[..., 0] < rmse[..., 2]).all()
    assert (drawn[..., 3].mean(axis=1) <= 0.005).all()
