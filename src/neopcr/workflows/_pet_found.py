"""What a study of HER2-PET found: patients, lesions, readers, cut-offs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from neopcr.cohort.pet_study import BIOPSIES
from neopcr.errors import TableError
from neopcr.oncology.pet import (
    POSITIVE_SCORE,
    SUV_MAX_CUT,
    by_patient,
    lesion_positive,
    readers_disagree,
    suv_positive,
)
from neopcr.validation.agreement import (
    FEWEST_CASES,
    FEWEST_EACH,
    TOO_FEW,
    Agreement,
    with_interval,
)
from neopcr.validation.bootstrap import percentile_interval, weights
from neopcr.validation.kappa import cohen_kappa, observed_agreement
from neopcr.validation.proportion import Share, share

if TYPE_CHECKING:
    from neopcr.cohort.pet_study import PetStudy
    from neopcr.specs import BoolArray, FloatArray
    from neopcr.validation.kappa import Reads

CUTS = (2.0, 2.5, 3.0, SUV_MAX_CUT, 3.5, 4.0, 5.0, 6.0, 8.0, 10.0)
OUTCOMES = {
    "confirmed": "PET positive, HER2-positive by biopsy (unsuspected HER2-positive metastases)",
    "false_positive": "PET positive, HER2-negative by biopsy",
    "inconclusive": "PET positive, biopsy inconclusive",
    "no_biopsy": "PET positive, no biopsy of a positive lesion",
    "negative": "PET negative",
    "unknown": "not known",
}
_CLUSTERED = "bootstrap of patients, 2,000 draws, percentile"


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatingPoint:
    """What a cut-off of SUVmax finds among biopsied lesions outside the liver."""

    cut: float
    sensitivity: Share
    specificity: Share
    ppv: Share
    npv: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class PetFound:
    """Everything that is found.

    Parameters
    ----------
    scanned : int
        Patients.
    patients : mapping of str to Share
        By `OUTCOMES`, of all scanned.
    at_most : Share
        Confirmed, if every patient whose answer is open were confirmed.
    lesions : mapping of str to Share
        Positive, not positive and not known, of all; and where the readers disagree across 4, of
        those that both read.
    agreement : tuple of Agreement
    points : tuple of OperatingPoint
        Empty where no lesion outside the liver has both an uptake and a biopsy.
    not_compared : int
        Biopsied lesions in the liver, or without a place or an uptake.
    """

    scanned: int
    patients: dict[str, Share]
    at_most: Share
    lesions: dict[str, Share]
    agreement: tuple[Agreement, ...]
    points: tuple[OperatingPoint, ...]
    not_compared: int


def pet_found(study: PetStudy, scanned: int | None, seed: int) -> PetFound:
    """Put a study together.

    Parameters
    ----------
    study : PetStudy
    scanned : int, optional
        Patients who were scanned, where some have no lesion in the file: they are PET negative.
    seed : int
        Of the bootstrap.

    Raises
    ------
    TableError
        If fewer were scanned than have lesions.
    """
    n = study.n_patients if scanned is None else scanned
    if n < study.n_patients:
        message = (
            f"lesions: {study.n_patients} patients have lesions, and only {n} are said to have been "
            "scanned. Correct --scanned."
        )
        raise TableError(message)
    counts = {name: int(here.sum()) for name, here in _outcomes(study).items()}
    counts["negative"] += n - study.n_patients
    still_open = sum(counts[name] for name in ("inconclusive", "no_biopsy", "unknown"))
    points, not_compared = _points(study)
    return PetFound(
        scanned=n,
        patients={name: share(counts[name], n) for name in OUTCOMES},
        at_most=share(counts["confirmed"] + still_open, n),
        lesions=_lesions(study),
        agreement=_agreement(study, seed),
        points=points,
        not_compared=not_compared,
    )


def _outcomes(study: PetStudy) -> dict[str, BoolArray]:
    """Patients by outcome, each in one."""
    positive = by_patient(study.reads, study.n_patients).positive
    lit = lesion_positive(study.reads.reader1, study.reads.reader2) == 1
    has = {
        name: np.bincount(
            study.reads.patient[lit & (study.biopsy == code)], minlength=study.n_patients
        )
        > 0
        for code, name in enumerate(BIOPSIES)
    }
    open_ = ~has["positive"] & ~has["inconclusive"]
    return {
        "confirmed": has["positive"],
        "inconclusive": ~has["positive"] & has["inconclusive"],
        "false_positive": open_ & has["negative"],
        "no_biopsy": (positive == 1) & open_ & ~has["negative"],
        "negative": positive == 0,
        "unknown": np.isnan(positive),
    }


def _lesions(study: PetStudy) -> dict[str, Share]:
    positive = lesion_positive(study.reads.reader1, study.reads.reader2)
    differ = readers_disagree(study.reads.reader1, study.reads.reader2)
    both = differ[~np.isnan(differ)]
    n = len(positive)
    return {
        "positive": share(int((positive == 1).sum()), n),
        "not positive": share(int((positive == 0).sum()), n),
        "not known": share(int(np.isnan(positive).sum()), n),
        "readers on either side of 4": share(int(both.sum()), len(both)),
    }


_Statistic = Callable[["Reads", "FloatArray"], "FloatArray"]
_KAPPA = "Cohen's kappa: agreement beyond chance of two readers (1960)"
_WEIGHTED = "Cohen's kappa with quadratic weights (1968)"
_OBSERVED = "share of lesions of which both say the same"


def _agreement(study: PetStudy, seed: int) -> tuple[Agreement, ...]:
    """Kappas of the two readers; draws take patients with all their lesions."""
    scores = np.stack((study.reads.reader1, study.reads.reader2), axis=1)
    read = ~np.isnan(scores).any(axis=1)
    calls = (scores[read] >= POSITIVE_SCORE).astype(np.int16)
    scale = scores[read].astype(np.int16)
    patient = study.reads.patient[read]
    asked = (
        ("score >= 4", "observed", _OBSERVED, calls, observed_agreement),
        ("score >= 4", "cohen_kappa", _KAPPA, calls, cohen_kappa),
        ("score 1 to 5", "observed", _OBSERVED, scale, observed_agreement),
        ("score 1 to 5", "weighted_kappa", _WEIGHTED, scale, _quadratic),
    )
    return tuple(
        _one(_blank(item, statistic, definition, reads), reads, patient, function, seed)
        for item, statistic, definition, reads, function in asked
    )


def _quadratic(reads: Reads, drawn: FloatArray) -> FloatArray:
    return cohen_kappa(reads, drawn, power=2)


def _blank(item: str, statistic: str, definition: str, reads: Reads) -> Agreement:
    return Agreement(
        item=item, statistic=statistic, definition=definition, value=None, lower=None, upper=None,
        cases=len(reads), readers=2, method=TOO_FEW,
    )  # fmt: skip


def _one(
    blank: Agreement, reads: Reads, patient: np.ndarray, statistic: _Statistic, seed: int
) -> Agreement:
    _, counts = np.unique(reads, return_counts=True)
    alike = np.sort(counts)[:-1].sum() < FEWEST_EACH
    if len(reads) < FEWEST_CASES or (alike and blank.statistic != "observed"):
        return blank
    names, who = np.unique(patient, return_inverse=True)
    draws = np.concatenate(
        [statistic(reads, drawn[:, who]) for drawn in weights(len(names), seed=seed)]
    )
    value = float(statistic(reads, np.ones((1, len(reads))))[0])
    found = with_interval(blank, value, percentile_interval(draws))
    return replace(found, method=_CLUSTERED)


def _points(study: PetStudy) -> tuple[tuple[OperatingPoint, ...], int]:
    """Operating points, and how many biopsied lesions they leave out."""
    biopsied = np.isin(study.biopsy, [BIOPSIES.index(name) for name in ("negative", "positive")])
    usable = biopsied & (study.reads.liver == 0) & ~np.isnan(study.reads.suv_max)
    if not usable.any():
        return (), int(biopsied.sum())
    suv_max, liver = study.reads.suv_max[usable], study.reads.liver[usable]
    truth = study.biopsy[usable] == BIOPSIES.index("positive")
    points = tuple(
        operating_point(cut, suv_positive(suv_max, liver, cut=cut) == 1, truth) for cut in CUTS
    )
    return points, int((biopsied & ~usable).sum())


def operating_point(cut: float, called: BoolArray, truth: BoolArray) -> OperatingPoint:
    """Sensitivity, specificity and predictive values of calls against a truth, both without gaps."""

    def among(right: BoolArray, of: BoolArray) -> Share:
        return share(int((right & of).sum()), int(of.sum()))

    return OperatingPoint(
        cut=cut,
        sensitivity=among(called, truth),
        specificity=among(~called, ~truth),
        ppv=among(truth, called),
        npv=among(~truth, ~called),
    )
