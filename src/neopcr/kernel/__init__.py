"""The only code that turns features into p_pcr: in training, out of fold, and in scoring alike.

numpy and numba only. Sums run in a fixed order in float64, so the same rows give the same bits on
one thread or many, alone or in a batch of millions.
"""

from __future__ import annotations

from neopcr.kernel.check import check_model
from neopcr.kernel.explained import Explained, explain
from neopcr.kernel.judge import Judged, deviations, distances, judge
from neopcr.kernel.model import (
    MAX_DEPTH,
    LinearMember,
    Member,
    Model,
    Reduced,
    Score,
    Tree,
    TreeMember,
)
from neopcr.kernel.program import CompiledModel, compile_model
from neopcr.kernel.reasons import points, roll_up, top_reasons
from neopcr.kernel.run import contributions, logit, member_logits, probability, total
from neopcr.kernel.scores import condense, half_known
from neopcr.kernel.uncertainty import (
    LabelSets,
    Reach,
    Uncertainty,
    Width,
    check_uncertainty,
    moved,
)

__all__ = [
    "MAX_DEPTH",
    "CompiledModel",
    "Explained",
    "Judged",
    "LabelSets",
    "LinearMember",
    "Member",
    "Model",
    "Reach",
    "Reduced",
    "Score",
    "Tree",
    "TreeMember",
    "Uncertainty",
    "Width",
    "check_model",
    "check_uncertainty",
    "compile_model",
    "condense",
    "contributions",
    "deviations",
    "distances",
    "explain",
    "half_known",
    "judge",
    "logit",
    "member_logits",
    "moved",
    "points",
    "probability",
    "roll_up",
    "top_reasons",
    "total",
]
