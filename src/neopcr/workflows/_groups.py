"""Groups of patients that prognosis and comparison tell apart, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from neopcr.cohort.cells import all_missing
from neopcr.errors import TableError
from neopcr.modalities import MODALITIES
from neopcr.oncology import her2, her2_expression
from neopcr.oncology.her2_expression import ULTRA_HIGH_ABOVE_RATIO
from neopcr.oncology.her2_table import NEGATIVE, POSITIVE

if TYPE_CHECKING:
    from neopcr.oncology.kleene import Codes
    from neopcr.specs import Cohort, FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """Who is in which group.

    Parameters
    ----------
    name, title : str
        As asked for, and in words.
    labels : tuple of str
        In their order; the first is what others are compared with.
    codes : int array of shape (n_patients,)
        Into `labels`; -1 not known.
    known_at_surgery : bool
        Whether a patient's group is known only at surgery.
    """

    name: str
    title: str
    labels: tuple[str, ...]
    codes: Codes
    known_at_surgery: bool = False

    def present(self) -> tuple[int, ...]:
        """Positions of the groups that hold anyone."""
        return tuple(int(code) for code in np.unique(self.codes) if code >= 0)


def groups_of(name: str, cohort: Cohort) -> Groups:
    """Sort patients by a category or yes-or-no column of the cohort, or by a rule of HER2.

    Parameters
    ----------
    name : str
        ``her2_ultra_high`` (HER2/CEP17 ratio above 7.0), ``expression_label`` (HER2 class),
        ``her2_ihc_ish`` (IHC score, 2+ taken apart by ISH), ``blockade`` (single or dual), ``pcr``
        or a column.
    cohort : Cohort

    Raises
    ------
    TableError
        If there is no such grouping in this cohort, or fewer than two groups hold anyone.
    """
    groups = sort_by(name, cohort)
    if len(groups.present()) < 2:
        message = (
            f"cohort: grouping by '{name}' needs patients in at least two groups, and this cohort "
            f"has {len(groups.present())}. The columns that it reads may be absent or empty."
        )
        raise TableError(message)
    return groups


def sort_by(name: str, cohort: Cohort) -> Groups:
    """Sort patients as `groups_of` does, be there one group or none.

    Raises
    ------
    TableError
        If there is no such grouping in this cohort.
    """
    rules = {**_of_columns(cohort), **_RULES}
    if name not in rules:
        message = (
            f"cohort: there is no grouping '{name}'. Group by one of {', '.join(sorted(rules))}."
        )
        raise TableError(message)
    return rules[name](cohort)


def led_by(groups: Groups, label: str) -> Groups:
    """Set one group first: the one that others are compared with.

    Raises
    ------
    TableError
        If nobody is in such a group.
    """
    known = [groups.labels[code] for code in groups.present()]
    if label not in known:
        message = f"cohort: nobody is of '{label}'. Choose one of {', '.join(known)}."
        raise TableError(message)
    return reordered(groups, label)


def reordered(groups: Groups, first: str) -> Groups:
    """Set one label first, be it anyone's or nobody's."""
    labels = (first, *(label for label in groups.labels if label != first))
    place = np.array([labels.index(label) for label in groups.labels], dtype=np.int16)
    codes = np.where(groups.codes < 0, -1, place[groups.codes]).astype(np.int16)
    return replace(groups, labels=labels, codes=codes)


def ultra_high(ratio: FloatArray, above: float = ULTRA_HIGH_ABOVE_RATIO) -> Groups:
    """Sort by HER2/CEP17 ratio; a ratio of exactly `above` is not above it (NCT07376174)."""
    codes = np.where(np.isnan(ratio), -1, ratio > above).astype(np.int16)
    labels = (f"ratio ≤ {above:.1f}", f"ratio > {above:.1f}")
    return Groups(name="her2_ultra_high", title="HER2/CEP17 ratio", labels=labels, codes=codes)


def _by_ratio(cohort: Cohort) -> Groups:
    return ultra_high(cohort.table.get("her2_cep17_ratio", np.full(len(cohort.row), np.nan)))


def _by_expression(cohort: Cohort) -> Groups:
    found = her2.classify(her2.Her2Input.from_table(cohort.table))
    return Groups(
        name="expression_label",
        title="HER2 class",
        labels=her2_expression.LABELS,
        codes=found.expression_label,
    )


def _by_score(cohort: Cohort) -> Groups:
    """IHC score where the status fits it; 1+ and 2+ without amplification stay apart."""
    given = her2.Her2Input.from_table(cohort.table)
    status = her2.classify(given).asco_cap_status
    codes = np.full(len(given), -1, dtype=np.int16)
    for code, (_, score, wanted) in enumerate(_SCORES):
        codes[(given.ihc == score) & (status == wanted)] = code
    labels = tuple(label for label, *_ in _SCORES)
    return Groups(name="her2_ihc_ish", title="HER2 by IHC and ISH", labels=labels, codes=codes)


# ISH splits only 2+; 0 and 1+ with ISH positive are other diseases than either.
_SCORES = (
    ("3+", 3, POSITIVE),
    ("2+/ISH+", 2, POSITIVE),
    ("2+/ISH-", 2, NEGATIVE),
    ("1+", 1, NEGATIVE),
    ("0", 0, NEGATIVE),
)


def features_of(cohort: Cohort, modality: str) -> dict[str, FloatArray]:
    """Features of a modality; a column that the cohort lacks is missing throughout."""
    declared, n = MODALITIES[modality], len(cohort.row)
    return declared.derive(
        {
            column.name: cohort.table.get(column.name, all_missing(column, n))
            for column in declared.columns
        }
    )


def _by_blockade(cohort: Cohort) -> Groups:
    """Trastuzumab with or without pertuzumab; inhibitors and conjugates are neither.

    Single needs the others on record as not given: missing is not "no".
    """
    planned = features_of(cohort, "regimen")
    pertuzumab, tki, adc = (planned[f"regimen_{name}"] for name in ("dual_blockade", "tki", "adc"))
    other = (tki == 1) | (adc == 1)
    single = (planned["regimen_anti_her2"] == 1) & (pertuzumab == 0) & (tki == 0) & (adc == 0)
    codes = np.where((pertuzumab == 1) & ~other, 1, np.where(single, 0, -1)).astype(np.int16)
    labels = ("single blockade", "dual blockade")
    return Groups(name="blockade", title="HER2 blockade", labels=labels, codes=codes)


def _by_pcr(cohort: Cohort) -> Groups:
    return Groups(
        name="pcr",
        title="Response",
        labels=("residual disease", "pCR"),
        codes=_codes(cohort.pcr),
        known_at_surgery=True,
    )


_RULES: dict[str, Callable[[Cohort], Groups]] = {
    "her2_ultra_high": _by_ratio,
    "expression_label": _by_expression,
    "her2_ihc_ish": _by_score,
    "blockade": _by_blockade,
    "pcr": _by_pcr,
}


def _of_columns(cohort: Cohort) -> dict[str, Callable[[Cohort], Groups]]:
    def by(name: str, labels: tuple[str, ...]) -> Callable[[Cohort], Groups]:
        return lambda cohort: Groups(
            name=name, title=name, labels=labels, codes=_codes(cohort.table[name])
        )

    return {
        column.name: by(column.name, column.categories or ("no", "yes"))
        for column in cohort.columns
        if column.kind in {"category", "boolean"}
    }


def _codes(values: FloatArray | Codes) -> Codes:
    return np.where(np.isnan(values), -1, values).astype(np.int16)
