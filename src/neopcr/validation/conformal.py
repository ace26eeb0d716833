"""Sets of outcomes that hold the true one as often as they say, in each group and of each outcome.

Mondrian (label- and group-conditional) conformal prediction: Vovk, Gammerman & Shafer, Algorithmic
Learning in a Random World (2005), chapter 4; the scores are those of patients out of fold.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from neopcr.kernel import LabelSets
from neopcr.specs import Estimate
from neopcr.validation.applicability import FEWEST_PATIENTS
from neopcr.validation.performance import TOO_FEW

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neopcr.specs import BoolArray, FloatArray, IntArray

LEVEL = 0.9
"""Share of patients whose outcome a set is to hold (the project's choice)."""

FEWEST = 30
"""Patients with an outcome, in a group, for a threshold of its own: the tenth lowest hundredth of
fewer cannot be the middle of five patients."""


class Coverage(NamedTuple):
    """How often sets held the true outcome, and how often they held both outcomes or neither."""

    n: int
    covered: float
    both: float
    neither: float


def learn_labels(
    y: FloatArray, logits: FloatArray, group: FloatArray | None = None, *, feature: int = -1
) -> LabelSets | None:
    """Learn thresholds from predictions for patients that a model had not seen.

    Parameters
    ----------
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    logits : float array of shape (n_repeats, n_patients)
        Out of fold; thresholds are averaged over the repeats.
    group : float array of shape (n_patients,), optional
        1, 0, or NaN where not known: of hormone receptors, say.
    feature : int
        Place of the group among the model's features.

    Returns
    -------
    LabelSets or None
        A group with fewer than 30 patients of an outcome takes the thresholds of all patients;
        None where these are fewer too. Each threshold is the mean of five patients'.
    """
    if min(int((y == outcome).sum()) for outcome in (0.0, 1.0)) < FEWEST:
        return None
    everyone = np.ones(len(y), dtype=np.bool_)
    groups = [everyone if group is None else group == value for value in (0.0, 1.0)]
    pcr0, pcr1, pcr2 = (_lowest(logits[:, y == 1], each[y == 1]) for each in (*groups, everyone))
    low0, low1, low2 = (_lowest(-logits[:, y == 0], each[y == 0]) for each in (*groups, everyone))
    return LabelSets(
        level=LEVEL,
        feature=-1 if group is None else feature,
        pcr=(pcr0, pcr1, pcr2),
        residual=(-low0, -low1, -low2),
    )


def label_coverage(labels: LabelSets, y: FloatArray, logit: FloatArray, group: int) -> Coverage:
    """Count how often sets hold the outcome.

    Parameters
    ----------
    labels : LabelSets
        The thresholds.
    y : float array of shape (n_patients,)
        Outcomes of patients of one group; at least one.
    logit : float array of shape (n_patients,)
        Of p_pcr.
    group : {0, 1, 2}
        Which; 2 where it is not known.

    Returns
    -------
    Coverage
    """
    pcr, residual = logit >= labels.pcr[group], logit <= labels.residual[group]
    return Coverage(
        n=len(y),
        covered=_share(np.where(y == 1, pcr, residual)),
        both=_share(pcr & residual),
        neither=_share(~pcr & ~residual),
    )


def label_estimates(
    labels: LabelSets, y: FloatArray, logits: FloatArray, group: IntArray, names: Sequence[str]
) -> tuple[Estimate, ...]:
    """Coverage in each group and of each outcome, with Wilson's 95 % interval; means over repeats.

    Parameters
    ----------
    labels : LabelSets
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    logits : float array of shape (n_repeats, n_patients)
        Of p_pcr.
    group : int array of shape (n_patients,)
        0 or 1; 2 where it is not known.
    names : sequence of str
        Of the three groups.

    Returns
    -------
    tuple of Estimate
        Of groups that hold anybody; "too few to say" of fewer than five patients.
    """
    return tuple(
        _estimated(labels, y[held], logits[:, held], code, f"{names[code]}, {said}")
        for code in range(3)
        for outcome, said in ((1.0, "pCR"), (0.0, "residual disease"))
        for held in [(group == code) & (y == outcome)]
        if held.any()
    )


def _estimated(
    labels: LabelSets, y: FloatArray, logits: FloatArray, code: int, name: str
) -> Estimate:
    n = len(y)
    runs = [label_coverage(labels, y, each, code) for each in logits]
    covered, both = (
        math.fsum(getattr(run, of) for run in runs) / len(runs) for of in ("covered", "both")
    )
    lower, upper = proportion_confint(covered * n, n, method="wilson")
    known = n >= FEWEST_PATIENTS
    return Estimate(
        name="share_whose_outcome_is_in_the_set",
        value=covered if known else None,
        lower=float(lower) if known else None,
        upper=float(upper) if known else None,
        n=n,
        events=int(y.sum()),
        method="Wilson" if known else TOO_FEW,
        group=name,
        beside=both if known else None,
        beside_title="both left open",
    )


def _lowest(scores: FloatArray, mine: BoolArray) -> float:
    """Score that all but a tenth of a group's patients reach; everyone's, where they are few."""
    mine = mine if int(mine.sum()) >= FEWEST else np.ones_like(mine)
    ascending = np.sort(scores[:, mine], axis=1)
    n = ascending.shape[1]
    # The k-th lowest of n leaves k / (n + 1) of new patients below it; it is the middle of five.
    middle = int((n + 1) * (1 - LEVEL) + 1e-9) - 1
    first = max(middle - FEWEST_PATIENTS // 2, 0)
    return float(ascending[:, first : first + FEWEST_PATIENTS].mean())


def _share(held: BoolArray) -> float:
    return float(held.mean())
