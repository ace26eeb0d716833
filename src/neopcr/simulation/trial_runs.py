"""A thousand runs of NCT07239271: rates by arm and branch, and the power of comparing the arms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr, ndtri

from neopcr.simulation.adaptive import BRANCHES
from neopcr.simulation.assumptions import ALPHA, Assumptions
from neopcr.simulation.effects import Effects, trial_effects
from neopcr.simulation.trial_block import Block, draw_block, switch

if TYPE_CHECKING:
    from neopcr.specs import BoolArray, FloatArray, IntArray

Progress = Callable[[int, int], None]

# Trials drawn together: a matter of memory, and part of what a seed means.
BLOCK = 25
SENSITIVITIES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
DROPOUTS = (0.0, 0.05, 0.1, 0.2)
ADC_OR_AC_H = "ADC or AC+H"
ROWS = (*BRANCHES, ADC_OR_AC_H)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A mean over trials, and the standard error that the number of trials leaves."""

    value: float
    error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Counts of every trial; arrays of shape (n_trials,) unless said otherwise.

    Parameters
    ----------
    n_control, n_experimental : int
        Patients of an arm.
    control, experimental, equal : int arrays
        Who reached pCR: in the two arms, and in the experimental arm had both been treated alike.
    patients, reached : int arrays of shape (n_trials, 5)
        By branch of `ROWS`: its patients, and who of them reached pCR. The last, who changed after
        cycle 4, are counted in their branch after cycle 2 too.
    """

    n_control: int
    n_experimental: int
    control: IntArray
    experimental: IntArray
    equal: IntArray
    patients: IntArray
    reached: IntArray


def run_trials(
    assumed: Assumptions, n_trials: int, seed: int, *, progress: Progress | None = None
) -> dict[tuple[float, float], Runs]:
    """Run the trials under what is assumed, and under every sensitivity and dropout of the grid.

    All scenarios share their patients, so that a difference between two is one of assumptions.

    Parameters
    ----------
    assumed : Assumptions
    n_trials : int
        The first trials of more are the same, block by block of 25.
    seed : int
    progress : callable, optional
        Called with the trials done and the trials in all.

    Returns
    -------
    dict of (float, float) to Runs
        By assay sensitivity and dropout; what is assumed comes first.
    """
    scenarios = _scenarios(assumed)
    done: dict[tuple[float, float], list[Runs]] = {key: [] for key in scenarios}
    effects = trial_effects()
    for first, block in _blocks(assumed, n_trials, seed, effects):
        for sensitivity in dict.fromkeys(one for one, _ in scenarios):
            assuming = replace(assumed, assay_sensitivity=sensitivity)
            switched = switch(block, assuming, effects)
            for dropout in (two for one, two in scenarios if one == sensitivity):
                done[sensitivity, dropout].append(_count(block, switched, dropout))
        if progress is not None:
            progress(first + block.n_trials, n_trials)
    return {key: _joined(runs) for key, runs in done.items()}


def _scenarios(assumed: Assumptions) -> list[tuple[float, float]]:
    base = (assumed.assay_sensitivity, assumed.dropout)
    return list(dict.fromkeys([base, *((one, two) for one in SENSITIVITIES for two in DROPOUTS)]))


def _blocks(
    assumed: Assumptions, n_trials: int, seed: int, effects: Effects
) -> Iterator[tuple[int, Block]]:
    starts = range(0, n_trials, BLOCK)
    for first, one in zip(starts, np.random.SeedSequence(seed).spawn(len(starts)), strict=True):
        n = min(BLOCK, n_trials - first)
        rng = np.random.default_rng(one)
        yield first, draw_block(n, assumed.n_control, assumed.n_patients, effects, rng)


def _count(block: Block, switched: tuple[IntArray, BoolArray, FloatArray], dropout: float) -> Runs:
    """Count by trial; who has no surgery has no pCR."""
    chosen, changed, pcr = switched
    controls, others = (stays >= dropout for stays in block.stays)
    reached = pcr * others
    trial = np.repeat(np.arange(block.n_trials), chosen.size // block.n_trials)

    def by_branch(weight: FloatArray) -> IntArray:
        place = trial * len(BRANCHES) + chosen
        counts = np.bincount(place, weight, block.n_trials * len(BRANCHES))
        late = np.bincount(trial, weight * changed, block.n_trials)
        return np.column_stack([counts.reshape(block.n_trials, -1), late]).astype(np.int64)

    return Runs(
        n_control=controls.size // block.n_trials,
        n_experimental=chosen.size // block.n_trials,
        control=_by_trial(block.control * controls, block.n_trials),
        experimental=_by_trial(reached, block.n_trials),
        equal=_by_trial(block.equal * others, block.n_trials),
        patients=by_branch(np.ones(chosen.size)),
        reached=by_branch(reached),
    )


def _by_trial(values: FloatArray, n_trials: int) -> IntArray:
    return np.asarray(values.reshape(n_trials, -1).sum(axis=1), dtype=np.int64)


def _joined(runs: list[Runs]) -> Runs:
    def joined(name: str) -> IntArray:
        return np.concatenate([getattr(one, name) for one in runs])

    return replace(
        runs[0],
        control=joined("control"),
        experimental=joined("experimental"),
        equal=joined("equal"),
        patients=joined("patients"),
        reached=joined("reached"),
    )


def two_sided_p(
    events: IntArray, n: int, other_events: IntArray, other_n: int
) -> tuple[FloatArray, FloatArray]:
    """Compare two proportions by the normal test with pooled variance, without correction.

    Returns
    -------
    difference : float array
        The first proportion less the other.
    p : float array
        Two-sided; 1 where nobody, or everybody, has the event.

    Examples
    --------
    >>> difference, p = two_sided_p(np.array([60]), 100, np.array([40]), 100)
    >>> difference.round(2), p.round(4)
    (array([0.2]), array([0.0047]))
    """
    difference = events / n - other_events / other_n
    pooled = (events + other_events) / (n + other_n)
    error = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / other_n))
    z = np.divide(np.abs(difference), error, out=np.zeros_like(difference), where=error > 0)
    return difference, 2 * ndtr(-z)


def power(runs: Runs, *, equal: bool = False) -> tuple[Share, Share]:
    """Share of trials that reject equal rates at 5 %, two-sided, with its Monte-Carlo error.

    Parameters
    ----------
    runs : Runs
    equal : bool
        Of the trials whose arms were treated alike: the type I error.

    Returns
    -------
    better, worse : Share
        In favour of the experimental arm, and against it.
    """
    events = runs.equal if equal else runs.experimental
    difference, p = two_sided_p(events, runs.n_experimental, runs.control, runs.n_control)
    rejected = p < ALPHA
    return _share(rejected & (difference > 0)), _share(rejected & (difference < 0))


def wilson(share: float, n: int) -> tuple[float, float]:
    """95 % interval of a share of `n` trials (Wilson, 1927).

    >>> [round(bound, 3) for bound in wilson(0.9, 1000)]
    [0.88, 0.917]
    """
    z = float(ndtri(0.975))
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return float(middle - half), float(middle + half)


def _share(happened: BoolArray) -> Share:
    value = float(happened.mean())
    return Share(value=value, error=float(np.sqrt(value * (1 - value) / happened.size)))


def rate(reached: IntArray, patients: IntArray) -> Share | None:
    """Expected rate over trials, a ratio of sums; None where no trial has such a patient."""
    total = int(patients.sum())
    if not total:
        return None
    value = float(reached.sum() / total)
    spread = (reached - value * patients).std() / patients.mean()
    return Share(value=value, error=float(spread / np.sqrt(patients.size)))
