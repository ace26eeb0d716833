"""The record that every estimator file declares, and what it promises of a fitted member."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    import numpy as np

    from neopcr.kernel import Member
    from neopcr.specs import FloatArray

Params = Mapping[str, float]
Directions = Sequence[int]
"""A feature each: 1 where the logit may only rise with it, -1 fall, 2 do neither, 0 both. Empty: 0."""


class Fittable(Protocol):
    """What `build` returns: it learns everything it needs inside `fit`."""

    def fit(self, X: FloatArray, y: FloatArray) -> Self:
        """Learn from `X` of shape (n_patients, n_features), NaN missing, and `y`, 1 pCR, 0 not."""

    def decision_function(self, X: FloatArray) -> FloatArray:
        """Logit of p_pcr, shape (n_patients,), by the library that fitted it."""

    def export(self) -> Member:
        """Return the fitted member as data for the kernel."""


class Build(Protocol):
    """How a member is made."""

    def __call__(self, params: Params, seed: int, directions: Directions = ()) -> Fittable:
        """Return an unfitted member that keeps to the directions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimator:
    """A kind of member that the blend can hold.

    Parameters
    ----------
    name, title : str
        As in a config, and as in a report.
    build : callable
        ``build(params, seed, directions)``: an unfitted member.
    space : callable
        ``space(rng) -> params``: one draw of the random search.
    cautious : callable
        The same, of simpler settings alone: for cohorts too small for the candidates they offer.
    default : mapping of str to float
        The first trial of every search: a cautious setting that needs no luck.
    reference : str
        Paper, year and DOI.
    """

    name: str
    title: str
    build: Build
    space: Callable[[np.random.Generator], Params]
    cautious: Callable[[np.random.Generator], Params]
    default: Params
    reference: str
