"""The outcome, and what happens on the way to it: ctDNA and MRI given pCR or residual disease.

pCR is drawn first, with the probability at baseline; each later observation is then drawn given the
outcome and what was seen before. So the true probability at a later landmark is exact, by Bayes'
rule: the log-odds at baseline plus the log-likelihood ratios of what was observed until then.

The probability is that under the treatment policy of the arm. Where the policy changes a regimen
after cycle 2, the change itself has no effect of its own: no published estimate exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from neopcr.specs import FloatArray, IntArray, Landmark

if TYPE_CHECKING:
    from neopcr.simulation.effects import Effects
    from neopcr.simulation.population import Draw
    from neopcr.simulation.regimens import RegimenTerms

_LEVEL_SHAPE = 2.0
CTDNA_LANDMARKS = (Landmark.c1, Landmark.c2, Landmark.presurgery)
IMAGING_LANDMARKS = (Landmark.c2, Landmark.c4)
SEEN = (Landmark.c1, Landmark.c2, Landmark.c4, Landmark.presurgery)


def baseline_log_odds(
    draw: Draw, arm: IntArray, terms: tuple[RegimenTerms, ...], effects: Effects
) -> FloatArray:
    """Return the log-odds of pCR at baseline, without the intercept and the centre.

    Parameters
    ----------
    draw : dict of str to float array of shape (n_patients,)
        From `neopcr.simulation.population.draw_population`.
    arm : int array of shape (n_patients,)
        Index into `terms`.
    terms : tuple of RegimenTerms
        One an arm.
    effects : mapping of str to float
        From `neopcr.simulation.effects.trial_effects`.

    Returns
    -------
    float array of shape (n_patients,)
    """
    positive = draw["hr_positive"] == 1
    er_low = positive & (draw["er_percent"] <= 10)
    by_arm = np.array(
        [[t.everyone, t.ihc_2, t.pik3ca_hr_positive, t.pik3ca_hr_negative] for t in terms]
    )
    everyone, ihc_2, pik3ca_positive, pik3ca_negative = by_arm[arm].T
    log_ratio = np.log(draw["her2_cep17_ratio"] / 5.0)
    ratio_effect = np.where(
        positive, effects["log_ratio_hr_positive"], effects["log_ratio_hr_negative"]
    )
    log_odds: FloatArray = (
        everyone
        + effects["hr_negative"] * np.where(er_low, effects["er_low_share"], ~positive)
        + (effects["ihc_2"] + ihc_2) * (draw["ihc"] == 2)
        + ratio_effect * log_ratio
        + draw["pik3ca"] * np.where(positive, pik3ca_positive, pik3ca_negative)
        + effects["size_cm"] * (draw["tumor_diameter_mm"] / 10 - 3.5)
        + effects["ki67_doubling"] * (np.log2(draw["ki67_percent"]) - 5)
        + effects["age_decade"] * (draw["age_years"] / 10 - 5)
        + effects["ctdna_baseline"] * draw["ctdna_detected"]
        + effects["ctdna_baseline_level"] * draw["ctdna_level"]
    )
    return log_odds


@dataclass(frozen=True, slots=True)
class Course:
    """What is seen under therapy, and what it says about pCR.

    Parameters
    ----------
    detected, level : dict of Landmark to float array of shape (n_patients,)
        ctDNA: 1 detected, 0 not; log10 MTM/mL above the limit of detection, 0 where not detected.
    log_volume : dict of Landmark to float array
        Natural log of the MRI volume over that at baseline.
    log_odds : dict of Landmark to float array
        Log-odds of pCR given everything seen up to the landmark.
    """

    detected: dict[Landmark, FloatArray]
    level: dict[Landmark, FloatArray]
    log_volume: dict[Landmark, FloatArray]
    log_odds: dict[Landmark, FloatArray]


def draw_course(
    draw: Draw,
    pcr: FloatArray,
    log_odds: FloatArray,
    effects: Effects,
    rng: np.random.Generator,
    landmarks: tuple[Landmark, ...] = SEEN,
) -> Course:
    """Draw what is seen under therapy given the outcome, and weigh it by Bayes' rule.

    Parameters
    ----------
    draw : dict of str to float array of shape (n_patients,)
        The true baseline.
    pcr : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    log_odds : float array of shape (n_patients,)
        Of pCR at baseline.
    effects : mapping of str to float
        From `neopcr.simulation.effects.trial_effects`.
    rng : numpy Generator
        Advanced by the draws.
    landmarks : tuple of Landmark
        When anything is looked at, the first ones of `SEEN`.

    Returns
    -------
    Course
    """
    course = Course({}, {}, {}, {Landmark.baseline: log_odds})
    before, earlier = draw["ctdna_detected"], np.zeros(pcr.size)
    for landmark in landmarks:
        evidence = np.zeros(pcr.size)
        if landmark in CTDNA_LANDMARKS:
            rates = _rates(landmark, before, effects)
            before, said = _draw_binary(*rates, pcr, rng)
            scales = _level_scales(draw["ctdna_level"], effects)
            course.level[landmark], said_level = _draw_level(before, *scales, pcr, rng)
            course.detected[landmark] = before
            evidence += said + said_level
        if landmark in IMAGING_LANDMARKS:
            volume, said = draw_volume(landmark, earlier, pcr, effects, rng)
            course.log_volume[landmark] = earlier = volume
            evidence += said
        log_odds = log_odds + evidence
        course.log_odds[landmark] = log_odds
    return course


def _rates(
    landmark: Landmark, before: FloatArray, effects: Effects
) -> tuple[FloatArray, FloatArray]:
    """How often ctDNA is found given pCR and given residual disease, by what was found before."""
    pcr, residual = (
        np.where(
            before == 1,
            effects[f"persistent_{landmark.name}_{state}"],
            effects[f"emergent_{landmark.name}_{state}"],
        )
        for state in ("pcr", "rd")
    )
    return pcr, residual


def _draw_binary(
    given_pcr: FloatArray, given_residual: FloatArray, pcr: FloatArray, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    found = rng.random(pcr.size) < np.where(pcr == 1, given_pcr, given_residual)
    said = np.where(
        found,
        np.log(given_pcr / given_residual),
        np.log1p(-given_pcr) - np.log1p(-given_residual),
    )
    return found.astype(np.float64), said


def _level_scales(baseline_level: FloatArray, effects: Effects) -> tuple[FloatArray, FloatArray]:
    """Scales of the gamma of a later level: a patient who began high stays higher."""
    factor = 0.6 + 0.4 * baseline_level
    return effects["level_later_pcr"] * factor, effects["level_later_rd"] * factor


def _draw_level(
    detected: FloatArray,
    given_pcr: FloatArray,
    given_residual: FloatArray,
    pcr: FloatArray,
    rng: np.random.Generator,
) -> tuple[FloatArray, FloatArray]:
    scale = np.where(pcr == 1, given_pcr, given_residual)
    level = detected * rng.gamma(_LEVEL_SHAPE, 1.0, pcr.size) * scale
    log_ratio = _LEVEL_SHAPE * np.log(given_residual / given_pcr)
    said = detected * (log_ratio - level * (1 / given_pcr - 1 / given_residual))
    return level, said


def draw_volume(
    landmark: Landmark,
    earlier: FloatArray,
    pcr: FloatArray,
    effects: Effects,
    rng: np.random.Generator,
) -> tuple[FloatArray, FloatArray]:
    """Draw an MRI volume given the outcome; the second is centred on the first.

    So what the first said does not count twice.

    Parameters
    ----------
    landmark : Landmark
        c2 or c4.
    earlier : float array of shape (n_patients,)
        Log volume of the MRI before over that at baseline.
    pcr : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    effects : mapping of str to float
        From `neopcr.simulation.effects.trial_effects`.
    rng : numpy Generator
        Advanced by the draws.

    Returns
    -------
    log_volume : float array of shape (n_patients,)
        Natural log of the volume over that at baseline.
    said : float array of shape (n_patients,)
        What it adds to the log-odds of pCR.
    """
    sd, shift = effects["log_volume_sd"], effects["log_volume_pcr_sds"]
    centre = effects[f"log_volume_{landmark.name}"]
    if landmark is Landmark.c4:
        centre = centre - effects["log_volume_c2"]
        shift = shift / 2  # most of what the change says was said by the first [choice]
    mean = earlier + centre
    volume = mean + sd * (shift * pcr + rng.normal(0.0, 1.0, pcr.size))
    z = (volume - mean) / sd
    said = shift * z - shift**2 / 2
    return volume, said


def probability(log_odds: FloatArray) -> FloatArray:
    """Return the probability of log-odds."""
    result: FloatArray = expit(log_odds)
    return result
