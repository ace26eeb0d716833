"""Logits and their largest contributions in one pass: what lies between never leaves the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neopcr.kernel.reasons import owners_of, roll_up, top_reasons
from neopcr.kernel.rows import explain_rows
from neopcr.kernel.run import checked, choose_model, contributions, parts, total
from neopcr.kernel.spread import spread

if TYPE_CHECKING:
    from neopcr.kernel.program import CompiledModel
    from neopcr.kernel.run import Part
    from neopcr.specs import FloatArray, IntArray

    Arrays = tuple[FloatArray, IntArray, FloatArray]


class Explained(NamedTuple):
    """Logits of patients and what moved them most.

    Parameters
    ----------
    logit : float array of shape (n_patients,)
        Of p_pcr.
    group : int64 array of shape (n_patients, k)
        Groups of features, largest contribution first, of equals the first group; -1 past the last
        that contributes anything.
    value : float array of shape (n_patients, k)
        Their contributions; NaN past the last.
    """

    logit: FloatArray
    group: IntArray
    value: FloatArray


def explain(
    compiled: CompiledModel,
    X: FloatArray,
    groups: tuple[tuple[int, ...], ...],
    n_groups: int,
    k: int,
) -> Explained:
    """Explain patients by groups of features: columns, where those are what features are made of.

    To the bit what `total`, and `top_reasons` of `roll_up`, make of `contributions`, in half the
    time; a contribution of nothing is no reason here.

    Parameters
    ----------
    compiled : CompiledModel
        From `compile_model`.
    X : float64 array of shape (n_patients, n_features)
        NaN where missing.
    groups : tuple of tuple of int
        As in `roll_up`.
    n_groups : int
        How many groups there are.
    k : int
        How many reasons, at least 1.

    Returns
    -------
    Explained

    Raises
    ------
    ValueError
        If X has another number of features, or `roll_up` refuses the groups.
    """
    if compiled.model.scores:
        phi, base = contributions(compiled, X)
        index, value = top_reasons(roll_up(phi, groups, n_groups), k)
        none = ~(np.abs(value) > 0.0)
        return Explained(total(phi, base), np.where(none, -1, index), np.where(none, np.nan, value))
    X = checked(compiled, X)
    owners = (*owners_of(groups, X.shape[1], n_groups), n_groups)
    out = np.empty(len(X)), np.empty((k, len(X)), np.int64), np.empty((k, len(X)))
    for part, rows in parts(compiled, choose_model(compiled, X)):
        _spread(X, rows, part, owners, out)
    logit, index, value = out
    return Explained(logit, index.T, value.T)


def _spread(
    X: FloatArray, rows: IntArray, part: Part, owners: tuple[IntArray, IntArray, int], out: Arrays
) -> None:
    spread(lambda some: explain_rows(X, rows[some], part, owners, out), len(rows))
