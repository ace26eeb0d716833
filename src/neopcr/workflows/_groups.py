"""Groups of patients that prognosis and comparison tell apart, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neopcr.errors import TableError
from neopcr.oncology import her2, her2_expression
from neopcr.oncology.her2_expression import ULTRA_HIGH_ABOVE_RATIO

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
        ``her2_ultra_high`` (HER2/CEP17 ratio above 7.0), ``expression_label`` (HER2 class), ``pcr``
        or a column.
    cohort : Cohort

    Raises
    ------
    TableError
        If there is no such grouping in this cohort, or fewer than two groups hold anyone.
    """
    rules = {**_of_columns(cohort), **_RULES}
    if name not in rules:
        message = (
            f"cohort: there is no grouping '{name}'. Group by one of {', '.join(sorted(rules))}."
        )
        raise TableError(message)
    groups = rules[name](cohort)
    if len(groups.present()) < 2:
        message = (
            f"cohort: grouping by '{name}' needs patients in at least two groups, and this cohort "
            f"has {len(groups.present())}. The columns that it reads may be absent or empty."
        )
        raise TableError(message)
    return groups


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
