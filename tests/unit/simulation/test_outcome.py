"""The true probability is exact at every landmark."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.special import logit

from neopcr.simulation.effects import trial_effects
from neopcr.simulation.outcome import baseline_log_odds, draw_course, probability
from neopcr.simulation.population import draw_population
from neopcr.simulation.presets import Mix
from neopcr.simulation.regimens import regimen_terms
from neopcr.specs import Landmark

N = 60_000
E = trial_effects()


@pytest.fixture(scope="module")
def trial():
    rng = np.random.default_rng(3)
    draw = draw_population(Mix(0.8, 0.5, 0.75), N, E, rng)
    arm = rng.integers(0, 2, N)
    terms = tuple(regimen_terms(name, 6, E) for name in ("AC-TH", "TCbHP"))
    log_odds = baseline_log_odds(draw, arm, terms, E)
    pcr = (rng.random(N) < probability(log_odds)).astype(float)
    return draw, pcr, log_odds, draw_course(draw, pcr, log_odds, E, rng)


def _patient(**replaced):
    """The reference patient, for whom every term but the replaced ones is zero."""
    values = {
        "ihc": 3.0, "hr_positive": 1.0, "er_percent": 90.0, "her2_cep17_ratio": 5.0,
        "pik3ca": 0.0, "tumor_diameter_mm": 35.0, "ki67_percent": 32.0, "age_years": 50.0,
        "ctdna_detected": 0.0, "ctdna_level": 0.0,
    } | replaced  # fmt: skip
    return {name: np.array([value]) for name, value in values.items()}


@pytest.mark.parametrize(
    ("replaced", "expected"),
    [
        ({}, 0.0),
        ({"hr_positive": 0.0, "er_percent": 0.0}, E["hr_negative"]),
        ({"er_percent": 5.0}, E["hr_negative"] * E["er_low_share"]),
        ({"ihc": 2.0}, E["ihc_2"]),
        ({"her2_cep17_ratio": 10.0}, E["log_ratio_hr_positive"] * np.log(2)),
        (
            {"her2_cep17_ratio": 10.0, "hr_positive": 0.0, "er_percent": 0.0},
            E["hr_negative"] + E["log_ratio_hr_negative"] * np.log(2),
        ),
        ({"pik3ca": 1.0}, E["pik3ca_older_hr_positive"]),
        (
            {"pik3ca": 1.0, "hr_positive": 0.0, "er_percent": 0.0},
            E["hr_negative"] + E["pik3ca_older_hr_negative"],
        ),
        ({"tumor_diameter_mm": 45.0}, E["size_cm"]),
        ({"ki67_percent": 64.0}, E["ki67_doubling"]),
        ({"age_years": 60.0}, E["age_decade"]),
        (
            {"ctdna_detected": 1.0, "ctdna_level": 2.0},
            E["ctdna_baseline"] + 2 * E["ctdna_baseline_level"],
        ),
    ],
)
def test_each_effect_enters_the_log_odds_once(replaced, expected):
    terms = (regimen_terms("TH", 6, E),)
    found = baseline_log_odds(_patient(**replaced), np.array([0]), terms, E)
    assert found[0] == pytest.approx(expected)


def test_dual_blockade_gains_less_in_ihc_2():
    terms = (regimen_terms("TH", 6, E), regimen_terms("THP", 6, E))
    gain = [
        float(
            np.diff(
                [baseline_log_odds(_patient(ihc=ihc), np.array([a]), terms, E)[0] for a in (0, 1)]
            )[0]
        )
        for ihc in (3.0, 2.0)
    ]
    assert gain[1] - gain[0] == pytest.approx(E["dual_mab_ihc_2"])


@pytest.mark.parametrize("landmark", ["baseline", "c1", "c2", "c4", "presurgery"])
def test_probability_is_calibrated_at_every_landmark(trial, landmark):
    _, pcr, _, course = trial
    p = probability(course.log_odds[Landmark[landmark]])
    for group in np.array_split(np.argsort(p), 10):
        error = np.sqrt((p[group] * (1 - p[group])).sum()) / group.size
        assert abs(pcr[group].mean() - p[group].mean()) < 4 * error


def test_seeing_more_never_tells_less(trial):
    _, pcr, _, course = trial
    brier = [np.mean((probability(x) - pcr) ** 2) for x in course.log_odds.values()]
    assert all(np.diff(brier) < 0)
    assert list(course.log_odds) == list(Landmark)[:5]


def test_evidence_of_the_first_cycle_is_bayes_rule_written_out(trial):
    draw, _, log_odds, course = trial
    found, level = course.detected[Landmark.c1], course.level[Landmark.c1]
    before = draw["ctdna_detected"] == 1
    scale = 0.6 + 0.4 * draw["ctdna_level"]

    def likelihood(state):
        share = np.where(before, E[f"persistent_c1_{state}"], E[f"emergent_c1_{state}"])
        density = stats.gamma.pdf(level, 2.0, scale=E[f"level_later_{state}"] * scale)
        return np.where(found == 1, share * density, 1 - share)

    prior = probability(log_odds)
    joint = prior * likelihood("pcr")
    posterior = joint / (joint + (1 - prior) * likelihood("rd"))
    np.testing.assert_allclose(probability(course.log_odds[Landmark.c1]), posterior, atol=1e-12)


def test_evidence_of_the_second_mri_is_bayes_rule_written_out(trial):
    _, _, _, course = trial
    earlier, now = course.log_volume[Landmark.c2], course.log_volume[Landmark.c4]
    mean = earlier + E["log_volume_c4"] - E["log_volume_c2"]
    shift = E["log_volume_pcr_sds"] / 2 * E["log_volume_sd"]
    said = stats.norm.logpdf(now, mean + shift, E["log_volume_sd"]) - stats.norm.logpdf(
        now, mean, E["log_volume_sd"]
    )
    expected = course.log_odds[Landmark.c2] + said
    np.testing.assert_allclose(course.log_odds[Landmark.c4], expected, atol=1e-9)


def test_ctdna_that_persists_has_magbanuas_odds_ratio(trial):
    draw, pcr, _, course = trial
    shed = draw["ctdna_detected"] == 1
    persists = course.detected[Landmark.c1] == 1
    odds = [logit(persists[shed & (pcr == state)].mean()) for state in (0, 1)]
    assert np.exp(odds[0] - odds[1]) == pytest.approx(4.33, rel=0.1)


def test_undetected_ctdna_has_no_level(trial):
    _, _, _, course = trial
    for landmark, found in course.detected.items():
        np.testing.assert_array_equal(course.level[landmark] > 0, found == 1)
