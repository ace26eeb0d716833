"""HER2 status by immunohistochemistry (IHC) and in-situ hybridisation (ISH).

ASCO/CAP 2018 (Wolff, J Clin Oncol 36 (2018) 2105), affirmed by ASCO/CAP 2023 (Wolff, J Clin Oncol
41 (2023) 3867). What the guideline leaves open (partial and contradictory input) is answered only
where every reading of the input agrees. HER2-low is a label of expression, never a status.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from neopcr.oncology import her2_ish, her2_table
from neopcr.oncology.kleene import Codes, first_known

if TYPE_CHECKING:
    from neopcr.specs import FloatArray

IHC_SCORES = ("0", "1+", "2+", "3+")
CALLS = ("negative", "positive", "equivocal")
STATUSES = ("negative", "positive", "equivocal", "indeterminate")

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Her2Input:
    """What is known of HER2, one value a patient; every array has shape (n_patients,).

    Parameters
    ----------
    ihc : int array
        Codes into `IHC_SCORES`; -1 missing.
    ratio, copies, cep17 : float arrays
        HER2/CEP17 ratio, mean HER2 and mean CEP17 signals per cell; NaN missing.
    assay : int array
        Codes into `her2_ish.ASSAYS`; -1 not declared.
    recount_ratio, recount_copies : float arrays
        Of the blinded recount; they replace the first count where both are there.
    cells : float array
        Cells counted.
    ish_call, status_call : int arrays
        Codes into `CALLS`: ISH, and HER2 over all, as a laboratory worded it.
    """

    ihc: Codes
    ratio: FloatArray
    copies: FloatArray
    cep17: FloatArray
    assay: Codes
    recount_ratio: FloatArray
    recount_copies: FloatArray
    cells: FloatArray
    ish_call: Codes
    status_call: Codes


@dataclass(frozen=True, slots=True, kw_only=True)
class Her2Status:
    """HER2 as classified; every array has shape (n_patients,).

    Parameters
    ----------
    status : int array
        ASCO/CAP status, codes into `STATUSES`; -1 not known.
    group : int array
        Dual-probe group 1-5; 0 where the ISH values do not tell.
    ratio : float array
        The ratio that was used; NaN not known.
    flags : dict of str to bool array
        What a reader should know about the row.
    """

    status: Codes
    group: Codes
    ratio: FloatArray
    flags: dict[str, BoolArray] = field(default_factory=dict)


def classify(given: Her2Input) -> Her2Status:
    """Classify HER2 from whatever is known.

    Numbers decide where they can; where they leave it open an ISH call stands, then an overall
    call. A row with an invalid number (zero or below) is not known and flagged, never repaired.

    Parameters
    ----------
    given : Her2Input

    Returns
    -------
    Her2Status
        Its flags: `invalid`, `ratio_inconsistent`, `too_few_cells`, `adjudicated` (recount used),
        `recount_pending` (IHC 2+ in groups 2-4 without a recount: the answer if it stays),
        `discordant` (IHC and ISH disagree), `ish_group_unknown`, `status_from_call`,
        `call_conflict`, `needs_ihc`, `needs_dual_probe`, `comment` (negative in groups 2-4).
    """
    invalid = her2_ish.is_invalid(given.ratio, given.copies, given.cep17)
    invalid |= her2_ish.is_invalid(given.recount_ratio, given.recount_copies, given.cep17)
    recounted = _recounted(given)
    ratio, copies = _values(given, recounted)
    ish = her2_ish.evidence(ratio, copies, given.assay)
    by_numbers = her2_table.STATUS[ish, given.ihc + 1]
    with_ish = _with_ish_call(by_numbers, ish, given)
    status = _where_open(with_ish, given.status_call)
    usable = ~invalid
    flags = {
        "adjudicated": recounted,
        "ratio_inconsistent": her2_ish.is_inconsistent(given.ratio, given.copies, given.cep17),
        "too_few_cells": given.cells < her2_ish.MINIMUM_CELLS,
        "status_from_call": status != with_ish,
        **_flags(given, ish, status),
    }
    return Her2Status(
        status=np.where(usable, status, her2_table.UNKNOWN).astype(np.int16),
        group=np.where(usable & (ish <= len(her2_table.GROUPS)), ish, 0).astype(np.int16),
        ratio=np.where(usable, ratio, np.nan),
        flags={"invalid": invalid, **{name: flag & usable for name, flag in flags.items()}},
    )


def is_positive(status: Codes) -> FloatArray:
    """1 HER2-positive, 0 negative, NaN equivocal, indeterminate or not known.

    >>> is_positive(np.array([1, 0, 2, 3, -1], dtype=np.int16))
    array([ 1.,  0., nan, nan, nan])
    """
    return np.array([0, 1, np.nan, np.nan, np.nan])[status]


def _recounted(given: Her2Input) -> BoolArray:
    recounted: BoolArray = ~np.isnan(given.recount_ratio) & ~np.isnan(given.recount_copies)
    return recounted


def _values(given: Her2Input, recounted: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Ratio and copies to classify by: the recount, else as given, else from the other two."""
    ratio = first_known(given.ratio, her2_ish.ratio_of(given.copies, given.cep17))
    copies = first_known(given.copies, given.ratio * given.cep17)
    return (
        np.where(recounted, given.recount_ratio, ratio),
        np.where(recounted, given.recount_copies, copies),
    )


