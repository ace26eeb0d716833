"""Whether a cohort is distributed as the training patients were: shifts, how sure, and how large.

A shift is told where it is both larger than chance explains, all comparisons considered, and large
enough to matter. Chance has three sources here: few patients now, few patients then, and few
centres: patients of one centre are more alike than patients of several, so that another ten centres
differ from the first ten even where nothing has changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import beta, binom

from neopcr.validation.stability import beyond_draws, fisher, homogeneity, stability_index

if TYPE_CHECKING:
    from neopcr.specs import IntArray

LEVEL = 0.01
"""Of Holm's procedure over all comparisons of a cohort (the project's choice)."""

PSI_THAT_MATTERS = 0.1
"""Beyond what chance gives: credit scoring calls a smaller index no change (a convention [1]_ that
rests on no theory)."""

SHARE_THAT_MATTERS = 0.1
"""Difference of two shares (the project's choice)."""

CENTRE_PSI_THAT_MATTERS = 0.25
"""The same of one centre's patients alone: few, and never quite like those of others; the
convention [1]_ calls a larger index a major change."""

FEWEST_IN_CENTRE = 10
"""Fewer values of one centre are not looked at by themselves (the project's choice)."""

FEWEST_KNOWN = 20
"""Fewer values of a column have no distribution (the project's choice)."""

CLEARLY_CHANCE = 1e-3
"""P above which one centre's comparison needs no further look: 20 of them would explain it."""

DRAWS = 1_000

DISTRIBUTION, MISSING, UNREADABLE, OUTSIDE = "distribution", "missing", "unreadable", "outside"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """One comparison of a cohort with the training patients.

    Parameters
    ----------
    column : str
        Which column, or ``p_pcr``.
    what : str
        `DISTRIBUTION`, `MISSING`, `UNREADABLE` or `OUTSIDE`.
    n : int
        Patients of the cohort that it rests on.
    value, lower, upper : float
        Population stability index, or the share of patients, with its 95 % interval.
    reference : float
        What to hold it against: the index that chance gives, or the share in training.
    p : float
        How likely by chance.
    adjusted : float
        The same, all comparisons considered (Holm).
    drifted : bool
        Whether it is neither chance nor small.
    centre : int or None
        0-based number of the centre whose patients are compared; None for all patients.
    """

    column: str
    what: str
    n: int
    value: float
    lower: float
    upper: float
    reference: float
    p: float
    adjusted: float = 1.0
    drifted: bool = False
    centre: int | None = None

    @property
    def matters(self) -> bool:
        """Whether it is large enough to matter, were it no chance."""
        if self.what == DISTRIBUTION:
            least = PSI_THAT_MATTERS if self.centre is None else CENTRE_PSI_THAT_MATTERS
            return self.value - self.reference >= least
        if self.what == MISSING:
            return abs(self.value - self.reference) >= SHARE_THAT_MATTERS
        return self.value > self.reference


def distribution_shift(
    column: str,
    reference: IntArray,
    counts: IntArray,
    sizes: tuple[float, float],
    rng: np.random.Generator,
) -> Shift:
    """Compare two distributions over the same bins.

    What chance gives is drawn: both samples anew, from the distribution of the two together. A p
    below what draws can tell is read off a gamma distribution of the draws' mean and variance. The
    index has long tails where patients are few, so that no p is below Pearson's of the same table,
    of two bins Fisher's.

    Parameters
    ----------
    column : str
    reference, counts : int arrays of shape (n_bins,)
        Patients in each bin, then and now.
    sizes : tuple of float
        How many independent patients they are worth, then and now; see `neopcr.bundle.effective`.
    rng : numpy Generator
    """
    n, m = (max(round(size), 1) for size in sizes)
    then, now = reference / reference.sum(), counts / counts.sum()
    index = float(stability_index(reference, counts))
    both = (n * then + m * now) / (n + m)
    chance = stability_index(rng.multinomial(n, both, DRAWS), rng.multinomial(m, both, DRAWS))
    again = stability_index(rng.multinomial(n, then, DRAWS), rng.multinomial(m, now, DRAWS))
    low, high = np.quantile(again, (0.025, 0.975))
    return Shift(
        column=column,
        what=DISTRIBUTION,
        n=int(counts.sum()),
        value=index,
        lower=max(2 * index - float(high), 0.0),
        upper=max(2 * index - float(low), 0.0),
        reference=float(chance.mean()),
        p=max(beyond_draws(chance, index), homogeneity(reference, counts, sizes)),
    )


def share_shift(
    column: str,
    what: str,
    then: tuple[float, float],
    now: tuple[int, int],
    size: float,
) -> Shift:
    """Compare two shares by Fisher's exact test.

    Parameters
    ----------
    column, what : str
    then : tuple of float
        Share in training, and how many independent patients it is worth.
    now : tuple of int
        Patients of the cohort that are concerned, of how many.
    size : float
        How many independent patients the cohort is worth.
    """
    share, n = then[0], max(round(then[1]), 1)
    value, m = now[0] / now[1], max(round(size), 1)
    a, b = round(share * n), round(value * m)
    low, high = _limits(b, m)
    return Shift(
        column=column,
        what=what,
        n=now[1],
        value=value,
        lower=low,
        upper=high,
        reference=share,
        p=fisher(a, n, b, m),
    )


def excess(column: str, what: str, now: tuple[int, int], tolerated: float) -> Shift:
    """Ask whether a share is above what is tolerated, by the binomial test."""
    k, n = now
    low, high = _limits(k, n)
    return Shift(
        column=column,
        what=what,
        n=n,
        value=k / n,
        lower=low,
        upper=high,
        reference=tolerated,
        p=float(binom.sf(k - 1, n, tolerated)),
    )


def _limits(k: int, n: int) -> tuple[float, float]:
    """Clopper and Pearson's 95 % limits of a share."""
    low = float(beta.ppf(0.025, k, n - k + 1)) if k else 0.0
    return low, float(beta.ppf(0.975, k + 1, n - k)) if k < n else 1.0


def judged(shifts: Sequence[Shift], passed: int = 0) -> tuple[Shift, ...]:
    """Say which shifts are neither chance nor small.

    Parameters
    ----------
    shifts : sequence of Shift
    passed : int
        Further comparisons that were made, and are too likely by chance to be among them.

    References
    ----------
    .. [1] Holm, Scand J Stat 6 (1979) 65.
    """
    adjusted = np.ones(len(shifts))
    order = np.argsort([one.p for one in shifts], kind="stable")
    highest = 0.0
    for place, index in enumerate(order):
        highest = max(highest, min(1.0, shifts[index].p * (len(shifts) + passed - place)))
        adjusted[index] = highest
    return tuple(
        replace(one, adjusted=float(p), drifted=bool(p <= LEVEL) and one.matters)
        for one, p in zip(shifts, adjusted, strict=True)
    )
