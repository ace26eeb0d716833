"""Why a model gives the probabilities it gives: exact contributions, for a whole cohort.

Nothing here approximates. Contributions come from the kernel, the code that makes the
probabilities, and are path-dependent SHAP values on the logit, or interventional ones where a
background of patients is given: what "missing" contributes belongs to the column that is missing.
"""

from neopcr.explain.by_class import ClassSpread, pam_by_hr
from neopcr.explain.cohort import Explanation, explain_cohort
from neopcr.explain.importance import Importance, importance
from neopcr.explain.profile import typical_profile
from neopcr.explain.robustness import Robustness, assay_robustness
from neopcr.explain.sentences import sentences, shown_value
from neopcr.explain.stability import RankStability, rank_stability, stability_from
from neopcr.explain.standing import FarColumn, Standing, standing

__all__ = [
    "ClassSpread",
    "Explanation",
    "FarColumn",
    "Importance",
    "RankStability",
    "Robustness",
    "Standing",
    "assay_robustness",
    "explain_cohort",
    "importance",
    "pam_by_hr",
    "rank_stability",
    "sentences",
    "shown_value",
    "stability_from",
    "standing",
    "typical_profile",
]
