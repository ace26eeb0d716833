"""Groups compared in how long they stay free of disease: curves, ratios, means, cut-offs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neopcr.errors import TableError
from neopcr.validation.survival import (
    Cox,
    HazardRatio,
    ProportionalHazards,
    SurvivalCurve,
    cox,
    log_rank,
    proportional_hazards,
    restricted_mean_difference,
    survival_curve,
)
from neopcr.workflows._groups import Groups, ultra_high

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neopcr.specs import Cohort, FloatArray
    from neopcr.workflows._followed import Followed

CUT_OFFS = tuple(float(cut) for cut in range(2, 13))
"""HER2/CEP17 ratios that are tried beside the protocol's 7.0."""


Beside = Mapping[str, Mapping[str, "FloatArray"]]
"""By what is adjusted for, its terms and their values in those who are followed; NaN not known."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prognosis:
    """Everything that is found.

    Parameters
    ----------
    groups, followed : Groups and Followed
        Who was compared, and for how long they were followed.
    curves : mapping of str to SurvivalCurve
        By group.
    test : (float, float)
        Log-rank chi-squared and p-value.
    crude, adjusted : Cox or None
        Hazard ratios of the groups against the first, alone and beside `covariates`.
    covariates : tuple of str
        Adjusted for.
    proportional : tuple of ProportionalHazards
        Of the crude regression.
    horizon : float
        Months within which means are compared: none of the groups is followed for less.
    gained : mapping of str to (float, float, float, float)
        Months free of events gained against the first group, 95 % limits and p-value.
    cut_offs : mapping of float to HazardRatio or None
        Only where patients are grouped by the ratio.
    """

    groups: Groups
    followed: Followed
    curves: Mapping[str, SurvivalCurve]
    test: tuple[float, float]
    crude: Cox | None
    adjusted: Cox | None
    covariates: tuple[str, ...]
    proportional: tuple[ProportionalHazards, ...]
    horizon: float
    gained: Mapping[str, tuple[float, float, float, float]]
    cut_offs: Mapping[float, HazardRatio | None]


def analyse(
    cohort: Cohort, groups: Groups, here: Followed, beside: Beside, months: float
) -> Prognosis:
    """Compare the groups.

    Parameters
    ----------
    cohort : Cohort
    groups, here : Groups and Followed
    beside : mapping of str to mapping of str to float array of shape (n,)
        What to adjust for, each by its terms, in those who are followed; NaN not known.
    months : float
        Horizon of means.

    Raises
    ------
    TableError
        If fewer than two groups have follow-up.
    """
    present = [code for code in groups.present() if (here.codes == code).any()]
    if len(present) < 2:
        message = "cohort: fewer than two groups have follow-up, so there is nothing to compare."
        raise TableError(message)
    curves = {
        groups.labels[code]: survival_curve(
            here.months[here.codes == code], here.event[here.codes == code]
        )
        for code in present
    }
    indicators = _indicators(groups, here, present)
    crude = cox(here.months, here.event, indicators)
    first, *others = curves
    horizon = min(months, *(float(curve.follow_up[-1]) for curve in curves.values()))
    return Prognosis(
        groups=groups,
        followed=here,
        curves=curves,
        test=log_rank(here.months, here.event, here.codes),
        crude=crude,
        adjusted=_adjusted(here, indicators, beside) if beside else None,
        covariates=tuple(beside),
        proportional=_proportional(here, indicators, crude),
        horizon=horizon,
        gained={
            name: restricted_mean_difference(curves[first], curves[name], horizon)
            for name in others
        },
        cut_offs=_by_cut_off(cohort, here) if groups.name == "her2_ultra_high" else {},
    )


def _indicators(groups: Groups, here: Followed, present: Sequence[int]) -> dict[str, FloatArray]:
    return {groups.labels[code]: (here.codes == code).astype(float) for code in present[1:]}


def _adjusted(here: Followed, indicators: Mapping[str, FloatArray], beside: Beside) -> Cox | None:
    covariates = {name: values for terms in beside.values() for name, values in terms.items()}
    known = ~np.isnan(np.column_stack(list(covariates.values()))).any(axis=1)
    both = {**indicators, **covariates}
    return cox(
        here.months[known],
        here.event[known],
        {name: values[known] for name, values in both.items()},
    )


def columns_beside(
    cohort: Cohort, here: Followed, names: Sequence[str]
) -> dict[str, dict[str, FloatArray]]:
    """Columns to adjust for, in those who are followed.

    Raises
    ------
    TableError
        If one is no number, category or yes-or-no column of the cohort.
    """
    return {name: _covariate(cohort, here, name) for name in names}


def _covariate(cohort: Cohort, here: Followed, name: str) -> dict[str, FloatArray]:
    """A number as it is; a category as one indicator a level that is there, but for the first."""
    declared = {column.name: column for column in cohort.columns}
    column = declared.get(name)
    if column is None or column.kind not in {"number", "boolean", "category"}:
        fitting = sorted(
            each.name for each in cohort.columns if each.kind in {"number", "boolean", "category"}
        )
        message = f"cohort: cannot adjust for '{name}'. Adjust for any of {', '.join(fitting)}."
        raise TableError(message)
    values = cohort.table[name][here.rows]
    if column.kind != "category":
        return {name: np.asarray(values, dtype=np.float64)}
    levels = np.unique(values[values >= 0])[1:]
    return {
        f"{name}: {column.categories[level]}": np.where(values < 0, np.nan, values == level)
        for level in levels
    }


def _proportional(
    here: Followed, indicators: Mapping[str, FloatArray], fitted: Cox | None
) -> tuple[ProportionalHazards, ...]:
    if fitted is None:
        return ()
    X = np.column_stack(list(indicators.values()))
    names = tuple(indicators)
    return proportional_hazards(here.months, here.event, X, fitted.coefficients, names)


def _by_cut_off(cohort: Cohort, here: Followed) -> dict[float, HazardRatio | None]:
    ratio = cohort.table["her2_cep17_ratio"][here.rows]
    found: dict[float, HazardRatio | None] = {}
    for cut in CUT_OFFS:
        high = (ultra_high(ratio, cut).codes == 1).astype(float)
        fitted = cox(here.months, here.event, {f"ratio > {cut:g}": high})
        found[cut] = None if fitted is None else fitted.terms[0]
    return found
