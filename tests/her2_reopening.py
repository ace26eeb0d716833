"""HER2 that was decided and that one more cell leaves open: which case of the table it is."""

from __future__ import annotations

from itertools import product

import numpy as np

from neopcr.oncology import her2, her2_ish
from spec.spec_tables import read_spec

EVIDENCE = (
    "none", *(f"group_{number}" for number in range(1, 6)), "ratio_high", "ratio_low",
    *(
        f"{copies}_{probe}" for probe in ("dual", "single", "either")
        for copies in ("few", "some", "many")
    ),
)  # fmt: skip
# Both sides of every bound, CEP17 for every group that can be worked out, and calls that decide or do not.
CELLS = {
    "her2_ihc": (-1, 0, 1, 2, 3),
    "her2_ish": (-1, 0, 2),
    "her2_status": (-1, 0, 2),
    "her2_ish_assay": (-1, 0, 1),
    "her2_cep17_ratio": (np.nan, 1.9, 2.0),
    "her2_copies_per_cell": (np.nan, 3.9, 4.0, 6.0),
    "cep17_copies_per_cell": (np.nan, 1.0, 2.0, 4.0),
    "her2_recount_ratio": (np.nan, 1.9, 2.0),
    "her2_recount_copies_per_cell": (np.nan, 3.9, 4.0, 6.0),
}
IHC = ("none", *her2.IHC_SCORES)
DECIDED = ("negative", "positive")


def missing_cell(name: str):
    return CELLS[name][0]


def states():
    """Every combination of `CELLS`."""
    grid = np.indices([len(values) for values in CELLS.values()]).reshape(len(CELLS), -1)
    kinds = {name: np.int16 if values[0] == -1 else np.float64 for name, values in CELLS.items()}
    return {
        name: np.array(values, dtype=kinds[name])[places]
        for (name, values), places in zip(CELLS.items(), grid, strict=True)
    }


def listed(name: str) -> set[tuple[str, ...]]:
    """Cases of the table: reason, IHC, ISH before, ISH after, status before."""
    return {
        (row["what is added"], *case, row["was"])
        for row in read_spec(name)
        for case in product(*(row[name].split() for name in ("IHC", "ISH before", "ISH after")))
    }


def reopened(before, after):
    """By row the case as `listed` writes it; None where what was decided still is."""
    then, now = _classified(before), _classified(after)
    found = np.full(len(now.ihc), None, dtype=object)
    for row in np.flatnonzero(np.isin(then.status, (0, 1)) & ~np.isin(now.status, (0, 1))):
        found[row] = (
            _reason(then, now, row), IHC[now.ihc[row] + 1], EVIDENCE[then.ish[row]],
            EVIDENCE[now.ish[row]], DECIDED[then.status[row]],
        )  # fmt: skip
    return found


class _classified:  # noqa: N801 - reads as a verb
    def __init__(self, table) -> None:
        given = her2.Her2Input.from_table(table)
        counted = her2_ish.ratio_of(given.copies, given.cep17)
        worked_out = her2_ish.copies_of(given.ratio, given.cep17)
        ratio = np.where(np.isnan(given.ratio), counted, given.ratio)
        copies = np.where(np.isnan(given.copies), worked_out, given.copies)
        self.first = ~np.isnan(ratio) | ~np.isnan(copies)
        known = ~np.isnan(given.recount_ratio), ~np.isnan(given.recount_copies)
        self.recounted = known[0] & known[1]
        self.half = (known[0] | known[1]) & ~self.recounted & ~self.first
        again = self.recounted | self.half
        ratio = np.where(again, given.recount_ratio, ratio)
        copies = np.where(again, given.recount_copies, copies)
        self.has_ratio = ~np.isnan(ratio)
        missing = np.isnan(given.ratio) | np.isnan(given.copies)
        self.worked_out = ~again & missing & ~np.isnan(ratio) & ~np.isnan(copies)
        self.ish = her2_ish.evidence(
            her2_ish.steps(ratio, 2.0), her2_ish.steps(copies, 4.0, 6.0), given.assay
        )
        self.ihc, self.status = given.ihc, her2.classify(given).asco_cap_status


def _reason(then, now, row: int) -> str:
    """What the added cell did."""
    reasons = {
        "half of an ISH": then.ish[row] == 0,
        "rest of a recount": now.recounted[row] and not then.recounted[row],
        "first count": then.half[row] and now.first[row],
        "second probe": not then.has_ratio[row] and now.has_ratio[row],
        "written count": then.worked_out[row] and not now.worked_out[row],
    }
    return next(name for name, holds in reasons.items() if holds)