def _is_decided(status: Codes) -> BoolArray:
    decided: BoolArray = (status == her2_table.NEGATIVE) | (status == her2_table.POSITIVE)
    return decided


def _where_open(status: Codes, call: Codes) -> Codes:
    """Keep the status where it is decided; where it is not, take the call, if that says more."""
    takes = ~_is_decided(status) & (_is_decided(call) | (status < 0))
    return np.where(takes, call, status)


def _with_ish_call(by_numbers: Codes, ish: Codes, given: Her2Input) -> Codes:
    """Numbers first; a call where there are none, and a decided call where they leave it open."""
    by_call = her2_table.CALL[given.ish_call, given.ihc + 1]
    stands = (ish == her2_ish.NO_ISH) | (~_is_decided(by_numbers) & _is_decided(given.ish_call))
    return np.where(stands, by_call, by_numbers)


def _flags(given: Her2Input, ish: Codes, status: Codes) -> dict[str, BoolArray]:
    """Raise the flags that follow from the evidence, the scores and the calls."""
    # Where IHC is 3+ the score decides; what ISH itself says stands in the column of 2+.
    no_numbers = ish == her2_ish.NO_ISH
    by_numbers = her2_table.STATUS[ish, np.minimum(given.ihc, 2) + 1]
    verdict = np.where(no_numbers, her2_table.UNKNOWN, by_numbers)
    by_call = ~_is_decided(verdict)
    ish_positive = (ish == 1) | (by_call & (given.ish_call == 1))
    ish_negative = np.isin(ish, (5, her2_ish.RATIO_LOW, her2_ish.SINGLE_COPIES))
    ish_negative |= by_call & (given.ish_call == 0)
    low, high = (given.ihc == 0) | (given.ihc == 1), given.ihc == 3
    grey = (ish >= 2) & (ish <= 4)
    open_ = status == her2_table.INDETERMINATE
    return {
        "recount_pending": grey & (given.ihc == 2) & ~_recounted(given),
        "discordant": (ish_positive & low) | (ish_negative & high),
        "ish_group_unknown": no_numbers & (given.ish_call >= 0),
        "call_conflict": _conflict(verdict, given.ish_call) | _conflict(status, given.status_call),
        "needs_ihc": open_ & (given.ihc < 0),
        "needs_dual_probe": open_ & (ish >= her2_ish.SINGLE_COPIES),
        "comment": grey & (status == her2_table.NEGATIVE),
    }


def _conflict(status: Codes, call: Codes) -> BoolArray:
    conflict: BoolArray = _is_decided(status) & _is_decided(call) & (status != call)
    return conflict
