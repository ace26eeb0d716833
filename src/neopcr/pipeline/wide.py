"""Wide blocks in training: what members see of them, fold by fold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from neopcr.estimators import fit_ridge, gram, ridge_scores, to_score
from neopcr.specs import Block

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neopcr.estimators import Plan
    from neopcr.kernel import Score
    from neopcr.specs import FloatArray, IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What members see: the matrix without its wide blocks, and a ridge score of each.

    Parameters
    ----------
    whole : float array of shape (n_patients, n_features)
        Every patient's score is that of a ridge fitted to the others.
    by_fold : tuple of float array of shape (n_patients, n_features)
        The same within the training part of each inner fold; the scores of those held out are by
        the ridge of that part.
    scores : tuple of Score
        Fitted to everybody: those of new patients.
    penalties : tuple of float
        Of the ridges, in units of the mean eigenvalue.
    """

    whole: FloatArray
    by_fold: tuple[FloatArray, ...]
    scores: tuple[Score, ...] = ()
    penalties: tuple[float, ...] = ()


def see(
    X: FloatArray,
    y: FloatArray,
    plan: Plan,
    wide: Sequence[Block],
    groups: IntArray | None,
) -> Seen:
    """Make the scores of wide blocks, each within the patients that members learn from.

    A score that had seen a patient's outcome would tell it, and members would trust it too much:
    so those they learn from have the score of a ridge that left them out.

    Parameters
    ----------
    X : float array of shape (n_patients, n_inputs)
        NaN where missing.
    y : float array of shape (n_patients,)
        1 pCR reached, 0 residual disease.
    plan : Plan
        The inner folds.
    wide : sequence of Block
    groups : int array of shape (n_patients,), optional
        Patients of one group are left out together.
    """
    if not wide:
        return Seen(X, (X,) * len(plan))
    everyone = np.arange(len(y))
    narrow = np.delete(X, [place for block in wide for place in block.own], axis=1)
    whole, by_fold = [narrow], [[narrow] for _ in plan]
    scores, penalties = [], []
    for each in wide:
        block = gram(X, each.own)
        ridge = fit_ridge(block, y, everyone, groups)
        whole.append(ridge_scores(block, ridge)[:, None])
        for columns, (train, _) in zip(by_fold, plan, strict=True):
            inner = fit_ridge(block, y, train, groups)
            columns.append(ridge_scores(block, inner)[:, None])
        scores.append(to_score(block, ridge, X))
        penalties.append(ridge.penalty)
    return Seen(np.hstack(whole), tuple(map(np.hstack, by_fold)), tuple(scores), tuple(penalties))


def as_seen(blocks: Sequence[Block], wide: Sequence[Block], n_inputs: int) -> tuple[Block, ...]:
    """Blocks by what members see of them.

    >>> as_seen([Block("x", (0, 3), (0, 3))], [Block("wide", (1, 2), (1, 2))], 4)
    (Block(name='x', own=(0, 1), touched=(0, 1)),)
    """
    taken = [place for block in wide for place in block.own]
    place = np.zeros(n_inputs, dtype=np.int64)
    narrow = np.delete(np.arange(n_inputs), taken)
    place[narrow] = np.arange(len(narrow))
    for number, block in enumerate(wide, start=len(narrow)):
        place[list(block.own)] = number

    def moved(places: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(np.unique(place[list(places)]).tolist())

    return tuple(Block(each.name, moved(each.own), moved(each.touched)) for each in blocks)
