"""How far a comparison could move if IHC were read again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from neopcr.oncology.assay_error import perturb
from neopcr.validation.odds import stratified_odds_ratio
from neopcr.validation.performance import FEWEST
from neopcr.workflows._groups import features_of, reordered, sort_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neopcr.oncology.assay_error import AssayError
    from neopcr.oncology.kleene import Codes
    from neopcr.specs import Cohort, FloatArray
    from neopcr.workflows._groups import Groups

DRAWS = 500
FEWEST_DEFINED = 0.95
"""Share of draws that must have an odds ratio, as of a bootstrap's."""
GROUPINGS = ("expression_label", "her2_ihc_ish")
"""Those that IHC forms."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reread:
    """Odds ratio of pCR, the first class over another, as recorded and over re-reads.

    Parameters
    ----------
    first, second : str
    stratified : bool
        Whether by hormone receptor status.
    as_read : float
    draws : float array of shape (n_draws,)
        NaN where a re-read leaves nothing to compare.
    left : float
        Patients of the two classes as recorded who are in neither after a re-read, on average.
    """

    first: str
    second: str
    stratified: bool
    as_read: float
    draws: FloatArray
    left: float

    def quantiles(self) -> tuple[float, float, float]:
        """Median and the middle 95 % of the draws."""
        middle, low, high = np.quantile(self._defined(), (0.5, 0.025, 0.975))
        return float(middle), float(low), float(high)

    def turned(self) -> float:
        """Share of draws on the other side of 1 than the classes as recorded."""
        return float(np.mean((self._defined() > 1) != (self.as_read > 1)))

    def _defined(self) -> FloatArray:
        return self.draws[np.isfinite(self.draws)]


def reread(
    cohort: Cohort, groups: Groups, error: AssayError, *, seed: int, n_draws: int = DRAWS
) -> tuple[Reread, ...]:
    """Read IHC again, sort patients anew, and compare them again.

    What ISH said stays: a 3+ without ISH that is re-read as 2+ is of no class.

    Parameters
    ----------
    cohort : Cohort
    groups : Groups
        As recorded.
    error : AssayError
        How often a reader errs.
    seed, n_draws : int

    Returns
    -------
    tuple of Reread
        Pairs with fewer than five patients of known response in a class, or of whom too many draws
        have no odds ratio, are left out; none where IHC does not form the classes.
    """
    if groups.name not in GROUPINGS or "her2_ihc" not in cohort.table:
        return ()
    hr = features_of(cohort, "receptors")["hr_positive"]
    first, *others = _enough(cohort, groups) or (0,)
    rng = np.random.default_rng(seed)
    codes = [_drawn(cohort, groups, rng, error) for _ in range(n_draws)] if others else []
    found = [
        _reread(groups, (first, other), codes, cohort.pcr, strata, stratified=stratified)
        for other in others
        for stratified, strata in ((False, np.zeros(len(hr))), (True, hr))
    ]
    return tuple(
        one
        for one in found
        if np.isfinite(one.as_read) and np.isfinite(one.draws).mean() >= FEWEST_DEFINED
    )


def _enough(cohort: Cohort, groups: Groups) -> tuple[int, ...]:
    known = groups.codes[~np.isnan(cohort.pcr)]
    return tuple(code for code in groups.present() if (known == code).sum() >= FEWEST)


def _drawn(cohort: Cohort, groups: Groups, rng: np.random.Generator, error: AssayError) -> Codes:
    read = perturb({"her2_ihc": cohort.table["her2_ihc"]}, rng, n_draws=1, error=error)
    table = {**cohort.table, "her2_ihc": read["her2_ihc"][0]}
    drawn = sort_by(groups.name, replace(cohort, table=table))
    return reordered(drawn, groups.labels[0]).codes


def _reread(
    groups: Groups,
    pair: tuple[int, int],
    drawn: Sequence[Codes],
    pcr: FloatArray,
    strata: FloatArray,
    *,
    stratified: bool,
) -> Reread:
    before = np.isin(groups.codes, pair)
    return Reread(
        first=groups.labels[pair[0]],
        second=groups.labels[pair[1]],
        stratified=stratified,
        as_read=_ratio(groups.codes, pair, pcr, strata),
        draws=np.array([_ratio(codes, pair, pcr, strata) for codes in drawn]),
        left=float(np.mean([(before & ~np.isin(codes, pair)).sum() for codes in drawn])),
    )


def _ratio(codes: Codes, pair: tuple[int, int], pcr: FloatArray, strata: FloatArray) -> float:
    exposed = np.where(codes == pair[0], 1.0, np.where(codes == pair[1], 0.0, np.nan))
    return stratified_odds_ratio(pcr, exposed, strata)
