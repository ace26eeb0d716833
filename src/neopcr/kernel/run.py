"""Contributions, logits and probabilities of many patients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr.kernel.rows import add_up, choose, contribute, logistic
from neopcr.kernel.scores import condense, share
from neopcr.kernel.spread import spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.kernel.program import Compiled, CompiledModel
    from neopcr.specs import FloatArray, IntArray


def contributions(
    compiled: CompiledModel,
    X: FloatArray,
    *,
    seen: FloatArray | None = None,
    threads: int | None = None,
) -> tuple[FloatArray, float]:
    """Exact contribution of every feature to the recalibrated logit.

    SHAP values: those of trees are path-dependent [1]_, those of the linear member are taken
    against the mean of the training patients. The number of threads never changes a bit.

    Parameters
    ----------
    compiled : CompiledModel
        From `compile_model`.
    X : float64 array of shape (n_patients, n_features)
        NaN where missing.
    seen : float64 array of shape (n_patients, n_features), optional
        What members see of the rows, where a score is not that of the columns: training patients
        have one that left them out.
    threads : int, optional
        As many as there are cores, unless given.

    Returns
    -------
    phi : float64 array of shape (n_patients, n_features)
        In logits. A row that lacks whole blocks of features is explained by the reduced model
        that scores it; what a score contributes is shared over its columns, see
        `neopcr.kernel.scores`.
    base : float
        Logit of the average training patient; `total` of both is the patient's logit.

    Raises
    ------
    ValueError
        If X has another number of features.

    References
    ----------
    .. [1] Lundberg, Erion & Chen et al., Nat Mach Intell 2 (2020) 56-67,
       doi:10.1038/s42256-019-0138-9.
    """
    X = _checked(compiled, X)
    base = compiled.blend.base
    seen = condense(compiled.model, X) if seen is None else seen
    chosen = _choose(compiled, seen)
    phi = _of_seen(compiled, seen, chosen, threads)
    if compiled.model.scores:
        phi = share(compiled.model, X, phi, _slopes(compiled, chosen))
    return phi, base


def _of_seen(
    compiled: CompiledModel, seen: FloatArray, chosen: NDArray[np.int64], threads: int | None
) -> FloatArray:
    """Contributions of what members see, by the model that scores each row."""
    phi = np.empty(seen.shape)
    for number in range(-1, len(compiled.fallbacks)):
        rows = np.flatnonzero(chosen == number)
        if number < 0:
            _contribute(compiled.blend, seen, rows, phi, threads)
        elif len(rows):
            fallback = compiled.fallbacks[number]
            _contribute(fallback.blend, seen, rows, phi, threads)
            phi[np.ix_(rows, fallback.lacking)] += fallback.share
    return phi


def _slopes(compiled: CompiledModel, chosen: NDArray[np.int64]) -> FloatArray:
    """Logits that linear members add a unit of each score, shape (n_patients, n_scores)."""
    blends = (*(each.blend for each in compiled.fallbacks), compiled.blend)
    first = compiled.model.n_features - len(compiled.model.scores)
    # The whole model is the last: its place in `chosen` is -1.
    return np.stack([each.program.coefficient[first:] for each in blends])[chosen]


def _choose(compiled: CompiledModel, X: FloatArray) -> NDArray[np.int64]:
    """Place in `fallbacks` of the model that scores each row; -1 the whole model."""
    lacking = [each.lacking for each in compiled.fallbacks]
    start = np.cumsum([0, *map(len, lacking)])
    features = np.concatenate([*lacking, np.empty(0, np.int64)])
    chosen: NDArray[np.int64] = choose(X, start, features)
    return chosen


def total(phi: FloatArray, base: float) -> FloatArray:
    """Logit that contributions and their base add up to, in one fixed order.

    >>> total(np.array([[0.5, -0.25]]), -1.0)
    array([-0.75])
    """
    added: FloatArray = add_up(np.ascontiguousarray(phi), base)
    return added


def logit(compiled: CompiledModel, X: FloatArray) -> FloatArray:
    """Recalibrated logit of p_pcr, shape (n_patients,): to the bit, `total` of `contributions`."""
    return total(*contributions(compiled, X))


def member_logits(compiled: CompiledModel, X: FloatArray) -> FloatArray:
    """Logit of each member before blend and recalibration, shape (n_patients, n_members)."""
    X = condense(compiled.model, _checked(compiled, X))
    logits = [total(_contributions(each, X), each.base) for each in compiled.members]
    return np.stack(logits, axis=1)


def probability(logit: FloatArray) -> FloatArray:
    """Probability of logits of shape (n_patients,).

    >>> probability(np.array([0.0, 800.0]))
    array([0.5, 1. ])
    """
    p: FloatArray = logistic(np.ascontiguousarray(logit, dtype=np.float64))
    return p


def _contributions(compiled: Compiled, X: FloatArray) -> FloatArray:
    phi = np.empty(X.shape)
    _contribute(compiled, X, np.arange(len(X)), phi, None)
    return phi


def _contribute(
    compiled: Compiled, X: FloatArray, rows: IntArray, phi: FloatArray, threads: int | None
) -> None:
    """Write the contributions of some rows into their places."""
    spread(lambda part: contribute(X, rows[part], compiled.program, phi), len(rows), threads)


def _checked(compiled: CompiledModel, X: FloatArray) -> FloatArray:
    if X.ndim != 2 or X.shape[1] != compiled.model.n_inputs:
        message = f"The model reads {compiled.model.n_inputs} features, but X has shape {X.shape}."
        raise ValueError(message)
    return np.ascontiguousarray(X, dtype=np.float64)
