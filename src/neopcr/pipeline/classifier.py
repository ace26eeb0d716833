"""Search, blend and recalibration: one scikit-learn estimator that predicts through its export."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from threadpoolctl import threadpool_limits

from neopcr.estimators import ESTIMATORS, blend, inner_plan, out_of_fold, search
from neopcr.kernel import Model, Reduced, compile_model, logit, probability
from neopcr.pipeline.checked import checked
from neopcr.pipeline.wide import Seen, as_seen, see

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from neopcr.estimators import Directions, Estimator, Params, Plan
    from neopcr.specs import Block, FloatArray


class PcrClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    r"""Blend of members on the logit scale, recalibrated by a line.

    .. math:: \mathrm{logit}(p) = a + b \sum_m w_m z_m(x), \qquad \sum_m w_m = 1

    `fit` draws one inner fold plan. On it every member's random search, the weights :math:`w` and
    the line :math:`a, b` are learned from out-of-fold logits :math:`z_m`; then the chosen members
    are fitted to all patients. Every prediction, inner ones too, comes from the exported model; only
    which trial is the best is asked of the library that fitted it.

    Parameters
    ----------
    members : sequence of str
        Names in `ESTIMATORS`.
    inner_folds : int
        Folds of the inner plan, at least 2.
    trials : int
        Settings tried in all, shared evenly over the members, at least one each. A member's first
        is its cautious default; the others depend on `seed` and the member's name alone.
    seed : int
        Of folds, trials and members; not negative.
    cautious : bool
        Whether only simpler settings are tried, for a cohort too small for its features.
    lacking : sequence of tuple of Block
        Blocks of features that a patient may lack together: each set has a model of its own,
        fitted to all patients as if they all lacked it, by the settings of the whole model. See
        `patterns_for`.
    wide : sequence of Block
        Blocks of thousands of columns; members see a ridge score of each, fitted within every
        training part, inner ones too.
    directions : sequence of int
        Which way p_pcr may go with each feature that members see, scores last; see `Directions`.
        Empty: either way with all of them.

    Attributes
    ----------
    model_ : neopcr.kernel.Model
        The exported model.
    choices_ : dict
        What was chosen, as plain numbers and names: params and inner log-loss by member,
        weights, intercept and slope; with wide blocks, ``scores``: columns and penalty of each.
    classes_ : float array
        0 residual disease, 1 pCR.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(60, 3))
    >>> y = (X[:, 0] > 0).astype(float)
    >>> classifier = PcrClassifier(members=("elastic_net",), trials=2).fit(X, y)
    >>> bool(np.mean((classifier.predict_proba(X)[:, 1] > 0.5) == y) > 0.9)
    True
    """

    def __init__(  # noqa: PLR0913, PLR0917 - one argument a setting
        self,
        members: Sequence[str] = ("elastic_net", "boosted_trees"),
        inner_folds: int = 3,
        trials: int = 30,
        seed: int = 0,
        cautious: bool = False,  # noqa: FBT001, FBT002 - scikit-learn's convention
        lacking: Sequence[tuple[Block, ...]] = (),
        wide: Sequence[Block] = (),
        directions: Directions = (),
    ) -> None:
        self.members = members
        self.inner_folds = inner_folds
        self.trials = trials
        self.seed = seed
        self.cautious = cautious
        self.lacking = lacking
        self.wide = wide
        self.directions = directions

    def fit(self, X: FloatArray, y: FloatArray, groups: ArrayLike | None = None) -> Self:
        """Search, blend, recalibrate and refit.

        Parameters
        ----------
        X : float array of shape (n_patients, n_features)
            NaN where missing.
        y : float array of shape (n_patients,)
            1 pCR reached, 0 residual disease.
        groups : array-like of shape (n_patients,), optional
            Patients of one group, such as a centre, are never split over inner folds.

        Returns
        -------
        PcrClassifier

        Raises
        ------
        TableError
            If a value is infinite, an outcome is not 0 or 1, or the inner folds cannot all hold
            both outcomes.
        """
        X, y = checked(X, y)
        plan = inner_plan(y, folds=self.inner_folds, seed=self.seed, groups=groups)
        estimators = self._estimators()
        shares = _shares(self.trials, len(estimators))
        codes = None if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
        with threadpool_limits(limits=1):
            seen = see(X, y, plan, self.wide, codes)
            choices = [
                search(estimator, seen.by_fold, y, plan, trials=share, seed=self.seed)
                for estimator, share in zip(estimators, shares, strict=True)
            ]
            chosen = [choice.params for choice in choices]
            logits = np.column_stack([c.logits for c in choices])
            whole = self._blend(seen.whole, y, chosen, logits)
            reduced = tuple(
                self._without(as_seen(lost, self.wide, X.shape[1]), seen, y, chosen, plan)
                for lost in self.lacking
            )
        self.model_ = replace(whole, reduced=reduced, scores=seen.scores)
        self.left_out_ = seen.whole[:, X.shape[1] - self._n_taken() :]
        self.choices_ = {
            "members": {
                name: {"params": dict(choice.params), "log_loss": choice.log_loss}
                for name, choice in zip(self.members, choices, strict=True)
            },
            "weights": dict(zip(self.members, whole.weights, strict=True)),
            "intercept": whole.intercept,
            "slope": whole.slope,
            **self._scores(seen),
        }
        self.classes_ = np.array([0.0, 1.0])
        self.n_features_in_ = X.shape[1]
        return self

    def _estimators(self) -> list[Estimator]:
        """What it is made of, as it is told to build it."""
        return [
            replace(
                each,
                build=partial(each.build, directions=self.directions),
                space=each.cautious if self.cautious else each.space,
            )
            for each in (ESTIMATORS[name] for name in self.members)
        ]

    def _n_taken(self) -> int:
        return sum(len(block.own) for block in self.wide)

    def _scores(self, seen: Seen) -> dict[str, object]:
        """What is told of the scores; nothing where there is none."""
        told = {
            block.name: {"columns": len(block.own), "penalty": penalty}
            for block, penalty in zip(self.wide, seen.penalties, strict=True)
        }
        return {"scores": told} if told else {}

    def as_members_saw(self, X: FloatArray) -> tuple[Self, FloatArray]:
        """A classifier of what members see, and what they saw of the training patients.

        Parameters
        ----------
        X : float array of shape (n_patients, n_inputs)
            Those it was fitted to, in the same order. Of a wide block members saw each patient's
            score by a ridge that left the patient out: the score by the final one is a memory.

        Returns
        -------
        PcrClassifier, float array of shape (n_patients, n_features)
            Without wide blocks, itself and `X`.
        """
        if not self.wide:
            return self, X
        inner = copy.copy(self)
        inner.model_ = replace(self.model_, scores=())
        inner.wide = ()
        inner.lacking = tuple(as_seen(lost, self.wide, X.shape[1]) for lost in self.lacking)
        taken = [place for block in self.wide for place in block.own]
        return inner, np.hstack([np.delete(X, taken, axis=1), self.left_out_])

    def _blend(
        self, X: FloatArray, y: FloatArray, chosen: Sequence[Params], logits: FloatArray
    ) -> Model:
        """Weights and line from out-of-fold logits, members from all patients."""
        weights, intercept, slope = blend(logits, y)
        members = tuple(
            each.build(params, self.seed).fit(X, y).export()
            for each, params in zip(self._estimators(), chosen, strict=True)
        )
        return Model(X.shape[1], members, tuple(weights.tolist()), intercept, slope)

    def _without(
        self,
        lost: tuple[Block, ...],
        seen: Seen,
        y: FloatArray,
        chosen: Sequence[Params],
        plan: Plan,
    ) -> Reduced:
        """Fit the model of those who lack some blocks to all patients, as if they all did."""
        touched = [place for block in lost for place in block.touched]
        whole, *by_fold = (_blanked(X, touched) for X in (seen.whole, *seen.by_fold))
        logits = [
            out_of_fold(each, [params], by_fold, y, plan, seed=self.seed)
            for each, params in zip(self._estimators(), chosen, strict=True)
        ]
        return Reduced(
            tuple(block.own for block in lost), self._blend(whole, y, chosen, np.hstack(logits))
        )

    def decision_function(self, X: FloatArray) -> FloatArray:
        """Return the recalibrated logit of p_pcr, shape (n_patients,)."""
        return logit(compile_model(self.model_), np.ascontiguousarray(X, dtype=np.float64))

    def predict_proba(self, X: FloatArray) -> FloatArray:
        """Return the probabilities of residual disease and of pCR, shape (n_patients, 2)."""
        p = probability(self.decision_function(X))
        return np.column_stack([1.0 - p, p])

    def predict(self, X: FloatArray) -> FloatArray:
        """Return 1 where pCR is more likely than not, else 0; scikit-learn's convention, no advice."""
        return (self.decision_function(X) > 0.0).astype(np.float64)


def _shares(trials: int, n_members: int) -> list[int]:
    """Trials of each member: even, the first ones take what is left over, at least one each.

    >>> _shares(5, 2), _shares(1, 2)
    ([3, 2], [1, 1])
    """
    return [max(1, (trials + n_members - 1 - index) // n_members) for index in range(n_members)]


def _blanked(X: FloatArray, places: Sequence[int]) -> FloatArray:
    X = X.copy()
    X[:, places] = np.nan
    return X
