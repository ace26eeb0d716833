"""Whether models fitted to other patients would lean on the same columns."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import rankdata

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from neopcr.specs import FloatArray

FEWEST_MODELS = 10
"""Of fewer no middle 95 % is said."""
TOP = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RankStability:
    """Ranks of columns by mean absolute contribution, over bootstrap models.

    Parameters
    ----------
    models : int
        Fitted to bootstrap samples of the training patients, and explained on all of these.
    overlap : float
        Of the `TOP` columns of the model itself (of all, where there are fewer), the share that is
        among as many of a bootstrap model, on average; 0 to 1.
    concordance : float or None
        Kendall's W of the models' ranks, corrected for ties: 0 no agreement, 1 the same order in
        all; None where there is nothing to order.
    names : tuple of str
        Columns; a wide block as one, such as ``expression_score``. In the model's own order.
    rank : tuple of int
        In the model itself, 1 for the column it leans on most.
    lower, upper : tuple of int
        Between them lie the ranks in 95 % of the bootstrap models. Columns that a model leans on
        alike, such as those it does not use, share the best of their ranks in `rank` and `lower`
        and the worst in `upper`.

    References
    ----------
    .. [1] Kendall & Babington Smith, Ann Math Stat 10 (1939) 275, on W.
    """

    models: int
    overlap: float
    concordance: float | None
    names: tuple[str, ...]
    rank: tuple[int, ...]
    lower: tuple[int, ...]
    upper: tuple[int, ...]

    def record(self) -> dict[str, Any]:
        """Give plain JSON values, for a bundle."""
        return {
            name: list(each) if isinstance(each, tuple) else each
            for name, each in asdict(self).items()
        }


def rank_stability(
    names: Sequence[str], own: FloatArray, drawn: FloatArray
) -> RankStability | None:
    """Compare how far models lean on columns.

    Parameters
    ----------
    names : sequence of str
        Of the columns.
    own : float array of shape (n_columns,)
        Mean absolute contributions of the model itself.
    drawn : float array of shape (n_models, n_columns)
        Those of bootstrap models.

    Returns
    -------
    RankStability or None
        None of fewer than 10 models.
    """
    if len(drawn) < FEWEST_MODELS:
        return None
    best, worst = (rankdata(-drawn, method=how, axis=1) for how in ("min", "max"))
    rank = rankdata(-own, method="min")
    lower = np.quantile(best, 0.025, axis=0, method="inverted_cdf")
    upper = np.quantile(worst, 0.975, axis=0, method="inverted_cdf")
    order = np.argsort(-own, kind="stable")
    return RankStability(
        models=len(drawn),
        overlap=_overlap(own, drawn),
        concordance=_concordance(drawn),
        names=tuple(names[place] for place in order),
        rank=tuple(rank[order].astype(int).tolist()),
        lower=tuple(lower[order].astype(int).tolist()),
        upper=tuple(upper[order].astype(int).tolist()),
    )


def stability_from(training: Mapping[str, Any]) -> RankStability | None:
    """Read `RankStability.record` from what a bundle says of its training; None where it has none."""
    said = training.get("rank_stability")
    if said is None:
        return None
    parts: dict[str, Any] = {
        name: tuple(each) if isinstance(each, list) else each for name, each in said.items()
    }
    return RankStability(**parts)


def _overlap(own: FloatArray, drawn: FloatArray) -> float:
    top = min(TOP, len(own))
    leading = set(np.argsort(-own, kind="stable")[:top].tolist())
    others = np.argsort(-drawn, axis=1, kind="stable")[:, :top].tolist()
    return float(np.mean([len(leading.intersection(each)) / top for each in others]))


def _concordance(drawn: FloatArray) -> float | None:
    m, n = drawn.shape
    ranks = rankdata(-drawn, axis=1)
    tied = sum(
        float((counts**3 - counts).sum())
        for counts in (np.unique(each, return_counts=True)[1] for each in ranks)
    )
    most = m * m * (n**3 - n) - m * tied
    sums = ranks.sum(axis=0)
    return float(12.0 * ((sums - sums.mean()) ** 2).sum() / most) if most > 0 else None
