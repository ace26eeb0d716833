"""How far a score moves when the model is fitted to other patients: learned once, stored as numbers.

Bootstrap refits live at training only (Riley & Collins, Biom J 65 (2023) 2200302, on instability).
A few numbers are fitted to their spread; they are widened by what the folds of the validation show,
in which search, weights and line were learned anew too.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import joblib
import numpy as np
from threadpoolctl import threadpool_limits

from neopcr.estimators import ESTIMATORS
from neopcr.kernel import (
    Model,
    Reach,
    Width,
    compile_model,
    contributions,
    distances,
    logit,
    roll_up,
    total,
)
from neopcr.validation.applicability import near_quantile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neopcr.pipeline import PcrClassifier
    from neopcr.specs import Block, BoolArray, FloatArray, IntArray

FEWEST_REFITS = 5
"""Of the models of those who lack something: the patterns share one function."""

Owners = tuple[tuple[int, ...], ...]

_STEPS = 40
_SMALLEST = 1e-4


class Refits(NamedTuple):
    """Logits of the training patients, as some of them, by model.

    Parameters
    ----------
    lost : tuple of Block
        What everyone was made to lack.
    X : float array of shape (n_patients, n_features)
        The patients without it.
    variance : float array of shape (n_patients,)
        Of the logits of refits that had not seen the patient; NaN with fewer than two.
    seen : int array of shape (n_patients,)
        How many refits these are.
    """

    lost: tuple[Block, ...]
    X: FloatArray
    variance: FloatArray
    seen: IntArray


def learn_width(
    classifier: PcrClassifier,
    X: FloatArray,
    y: FloatArray,
    reach: Reach,
    *,
    draws: int,
    owners: Owners | None = None,
) -> tuple[Width | None, FloatArray]:
    """Fit the width of the interval to the spread of bootstrap refits, and see what they lean on.

    Parameters
    ----------
    classifier : PcrClassifier
        Fitted to these patients. Refits take the settings it chose, its weights and its line.
    X : float array of shape (n_patients, n_features)
        NaN where missing.
    y : float array of shape (n_patients,)
        1 pCR, 0 residual disease.
    reach : Reach
        Of these patients.
    draws : int
        Refits of the whole model; of each reduced one a fifth as many, 5 at least.
    owners : tuple of tuple of int, optional
        For each feature, what shares its contribution; each feature itself where not given.

    Returns
    -------
    width : Width or None
        Its factor is 1 as yet; None where no patient was left out by two refits.
    leaning : float array of shape (draws, n_owners)
        `leaning_on` of each refit of the whole model.
    """
    sets = _sets(classifier)
    owners = owners or tuple((place,) for place in range(X.shape[1]))
    counts = [draws, *[max(FEWEST_REFITS, draws // 5)] * len(classifier.lacking)]
    tasks = (
        joblib.delayed(_refit)(classifier, X, y, place, draw, owners)
        for place, count in enumerate(counts)
        for draw in range(count)
    )
    with threadpool_limits(limits=1):
        done = iter(joblib.Parallel(n_jobs=-1)(tasks))
    refits, leaning = [], []
    for lost, count in zip(sets, counts, strict=True):
        logits, leans = map(np.array, zip(*(next(done) for _ in range(count)), strict=True))
        refits.append(_summed_up(lost, _without(X, lost), logits))
        leaning.append(leans)
    # Those who lack whole blocks are scored by a reduced model, never by the whole one.
    reduced = _lacks(X, [each.blocks for each in classifier.model_.reduced])
    refits[0].variance[reduced] = np.nan
    return _fitted(refits, classifier.model_, reach), leaning[0]


def leaning_on(model: Model, X: FloatArray, owners: Owners) -> FloatArray:
    """Mean absolute contribution of each owner over patients, in logits, shape (n_owners,)."""
    return _leaning(contributions(compile_model(model), X)[0], owners)


def _leaning(phi: FloatArray, owners: Owners) -> FloatArray:
    n_owners = 1 + max(max(each) for each in owners)
    mean: FloatArray = np.abs(roll_up(phi, owners, n_owners)).mean(axis=0)
    return mean


def spread_of(width: Width, X: FloatArray, z: FloatArray, distance: FloatArray) -> FloatArray:
    """Standard deviation that a width function gives, shape (n_patients,), factor left out."""
    lacks = [np.isnan(X[:, list(block)]).all(axis=1) for block in width.blocks]
    clipped = np.clip(z, width.low, width.high)
    log_sd = width.intercept + width.by_logit * clipped + width.by_square * clipped**2
    log_sd += width.by_distance * distance
    log_sd += sum(
        (each * there for each, there in zip(width.lacking, lacks, strict=True)),
        start=np.zeros(len(X)),
    )
    found: FloatArray = np.exp(log_sd)
    return found


def _sets(classifier: PcrClassifier) -> tuple[tuple[Block, ...], ...]:
    """What each model is fitted without: the whole one, then the reduced ones."""
    return ((), *map(tuple, classifier.lacking))


def _lacks(X: FloatArray, sets: Sequence[Sequence[Sequence[int]]]) -> BoolArray:
    """Whether a patient lacks every block of any of some sets."""
    missing = np.isnan(X)
    places = [[place for block in blocks for place in block] for blocks in sets]
    found = np.zeros(len(X), dtype=np.bool_)
    for each in places:
        found |= missing[:, each].all(axis=1)
    return found


def _refit(
    classifier: PcrClassifier, X: FloatArray, y: FloatArray, place: int, draw: int, owners: Owners
) -> tuple[FloatArray, FloatArray]:
    """Logits of everyone by a model fitted to a draw of them, and what it leans on.

    A logit is NaN where the model has seen the patient.
    """
    lost = _sets(classifier)[place]
    rows = _drawn(y, np.random.default_rng([classifier.seed, place, draw]))
    X = _without(X, lost)
    model = classifier.model_ if place == 0 else classifier.model_.reduced[place - 1].model
    chosen: dict[str, Any] = classifier.choices_["members"]  # type: ignore[assignment]
    with threadpool_limits(limits=1):
        members = tuple(
            ESTIMATORS[name]
            .build(chosen[name]["params"], classifier.seed, classifier.directions)
            .fit(X[rows], y[rows])
            for name in classifier.members
        )
    refitted = replace(model, members=tuple(each.export() for each in members), reduced=())
    phi, base = contributions(compile_model(refitted), X)
    logits = total(phi, base)
    logits[rows] = np.nan
    return logits, _leaning(phi, owners)


def _drawn(y: FloatArray, rng: np.random.Generator) -> IntArray:
    """As many patients, with replacement; both outcomes are among them, twice or more."""
    while True:
        rows = rng.integers(0, len(y), len(y))
        events = int(y[rows].sum())
        if 2 <= events <= len(y) - 2:
            return rows


def _without(X: FloatArray, lost: Sequence[Block]) -> FloatArray:
    X = X.copy()
    X[:, [place for block in lost for place in block.touched]] = np.nan
    return X


def _summed_up(lost: tuple[Block, ...], X: FloatArray, logits: FloatArray) -> Refits:
    seen = (~np.isnan(logits)).sum(axis=0)
    enough = seen >= 2
    variance = np.full(len(X), np.nan)
    variance[enough] = np.nanvar(logits[:, enough], axis=0, ddof=1)
    return Refits(lost, X, variance, seen)


def _fitted(refits: Sequence[Refits], model: Model, reach: Reach) -> Width | None:
    """Gamma regression of variances, log link, each weighing as many degrees of freedom."""
    blocks = tuple(dict.fromkeys(block.own for each in refits for block in each.lost))
    X = np.vstack([each.X for each in refits])
    variance = np.concatenate([each.variance for each in refits])
    freedom = np.concatenate([each.seen for each in refits]) - 1.0
    usable = np.isfinite(variance)
    if not usable.any():
        return None
    whole = replace(model, reduced=())
    z = [logit(compile_model(whole), refits[0].X)]
    z += [
        logit(compile_model(reduced.model), each.X)
        for reduced, each in zip(model.reduced, refits[1:], strict=True)
    ]
    logits = np.concatenate(z)
    low, high = near_quantile(logits, 0.0), near_quantile(logits, 1.0)
    clipped, distance = np.clip(logits, low, high), distances(reach, X)[0]
    lacks = [np.isnan(X[:, list(block)]).all(axis=1) for block in blocks]
    design = np.column_stack([np.ones(len(X)), clipped, clipped**2, distance, *lacks])
    target = np.maximum(variance[usable], _SMALLEST)
    terms = _gamma(design[usable], target, freedom[usable])
    if terms[3] < 0:
        # Nobody is better known for being unlike the others.
        design[:, 3] = 0.0
        terms = _gamma(design[usable], target, freedom[usable])
    intercept, by_logit, by_square, by_distance, *lacking = (terms / 2).tolist()
    return Width(
        intercept, by_logit, by_square, by_distance, low, high, blocks, tuple(lacking), 1.0
    )


def _gamma(design: FloatArray, variance: FloatArray, weight: FloatArray) -> FloatArray:
    """Coefficients of log variance, by iteratively reweighted least squares."""
    terms = np.zeros(design.shape[1])
    terms[0] = np.log(np.average(variance, weights=weight))
    gram = design.T @ (weight[:, None] * design) + 1e-6 * weight.sum() * np.eye(design.shape[1])
    for _ in range(_STEPS):
        eta = design @ terms
        working = eta + np.clip(variance * np.exp(-eta) - 1.0, -1.0, 5.0)
        terms = np.linalg.solve(gram, design.T @ (weight * working))
    return terms
