"""How firm the scores of a training are, in words and numbers for its report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import logit

from neopcr.kernel import compile_model, judge
from neopcr.kernel import logit as logit_of
from neopcr.report import Examination
from neopcr.report.numbers import number, percent
from neopcr.validation.conformal import label_estimates
from neopcr.validation.widening import out_of_fold_ratios, share_within

if TYPE_CHECKING:
    from neopcr.kernel import Uncertainty, Width
    from neopcr.specs import Estimate, FloatArray
    from neopcr.workflows._trained import Trained

GROUPS = ("HR negative", "HR positive", "HR not known")
EVERYONE = ("all", "all", "all")


def firmness(trained: Trained) -> Examination | None:
    """Say how wide intervals are, what widened them, and how often label sets hold the outcome.

    Parameters
    ----------
    trained : Trained
        One landmark.

    Returns
    -------
    Examination or None
        None where a bundle knows nothing of it.
    """
    known = trained.bundle.uncertainty
    if known is None or (known.width is None and known.labels is None):
        return None
    name = trained.prepared.landmark.name
    notes = [
        *([] if known.width is None else [_of_width(trained, known, known.width)]),
        *([] if known.labels is None else [_LABELS.format(level=percent(known.labels.level))]),
    ]
    return Examination(
        title=f"Instability of a score, {name}",
        note=" ".join(notes),
        first="Who",
        estimates=_of_labels(trained, known),
    )


_LABELS = (
    "Sets of outcomes that are left open (the flag “undecided”: both, or neither) are to hold the "
    "true one in {level} of the patients of either outcome, in each group by hormone receptors; a "
    "group of few takes the thresholds of all. Table: how often they did in these patients, by "
    "predictions out of fold. Their thresholds were set on the same predictions."
)


def _of_width(trained: Trained, known: Uncertainty, width: Width) -> str:
    seen, X = trained.classifier.as_members_saw(trained.prepared.X)
    p: FloatArray = logit(trained.folds.p)
    ratios = out_of_fold_ratios(width, seen.model_, X, known.reach, p, trained.plan)
    judged = judge(known, X, logit_of(compile_model(seen.model_), X))
    wide = 0.0 if judged.lower is None or judged.upper is None else judged.upper - judged.lower
    return (
        "p_lower to p_upper says how far p_pcr would move, had the model been fitted to other "
        "patients of the same kind: instability, and no confidence interval of the chance itself. "
        f"It is {number(float(np.median(wide)), 2)} wide in the median patient. The spread of "
        f"bootstrap refits was widened by a factor of {number(width.factor, 2)}, learned from folds "
        "in which everything was made anew: of the differences between their models and this one, "
        f"scaled to the size of the sample, {percent(share_within(ratios, width.factor))} lie "
        f"within, {percent(share_within(ratios, 1.0))} without the factor."
    )


def _of_labels(trained: Trained, known: Uncertainty) -> tuple[Estimate, ...]:
    if known.labels is None:
        return ()
    _, X = trained.classifier.as_members_saw(trained.prepared.X)
    place = known.labels.feature
    values = np.full(len(X), np.nan) if place < 0 else X[:, place]
    group = np.where(np.isnan(values), 2, values).astype(np.int64)
    p: FloatArray = logit(trained.folds.p)
    names = EVERYONE if place < 0 else GROUPS
    return label_estimates(known.labels, trained.prepared.y, p, group, names)
