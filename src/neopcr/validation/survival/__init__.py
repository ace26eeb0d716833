"""Time to an event: curves, comparison of groups, regression; statsmodels underneath.

Times are months from one origin for every patient (surgery, or a landmark after it), and a patient
without the event counts until the last follow-up. Nothing here knows what the event is.
"""

from neopcr.validation.survival.cox import FEWEST_EVENTS, Cox, HazardRatio, concordance, cox
from neopcr.validation.survival.curve import (
    SurvivalCurve,
    log_rank,
    restricted_mean,
    restricted_mean_difference,
    survival_curve,
)
from neopcr.validation.survival.proportional import ProportionalHazards, proportional_hazards

__all__ = [
    "FEWEST_EVENTS",
    "Cox",
    "HazardRatio",
    "ProportionalHazards",
    "SurvivalCurve",
    "concordance",
    "cox",
    "log_rank",
    "proportional_hazards",
    "restricted_mean",
    "restricted_mean_difference",
    "survival_curve",
]
