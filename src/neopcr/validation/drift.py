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
from scipy.stats import beta, binom, chi2, fisher_exact, gamma

if TYPE_CHECKING:
    from neopcr.specs import FloatArray, IntArray

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
_HALF = 0.5
_FEWEST_BEYOND = 20

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


def stability_index(reference: IntArray | FloatArray, counts: IntArray | FloatArray) -> FloatArray:
    r"""Population stability index: how far apart two distributions over the same bins are.

    .. math:: \sum_b (q_b - p_b) \log (q_b / p_b)

    Half a patient is added to every bin, so that an empty one is not infinitely far.

    Parameters
    ----------
    reference, counts : arrays of shape (..., n_bins)
        Patients in each bin, then and now.

    References
    ----------
    .. [1] Yurdakul and Naranjo, J Risk Model Validation 14 (2020) 89: without drift it is about
       (1/n + 1/m) times a chi-squared of one less than the bins [from memory, unverified].

    Examples
    --------
    >>> stability_index(np.array([50, 50]), np.array([50, 50])).item()
    0.0
    >>> round(stability_index(np.array([50, 50]), np.array([80, 20])).item(), 2)
    0.4
    """
    then, now = (np.asarray(each, dtype=float) + _HALF for each in (reference, counts))
    p = then / then.sum(axis=-1, keepdims=True)
    q = now / now.sum(axis=-1, keepdims=True)
    found: FloatArray = np.sum((q - p) * np.log(q / p), axis=-1)
    return found


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
        p=max(_beyond(chance, index), homogeneity(reference, counts, sizes)),
    )


def homogeneity(reference: IntArray, counts: IntArray, sizes: tuple[float, float]) -> float:
    """P of Pearson's test that two distributions are one; of two bins, Fisher's.

    Parameters
    ----------
    reference, counts, sizes
        As of `distribution_shift`.

    Examples
    --------
    >>> homogeneity(np.array([50, 50]), np.array([5, 5]), (100.0, 10.0))
    1.0
    """
    n, m = (max(round(size), 1) for size in sizes)
    then, now = reference / reference.sum(), counts / counts.sum()
    if len(then) == 2:
        return _fisher(round(then[0] * n), n, round(now[0] * m), m)
    both = (n * then + m * now) / (n + m)
    there = both > 0
    distance = np.sum((then - now)[there] ** 2 / both[there])
    return float(chi2.sf(distance * n * m / (n + m), max(there.sum() - 1, 1)))


def _fisher(a: int, n: int, b: int, m: int) -> float:
    return float(fisher_exact(np.array([[a, n - a], [b, m - b]])).pvalue)


def _beyond(chance: FloatArray, index: float) -> float:
    beyond = int(np.sum(chance >= index))
    if beyond >= _FEWEST_BEYOND or not chance.var():
        return (1 + beyond) / (1 + len(chance))
    mean, variance = float(chance.mean()), float(chance.var())
    return float(gamma.sf(index, mean**2 / variance, scale=variance / mean))


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
        p=_fisher(a, n, b, m),
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


def swapped(fits: FloatArray, drifted: Sequence[bool]) -> tuple[tuple[int, int], ...]:
    """Pairs of columns that each match the other's reference better than their own.

    Parameters
    ----------
    fits : float array of shape (n_columns, n_columns)
        Stability index of column i against the reference of column j.
    drifted : sequence of bool
        Only pairs of which one has drifted are looked at.

    Returns
    -------
    tuple of tuple of int
        Each column stands in one pair at most; the pair that gains most comes first.

    Examples
    --------
    >>> swapped(np.array([[2.0, 0.1, 3.0], [0.1, 2.0, 3.0], [3.0, 3.0, 0.1]]), [True, True, False])
    ((0, 1),)
    """
    own = np.diag(fits)
    gain = np.minimum(own[:, None] - fits, own[None, :] - fits.T)
    n = len(own)
    pairs = [
        (i, j)
        for i in range(n)
        for j in range(i + 1, n)
        if gain[i, j] > 0 and (drifted[i] or drifted[j])
    ]
    taken: list[tuple[int, int]] = []
    for i, j in sorted(pairs, key=lambda pair: -gain[pair]):
        if not {i, j} & {each for pair in taken for each in pair}:
            taken.append((i, j))
    return tuple(taken)


FACTORS = (10.0, 100.0, 1000.0, 0.1, 0.01, 0.001)


def slip(fits: dict[float, float]) -> float | None:
    """Factor that a column's values seem to have been multiplied by; None where none fits.

    Parameters
    ----------
    fits : dict of float to float
        By factor, the index of the values divided by it; 1 is the values as they stand. The best
        must come to half of that or less, and be no drift that matters.
    """
    best = min(FACTORS, key=lambda factor: fits[factor])
    return best if fits[best] <= min(fits[1.0] / 2, 2 * PSI_THAT_MATTERS) else None
