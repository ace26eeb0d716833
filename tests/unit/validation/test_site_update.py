"""A site's few patients help and do not harm; how centres differ is learned from other centres."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import expit

from neopcr.validation import between_centre_sd, site_update
from neopcr.validation.site_update import LEAST_SD, _posterior

SIZES = (30, 50, 100, 200)


def draw(rng, n, shift=0.0):
    """Outcomes, a model's logits, and their parts, at a site whose logit is shifted."""
    logit = rng.normal(-0.3, 1.0, n)
    parts = rng.normal(size=(n, 5))
    parts += (logit - parts.sum(axis=1))[:, None] / 5
    return (rng.random(n) < expit(logit + shift)).astype(float), logit, parts


def thirty_centres(rng, sd, n=1000):
    logit, centre = rng.normal(-0.3, 1.0, n), rng.integers(0, 30, n)
    shift = rng.normal(0, sd, 30)[centre]
    return (rng.random(n) < expit(logit + shift)).astype(float), logit, centre


def one_run(rng, sd):
    """For each size: calibration in the large after, of the oracle, and before; change of log-loss."""
    learned = between_centre_sd(*thirty_centres(rng, sd))
    found = []
    for n in SIZES:
        shift = rng.normal(0, sd)
        y, logit, parts = draw(rng, n, shift)
        update = site_update(y, logit, parts, centre_sd=learned)
        oracle, _ = _posterior(y, logit, sd)
        old = rng.normal(-0.3, 1.0, 4000)
        p, new = expit(old + shift), update.intercept + update.slope * old
        after = brentq(lambda a, p=p, new=new: np.mean(expit(new + a) - p), -8, 8)
        loss = [np.mean(np.logaddexp(0, z) - p * z) for z in (new, old)]
        found.append((after, shift - oracle, shift, loss[0] - loss[1]))
    return found


def cells(runs):
    """RMSE after, of the oracle and before, and the mean change of log-loss: (n_sds, n_sizes, 4)."""
    table = []
    for number, sd in enumerate((0.3, 0.5, 1.0)):
        rng = np.random.default_rng([number, 5])
        drawn = np.array([one_run(rng, sd) for _ in range(runs)])
        rmse = np.sqrt((drawn[:, :, :3] ** 2).mean(axis=0))
        table.append(np.column_stack([rmse, drawn[:, :, 3].mean(axis=0)]))
    return np.array(table)


@pytest.mark.slow
def test_two_hundred_runs_of_every_cell():
    table = cells(200)
    ratio = table[..., 0] / table[..., 1]
    assert ratio.mean() <= 1.1
    assert (ratio <= 1.2).all()
    assert (table[..., 0] < table[..., 2]).all()
    assert (table[..., 3] <= 0.005).all()


def test_a_sample_of_the_long_run_above():
    table = cells(8)
    assert (table[..., 0] / table[..., 1]).mean() < 1.25
    assert (table[..., 0] < table[..., 2]).mean() > 0.8
    assert (table[..., 3] <= 0.01).all()


@pytest.mark.parametrize("sd", [0.3, 1.0])
def test_how_centres_differ_is_learned(sd):
    rng = np.random.default_rng(2)
    found = [between_centre_sd(*thirty_centres(rng, sd, 2000)) for _ in range(5)]
    assert np.median(found) == pytest.approx(sd, rel=0.25)


def test_centres_that_do_not_differ_give_the_least_and_few_centres_nothing():
    y, logit, centre = thirty_centres(np.random.default_rng(3), 0.0)
    assert between_centre_sd(y, logit, centre) < 0.3
    assert between_centre_sd(y, logit, np.where(centre < 4, centre, -1)) is None
    assert between_centre_sd(y, logit, np.zeros_like(centre)) is None
    alike = np.tile([0.0, 1.0], 500), np.zeros(1000), np.repeat(np.arange(20), 50)
    assert between_centre_sd(*alike) == LEAST_SD


def test_the_intercept_is_the_mean_of_its_posterior():
    y, logit, _ = draw(np.random.default_rng(4), 40, 0.8)
    grid = np.linspace(-8, 8, 20_001)
    density = np.array([np.sum(y * (a + logit) - np.logaddexp(0, a + logit)) for a in grid])
    density -= (grid / 0.5) ** 2 / 2
    weight = np.exp(density - density.max())
    mean = np.average(grid, weights=weight)
    sd = np.sqrt(np.average((grid - mean) ** 2, weights=weight))
    assert _posterior(y, logit, 0.5) == (pytest.approx(mean, abs=1e-4), pytest.approx(sd, abs=1e-4))


def test_the_closed_test_goes_from_the_least_to_the_whole():
    rng = np.random.default_rng(6)
    y, logit, parts = draw(rng, 400)
    assert site_update(y, logit, parts).step == "none"
    y, logit, parts = draw(rng, 400, 1.5)
    assert site_update(y, logit, parts).step == "intercept"
    steep = (rng.random(400) < expit(3 * logit)).astype(float)
    update = site_update(steep, logit, parts)
    assert update.step == "intercept and slope"
    assert 1.5 < update.slope < 3
    other = (rng.random(400) < expit(2 * parts[:, 0] - 2 * parts[:, 1])).astype(float)
    assert site_update(other, logit, parts).step == "refit"


@pytest.mark.parametrize("outcome", [0.0, 1.0])
def test_patients_with_one_outcome_move_the_site_no_further_than_others_have(outcome):
    y, logit, parts = np.full(8, outcome), np.zeros(8), np.zeros((8, 3))
    update = site_update(y, logit, parts, centre_sd=0.4)
    assert 0.05 < abs(update.intercept) < 0.8
    assert update.intercept * (outcome - 0.5) > 0
    assert (update.n, update.events) == (8, 8 * outcome)
