"""Who is drawn: shares, correlations, and HER2-positive by the guideline."""

from __future__ import annotations

import numpy as np
import pytest

from neopcr.modalities import CONTRACT
from neopcr.oncology.receptors import POSITIVE_FROM_PERCENT
from neopcr.simulation.effects import trial_effects
from neopcr.simulation.population import draw_population
from neopcr.simulation.presets import PRESETS, Mix

N = 20_000
MIX = Mix(0.8, 0.487, 0.761, pik3ca=0.25, size_median_mm=38.0, size_above_mm=20.0)


@pytest.fixture(scope="module")
def draw():
    return draw_population(MIX, N, trial_effects(), np.random.default_rng(0))


def test_shares_are_those_of_the_mix(draw):
    strong = draw["ihc"] == 3
    assert strong.mean() == pytest.approx(0.8, abs=0.01)
    assert draw["hr_positive"][strong].mean() == pytest.approx(0.487, abs=0.015)
    assert draw["hr_positive"][~strong].mean() == pytest.approx(0.761, abs=0.02)
    assert draw["pik3ca"].mean() == pytest.approx(0.25, abs=0.01)
    assert draw["ctdna_detected"].mean() == pytest.approx(0.7, abs=0.04)


def test_hormone_receptors_agree_with_their_percentages(draw):
    stained = np.maximum(draw["er_percent"], draw["pgr_percent"]) >= POSITIVE_FROM_PERCENT
    np.testing.assert_array_equal(stained, draw["hr_positive"] == 1)
    low = (draw["er_percent"] >= 1) & (draw["er_percent"] <= 10)
    assert low.sum() / draw["hr_positive"].sum() == pytest.approx(0.1, abs=0.01)


def test_ihc_2_is_ish_positive_as_dual_probe_group_1(draw):
    moderate = draw["ihc"] == 2
    copies = draw["her2_cep17_ratio"] * draw["cep17_copies_per_cell"]
    assert draw["her2_cep17_ratio"][moderate].min() >= 2.0
    assert copies[moderate].min() >= 4.0 - 1e-9


def test_nobody_has_a_tumour_too_small_for_the_trial(draw):
    # The file holds whole millimetres: 20.4 would become 20.
    assert np.round(draw["tumor_diameter_mm"].min()) > 20


@pytest.mark.parametrize(
    "name",
    ["age_years", "ecog", "tumor_diameter_mm", "grade", "her2_cep17_ratio",
     "cep17_copies_per_cell", "er_percent", "pgr_percent", "ki67_percent"],
)  # fmt: skip
def test_values_lie_in_the_range_of_the_contract(draw, name):
    assert CONTRACT[name].low <= draw[name].min()
    assert draw[name].max() <= CONTRACT[name].high


def test_covariates_go_together_as_they_do_in_clinics(draw):
    positive = draw["hr_positive"] == 1
    log_ki67, log_size = np.log(draw["ki67_percent"]), np.log(draw["tumor_diameter_mm"])
    assert log_ki67[~positive].mean() > log_ki67[positive].mean()
    assert draw["grade"][~positive].mean() > draw["grade"][positive].mean()
    assert np.corrcoef(log_size, draw["n_stage"])[0, 1] > 0.2
    assert np.corrcoef(log_size, draw["ctdna_detected"])[0, 1] > 0.1
    assert np.median(draw["her2_cep17_ratio"][draw["ihc"] == 3]) > 4.5


def test_t_stage_follows_size_unless_skin_or_chest_wall_is_involved(draw):
    free = draw["t_stage"] < 4
    expected = 1 + (draw["tumor_diameter_mm"] > 20) + (draw["tumor_diameter_mm"] > 50)
    np.testing.assert_array_equal(draw["t_stage"][free], expected[free])
    assert (~free).mean() == pytest.approx(0.05, abs=0.01)


def test_presets_differ_in_mix_regimens_and_one_intercept_only():
    assert set(PRESETS["ma2025"].__slots__) == {"name", "arms", "mix", "intercept", "source"}
    held_out = {PRESETS[name].intercept for name in ("phedra", "shr_a1811")}
    assert held_out == {PRESETS["neocarhp"].intercept}


def test_the_default_trial_is_one_to_three():
    assert [arm.share for arm in PRESETS["nct07239271"].arms] == [1.0, 3.0]
