"""A model's p_pcr beside the branch that a protocol's text names, and how the two agree."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from neopcr import kernel
from neopcr.cohort.contract import PATIENT_ID
from neopcr.errors import BundleError
from neopcr.scoring.account import is_missing
from neopcr.scoring.batch import Scorer, prepare
from neopcr.specs import Landmark

if TYPE_CHECKING:
    from neopcr.bundle import Bundle
    from neopcr.specs import BoolArray, FloatArray, Table

# Bands of p_pcr in the table of agreement: quarters, a choice of this project.
BANDS = (0.25, 0.5, 0.75)
BAND_NAMES = ("below 25 %", "25-50 %", "50-75 %", "75 % and above", "not scored")
NOT_SCORED = len(BAND_NAMES) - 1
_FLAGS = ("out_of_applicability", "undecided")


@dataclass(slots=True)
class Beside:
    """A bundle that scores the patients of each batch, and counts them by branch and band.

    Attributes
    ----------
    counts : dict of str to Counter
        By branch, patients in each band of `BAND_NAMES`.
    sums : dict of str to float
        By branch, the sum of p_pcr of those scored.
    """

    scorer: Scorer
    counts: dict[str, Counter[int]] = field(default_factory=dict)
    sums: dict[str, float] = field(default_factory=dict)

    @property
    def policy(self) -> str:
        """What p_pcr is the probability of, and under which treatment policy."""
        return self.scorer.bundle.estimand

    def score(self, table: Table) -> dict[str, pa.Array]:
        """p_pcr, its interval and its flags; null where every column of the model is missing."""
        bundle = self.scorer.bundle
        n = len(table[PATIENT_ID])
        known = np.asarray(~is_missing(table, bundle.space.columns, n).all(axis=1))
        X = bundle.space.matrix({PATIENT_ID: np.empty(n), **table})
        logit = kernel.total(*kernel.contributions(self.scorer.compiled, X))
        p = kernel.probability(logit)
        lower, upper, raised = _doubt(bundle, X, logit)
        return {
            "p_pcr": pa.array(p, mask=~known),
            "p_lower": _or_nothing(lower, known),
            "p_upper": _or_nothing(upper, known),
            "p_flags": _flags([rows & known for rows in raised]),
        }

    def add(self, branch: pa.Array, p: pa.Array) -> None:
        """Count a batch by what the rule says and in which band the model lies."""
        names = np.array(branch.to_pylist(), dtype=object)
        values = p.to_numpy(zero_copy_only=False)
        band = np.where(np.isnan(values), NOT_SCORED, np.searchsorted(BANDS, values, side="right"))
        for name in dict.fromkeys(names.tolist()):
            rows = names == name
            found, n = np.unique(band[rows], return_counts=True)
            self.counts.setdefault(name, Counter()).update(
                dict(zip(found.tolist(), n.tolist(), strict=True))
            )
            self.sums[name] = self.sums.get(name, 0.0) + float(np.nansum(values[rows]))

    def agreement(self) -> list[dict[str, object]]:
        """The table: a row a branch, the patients in each band, and the mean of p_pcr."""
        return [
            {
                "branch": name,
                **{title: bands[place] for place, title in enumerate(BAND_NAMES)},
                "n": bands.total(),
                "mean_p_pcr": _mean(self.sums[name], bands.total() - bands[NOT_SCORED]),
            }
            for name, bands in sorted(self.counts.items())
        ]


def beside(bundle: Bundle, decision: str) -> Beside:
    """Make a bundle ready, if it may stand beside a decision.

    Raises
    ------
    BundleError
        If it predicts before cycle 1 is over, where the arm has nothing to decide, or after the
        decision, where its columns do not exist yet.
    """
    if not Landmark.c1 <= bundle.landmark <= Landmark[decision]:
        message = (
            f"a model at {bundle.landmark.name} cannot stand beside the decision at {decision}. "
            f"Name a bundle trained at c1{' or c2' if decision == 'c2' else ', c2 or c4'}."
        )
        raise BundleError(message)
    return Beside(prepare(bundle))


def _doubt(
    bundle: Bundle, X: FloatArray, logit: FloatArray
) -> tuple[FloatArray | None, FloatArray | None, list[BoolArray]]:
    if bundle.uncertainty is None:
        return None, None, [np.zeros(len(X), dtype=bool)] * 2
    said = kernel.judge(bundle.uncertainty, X, logit)
    return said.lower, said.upper, [said.outside, said.undecided]


def _or_nothing(values: FloatArray | None, known: BoolArray) -> pa.Array:
    return pa.nulls(known.size, pa.float64()) if values is None else pa.array(values, mask=~known)


def _flags(raised: list[BoolArray]) -> pa.Array:
    texts = pa.array(["", _FLAGS[0], _FLAGS[1], ";".join(_FLAGS)], pa.string())
    return texts.take(pa.array(raised[0] + 2 * raised[1].astype(np.int64)))


def _mean(total: float, n: int) -> float | None:
    return round(total / n, 6) if n else None
