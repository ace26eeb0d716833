"""Simulated trials of neoadjuvant therapy in HER2-positive breast cancer.

Effects are listed once in `neopcr.simulation.effects`, each with its source; a preset sets the
population, the regimens and one intercept.
"""

from __future__ import annotations

from neopcr.simulation.files import write_trial
from neopcr.simulation.presets import PRESETS
from neopcr.simulation.reachable import reachable
from neopcr.simulation.trial import SimulatedTrial, simulate
from neopcr.simulation.truth import Design

__all__ = ["PRESETS", "Design", "SimulatedTrial", "reachable", "simulate", "write_trial"]
