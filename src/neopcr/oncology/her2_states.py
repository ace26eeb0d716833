"""Every state that the inputs of HER2 can be in, and what each comes to.

Once numbers are sorted by the bounds of the guideline there are 43,200 states (missing included).
All of them are decided here, once for each edition, so that a cohort is only looked up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from neopcr.oncology import her2_expression, her2_ish, her2_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from neopcr.oncology.her2_table import Edition
    from neopcr.oncology.kleene import Codes
    from neopcr.specs import BoolArray

Bits = NDArray[np.uint32]

FLAGS: Mapping[str, str] = MappingProxyType({
    "invalid": "A ratio or a signal count is zero, below or without end: the row is not classified.",
    "ratio_inconsistent": "The ratio is not that of the two signal counts beside it.",
    "too_few_cells": "Fewer cells were counted than the guideline asks for.",
    "adjudicated": "The blinded recount took the place of the first count.",
    "recount_incomplete": "The recount has a ratio or copies, not both: used only without a first count.",
    "recount_pending": "IHC 2+ in groups 2-4 without a recount: the status holds if it stays.",
    "discordant": "IHC and ISH disagree.",
    "comment": "Negative in groups 2-4: the guideline asks for a comment.",
    "ish_group_unknown": "ISH is known by its call alone.",
    "call_conflict": "A call says the opposite of what decides.",
    "status_from_call": "The status is the overall call: IHC and ISH leave it open.",
    "needs_ihc": "Indeterminate until there is an IHC score.",
    "needs_ratio": "Indeterminate until there is a HER2/CEP17 ratio.",
    "needs_copies": "Indeterminate until HER2 signals per cell are known.",
    "needs_dual_probe": "Indeterminate by a probe that is single or not declared.",
    "percent_conflict": "The share of stained cells is not one of this IHC score.",
})  # fmt: skip
"""Flags by name, and what each tells the reader; a flag's bit is its place."""

# By axis: ratio, copies, assay, IHC, ISH call, status call, recount, stain. The four categories
# are codes plus one; the recount is how many of its two numbers there are.
SHAPE = (3, 4, 3, 5, 4, 4, 3, 5)
RECOUNT_INCOMPLETE, RECOUNT_COMPLETE = 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What every state comes to; each array has shape (43200,), in C order over `SHAPE`.

    Parameters
    ----------
    edition : Edition
        Of the guideline.
    status, group, label : int arrays
        Codes into `her2_table.STATUSES`; dual-probe group 1-5, 0 not told; codes into
        `her2_expression.LABELS`.
    flags : uint32 array
        Bit k is the k-th of `FLAGS`.
    """

    edition: Edition
    status: Codes
    group: Codes
    label: Codes
    flags: Bits


@dataclass(frozen=True, slots=True)
class _State:
    """Categories are codes again, -1 missing; `ish` is the evidence."""

    ish: Codes
    ihc: Codes
    ish_call: Codes
    status_call: Codes
    recount: Codes
    stain: Codes


@cache
def decisions(edition: Edition) -> Decisions:
    """Decide every state by an edition of the guideline."""
    axes = np.indices(SHAPE, dtype=np.int16).reshape(len(SHAPE), -1)
    ratio, copies, assay, ihc, ish_call, status_call, recount, stain = axes
    ish = her2_ish.evidence(ratio, copies, assay - 1)
    state = _State(ish, ihc - 1, ish_call - 1, status_call - 1, recount, stain)
    by_numbers = her2_table.status_by_evidence(edition)
    by_ish = _with_ish_call(by_numbers[ish, ihc], her2_table.status_by_call(edition), state)
    status = _where_open(by_ish, state.status_call)
    called = status != by_ish
    # Where IHC is 3+ the score decides; what ISH itself says stands in the column of 2+.
    verdict = np.where(
        ish == her2_ish.NO_ISH, her2_table.UNKNOWN, by_numbers[ish, np.minimum(ihc, 3)]
    )
    flags = {
        **_of_evidence(state, status),
        **_of_contradictions(state, status, verdict),
        "status_from_call": called,
        "percent_conflict": her2_expression.is_percent_conflict(state.ihc, stain),
    }
    return Decisions(
        edition=edition,
        status=status.astype(np.int16),
        group=np.where(ish <= len(edition.groups), ish, 0).astype(np.int16),
        label=her2_expression.label_of(status, state.ihc, stain, called),
        flags=np.bitwise_or.reduce([bits(name, flag) for name, flag in flags.items()]),
    )


def bit_of(name: str) -> np.uint32:
    """Say which bit is a flag's."""
    return np.uint32(1 << list(FLAGS).index(name))


