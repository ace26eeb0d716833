"""HER2 status by immunohistochemistry (IHC) and in-situ hybridisation (ISH).

ASCO/CAP 2018 (Wolff, J Clin Oncol 36 (2018) 2105), affirmed by ASCO/CAP 2023 (Wolff, J Clin Oncol
41 (2023) 3867). What the guideline leaves open (partial and contradictory input) is answered only
where every reading of the input agrees. HER2-low is a label of expression, never a status.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr.oncology import her2_expression, her2_ish, her2_states, her2_table
from neopcr.oncology.her2_input import Her2Input
from neopcr.oncology.her2_states import FLAGS, Bits, Decisions
from neopcr.oncology.her2_table import CALLS, CURRENT, EDITIONS, IHC_SCORES, STATUSES, edition_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.oncology.kleene import Codes
    from neopcr.specs import BoolArray, FloatArray

__all__ = [
    "CALLS", "CURRENT", "EDITIONS", "FLAGS", "IHC_SCORES", "STATUSES", "Her2Input", "Her2Status",
    "classify", "is_positive",
]  # fmt: skip

# So many patients at a time stay in a core's cache.
_CHUNK = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class Her2Status:
    """HER2 as classified; every array has shape (n_patients,).

    Parameters
    ----------
    guideline : int
        Year of the edition that it was classified by.
    asco_cap_status : int array
        Codes into `STATUSES`; -1 not known.
    ish_group : int array
        Dual-probe group 1-5; 0 where the ISH values do not tell.
    expression_label : int array
        Codes into `her2_expression.LABELS`; -1 where the status is neither positive nor negative.
    ultra_high_ratio : float array
        Of a HER2-positive tumour: 1 where the ratio is above 7.0, 0 where it is not (7.0 itself is
        not), NaN where HER2 is not positive or no dual-probe ratio is known.
    ratio : float array
        HER2/CEP17 ratio that was used; NaN not known.
    flag_bits : uint32 array
        Bit k is the k-th of `FLAGS`.
    """

    guideline: int
    asco_cap_status: Codes
    ish_group: Codes
    expression_label: Codes
    ultra_high_ratio: FloatArray
    ratio: FloatArray
    flag_bits: Bits

    def flag(self, name: str) -> BoolArray:
        """Say which patients a flag of `FLAGS` is raised for."""
        raised: BoolArray = (self.flag_bits & her2_states.bit_of(name)) != 0
        return raised

    @property
    def flags(self) -> dict[str, BoolArray]:
        """Every flag by name."""
        return {name: self.flag(name) for name in FLAGS}


def classify(given: Her2Input, guideline: int = CURRENT) -> Her2Status:
    """Classify HER2 from whatever is known.

    Numbers decide where they can; where they leave it open an ISH call stands, then an overall
    call. A row with an invalid number (zero or below) is not known and flagged, never repaired.

    Parameters
    ----------
    given : Her2Input
    guideline : int
        Year of the edition, one of `EDITIONS`; 2018 and 2023 have the same categories.

    Returns
    -------
    Her2Status

    Raises
    ------
    ConfigError
        If there is no such edition here.

    Examples
    --------
    IHC 2+ without ISH is neither negative nor positive; 1+ with ISH group 1 is, but discordant.

    >>> cohort = Her2Input.from_table({
    ...     "her2_ihc": np.array([2, 1], dtype=np.int16),
    ...     "her2_cep17_ratio": np.array([np.nan, 2.0]),
    ...     "her2_copies_per_cell": np.array([np.nan, 4.0]),
    ... })
    >>> classified = classify(cohort, guideline=2023)
    >>> [STATUSES[code] for code in classified.asco_cap_status]
    ['equivocal', 'positive']
    >>> classified.flag("discordant")
    array([False,  True])
    """
    table = her2_states.decisions(edition_of(guideline))
    n_patients = len(given)
    result = Her2Status(
        guideline=guideline,
        asco_cap_status=np.empty(n_patients, dtype=np.int16),
        ish_group=np.empty(n_patients, dtype=np.int16),
        expression_label=np.empty(n_patients, dtype=np.int16),
        ultra_high_ratio=np.empty(n_patients),
        ratio=np.empty(n_patients),
        flag_bits=np.empty(n_patients, dtype=np.uint32),
    )
    for start in range(0, n_patients, _CHUNK):
        chunk = slice(start, start + _CHUNK)
        _classify_rows(given.rows(chunk), table, result, chunk)
    return result


def is_positive(status: Codes) -> FloatArray:
    """1 HER2-positive, 0 negative, NaN equivocal, indeterminate or not known.

    >>> is_positive(np.array([1, 0, 2, 3, -1], dtype=np.int16))
    array([ 1.,  0., nan, nan, nan])
    """
    return np.array([0, 1, np.nan, np.nan, np.nan])[status]


def _classify_rows(given: Her2Input, table: Decisions, result: Her2Status, chunk: slice) -> None:
    """Look every row's state up, and write what it comes to."""
    counted = her2_ish.ratio_of(given.copies, given.cep17)
    ratio, copies, recount = _values(given, counted)
    state = _state(given, table.edition, ratio, copies, recount)
    invalid = her2_ish.is_invalid(
        given.ratio, given.copies, given.cep17, given.recount_ratio, given.recount_copies
    )
    ratio[invalid] = np.nan
    status = np.where(invalid, her2_table.UNKNOWN, table.status[state])
    flags = table.flags[state]
    flags |= her2_states.bits("ratio_inconsistent", her2_ish.is_inconsistent(given.ratio, counted))
    flags |= her2_states.bits("too_few_cells", given.cells < table.edition.minimum_cells)
    flags[invalid] = her2_states.bit_of("invalid")
    result.asco_cap_status[chunk] = status
    result.ish_group[chunk] = np.where(invalid, 0, table.group[state])
    result.expression_label[chunk] = np.where(invalid, -1, table.label[state])
    result.ultra_high_ratio[chunk] = her2_expression.ultra_high(status, ratio)
    result.ratio[chunk] = ratio
    result.flag_bits[chunk] = flags


