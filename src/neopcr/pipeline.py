"""Search, blend and recalibration: one scikit-learn estimator that predicts through its export."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegressionCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from neopcr.errors import TableError
from neopcr.estimators import ESTIMATORS, blend, inner_plan, out_of_fold, search
from neopcr.kernel import Model, Reduced, compile_model, logit, probability
from neopcr.specs import Block, FloatArray, Product

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from neopcr.estimators import Params, Plan

# Modalities do not know one another, so what crosses them is declared here, by name.
PRODUCTS: tuple[Product, ...] = (
    Product("pam_altered_x_hr_positive", ("pam_altered", "hr_positive")),
    Product(
        "pam_altered_x_hr_positive_x_dual_blockade",
        ("pam_altered", "hr_positive", "regimen_dual_blockade"),
    ),
)


# A set of blocks that so few patients lack gets no model of its own (the project's choice).
FEWEST_LACKING = 20


class PcrClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    r"""Blend of members on the logit scale, recalibrated by a line.

    .. math:: \mathrm{logit}(p) = a + b \sum_m w_m z_m(x), \qquad \sum_m w_m = 1

    `fit` draws one inner fold plan. On it every member's random search, the weights :math:`w` and
    the line :math:`a, b` are learned from out-of-fold logits :math:`z_m`; then the chosen members
    are fitted to all patients. Every prediction, inner ones too, comes from the exported model.

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

    Attributes
    ----------
    model_ : neopcr.kernel.Model
        The exported model.
    choices_ : dict
        What was chosen, as plain numbers and names: params and inner log-loss by member,
        weights, intercept and slope.
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

    def __init__(
        self,
        members: Sequence[str] = ("elastic_net", "boosted_trees"),
        inner_folds: int = 3,
        trials: int = 30,
        seed: int = 0,
        cautious: bool = False,  # noqa: FBT001, FBT002 - scikit-learn's convention
        lacking: Sequence[tuple[Block, ...]] = (),
    ) -> None:
        self.members = members
        self.inner_folds = inner_folds
        self.trials = trials
        self.seed = seed
        self.cautious = cautious
        self.lacking = lacking

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
        X, y = _checked(X, y)
        plan = inner_plan(y, folds=self.inner_folds, seed=self.seed, groups=groups)
        estimators = [ESTIMATORS[name] for name in self.members]
        if self.cautious:
            estimators = [replace(each, space=each.cautious) for each in estimators]
        shares = _shares(self.trials, len(estimators))
        with threadpool_limits(limits=1):
            choices = [
                search(estimator, X, y, plan, trials=share, seed=self.seed)
                for estimator, share in zip(estimators, shares, strict=True)
            ]
            chosen = [choice.params for choice in choices]
            whole = self._blend(X, y, chosen, np.column_stack([c.logits for c in choices]))
            reduced = tuple(self._without(lost, X, y, chosen, plan) for lost in self.lacking)
        self.model_ = replace(whole, reduced=reduced)
        self.choices_ = {
            "members": {
                name: {"params": dict(choice.params), "log_loss": choice.log_loss}
                for name, choice in zip(self.members, choices, strict=True)
            },
            "weights": dict(zip(self.members, whole.weights, strict=True)),
            "intercept": whole.intercept,
            "slope": whole.slope,
        }
        self.classes_ = np.array([0.0, 1.0])
        self.n_features_in_ = X.shape[1]
        return self

    def _blend(
        self, X: FloatArray, y: FloatArray, chosen: Sequence[Params], logits: FloatArray
    ) -> Model:
        """Weights and line from out-of-fold logits, members from all patients."""
        weights, intercept, slope = blend(logits, y)
        members = tuple(
            ESTIMATORS[name].build(params, self.seed).fit(X, y).export()
            for name, params in zip(self.members, chosen, strict=True)
        )
        return Model(X.shape[1], members, tuple(weights.tolist()), intercept, slope)

    def _without(
        self,
        lost: tuple[Block, ...],
        X: FloatArray,
        y: FloatArray,
        chosen: Sequence[Params],
        plan: Plan,
    ) -> Reduced:
        """Fit the model of those who lack some blocks to all patients, as if they all did."""
        X = X.copy()
        X[:, [place for block in lost for place in block.touched]] = np.nan
        logits = [
            out_of_fold(ESTIMATORS[name], [params], X, y, plan, seed=self.seed)
            for name, params in zip(self.members, chosen, strict=True)
        ]
        return Reduced(
            tuple(block.own for block in lost), self._blend(X, y, chosen, np.hstack(logits))
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


class RidgeLogistic(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """The comparator: scikit-learn's own ridge logistic regression, its penalty cross-validated.

    Median imputation with missingness indicators, standardisation, and 16 penalties from 1e-4 to
    10, compared by log-loss on the inner plan that `PcrClassifier` would use.

    Parameters
    ----------
    inner_folds : int
        Folds of the inner plan.
    seed : int
        Of the inner plan.
    """

    def __init__(self, inner_folds: int = 3, seed: int = 0) -> None:
        self.inner_folds = inner_folds
        self.seed = seed

    def fit(self, X: FloatArray, y: FloatArray, groups: ArrayLike | None = None) -> Self:
        """Fit as `PcrClassifier.fit` does, with the same arguments and refusals."""
        X, y = _checked(X, y)
        plan = inner_plan(y, folds=self.inner_folds, seed=self.seed, groups=groups)
        ridge = LogisticRegressionCV(
            Cs=np.logspace(-4, 1, 16),
            l1_ratios=(0.0,),
            cv=plan,
            scoring="neg_log_loss",
            use_legacy_attributes=False,
        )
        imputer = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
        with threadpool_limits(limits=1):
            self.pipeline_ = make_pipeline(imputer, StandardScaler(), ridge).fit(X, y)
        self.classes_ = np.array([0.0, 1.0])
        return self

    def predict_proba(self, X: FloatArray) -> FloatArray:
        """Return the probabilities of residual disease and of pCR, shape (n_patients, 2)."""
        p: FloatArray = self.pipeline_.predict_proba(X)
        return p


def products_for(feature_names: Collection[str]) -> tuple[Product, ...]:
    """Return the declared products whose factors are all among the features.

    >>> [product.name for product in products_for({"pam_altered", "hr_positive"})]
    ['pam_altered_x_hr_positive']
    """
    return tuple(p for p in PRODUCTS if set(p.factors) <= set(feature_names))


def patterns_for(
    X: FloatArray, blocks: Sequence[Block], *, singly: bool = False
) -> tuple[tuple[Block, ...], ...]:
    """Sets of blocks that patients lack together, fewest first.

    Parameters
    ----------
    X : float array of shape (n_patients, n_features)
        NaN where missing. No outcome is looked at.
    blocks : sequence of Block
    singly : bool
        Each block by itself too, whether or not anybody lacks it: a new cohort may.

    Returns
    -------
    tuple of tuple of Block
        Sets of fewer than `FEWEST_LACKING` patients, and the set of all blocks, are left out.
    """
    lacking = np.column_stack([np.isnan(X[:, block.own]).all(axis=1) for block in blocks])
    sets, counts = np.unique(lacking, axis=0, return_counts=True)
    found = {
        tuple(np.flatnonzero(each).tolist())
        for each in sets[counts >= FEWEST_LACKING]
        if 0 < each.sum() < len(blocks)
    }
    if singly and len(blocks) > 1:
        found |= {(number,) for number in range(len(blocks))}
    ordered = sorted(found, key=lambda each: (len(each), each))
    return tuple(tuple(blocks[number] for number in each) for each in ordered)


def _shares(trials: int, n_members: int) -> list[int]:
    """Trials of each member: even, the first ones take what is left over, at least one each.

    >>> _shares(5, 2), _shares(1, 2)
    ([3, 2], [1, 1])
    """
    return [max(1, (trials + n_members - 1 - index) // n_members) for index in range(n_members)]


def _checked(X: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return both as contiguous float64; refuse what no member could learn from."""
    X = np.ascontiguousarray(X, dtype=np.float64)
    y = np.asarray(y, dtype=np.float64)
    infinite = np.flatnonzero(np.isinf(X).any(axis=1))
    if infinite.size:
        message = (
            f"features: {infinite.size} of {len(X)} patients have an infinite value (first at row "
            f"{infinite[0] + 1}). Correct the table or set the value to missing."
        )
        raise TableError(message)
    unknown = np.flatnonzero((y != 0.0) & (y != 1.0))
    if unknown.size:
        message = (
            f"pcr: must be 0 or 1, but {unknown.size} of {len(y)} rows are not (first at row "
            f"{unknown[0] + 1}). Leave patients without a known outcome out."
        )
        raise TableError(message)
    return X, y
