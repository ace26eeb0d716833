"""Resampling, intervals, comparisons and the points of figures; nothing learned outside the fold."""

from neopcr.validation.applicability import learn_reach
from neopcr.validation.calibration import (
    CalibrationBins,
    CalibrationCurve,
    CalibrationErrors,
    calibration_bins,
    calibration_curve,
    calibration_errors,
)
from neopcr.validation.characteristics import Characteristics, characteristics, describe
from neopcr.validation.conformal import Coverage, label_coverage, learn_labels
from neopcr.validation.cross_validate import CrossValidation, cross_validate
from neopcr.validation.curves import (
    DecisionCurve,
    Distribution,
    RocCurve,
    decision_curve,
    probability_distribution,
    roc_points,
)
from neopcr.validation.folds import Plan, fold_plan, group_codes, training_part
from neopcr.validation.missingness import (
    Missingness,
    availability_patterns,
    known_modalities,
    missingness,
)
from neopcr.validation.paired import delong_test, not_worse, paired_difference, verdict
from neopcr.validation.performance import estimate, performance
from neopcr.validation.permutation import Permutation, permute_labels
from neopcr.validation.sample_size import SampleSize, sample_size
from neopcr.validation.site_update import (
    DEFAULT_SD,
    SiteUpdate,
    between_centre_sd,
    site_update,
)
from neopcr.validation.splines import spline_curve, spline_errors
from neopcr.validation.uncertainty import leaning_on, learn_width, spread_of
from neopcr.validation.widening import widened

__all__ = [
    "DEFAULT_SD",
    "CalibrationBins",
    "CalibrationCurve",
    "CalibrationErrors",
    "Characteristics",
    "Coverage",
    "CrossValidation",
    "DecisionCurve",
    "Distribution",
    "Missingness",
    "Permutation",
    "Plan",
    "RocCurve",
    "SampleSize",
    "SiteUpdate",
    "availability_patterns",
    "between_centre_sd",
    "calibration_bins",
    "calibration_curve",
    "calibration_errors",
    "characteristics",
    "cross_validate",
    "decision_curve",
    "delong_test",
    "describe",
    "estimate",
    "fold_plan",
    "group_codes",
    "known_modalities",
    "label_coverage",
    "leaning_on",
    "learn_labels",
    "learn_reach",
    "learn_width",
    "missingness",
    "not_worse",
    "paired_difference",
    "performance",
    "permute_labels",
    "probability_distribution",
    "roc_points",
    "sample_size",
    "site_update",
    "spline_curve",
    "spline_errors",
    "spread_of",
    "training_part",
    "verdict",
    "widened",
]
