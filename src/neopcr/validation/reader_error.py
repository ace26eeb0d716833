"""How far readers err, measured from repeated reads: what may replace the rates of `perturb`.

A reader's error is meant, not the difference between two readers. Two readers who each err with
probability p are discordant with probability d = 2 p (1 - p); the rates are solved from d.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from neopcr.oncology.assay_error import ER_DOUBTFUL, ER_POSITIVE
from neopcr.validation.agreement import (
    F_INTERVAL,
    FEWEST_CASES,
    TOO_FEW,
    Agreement,
    pairs,
    read_by_all,
    with_interval,
)
from neopcr.validation.bootstrap import percentile_interval, weights
from neopcr.validation.icc import between_and_error_sd, icc_agreement, mean_squares

if TYPE_CHECKING:
    from neopcr.specs import FloatArray

_STEPS = {"ihc_0_1": (0, "0 and 1+"), "ihc_1_2": (1, "1+ and 2+"), "ihc_2_3": (2, "2+ and 3+")}


def reader_error(reads: Mapping[str, FloatArray], *, seed: int) -> tuple[Agreement, ...]:
    """Rates of error of the items that were read.

    Parameters
    ----------
    reads : mapping of str to float array of shape (n_cases, n_readers)
        By column of the contract; NaN where a reader did not read. `her2_ihc` holds codes 0 to 3.
    seed : int
        Of the bootstrap.

    Returns
    -------
    tuple of Agreement
        Its `statistic` is the name of a rate of `neopcr.oncology.assay_error.AssayError`.
    """
    found: list[Agreement] = []
    if "her2_ihc" in reads:
        found += [_ihc(name, reads["her2_ihc"], seed) for name in _STEPS]
    if "her2_cep17_ratio" in reads:
        found.append(_log_ratio(reads["her2_cep17_ratio"], seed))
    if "ki67_percent" in reads:
        found += _ki67(reads["ki67_percent"], seed)
    if "er_percent" in reads:
        found.append(_er(reads["er_percent"], seed))
    return tuple(found)


def measured(found: tuple[Agreement, ...]) -> dict[str, float]:
    """Rates that could be measured, by name: what `assay_error_from` takes."""
    return {one.statistic: one.value for one in found if one.value is not None}


def _ihc(name: str, reads: FloatArray, seed: int) -> Agreement:
    low, text = _STEPS[name]
    definition = (
        f"p that a reader errs between {text}, from the share d = 2p(1-p) of discordant pairs among "
        "those of both readers in the two"
    )
    within = np.where(np.isin(reads, (low, low + 1)), reads - low, np.nan)
    return _flip("her2_ihc", name, definition, within, seed)


def _er(reads: FloatArray, seed: int) -> Agreement:
    definition = (
        "p that a reader errs across 1 %, from the share d = 2p(1-p) of discordant pairs among those "
        "of both readers at 0-10 %"
    )
    positive = np.where(reads <= ER_DOUBTFUL, reads >= ER_POSITIVE, np.nan)
    return _flip("er_percent", "er_flip", definition, positive, seed)


def _flip(item: str, name: str, definition: str, reads: FloatArray, seed: int) -> Agreement:
    """Rate of error of a read that is 1, 0, or NaN where it does not count."""
    discordant, paired = np.zeros(len(reads)), np.zeros(len(reads))
    for first, second in pairs(reads):
        both = ~np.isnan(first + second)
        paired += both
        discordant += both & (first != second)
    blank = _blank(item, name, definition, reads)
    return _ratio_of_sums(blank, discordant, paired, _solved, seed)


def _blank(item: str, name: str, definition: str, reads: FloatArray) -> Agreement:
    return Agreement(
        item=item, statistic=name, definition=definition, value=None, lower=None, upper=None,
        cases=len(reads), readers=reads.shape[1], method=TOO_FEW,
    )  # fmt: skip


def _solved(discordance: FloatArray) -> FloatArray:
    """Solve d = 2 p (1 - p) for p; one half where readers differ as often as two coins, or more."""
    rate: FloatArray = (1 - np.sqrt(1 - 2 * np.minimum(discordance, 0.5))) / 2
    return rate


def _log_ratio(reads: FloatArray, seed: int) -> Agreement:
    logs = np.log(np.where(reads > 0, reads, np.nan))
    count = (~np.isnan(logs)).sum(axis=1)
    mean = np.nansum(logs, axis=1) / np.maximum(count, 1)
    squares = np.nansum((logs - mean[:, None]) ** 2, axis=1)
    blank = _blank(
        "her2_cep17_ratio",
        "log_ratio_sd",
        "SD of the natural log of a read around its case, pooled over cases",
        reads,
    )
    return _ratio_of_sums(blank, squares, np.maximum(count - 1.0, 0), np.sqrt, seed)


def _ratio_of_sums(
    blank: Agreement,
    above: FloatArray,
    below: FloatArray,
    transform: Callable[[FloatArray], FloatArray],
    seed: int,
) -> Agreement:
    """Transform of a sum over cases by another; only cases that count are drawn."""
    counts = below > 0
    one = replace(blank, cases=int(counts.sum()))
    if one.cases < FEWEST_CASES:
        return one
    above, below = above[counts], below[counts]
    value = float(transform(np.asarray(above.sum() / below.sum())))
    draws = [transform(each @ above / (each @ below)) for each in weights(one.cases, seed=seed)]
    return with_interval(one, value, percentile_interval(np.concatenate(draws)))


def _ki67(reads: FloatArray, seed: int) -> tuple[Agreement, ...]:
    """ICC of log2 Ki-67 and the SD between cases, which together give a read's error."""
    logs = np.log2(np.where(reads > 0, reads, np.nan))
    logs = logs[read_by_all(logs)]
    icc = _blank("ki67_percent", "ki67_icc", "ICC(2,1) of log2 of reads above 0", logs)
    between = replace(icc, statistic="ki67_log2_sd", definition="SD of log2 Ki-67 between cases")
    if len(logs) < FEWEST_CASES:
        return icc, between
    ms = mean_squares(logs)
    spread, _ = between_and_error_sd(ms)
    if spread == 0:
        reason = "cases do not differ more than their reads"
        return replace(icc, method=reason), replace(between, method=reason)
    value, lower, upper = icc_agreement(ms)
    draws = [
        between_and_error_sd(mean_squares(np.repeat(logs, times.astype(np.int64), axis=0)))[0]
        for each in weights(len(logs), seed=seed)
        for times in each
    ]
    return (
        replace(icc, value=value, lower=lower, upper=upper, method=F_INTERVAL),
        with_interval(between, spread, percentile_interval(np.array(draws))),
    )
