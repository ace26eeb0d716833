"""HER2 of what is left after therapy: lost, kept, or not to be told from its score."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from neopcr.oncology import her2
from neopcr.oncology.her2_table import POSITIVE
from neopcr.specs import Problem
from neopcr.validation.proportion import Share, TwoShares, compare_shares, share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neopcr.oncology.kleene import Codes
    from neopcr.specs import BoolArray, Cohort

_LOST, _OPEN = ("0", "1+"), "2+"


@dataclass(frozen=True, slots=True, kw_only=True)
class LossOf:
    """HER2 of what is left after therapy, of patients who were positive before.

    Parameters
    ----------
    name : str
        The class before therapy.
    residual : int
        Patients with residual disease.
    lost : Share
        Score 0 or 1+, among 0, 1+ and 3+.
    equivocal, missing : int
        Score 2+, which needs an ISH; no score.
    test : TwoShares or None
        That as many are lost as in the first class; None in itself.
    """

    name: str
    residual: int
    lost: Share
    equivocal: int
    missing: int
    test: TwoShares | None = None


def loss_of(cohort: Cohort, each: Sequence[tuple[str, BoolArray]]) -> tuple[LossOf, ...]:
    """Count, by class, whose HER2 is lost; classes without HER2-positive residual disease are not told.

    Parameters
    ----------
    cohort : Cohort
    each : sequence of (str, bool array of shape (n_patients,))
        Classes, and who is in them.
    """
    if "her2_ihc_surgery" not in cohort.table:
        return ()
    before = her2.classify(her2.Her2Input.from_table(cohort.table)).asco_cap_status == POSITIVE
    left = before & (cohort.pcr == 0)
    score = cohort.table["her2_ihc_surgery"]
    found = [_of_class(name, score[here & left]) for name, here in each if (here & left).any()]
    others = [replace(one, test=compare_shares(found[0].lost, one.lost)) for one in found[1:]]
    return (*found[:1], *others)


def _of_class(name: str, score: Codes) -> LossOf:
    equivocal = score == her2.IHC_SCORES.index(_OPEN)
    lost = np.isin(score, [her2.IHC_SCORES.index(one) for one in _LOST])
    settled = (score >= 0) & ~equivocal
    return LossOf(
        name=name,
        residual=len(score),
        lost=share(int(lost.sum()), int(settled.sum())),
        equivocal=int(equivocal.sum()),
        missing=int((score < 0).sum()),
    )


def scored_after_pcr(cohort: Cohort) -> tuple[Problem, ...]:
    """Find rows in which nothing should be left to score; their score is not used."""
    if "her2_ihc_surgery" not in cohort.table:
        return ()
    odd = (cohort.table["her2_ihc_surgery"] >= 0) & (cohort.pcr == 1)
    rows = np.sort(cohort.row[odd] - 1)
    return (Problem("her2_ihc_surgery", "scored_after_pcr", rows),) if odd.any() else ()
