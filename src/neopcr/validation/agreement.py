"""Agreement between readers or laboratories who read the same cases, each figure with its interval.

A table of reads has one row a case and one column a reader; NaN where a reader did not read. Kappas
and ICCs take the cases that every reader has read; rates of error take every pair of reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from neopcr.validation.bootstrap import DRAWS, Interval, describe, percentile_interval, weights
from neopcr.validation.icc import (
    Correlation,
    MeanSquares,
    icc_agreement,
    icc_consistency,
    mean_squares,
)
from neopcr.validation.kappa import cohen_kappa, fleiss_kappa, light_kappa, observed_agreement

if TYPE_CHECKING:
    from neopcr.specs import BoolArray, FloatArray
    from neopcr.validation.kappa import Reads

# Choices of this project: below them nothing is said.
FEWEST_CASES = 10
FEWEST_EACH = 5
TOO_FEW = "too few to say"
BOOTSTRAP = f"bootstrap of cases, {DRAWS:,} draws, percentile"
F_INTERVAL = "F distribution (McGraw and Wong 1996)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A figure of agreement with everything needed to read it.

    Parameters
    ----------
    item : str
        What was read: a column of the contract, or a call made of it ("er_percent >= 1").
    statistic, definition : str
        Short name, and what it is.
    value, lower, upper : float or None
        With its 95 % interval; None where there is too little to say.
    cases, readers : int
        What it rests on.
    method : str
        How the interval was made, or why there is none.
    """

    item: str
    statistic: str
    definition: str
    value: float | None
    lower: float | None
    upper: float | None
    cases: int
    readers: int
    method: str


_Draws = Callable[["Reads", "FloatArray"], "FloatArray"]
_OBSERVED = ("observed", "share of pairs of readers who say the same, averaged over cases")
_COHEN = ("cohen_kappa", "Cohen's kappa: agreement beyond chance of two readers (1960)")
_FLEISS = ("fleiss_kappa", "Fleiss' kappa: agreement beyond chance of several readers (1971)")
_WEIGHTED = (
    "weighted_kappa",
    "Cohen's kappa with quadratic weights (1968), the mean over pairs of readers (Light 1971)",
)
_LINEAR = ("linear_kappa", "As weighted_kappa, with linear weights")


def read_by_all(reads: FloatArray) -> BoolArray:
    """Say which cases every reader has read."""
    return np.asarray(~np.isnan(reads).any(axis=1))


def agreement_of_categories(
    item: str, reads: FloatArray, *, names: Sequence[str], ordered: bool, seed: int
) -> tuple[Agreement, ...]:
    """Kappas of a category.

    Parameters
    ----------
    item : str
        What was read.
    reads : float array of shape (n_cases, n_readers)
        Codes into `names`; NaN where a reader did not read.
    names : sequence of str
        The categories; where there are more than two, each is also set against the others.
    ordered : bool
        Whether a disagreement by two steps is worse than by one.
    seed : int
        Of the bootstrap.

    Returns
    -------
    tuple of Agreement
    """
    complete = reads[read_by_all(reads)].astype(np.int16)
    kappa, kind = _kappa(reads.shape[1])
    every: list[tuple[tuple[str, str], _Draws]] = [(_OBSERVED, observed_agreement), (kind, kappa)]
    if ordered:
        every.append((_WEIGHTED, light_kappa))
        every.append((_LINEAR, lambda reads, drawn: light_kappa(reads, drawn, power=1)))
    found = [_drawn(item, what, complete, statistic, seed) for what, statistic in every]
    if len(names) > 2:
        for code, name in enumerate(names):
            one = (complete == code).astype(np.int16)
            found.append(_drawn(f"{item}: {name} or not", kind, one, kappa, seed))
    return tuple(found)


def _kappa(n_readers: int) -> tuple[_Draws, tuple[str, str]]:
    return (cohen_kappa, _COHEN) if n_readers == 2 else (fleiss_kappa, _FLEISS)


def _drawn(
    item: str, what: tuple[str, str], reads: Reads, statistic: _Draws, seed: int
) -> Agreement:
    """One statistic of categories, with the bootstrap's interval."""
    nothing = _nothing(item, what, reads)
    _, counts = np.unique(reads, return_counts=True)
    # Where hardly a read differs from the others, kappa says more of chance than of the readers.
    alike = len(counts) < 2 or np.sort(counts)[:-1].sum() < FEWEST_EACH
    if len(reads) < FEWEST_CASES or (alike and what is not _OBSERVED):
        return nothing
    value = float(statistic(reads, np.ones((1, len(reads))))[0])
    draws = np.concatenate([statistic(reads, each) for each in weights(len(reads), seed=seed)])
    return with_interval(nothing, value, percentile_interval(draws))


def _nothing(item: str, what: tuple[str, str], reads: Reads | FloatArray) -> Agreement:
    return Agreement(
        item=item, statistic=what[0], definition=what[1], value=None, lower=None, upper=None,
        cases=len(reads), readers=reads.shape[1], method=TOO_FEW,
    )  # fmt: skip


def with_interval(nothing: Agreement, value: float, interval: Interval) -> Agreement:
    """Fill in a figure and its bootstrap interval."""
    method = describe(BOOTSTRAP, interval)
    return replace(nothing, value=value, lower=interval.lower, upper=interval.upper, method=method)


_ICC: tuple[tuple[str, str, Callable[[MeanSquares], Correlation]], ...] = (
    ("icc_2_1", "ICC(2,1): absolute agreement of single reads, readers a sample", icc_agreement),
    ("icc_3_1", "ICC(3,1): consistency of single reads of these readers", icc_consistency),
)


def agreement_of_numbers(item: str, reads: FloatArray, *, scale: str = "") -> tuple[Agreement, ...]:
    """ICCs of a number, by Shrout and Fleiss (1979).

    Parameters
    ----------
    item : str
        What was read.
    reads : float array of shape (n_cases, n_readers)
        On the scale on which errors are alike; NaN where a reader did not read.
    scale : str
        What that scale is, for the definition: "log2".

    Returns
    -------
    tuple of Agreement
    """
    complete = reads[read_by_all(reads)]
    on = f", of its {scale}" if scale else ""
    found = []
    for name, definition, icc in _ICC:
        one = _nothing(item, (name, f"{definition}{on} (Shrout and Fleiss 1979)"), complete)
        if len(complete) >= FEWEST_CASES and np.ptp(complete) > 0:
            value, lower, upper = icc(mean_squares(complete))
            one = replace(one, value=value, lower=lower, upper=upper, method=F_INTERVAL)
        found.append(one)
    return tuple(found)


def pairs(reads: FloatArray) -> Iterable[tuple[FloatArray, FloatArray]]:
    """Every two readers' columns."""
    n_readers = reads.shape[1]
    for first in range(n_readers):
        for second in range(first + 1, n_readers):
            yield reads[:, first], reads[:, second]
