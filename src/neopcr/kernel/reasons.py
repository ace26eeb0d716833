"""From contributions of features to those of columns and modalities, and to the largest few."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from neopcr.kernel.plain import largest, logistic, share_out
from neopcr.kernel.spread import spread

if TYPE_CHECKING:
    from neopcr.specs import FloatArray, IntArray


def top_reasons(phi: FloatArray, k: int) -> tuple[IntArray, FloatArray]:
    """Largest contributions of each patient by size, largest first; of equals, the first.

    Parameters
    ----------
    phi : float64 array of shape (n_patients, n_columns)
        Contributions, in logits.
    k : int
        How many, at least 1.

    Returns
    -------
    index : int64 array of shape (n_patients, k)
        Whose they are; -1 past the last column.
    value : float64 array of shape (n_patients, k)
        The contributions; NaN past the last column.

    Examples
    --------
    >>> top_reasons(np.array([[0.1, -0.3, 0.3]]), 2)
    (array([[1, 2]]), array([[-0.3,  0.3]]))
    """
    phi = np.ascontiguousarray(phi)
    index = np.full((len(phi), k), -1, dtype=np.int64)
    value = np.full((len(phi), k), np.nan)
    spread(lambda rows: largest(phi[rows], index[rows], value[rows]), len(phi))
    return index, value


def points(logit: FloatArray, contribution: FloatArray) -> FloatArray:
    """Points of p_pcr that a contribution is worth: how far p_pcr would move without it.

    Parameters
    ----------
    logit : float64 array of shape (n_patients,)
        Of p_pcr.
    contribution : float64 array of shape (n_patients, k)
        In logits.

    Returns
    -------
    float64 array of shape (n_patients, k)
        100 (p - p without it), positive where it raises p_pcr. Points of two contributions do not
        add up, since logits do and probabilities do not.

    Examples
    --------
    >>> points(np.array([0.0]), np.array([[1.0, -1.0]])).round(1)
    array([[ 23.1, -23.1]])
    """
    without = np.ascontiguousarray(logit[:, None] - contribution)
    p: FloatArray = logistic(np.ascontiguousarray(logit))
    worth: FloatArray = 100.0 * (p[:, None] - logistic(without.ravel()).reshape(without.shape))
    return worth


def roll_up(phi: FloatArray, groups: tuple[tuple[int, ...], ...], n_groups: int) -> FloatArray:
    """Contributions of groups: each feature's is shared equally over the groups it belongs to.

    Parameters
    ----------
    phi : float64 array of shape (n_patients, n_features)
        Contributions, in logits.
    groups : tuple of tuple of int
        For each feature, the groups it is made of; at least one.
    n_groups : int
        How many groups there are.

    Returns
    -------
    float64 array of shape (n_patients, n_groups)
        Rows have the same sums as those of `phi`.

    Raises
    ------
    ValueError
        If a feature belongs to no group, or to one that is not there.

    Examples
    --------
    >>> roll_up(np.array([[1.0, 0.5]]), ((0,), (0, 1)), 2)
    array([[1.25, 0.25]])
    """
    start, owner = owners_of(groups, phi.shape[1], n_groups)
    phi = np.ascontiguousarray(phi)
    out = np.zeros((len(phi), n_groups))
    spread(lambda rows: share_out(phi[rows], start, owner, out[rows]), len(phi))
    return out


def owners_of(
    groups: tuple[tuple[int, ...], ...], n_features: int, n_groups: int
) -> tuple[IntArray, IntArray]:
    """Groups of each feature one after the other, and where each feature's begin, and the end.

    Raises
    ------
    ValueError
        As `roll_up`.
    """
    owner = np.array(list(chain.from_iterable(groups)), dtype=np.int64)
    sizes = [len(each) for each in groups]
    if len(groups) != n_features or not all(sizes):
        message = f"{n_features} contributions need as many groups, none of them empty."
        raise ValueError(message)
    if owner.size and not 0 <= owner.min() <= owner.max() < n_groups:
        message = f"A group's index must lie in 0 to {n_groups - 1}."
        raise ValueError(message)
    return np.cumsum([0, *sizes]), owner
