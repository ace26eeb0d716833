"""What is true of a simulated trial's patients, whether or not anyone records it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from neopcr.simulation.adaptive import BRANCHES, branch
from neopcr.simulation.effects import Effects, trial_effects
from neopcr.simulation.imaging import Imaging, draw_imaging
from neopcr.simulation.outcome import Course, baseline_log_odds, draw_course, probability
from neopcr.simulation.population import OTHER_PAM_GENES, Draw, draw_population
from neopcr.simulation.regimens import regimen_terms
from neopcr.simulation.schedule import Schedule, draw_schedule
from neopcr.specs import FloatArray, IntArray, Landmark

if TYPE_CHECKING:
    from neopcr.simulation.presets import Preset

Streams = Mapping[str, np.random.Generator]
Labels = NDArray[np.str_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """What a preset leaves open.

    Parameters
    ----------
    n_centres : int
        Number of centres.
    centre_sd : float
        SD of the centres' shifts on the logit.
    effects : mapping of str to float
        From `neopcr.simulation.effects.trial_effects`.
    """

    n_centres: int = 10
    centre_sd: float = 0.3
    effects: Effects = field(default_factory=trial_effects)

    def settings(self) -> dict[str, object]:
        """Return the design as plain values; of the effects only what was replaced."""
        usual = trial_effects()
        replaced = {name: one for name, one in self.effects.items() if one != usual[name]}
        return {
            "n_centres": self.n_centres,
            "centre_sd": self.centre_sd,
            "effects_replaced": replaced,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """The patients of a trial as they are.

    Parameters
    ----------
    preset : Preset
        Population and arms.
    arm, centre : int arrays of shape (n_patients,)
        Indices, from 0.
    shift : float array of shape (n_patients,)
        Of the patient's centre, log-odds.
    draw : dict of str to float array
        The true baseline.
    pcr : float array of shape (n_patients,)
        1 pCR, 0 residual disease; of everyone, operated on or not.
    course, imaging, schedule
        What happens under therapy.
    """

    preset: Preset
    arm: IntArray
    centre: IntArray
    shift: FloatArray
    draw: Draw
    pcr: FloatArray
    course: Course
    imaging: Imaging
    schedule: Schedule

    def pam(self) -> FloatArray:
        """Return 1 where any core gene of the PAM pathway is altered, else 0."""
        genes = ("pik3ca", *(gene.lower() for gene in OTHER_PAM_GENES))
        altered: FloatArray = np.stack([self.draw[gene] for gene in genes]).max(axis=0)
        return altered

    def regimen(self) -> Labels:
        """Return the regimen assigned, by its canonical name."""
        return np.array([arm.regimen for arm in self.preset.arms])[self.arm]

    def regimen_after_c2(self) -> Labels:
        """Return the regimen of cycles 3 and 4: chosen by ctDNA, PAM and images in adaptive arms."""
        adaptive = np.array([arm.adaptive for arm in self.preset.arms])[self.arm]
        responded = self.imaging.response[Landmark.c2] <= 1
        detected = (self.draw["ctdna_detected"], self.course.detected[Landmark.c1])
        chosen = branch(detected, self.pam(), responded)
        return np.where(adaptive, np.array(BRANCHES)[chosen], self.regimen())


def draw_truth(
    preset: Preset, n: int, design: Design, streams: Streams, *, complete: bool
) -> Truth:
    """Draw a trial; see `neopcr.simulation.trial.simulate`."""
    effects = design.effects
    shares = np.array([arm.share for arm in preset.arms])
    arm = streams["arms"].choice(shares.size, n, p=shares / shares.sum())
    centres = streams["centres"]
    shift_of_centre = centres.normal(0.0, 1.0, design.n_centres) * design.centre_sd
    sizes = centres.dirichlet(np.full(design.n_centres, 4.0))
    centre = centres.choice(design.n_centres, n, p=sizes)
    draw = draw_population(preset.mix, n, effects, streams["population"])
    terms = tuple(regimen_terms(each.regimen, each.cycles, effects) for each in preset.arms)
    shift = shift_of_centre[centre]
    log_odds = preset.intercept + shift + baseline_log_odds(draw, arm, terms, effects)
    pcr = (streams["outcome"].random(n) < probability(log_odds)).astype(np.float64)
    course = draw_course(draw, pcr, log_odds, effects, streams["course"])
    cycles = np.array([each.cycles for each in preset.arms])
    return Truth(
        preset=preset,
        arm=arm,
        centre=centre,
        shift=shift,
        draw=draw,
        pcr=pcr,
        course=course,
        imaging=draw_imaging(draw["tumor_diameter_mm"], course, effects, streams["imaging"]),
        schedule=draw_schedule(cycles[arm], streams["schedule"], complete=complete),
    )


def truth_table(truth: Truth, identifiers: pa.Array) -> pa.Table:
    """Return the truth as a table of one row a patient."""
    arms = np.array([arm.name for arm in truth.preset.arms])
    return pa.table(
        {
            "patient_id": identifiers,
            "arm": arms[truth.arm],
            "regimen": truth.regimen(),
            "regimen_after_c2": truth.regimen_after_c2(),
            "centre_shift": truth.shift,
            **truth.draw,
            "pam": truth.pam(),
            **{
                f"p_pcr_{landmark.name}": probability(log_odds)
                for landmark, log_odds in truth.course.log_odds.items()
            },
            "pcr": truth.pcr,
        }
    )
