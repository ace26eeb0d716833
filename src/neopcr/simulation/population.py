"""Baseline characteristics of simulated patients, as they truly are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, logit, ndtr, ndtri

from neopcr.specs import FloatArray

if TYPE_CHECKING:
    from neopcr.simulation.effects import Effects
    from neopcr.simulation.presets import Mix

Draw = dict[str, FloatArray]

_CTDNA_SHAPE = 2.5
# Genes of the pathway besides PIK3CA: shares altered in HER2-positive disease (unverified).
OTHER_PAM_GENES = {
    "PTEN": 0.04,
    "AKT1": 0.015,
    "PIK3R1": 0.02,
    "MTOR": 0.01,
    "TSC1": 0.01,
    "TSC2": 0.01,
}


def draw_population(mix: Mix, n: int, effects: Effects, rng: np.random.Generator) -> Draw:
    """Draw the true baseline of `n` patients with HER2-positive disease.

    Correlations: hormone receptors with IHC; Ki-67 and grade with hormone receptors; nodes with
    size; ctDNA with size, nodes and Ki-67.

    Parameters
    ----------
    mix : Mix
        The population.
    n : int
        Number of patients.
    effects : mapping of str to float
        From `neopcr.simulation.effects.trial_effects`.
    rng : numpy Generator
        Advanced by the draws.

    Returns
    -------
    dict of str to float array of shape (n,)
        ``ihc`` 2 or 3; ``hr_positive``, ``pik3ca`` and ``ctdna_detected`` 1 or 0;
        ``ctdna_level`` log10 MTM/mL above the limit of detection, 0 where not detected; the others
        are named as in the data contract.
    """
    draw: Draw = {"ihc": np.where(rng.random(n) < mix.ihc_3, 3.0, 2.0)}
    hr_share = np.where(draw["ihc"] == 3, mix.hr_positive_ihc_3, mix.hr_positive_ihc_2)
    draw["hr_positive"] = (rng.random(n) < hr_share).astype(np.float64)
    draw |= _receptors(draw["hr_positive"], rng)
    draw |= _her2(draw["ihc"], rng)
    draw |= _person_and_stage(mix, draw, rng)
    draw["pik3ca"] = (rng.random(n) < mix.pik3ca).astype(np.float64)
    for gene, share in OTHER_PAM_GENES.items():
        draw[gene.lower()] = (rng.random(n) < share).astype(np.float64)
    return draw | _ctdna(draw, effects, rng)


def _between(
    rng: np.random.Generator,
    mean: FloatArray,
    sd: float,
    low: float,
    high: float,
) -> FloatArray:
    """Draws from normal distributions truncated to [low, high]."""
    below, above = ndtr((low - mean) / sd), ndtr((high - mean) / sd)
    drawn: FloatArray = mean + sd * ndtri(below + (above - below) * rng.random(mean.size))
    return drawn


def _receptors(hr_positive: FloatArray, rng: np.random.Generator) -> Draw:
    """ER, PgR and Ki-67: a tenth of HR+ tumours is ER-low, 3 % are ER- and PgR+ [choice]."""
    n = hr_positive.size
    kind = rng.random(n)
    high = np.maximum(11.0, np.round(100 * rng.beta(4.0, 1.3, n)))
    er = np.where(kind < 0.03, 0.0, np.where(kind < 0.13, rng.integers(1, 11, n), high))
    pgr_absent = rng.random(n) < np.where(er > 10, 0.2, 0.7)
    pgr = np.maximum(1.0, np.round(100 * rng.beta(1.2, 1.2, n)))
    pgr = np.where(pgr_absent & (kind >= 0.03), 0.0, pgr)
    ki67 = _between(rng, np.where(hr_positive == 1, 4.9, 5.25), 0.8, 1.0, float(np.log2(95)))
    return {
        "er_percent": er * hr_positive,
        "pgr_percent": pgr * hr_positive,
        "ki67_percent": 2.0**ki67,
    }


def _her2(ihc: FloatArray, rng: np.random.Generator) -> Draw:
    """ISH, always dual-probe group 1 in 2+: ratio >= 2.0 and copies >= 4.0 (ASCO/CAP 2018)."""
    n = ihc.size
    strong = np.exp(_between(rng, np.full(n, np.log(5.5)), 0.45, 0.0, np.log(20.0)))
    moderate = 2.0 + rng.gamma(1.2, 1.0, n)
    ratio = np.where(ihc == 3, strong, moderate)
    least = np.where(ihc == 3, 1.7, np.maximum(1.7, 4.0 / ratio))
    cep17 = least + 1.5 * rng.beta(1.2, 3.0, n)
    return {"her2_cep17_ratio": ratio, "cep17_copies_per_cell": cep17}


def _person_and_stage(mix: Mix, draw: Draw, rng: np.random.Generator) -> Draw:
    n = draw["ihc"].size
    middle = np.full(n, np.log(mix.size_median_mm))
    size = np.exp(_between(rng, middle, 0.4, float(np.log(mix.size_above_mm + 1)), np.log(150.0)))
    # T4 is skin or chest wall, whatever the size.
    stage = np.where(rng.random(n) < 0.05, 4.0, 1.0 + (size > 20) + (size > 50))
    nodes = rng.normal(0.0, 1.0, n) + 0.8 * (np.log(size) - middle)
    grade_3 = expit(0.4 - 0.8 * draw["hr_positive"] + 0.8 * (np.log2(draw["ki67_percent"]) - 5))
    return {
        "age_years": np.floor(_between(rng, np.full(n, 50.0), 10.0, 18.0, 70.99)),
        "ecog": (rng.random(n) < 0.2).astype(np.float64),
        "tumor_diameter_mm": size,
        "t_stage": stage,
        "n_stage": np.searchsorted([-0.4, 0.6, 1.3], nodes).astype(np.float64),
        "grade": 2.0 + (rng.random(n) < grade_3) - (rng.random(n) < 0.01),
        "histology": np.searchsorted([0.93, 0.96, 0.98], rng.random(n)).astype(np.float64),
    }


def _ctdna(draw: Draw, effects: Effects, rng: np.random.Generator) -> Draw:
    n = draw["ihc"].size
    burden = (
        0.8 * (np.log(draw["tumor_diameter_mm"]) - np.log(35.0))
        + 0.5 * ((draw["n_stage"] > 0) - 0.65)
        + 0.3 * (np.log2(draw["ki67_percent"]) - 5)
        - 0.4 * (draw["hr_positive"] - 0.5)
    )
    detected = rng.random(n) < expit(logit(effects["detected_baseline"]) + burden)
    level = rng.gamma(_CTDNA_SHAPE, 1.0, n) * effects["level_baseline"] * np.exp(0.25 * burden)
    return {"ctdna_detected": detected.astype(np.float64), "ctdna_level": level * detected}