def _values(given: Her2Input, counted: FloatArray) -> tuple[FloatArray, FloatArray, Codes]:
    """Ratio and copies to classify by: a whole recount, else as given, else worked out.

    Half a recount stands in only where there is no first count. Last is how much of it there is.
    """
    ratio = np.where(np.isnan(given.ratio), counted, given.ratio)
    missing = np.isnan(given.copies)
    copies = np.where(missing, her2_ish.copies_of(given.ratio, given.cep17), given.copies)
    recount = (~np.isnan(given.recount_ratio)).astype(np.int16) + ~np.isnan(given.recount_copies)
    taken = (recount == her2_states.RECOUNT_COMPLETE) | (np.isnan(ratio) & np.isnan(copies))
    np.copyto(ratio, given.recount_ratio, where=taken)
    np.copyto(copies, given.recount_copies, where=taken)
    return ratio, copies, recount


def _state(
    given: Her2Input,
    edition: her2_table.Edition,
    ratio: FloatArray,
    copies: FloatArray,
    recount: Codes,
) -> NDArray[np.int32]:
    """Place of each row in the table of states."""
    axes: tuple[NDArray[np.signedinteger[Any]], ...] = (
        her2_ish.steps(ratio, edition.ratio_cut),
        her2_ish.steps(copies, edition.copies_low, edition.copies_high),
        given.assay + 1,
        given.ihc + 1,
        given.ish_call + 1,
        given.status_call + 1,
        recount,
        her2_expression.stain_class(given.stained_percent, given.zero_plus, given.ihc),
    )
    state = axes[0].astype(np.int32)
    for axis, size in zip(axes[1:], her2_states.SHAPE[1:], strict=True):
        state *= size
        state += axis
    return state
