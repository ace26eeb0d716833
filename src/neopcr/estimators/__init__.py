"""Members of the blend: one file each, one entry here, none imports another."""

from neopcr.estimators import boosted_trees, elastic_net
from neopcr.estimators._blend import blend
from neopcr.estimators._ridge_score import Gram, Ridge, fit_ridge, gram, ridge_scores, to_score
from neopcr.estimators._search import Choice, Plan, inner_plan, out_of_fold, search
from neopcr.estimators._shared import Directions, Estimator, Fittable, Params

ESTIMATORS: dict[str, Estimator] = {
    estimator.name: estimator for estimator in (elastic_net.ESTIMATOR, boosted_trees.ESTIMATOR)
}

__all__ = [
    "ESTIMATORS",
    "Choice",
    "Directions",
    "Estimator",
    "Fittable",
    "Gram",
    "Params",
    "Plan",
    "Ridge",
    "blend",
    "fit_ridge",
    "gram",
    "inner_plan",
    "out_of_fold",
    "ridge_scores",
    "search",
    "to_score",
]
