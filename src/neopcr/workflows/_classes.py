"""Classes compared in response, blockade, loss of HER2 and recurrence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neopcr.errors import TableError
from neopcr.validation.odds import Odds, odds_ratios
from neopcr.validation.proportion import Share, TwoShares, compare_shares, share
from neopcr.workflows._followed import followed
from neopcr.workflows._groups import features_of, sort_by
from neopcr.workflows._her2_loss import LossOf, loss_of, scored_after_pcr
from neopcr.workflows._recurrence import Prognosis, analyse

if TYPE_CHECKING:
    from neopcr.specs import BoolArray, Cohort, FloatArray, Problem
    from neopcr.workflows._groups import Groups

MONTHS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassOf:
    """One class: patients, pCR among those of known response, HR-positive among those of known."""

    name: str
    n: int
    pcr: Share
    hr_positive: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The first class against another.

    Parameters
    ----------
    first, second : str
    pcr, hr_positive : TwoShares
        P-values that the shares are the same.
    crude, adjusted : Odds or None
        Odds ratio of pCR, first over second; adjusted for hormone receptors.
    interaction : Odds or None
        Of class, hormone receptors, dual blockade, and its product with class (the interaction).
    """

    first: str
    second: str
    pcr: TwoShares
    hr_positive: TwoShares
    crude: Odds | None
    adjusted: Odds | None
    interaction: Odds | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockadeOf:
    """One class under single and dual blockade, and p-values that pCR is the same under both."""

    name: str
    single: Share
    dual: Share
    test: TwoShares


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """Everything that is found, but for re-reads.

    Parameters
    ----------
    groups : Groups
    unknown : mapping of str to int
        Patients of whom something is not known, by what.
    classes, pairs, blockade, loss
        By class; `loss` is empty where no score of a residual tumour is recorded.
    recurrence : mapping of str to Prognosis or str
        By what patients were grouped; in words why there is none.
    problems : tuple of Problem
    """

    groups: Groups
    unknown: dict[str, int]
    classes: tuple[ClassOf, ...]
    pairs: tuple[Pair, ...]
    blockade: tuple[BlockadeOf, ...]
    loss: tuple[LossOf, ...]
    recurrence: dict[str, Prognosis | str]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """Response, hormone receptors, and dual (1) or single (0) blockade; NaN not known."""

    pcr: FloatArray
    hr: FloatArray
    dual: FloatArray


def compare_classes(cohort: Cohort, groups: Groups) -> Comparison:
    """Compare the classes of a cohort.

    Raises
    ------
    TableError
        If the classes are known only with the outcome.
    """
    if groups.known_at_surgery:
        message = f"cohort: '{groups.name}' is the outcome itself. Compare by what is known before."
        raise TableError(message)
    hr = features_of(cohort, "receptors")["hr_positive"]
    known = _Known(cohort.pcr, hr, _blockade(cohort))
    names = [groups.labels[code] for code in groups.present()]
    members = [groups.codes == code for code in groups.present()]
    each = list(zip(names, members, strict=True))
    classes = tuple(_class_of(*one, known) for one in each)
    recurrence, problems = _recurrence(cohort, groups, hr)
    return Comparison(
        groups=groups,
        unknown=_unknown(groups, known),
        classes=classes,
        pairs=tuple(
            _pair((classes[0], other), (members[0], here), known)
            for other, here in zip(classes[1:], members[1:], strict=True)
        ),
        blockade=tuple(_blockade_of(*one, known) for one in each),
        loss=loss_of(cohort, each),
        recurrence=recurrence,
        problems=(*problems, *scored_after_pcr(cohort)),
    )


def _blockade(cohort: Cohort) -> FloatArray:
    codes = sort_by("blockade", cohort).codes
    return np.where(codes < 0, np.nan, codes)


def _unknown(groups: Groups, known: _Known) -> dict[str, int]:
    classed = groups.codes >= 0
    missing = {
        "Response": known.pcr,
        "Hormone receptors": known.hr,
        "Single or dual blockade": known.dual,
    }
    return {
        groups.title: int((~classed).sum()),
        **{what: int((classed & np.isnan(values)).sum()) for what, values in missing.items()},
    }


def _class_of(name: str, here: BoolArray, known: _Known) -> ClassOf:
    return ClassOf(
        name=name,
        n=int(here.sum()),
        pcr=_share(known.pcr, here),
        hr_positive=_share(known.hr, here),
    )


def _share(values: FloatArray, here: BoolArray) -> Share:
    known = values[here & ~np.isnan(values)]
    return share(int(known.sum()), len(known))


def _pair(
    classes: tuple[ClassOf, ClassOf], members: tuple[BoolArray, BoolArray], known: _Known
) -> Pair:
    (one, other), (first, second) = classes, members
    both = first | second
    alone = {f"{one.name} v {other.name}": first.astype(np.float64)}
    beside = {**alone, "HR-positive": known.hr}
    crossed = {**beside, "dual v single": known.dual, "interaction": first * known.dual}
    crude, adjusted, interaction = (
        _odds(known.pcr, terms, both) for terms in (alone, beside, crossed)
    )
    return Pair(
        first=one.name,
        second=other.name,
        pcr=compare_shares(one.pcr, other.pcr),
        hr_positive=compare_shares(one.hr_positive, other.hr_positive),
        crude=crude,
        adjusted=adjusted,
        interaction=interaction,
    )


def _odds(pcr: FloatArray, terms: dict[str, FloatArray], among: BoolArray) -> Odds | None:
    known = among & ~np.isnan(np.column_stack([pcr, *terms.values()])).any(axis=1)
    return odds_ratios(pcr[known], {name: values[known] for name, values in terms.items()})


def _blockade_of(name: str, here: BoolArray, known: _Known) -> BlockadeOf:
    single, both = (_share(known.pcr, here & (known.dual == code)) for code in (0, 1))
    return BlockadeOf(name=name, single=single, dual=both, test=compare_shares(single, both))


def _recurrence(
    cohort: Cohort, groups: Groups, hr: FloatArray
) -> tuple[dict[str, Prognosis | str], tuple[Problem, ...]]:
    """By class and by blockade, alone and beside receptors; once where these are the same."""
    found: dict[str, Prognosis | str] = {}
    problems: tuple[Problem, ...] = ()
    for each in {one.name: one for one in (sort_by("blockade", cohort), groups)}.values():
        try:
            here = followed(cohort, each, None)
            problems = here.problems
            beside = {"hormone receptor status": {"HR-positive": hr[here.rows]}}
            found[each.title] = analyse(cohort, each, here, beside, MONTHS)
        except TableError as error:
            found[each.title] = str(error).removeprefix("cohort: ")
    return dict(reversed(found.items())), problems
