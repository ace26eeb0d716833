"""The record that every estimator file declares, what it promises of a fitted member, and bins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from neopcr.kernel import Member
    from neopcr.specs import FloatArray

Params = Mapping[str, float]
Directions = Sequence[int]
"""A feature each: 1 where the logit may only rise with it, -1 fall, 2 do neither, 0 both. Empty: 0."""

MAX_BIN = 64
FEWEST_PATIENTS = 5
"""Patients that every threshold rests on, and that every bin holds [default of this project]."""


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


def binned(X: FloatArray) -> FloatArray:
    """Put the lower edge of its bin for every value: what trees learn of it, and may tell.

    An edge is the mean of 5 neighbouring values, at a quantile or, where there are few distinct
    values, from each of them on; every bin holds 5 patients. So a threshold rests on no single
    patient. In float32, as xgboost and the kernel compare.

    Parameters
    ----------
    X : float array of shape (n_patients, n_features)
        NaN where missing; a feature that fewer than 5 patients have is missing in all.

    Returns
    -------
    float array of shape (n_patients, n_features)

    Examples
    --------
    >>> binned(np.array([[0.0] * 6 + [1.0] * 5 + [2.0, 3.0, np.nan]]).T).ravel()
    array([ 0.,  0.,  0.,  0.,  0.,  0.,  1.,  1.,  1.,  1.,  1.,  1.,  1.,
           nan])
    """
    rounded = X.astype(np.float32).astype(np.float64)
    return np.column_stack([_binned(values) for values in rounded.T])


def _binned(values: FloatArray) -> FloatArray:
    known = ~np.isnan(values)
    told = np.full(len(values), np.nan)
    if known.sum() < FEWEST_PATIENTS:
        return told
    edges = _edges(np.sort(values[known]))
    # Below the first edge stands one more number, which is no patient's either.
    lowest = edges[0] - max(1.0, abs(edges[0])) if edges.size else 0.0
    place = np.searchsorted(edges, values[known], side="right")
    told[known] = np.concatenate([[lowest], edges])[place]
    return told


@njit(cache=True)
def _edges(ascending: FloatArray) -> FloatArray:
    """Edges in order, kept from the left as long as each bin has its patients."""
    n = len(ascending)
    starts = np.flatnonzero(np.append(True, ascending[1:] != ascending[:-1]))
    if len(starts) > MAX_BIN:
        starts = np.arange(1, MAX_BIN) * n // MAX_BIN - FEWEST_PATIENTS // 2
    edges = np.empty(len(starts))
    kept, below = 0, 0
    for start in starts:
        first = min(max(int(start), 0), n - FEWEST_PATIENTS)
        edge = np.float64(np.float32(ascending[first : first + FEWEST_PATIENTS].mean()))
        reached = int(np.searchsorted(ascending, edge))
        if min(reached - below, n - reached) >= FEWEST_PATIENTS:
            edges[kept] = edge
            kept, below = kept + 1, reached
    return edges[:kept]