def bits(name: str, flag: BoolArray) -> Bits:
    """Turn a flag into its bit."""
    return flag.astype(np.uint32) * bit_of(name)


def _is_decided(status: Codes) -> BoolArray:
    decided: BoolArray = (status == her2_table.NEGATIVE) | (status == her2_table.POSITIVE)
    return decided


def _where_open(status: Codes, call: Codes) -> Codes:
    """Keep the status where it is decided; where it is not, take the call, if that says more."""
    takes = ~_is_decided(status) & (_is_decided(call) | (status < 0))
    return np.where(takes, call, status)


def _with_ish_call(by_numbers: Codes, by_call: Codes, state: _State) -> Codes:
    """Numbers first; a call where there are none, and a decided call where they leave it open."""
    stands = ~_is_decided(by_numbers) & _is_decided(state.ish_call)
    stands |= state.ish == her2_ish.NO_ISH
    return np.where(stands, by_call[state.ish_call, state.ihc + 1], by_numbers)


def _of_evidence(state: _State, status: Codes) -> dict[str, BoolArray]:
    """Tell how good the evidence is, and what an open status waits for."""
    ish, complete = state.ish, state.recount == RECOUNT_COMPLETE
    grey = (ish >= 2) & (ish <= 4)
    open_ = status == her2_table.INDETERMINATE
    by_ratio = (ish == her2_ish.RATIO_HIGH) | (ish == her2_ish.RATIO_LOW)
    by_dual = (ish >= her2_ish.DUAL_COPIES) & (ish < her2_ish.SINGLE_COPIES)
    return {
        "adjudicated": complete,
        "recount_incomplete": state.recount == RECOUNT_INCOMPLETE,
        "recount_pending": grey & (state.ihc == 2) & ~complete,
        "comment": grey & (status == her2_table.NEGATIVE),
        "ish_group_unknown": (ish == her2_ish.NO_ISH) & (state.ish_call >= 0),
        "needs_ihc": open_ & (state.ihc < 0),
        "needs_ratio": open_ & by_dual,
        "needs_copies": open_ & by_ratio,
        "needs_dual_probe": open_ & (ish >= her2_ish.SINGLE_COPIES),
    }


def _of_contradictions(state: _State, status: Codes, verdict: Codes) -> dict[str, BoolArray]:
    """Tell IHC against ISH, and calls against what decided; `verdict` is what ISH numbers say."""
    few_by_single, many_by_single = her2_ish.SINGLE_COPIES, her2_ish.SINGLE_COPIES + 2
    by_call = ~_is_decided(verdict)
    positive = np.isin(state.ish, (1, many_by_single)) | (by_call & (state.ish_call == 1))
    negative = np.isin(state.ish, (5, her2_ish.RATIO_LOW, few_by_single))
    negative |= by_call & (state.ish_call == 0)
    low, high = (state.ihc == 0) | (state.ihc == 1), state.ihc == 3
    against = _conflict(verdict, state.ish_call) | _conflict(status, state.status_call)
    return {"discordant": (positive & low) | (negative & high), "call_conflict": against}


def _conflict(status: Codes, call: Codes) -> BoolArray:
    conflict: BoolArray = _is_decided(status) & _is_decided(call) & (status != call)
    return conflict
