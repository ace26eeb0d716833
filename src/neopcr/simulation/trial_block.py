"""Many trials of NCT07239271 at once: patients drawn, switched and examined, as arrays.

A patient's pCR is first drawn as if nab-PHP went on; ctDNA and the first images are drawn given it,
as everywhere in this generator. At each decision the outcome is then drawn anew from its
probability given all that was seen, moved by the assumed effect of the branch: without an effect
that is the same distribution, and with one what was seen keeps telling what it told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neopcr.simulation.adaptive import branch
from neopcr.simulation.imaging import RECIST, recist, remaining_mm
from neopcr.simulation.outcome import baseline_log_odds, draw_course, draw_volume, probability
from neopcr.simulation.population import OTHER_PAM_GENES, Draw, draw_population
from neopcr.simulation.presets import PRESETS
from neopcr.simulation.regimens import RegimenTerms, regimen_terms
from neopcr.specs import BoolArray, FloatArray, IntArray, Landmark

if TYPE_CHECKING:
    from neopcr.simulation.assumptions import Assumptions
    from neopcr.simulation.effects import Effects

_PRESET = PRESETS["nct07239271"]
CONTROL, EXPERIMENTAL = (arm.regimen for arm in _PRESET.arms)
_N_CENTRES, _CENTRE_SD = 10, 0.3
_PARTIAL = RECIST.index("PR")


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Experimental patients up to the decision after cycle 2; arrays of shape (n,).

    Parameters
    ----------
    pam, baseline, later : float arrays
        1 or 0: pathway altered; ctDNA at baseline and after cycle 1, as the sources' assays find it.
    missed : two float arrays
        Uniform: a sample's ctDNA is missed where this is not below the assay's sensitivity.
    good_c2 : bool array
        CR or PR after cycle 2.
    log_odds_c2 : float array
        Of pCR on nab-PHP, given all that was seen.
    log_volume : float array
        Of the MRI after cycle 2.
    diameter, least : float arrays
        At baseline, and the least so far; mm.
    uniform : two float arrays
        For the outcomes drawn at the two decisions.
    """

    pam: FloatArray
    baseline: FloatArray
    later: FloatArray
    missed: tuple[FloatArray, FloatArray]
    good_c2: BoolArray
    log_odds_c2: FloatArray
    log_volume: FloatArray
    diameter: FloatArray
    least: FloatArray
    uniform: tuple[FloatArray, FloatArray]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block of trials before anything is assumed of the branches.

    Parameters
    ----------
    n_trials : int
    control : float array of shape (n_trials * n_control,)
        pCR of the control arm.
    equal : float array of shape (n_trials * n_experimental,)
        pCR of the experimental patients, had both arms been given the control's regimen.
    stays : two float arrays
        Uniform, of controls and experimental patients: who is below the dropout has no surgery.
    course : Course
    seed : int
        Of what is drawn after the decision, the same under every assumption.
    """

    n_trials: int
    control: FloatArray
    equal: FloatArray
    stays: tuple[FloatArray, FloatArray]
    course: Course
    seed: int


def draw_block(
    n_trials: int, n_control: int, n_patients: int, effects: Effects, rng: np.random.Generator
) -> Block:
    """Draw a block of trials of `n_patients`, of whom `n_control` are controls."""
    shifts = rng.normal(0.0, _CENTRE_SD, (n_trials, _N_CENTRES))
    terms = {name: regimen_terms(name, 6, effects) for name in (CONTROL, EXPERIMENTAL)}
    n_experimental = n_patients - n_control
    drawn, centre = _drawn(n_trials, n_control, shifts, effects, rng)
    control = _happens(_log_odds(drawn, centre, terms[CONTROL], effects), rng)
    patients, centre = _drawn(n_trials, n_experimental, shifts, effects, rng)
    equal = _happens(_log_odds(patients, centre, terms[CONTROL], effects), rng)
    log_odds = _log_odds(patients, centre, terms[EXPERIMENTAL], effects)
    return Block(
        n_trials=n_trials,
        control=control,
        equal=equal,
        stays=(rng.random(control.size), rng.random(equal.size)),
        course=_course(patients, log_odds, effects, rng),
        seed=int(rng.integers(2**62)),
    )


def switch(
    block: Block, assumed: Assumptions, effects: Effects
) -> tuple[IntArray, BoolArray, FloatArray]:
    """Decide after cycles 2 and 4, and draw the outcome.

    Returns
    -------
    chosen : int array of shape (n_trials * n_experimental,)
        Code into `BRANCHES`.
    changed : bool array
        SD or PD after cycle 4: an ADC, or AC+H.
    pcr : float array
        1 pCR, 0 residual disease, before dropout.
    """
    course = block.course
    # The same draws under every assumption: what differs is what was assumed.
    rng = np.random.default_rng(block.seed)
    seen = tuple(
        truth * (missed < assumed.assay_sensitivity)
        for truth, missed in zip((course.baseline, course.later), course.missed, strict=True)
    )
    chosen = branch((seen[0], seen[1]), course.pam, course.good_c2, assumed.policy)
    log_odds = course.log_odds_c2 + np.array(assumed.switching())[chosen]
    pcr = (course.uniform[0] < probability(log_odds)).astype(np.float64)
    volume, said = draw_volume(Landmark.c4, course.log_volume, pcr, effects, rng)
    now = remaining_mm(course.diameter, volume, effects, rng)
    changed = recist(course.diameter, course.least, now) > _PARTIAL
    if assumed.after_c4:
        moved = course.uniform[1] < probability(log_odds + said + assumed.after_c4)
        pcr = np.where(changed, moved, pcr).astype(np.float64)
    return chosen, changed, pcr


def _drawn(
    n_trials: int, n: int, shifts: FloatArray, effects: Effects, rng: np.random.Generator
) -> tuple[Draw, FloatArray]:
    """Patients of one arm, trial after trial, and the shift of each one's centre."""
    draw = draw_population(_PRESET.mix, n_trials * n, effects, rng)
    centre = rng.integers(_N_CENTRES, size=(n_trials, n))
    return draw, np.take_along_axis(shifts, centre, axis=1).ravel()


