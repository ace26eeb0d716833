"""Rules on HER2 that trials share; the status itself is the work of `neopcr.oncology.her2`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from neopcr.oncology import her2
from neopcr.oncology.her2_ish import ASSAYS
from neopcr.trials._shared.criterion import Remark
from neopcr.trials._shared.logic import Rule, opposite
from neopcr.trials._shared.rules import number, of_oncology

if TYPE_CHECKING:
    from neopcr.specs import FloatArray, Table

# Both sides of every bound of ASCO/CAP 2018 (Wolff, J Clin Oncol 36 (2018) 2105): a ratio of 2.0,
# and 4.0 and 6.0 copies. Where only one count is known the
# other is worked out from it, so that there are far ones too.
ISH: Mapping[str, tuple[float, ...]] = MappingProxyType({
    "her2_ish": tuple(range(len(her2.CALLS))),
    "her2_cep17_ratio": (0.05, 1.9, 2.0, 40.0),
    "her2_copies_per_cell": (0.5, 3.9, 4.0, 5.9, 6.0, 90.0),
    "cep17_copies_per_cell": (0.05, 1.0, 2.0, 45.0),
    "her2_ish_assay": tuple(range(len(ASSAYS))),
    "her2_recount_ratio": (1.9, 2.0),
    "her2_recount_copies_per_cell": (3.9, 4.0, 6.0),
})  # fmt: skip
"""Columns of in-situ hybridisation, and values that stand for all others."""

SCORED: Mapping[str, tuple[float, ...]] = MappingProxyType(
    {"her2_ihc": tuple(range(len(her2.IHC_SCORES))), **ISH}
)
"""The same with the score by immunohistochemistry."""

CALLED: Mapping[str, tuple[float, ...]] = MappingProxyType(
    {**SCORED, "her2_status": tuple(range(len(her2.CALLS)))}
)
"""The same with the overall call."""

_COUNTS = (
    "her2_cep17_ratio", "her2_copies_per_cell", "cep17_copies_per_cell", "her2_recount_ratio",
    "her2_recount_copies_per_cell",
)  # fmt: skip

IMPOSSIBLE_COUNTS = tuple(
    Remark(name="not_above_zero", rule=opposite(number(name, 0, open_low=True)), column=name)
    for name in _COUNTS
)
"""A count or ratio of zero is an error of the table, not a status."""


def her2_positive(table: Table, columns: Iterable[str]) -> FloatArray:
    """1 HER2-positive by those columns, 0 negative, NaN equivocal, indeterminate or not known."""
    given = her2.Her2Input.from_table({name: table[name] for name in columns})
    return her2.is_positive(her2.classify(given).asco_cap_status)


def _is_negative(table: Table) -> FloatArray:
    return 1 - her2_positive(table, CALLED)


HER2_NEGATIVE: Rule = of_oncology("HER2-negative (ASCO/CAP)", _is_negative, CALLED)


def _is_positive_by_score(table: Table) -> FloatArray:
    """IHC 3+, or 2+ with ISH positive; without an IHC score it is not known."""
    ihc = table["her2_ihc"]
    # Without the overall call: a status without a score is not what the protocol asks for.
    with_ish = np.where(ihc == her2.IHC_SCORES.index("2+"), her2_positive(table, SCORED), 0.0)
    scored = np.where(ihc == her2.IHC_SCORES.index("3+"), 1.0, with_ish)
    return np.where(ihc < 0, np.nan, scored)


POSITIVE_BY_SCORE: Rule = of_oncology(
    "her2_ihc 3+, or 2+ with ISH positive", _is_positive_by_score, SCORED
)


def _is_positive_by_ish_alone(table: Table) -> FloatArray:
    low = np.isin(table["her2_ihc"], [her2.IHC_SCORES.index(score) for score in ("0", "1+")])
    return np.where(low, her2_positive(table, SCORED), 0.0)


POSITIVE_BY_ISH_ALONE: Rule = of_oncology(
    "her2_ihc 0 or 1+ with ISH positive", _is_positive_by_ish_alone, SCORED
)


def _is_positive_by_fish(table: Table) -> FloatArray:
    """HER2-positive, and not by IHC against a FISH that is negative by itself."""
    by_fish, status = her2_positive(table, ISH), her2_positive(table, SCORED)
    return np.where(by_fish == 0, 0.0, np.where(_is_ratio_known(table) == 1, status, np.nan))


def _is_ratio_known(table: Table) -> FloatArray:
    ratio, copies, cep17, recount, _ = (~np.isnan(table[name]) for name in _COUNTS)
    return np.where(ratio | recount | (copies & cep17), 1.0, np.nan)


POSITIVE_BY_FISH: Rule = of_oncology(
    "HER2-positive (ASCO/CAP), confirmed by FISH", _is_positive_by_fish, SCORED
)
RATIO_KNOWN: Rule = of_oncology(
    "HER2/CEP17 ratio recorded, or both counts",
    _is_ratio_known,
    {name: ISH[name] for name in _COUNTS},
)
