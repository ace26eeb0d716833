"""PROBAST+AI: 16 questions of development, 18 of evaluation, in our own words.

Moons, BMJ 388 (2025) e082505, doi:10.1136/bmj-2024-082505. An answer is ours and of this run alone.
"""

from __future__ import annotations

from neopcr.report._items import Item

_PARTICIPANTS, _PREDICTORS = "Participants and data", "Predictors"
_OUTCOME, _ANALYSIS = "Outcome", "Analysis"
_PERSON = "For a person to judge: the run does not know how the data came about."
_ALIKE = "One data contract for everyone; but how each centre measured is for a person to judge."

_SHARED: tuple[Item, ...] = (
    Item("1.1", _PARTICIPANTS, "Are the sources of data suitable?", gap=_PERSON),
    Item("1.2", _PARTICIPANTS, "Is the design suitable?", gap=_PERSON),
    Item("1.3", _PARTICIPANTS, "Do those included and left out make a representative group?",
         gap="“Patients” tells who was left out and why. Whom the rest stands for is for a person to judge."),
    Item("2.1", _PREDICTORS, "Were predictors defined and measured alike in everyone?", gap=_ALIKE),
    Item("2.2", _PREDICTORS, "Were they prepared alike in everyone?",
         done="The same stateless code derives the features of every patient."),
    Item("2.3", _PREDICTORS, "Were they measured without knowledge of the outcome?",
         gap="Columns known after the landmark and features that separate the outcome are refused; what people "
         "knew while measuring is for a person to judge."),
    Item("2.4", _PREDICTORS, "Are they there when the model is to be used?",
         done="Every column is known at the landmark at which the model predicts."),
    Item("3.1", _OUTCOME, "Was the outcome defined and assessed suitably?",
         gap="Its definition stands in the card; how it was assessed is for a person to judge."),
    Item("3.2", _OUTCOME, "Was it alike in everyone?",
         gap="One definition for everyone; how each centre assessed it is for a person to judge."),
    Item("3.3", _OUTCOME, "Was it assessed without knowledge of the predictors?", gap=_PERSON),
    Item("3.4", _OUTCOME, "Is the time between predictors and outcome suitable?",
         done="From the landmark to surgery, by definition of pCR."),
)  # fmt: skip

_SIZE = Item(
    "", _ANALYSIS, "Is the size of the study reasonable?", when="enough",
    done="As many patients and events as Riley's criteria ask for; see “Limits”.",
    gap="Fewer than Riley's criteria ask for; see “Limits”.",
)  # fmt: skip
_MISSING = Item(
    "", _ANALYSIS, "Were missing or censored data handled suitably?",
    done="Nobody was left out for a missing predictor; imputation is learned inside the fold, and “What was measured” "
    "tells what missingness gives away.",
)  # fmt: skip

DEVELOPMENT: tuple[Item, ...] = (
    *_SHARED,
    Item("4.1", _ANALYSIS, _SIZE.asks, when=_SIZE.when, done=_SIZE.done, gap=_SIZE.gap),
    Item("4.2", _ANALYSIS, "Were predictors handled suitably in the model?",
         done="Numbers stay numbers; categories become indicators; trees and products are free to bend."),
    Item("4.3", _ANALYSIS, _MISSING.asks, done=_MISSING.done),
    Item("4.4", _ANALYSIS, "After methods against imbalance, was the model recalibrated?",
         apart="No such method was used."),
    Item("4.5", _ANALYSIS, "Was overfitting dealt with?",
         done="Penalties and small trees, searched in inner folds; a line recalibrates out-of-fold predictions."),
)  # fmt: skip

EVALUATION: tuple[Item, ...] = (
    *_SHARED,
    Item("4.1", _ANALYSIS, "Is the evaluation more than apparent performance?",
         done="Every prediction is for a patient the model had not seen."),
    Item("4.2", _ANALYSIS, _SIZE.asks, when=_SIZE.when, done=_SIZE.done, gap=_SIZE.gap),
    Item("4.3", _ANALYSIS, _MISSING.asks, done=_MISSING.done),
    Item("4.4", _ANALYSIS, "Was it done in data without correction of imbalance?",
         apart="Nothing was corrected."),
    Item("4.5", _ANALYSIS, "Was leakage between training and test avoided?", when="grouped",
         done="Whole groups are left out together; duplicates and columns of the outcome are refused.",
         gap="Duplicates and columns of the outcome are refused, but patients of one centre stand on both "
         "sides of a fold (`resampling.group`)."),
    Item("4.6", _ANALYSIS, "Did resampling repeat every step of development?",
         done="Search, weights, recalibration and imputation are repeated inside each fold."),
    Item("4.7", _ANALYSIS, "Was performance measured suitably: discrimination, calibration, net benefit?",
         done="“At a glance”: AUROC, smoothed calibration, decision curve, predictions by outcome."),
)  # fmt: skip