def _log_odds(draw: Draw, shift: FloatArray, terms: RegimenTerms, effects: Effects) -> FloatArray:
    arm = np.zeros(shift.size, dtype=np.int64)
    return _PRESET.intercept + shift + baseline_log_odds(draw, arm, (terms,), effects)


def _happens(log_odds: FloatArray, rng: np.random.Generator) -> FloatArray:
    return (rng.random(log_odds.size) < probability(log_odds)).astype(np.float64)


def _course(draw: Draw, log_odds: FloatArray, effects: Effects, rng: np.random.Generator) -> Course:
    n = log_odds.size
    pcr = _happens(log_odds, rng)
    seen = draw_course(draw, pcr, log_odds, effects, rng, (Landmark.c1, Landmark.c2))
    diameter = draw["tumor_diameter_mm"]
    remaining = remaining_mm(diameter, seen.log_volume[Landmark.c2], effects, rng)
    genes = ("pik3ca", *(gene.lower() for gene in OTHER_PAM_GENES))
    return Course(
        pam=np.stack([draw[gene] for gene in genes]).max(axis=0),
        baseline=draw["ctdna_detected"],
        later=seen.detected[Landmark.c1],
        missed=(rng.random(n), rng.random(n)),
        good_c2=recist(diameter, diameter, remaining) <= _PARTIAL,
        log_odds_c2=seen.log_odds[Landmark.c2],
        log_volume=seen.log_volume[Landmark.c2],
        diameter=diameter,
        least=np.minimum(diameter, remaining),
        uniform=(rng.random(n), rng.random(n)),
    )
