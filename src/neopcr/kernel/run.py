"""Contributions, logits and probabilities of many patients."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neopcr.kernel.plain import add_up, choose, logistic
from neopcr.kernel.program import Fallback
from neopcr.kernel.rows import contribute
from neopcr.kernel.scores import condense, share
from neopcr.kernel.spread import spread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from neopcr.kernel.program import Compiled, CompiledModel, Program
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
    X = checked(compiled, X)
    base = compiled.blend.base
    seen = condense(compiled.model, X) if seen is None else seen
    chosen = choose_model(compiled, seen)
    phi = _of_seen(compiled, seen, chosen, threads)
    if compiled.model.scores:
        phi = share(compiled.model, X, phi, _slopes(compiled, chosen))
    return phi, base


def _of_seen(
    compiled: CompiledModel, seen: FloatArray, chosen: NDArray[np.int64], threads: int | None
) -> FloatArray:
    """Contributions of what members see, by the model that scores each row."""
    phi = np.empty(seen.shape)
    for part, rows in parts(compiled, chosen):
        _contribute(part.program, seen, rows, phi, threads)
        phi[np.ix_(rows, part.lacking)] += part.share
    return phi


class Part(NamedTuple):
    """What explains some rows.

    Parameters
    ----------
    program : Program
        Of the model that scores them.
    base : float
        Logit of the average training patient, of the whole model.
    lacking : int64 array of shape (n_lacking,)
        Features that the rows lack, where a reduced model scores them.
    share : float array of shape (n_lacking,)
        What lacking them adds.
    """

    program: Program
    base: float
    lacking: NDArray[np.int64]
    share: FloatArray


def parts(
    compiled: CompiledModel, chosen: NDArray[np.int64]
) -> Iterator[tuple[Part, NDArray[np.int64]]]:
    """Models that score any rows, and these rows; see `choose_model`."""
    whole = Fallback(np.empty(0, np.int64), np.empty(0), compiled.blend)
    for number, each in enumerate((whole, *compiled.fallbacks), start=-1):
        rows = np.flatnonzero(chosen == number)
        if len(rows):
            yield Part(each.blend.program, compiled.blend.base, each.lacking, each.share), rows


def _slopes(compiled: CompiledModel, chosen: NDArray[np.int64]) -> FloatArray:
    """Logits that linear members add a unit of each score, shape (n_patients, n_scores)."""
    blends = (*(each.blend for each in compiled.fallbacks), compiled.blend)
    first = compiled.model.n_features - len(compiled.model.scores)
    # The whole model is the last: its place in `chosen` is -1.
    return np.stack([each.program.coefficient[first:] for each in blends])[chosen]


def choose_model(compiled: CompiledModel, X: FloatArray) -> NDArray[np.int64]:
    """Place in `fallbacks` of the model that scores each row; -1 the whole model."""
    lacking = [each.lacking for each in compiled.fallbacks]
    start = np.cumsum([0, *map(len, lacking)])
    features = np.concatenate([*lacking, np.empty(0, np.int64)])
    found: NDArray[np.int64] = choose(X, start, features)
    return found


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
    X = condense(compiled.model, checked(compiled, X))
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
    _contribute(compiled.program, X, np.arange(len(X)), phi, None)
    return phi


def _contribute(
    program: Program, X: FloatArray, rows: IntArray, phi: FloatArray, threads: int | None
) -> None:
    """Write the contributions of some rows into their places."""
    spread(lambda part: contribute(X, rows[part], program, phi), len(rows), threads)


def checked(compiled: CompiledModel, X: FloatArray) -> FloatArray:
    """X as the loops read it.

    Raises
    ------
    ValueError
        If it has another number of features than the model reads.
    """
    if X.ndim != 2 or X.shape[1] != compiled.model.n_inputs:
        message = f"The model reads {compiled.model.n_inputs} features, but X has shape {X.shape}."
        raise ValueError(message)
    return np.ascontiguousarray(X, dtype=np.float64)
