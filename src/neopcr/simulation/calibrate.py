"""How the solved effects and the intercepts of the presets were found.

Run once; its result stands in `neopcr.simulation.effects` and `neopcr.simulation.presets`::

    python -c "from neopcr.simulation.calibrate import calibrate; print(calibrate())"

Rates are means of the probability at baseline over `n` drawn patients, without centre shifts. The
held-out presets take no part.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq
from scipy.special import logit

from neopcr.simulation.effects import Effects, trial_effects
from neopcr.simulation.outcome import baseline_log_odds, probability
from neopcr.simulation.population import Draw, draw_population
from neopcr.simulation.presets import PRESETS
from neopcr.simulation.regimens import regimen_terms
from neopcr.specs import FloatArray, IntArray

if TYPE_CHECKING:
    from neopcr.simulation.missing import Mask

# pCR that each intercept is solved for.
TARGETS: dict[str, float] = {
    "ma2025": (211 + 19) / 575,
    "neocarhp": 0.641,  # THP arm
    "loibl": 0.22 * 0.076 + 0.78 * 0.242,  # HR+, of whom 22 % with mutated PIK3CA
    "nct07239271": 0.576,  # TCbHP arm of HELEN-006
}
# Log odds ratios that the solved effects are found for.
_CONTRASTS = {
    "ihc_2": logit(19 / 117) - logit(211 / 458),
    "dual_mab_ihc_2": logit(13 / 68) - logit(6 / 49),
    "hr_negative": logit(0.782) - logit(0.558),
    "pik3ca_older_hr_positive": logit(0.076) - logit(0.242),
}
_ROUNDS = 6


class _Sample:
    """A large sample of a preset's population, whose rates can be asked under other effects."""

    def __init__(self, name: str, n: int, seed: int) -> None:
        preset = PRESETS[name]
        rng = np.random.default_rng([seed, list(PRESETS).index(name)])
        shares = np.array([arm.share for arm in preset.arms])
        self.arms = preset.arms
        self.arm: IntArray = rng.choice(len(shares), n, p=shares / shares.sum())
        self.draw: Draw = draw_population(preset.mix, n, trial_effects(), rng)

    def log_odds(self, effects: Effects) -> FloatArray:
        terms = tuple(regimen_terms(arm.regimen, arm.cycles, effects) for arm in self.arms)
        return baseline_log_odds(self.draw, self.arm, terms, effects)


def calibrate(n: int = 200_000, seed: int = 20_260) -> dict[str, float]:
    """Solve for four effects and the intercepts of the calibrated presets.

    Effects are solved one after the other against their published contrast, each with its preset's
    intercept refitted, until they agree with one another.

    Parameters
    ----------
    n : int
        Patients drawn for each preset.
    seed : int
        Of the draws.

    Returns
    -------
    dict of str to float
        Effects by their name, and ``intercept:<preset>``.
    """
    samples = {name: _Sample(name, n, seed) for name in TARGETS}
    effects = dict(trial_effects())
    for _ in range(_ROUNDS):
        for name, (preset, contrast) in _SOLVED.items():
            effects[name] = _solve(name, effects, samples[preset], preset, contrast)
    solved = {name: round(effects[name], 3) for name in _SOLVED}
    effects |= solved
    intercepts = {
        f"intercept:{name}": round(_intercept(sample, effects, name), 3)
        for name, sample in samples.items()
    }
    return solved | intercepts


def _counted(sample: _Sample, preset: str) -> Mask:
    """Whose rate the intercept is solved for."""
    counted: dict[str, Mask] = {
        "ma2025": sample.arm >= 0,
        "loibl": sample.draw["hr_positive"] == 1,
    }
    first_arm: Mask = sample.arm == 0
    return counted.get(preset, first_arm)


def _intercept(sample: _Sample, effects: Effects, preset: str) -> float:
    log_odds = sample.log_odds(effects)[_counted(sample, preset)]
    target = TARGETS[preset]
    root = brentq(lambda shift: float(probability(log_odds + shift).mean()) - target, -8.0, 8.0)
    return float(root)


Contrast = Callable[[_Sample, FloatArray], float]


def _log_odds_ratio(
    p: FloatArray,
    one: Mask,
    other: Mask,
) -> float:
    return float(logit(p[one].mean()) - logit(p[other].mean()))


def _by_ihc(sample: _Sample, p: FloatArray) -> float:
    return _log_odds_ratio(p, sample.draw["ihc"] == 2, sample.draw["ihc"] == 3)


def _by_blockade_in_ihc_2(sample: _Sample, p: FloatArray) -> float:
    moderate = sample.draw["ihc"] == 2
    return _log_odds_ratio(p, moderate & (sample.arm == 0), moderate & (sample.arm == 1))


def _by_hr(sample: _Sample, p: FloatArray) -> float:
    first, negative = sample.arm == 0, sample.draw["hr_positive"] == 0
    return _log_odds_ratio(p, first & negative, first & ~negative)


def _by_pik3ca_in_hr_positive(sample: _Sample, p: FloatArray) -> float:
    positive, mutated = sample.draw["hr_positive"] == 1, sample.draw["pik3ca"] == 1
    return _log_odds_ratio(p, positive & mutated, positive & ~mutated)


_SOLVED: dict[str, tuple[str, Contrast]] = {
    "hr_negative": ("neocarhp", _by_hr),
    "ihc_2": ("ma2025", _by_ihc),
    "dual_mab_ihc_2": ("ma2025", _by_blockade_in_ihc_2),
    "pik3ca_older_hr_positive": ("loibl", _by_pik3ca_in_hr_positive),
}


def _solve(name: str, effects: Effects, sample: _Sample, preset: str, contrast: Contrast) -> float:
    """Return the effect under which the contrast is the published one."""

    def miss(value: float) -> float:
        tried = {**effects, name: value}
        p = probability(sample.log_odds(tried) + _intercept(sample, tried, preset))
        return contrast(sample, p) - float(_CONTRASTS[name])

    return float(brentq(miss, -4.0, 4.0, xtol=1e-4))
