"""Shallow gradient-boosted trees (XGBoost), exported as plain arrays."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import xgboost
from sklearn.base import BaseEstimator, ClassifierMixin, clone

from neopcr.estimators._shared import MAX_BIN, Directions, Estimator, Params, binned
from neopcr.kernel import Tree, TreeMember
from neopcr.specs import NEITHER

if TYPE_CHECKING:
    from neopcr.specs import FloatArray

MAX_DEPTH = 4


class BoostedTrees(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Gradient-boosted shallow trees for the log-loss; a missing value takes a learned side.

    One thread a fit and 64 bins a feature: with a few hundred patients more of either only costs
    time, and folds run in parallel instead. The bins are those of `binned`: no threshold is a
    patient's own value.

    Parameters
    ----------
    max_depth : int
        1 (stumps: no interactions) to 4.
    learning_rate : float
        Share of each tree that is added, in (0, 1].
    n_trees : int
        Rounds of boosting.
    min_child_weight : float
        Least sum of p(1 - p) in a leaf: with p near 0.3, 1 is about 5 patients.
    subsample, colsample_bynode : float
        Share of patients a tree sees, and of features a split sees, in (0, 1].
    reg_lambda : float
        L2 penalty on leaf values.
    random_state : int
        Seed of both samples.
    directions : sequence of int
        Which way the logit may go with each feature; see `Directions`.

    Attributes
    ----------
    booster_ : xgboost.Booster
        The fitted model; it is never written to disk.
    """

    def __init__(  # noqa: PLR0913 - one argument a hyperparameter
        self,
        *,
        max_depth: int = 2,
        learning_rate: float = 0.05,
        n_trees: int = 100,
        min_child_weight: float = 2.0,
        subsample: float = 0.7,
        colsample_bynode: float = 0.5,
        reg_lambda: float = 3.0,
        random_state: int = 0,
        directions: Directions = (),
    ) -> None:
        self.max_depth = max_depth
        self.learning_rate = learning_rate
        self.n_trees = n_trees
        self.min_child_weight = min_child_weight
        self.subsample = subsample
        self.colsample_bynode = colsample_bynode
        self.reg_lambda = reg_lambda
        self.random_state = random_state
        self.directions = directions

    def fit(self, X: FloatArray, y: FloatArray) -> Self:
        """Fit the model.

        Parameters
        ----------
        X : float array of shape (n_patients, n_features)
            NaN where missing.
        y : float array of shape (n_patients,)
            1 pCR reached, 0 residual disease; both must occur.

        Returns
        -------
        BoostedTrees

        Raises
        ------
        ValueError
            If `max_depth` is not 1 to 4: deeper trees are beyond the exact explanation.
        """
        return self.boost(self._bins(X, y), y)

    def fit_each(self, settings: Sequence[Params], X: FloatArray, y: FloatArray) -> list[Self]:
        """Fit one model a setting to the same patients, whose bins are made once.

        Parameters
        ----------
        settings : sequence of mapping of str to float
            Arguments of each model; those that are not named are as in this one.
        X, y : float arrays
            As in `fit`, and so is each model.
        """
        bins = self._bins(X, y)
        return [clone(self).set_params(**params).boost(bins, y) for params in settings]

    def _bins(self, X: FloatArray, y: FloatArray) -> xgboost.QuantileDMatrix:
        ways = np.array(self.directions, dtype=np.int64)
        if ways.size:
            # What may go neither way is not shown; export and prediction see it all the same.
            X = np.where(ways == NEITHER, np.nan, X)
        return xgboost.QuantileDMatrix(binned(X), y, max_bin=MAX_BIN, nthread=1)

    def boost(self, bins: xgboost.QuantileDMatrix, y: FloatArray) -> Self:
        """Fit the model to patients who are in their bins already; the rest is as in `fit`."""
        if not 1 <= self.max_depth <= MAX_DEPTH:
            message = f"max_depth must be 1 to {MAX_DEPTH}, but it is {self.max_depth}."
            raise ValueError(message)
        self.classes_ = np.array([0.0, 1.0])
        # Stated, because versions of xgboost differ in the starting point they work out themselves.
        settings = {**self._settings(), "base_score": float(y.mean())}
        self.booster_ = xgboost.Booster(settings, [bins])
        # The rounds of `xgboost.train` without its callbacks and its copy of the model, which take a
        # quarter of a fit to a few hundred patients.
        for number in range(int(self.n_trees)):
            self.booster_.update(bins, number)
        return self

    def decision_function(self, X: FloatArray) -> FloatArray:
        """Return the logit of p_pcr, shape (n_patients,), by xgboost in float32."""
        logit = self.booster_.inplace_predict(X, predict_type="margin")
        return np.asarray(logit, dtype=np.float64)

    def export(self) -> TreeMember:
        """Return the trees as arrays; nothing but numbers leaves the booster."""
        learner = json.loads(bytes(self.booster_.save_raw("json")))["learner"]
        return TreeMember(
            base=_base(learner["learner_model_param"]["base_score"]),
            trees=tuple(_tree(tree) for tree in learner["gradient_booster"]["model"]["trees"]),
        )

    def _settings(self) -> dict[str, Any]:
        return {
            "objective": "binary:logistic",
            "tree_method": "hist",
            "max_bin": MAX_BIN,
            "nthread": 1,
            "verbosity": 0,
            "disable_default_eval_metric": True,
            "max_depth": int(self.max_depth),
            "learning_rate": self.learning_rate,
            "min_child_weight": self.min_child_weight,
            "subsample": self.subsample,
            "colsample_bynode": self.colsample_bynode,
            "reg_lambda": self.reg_lambda,
            "seed": int(self.random_state),
            **self._constraints(),
        }

    def _constraints(self) -> dict[str, Any]:
        ways = [way if way != NEITHER else 0 for way in self.directions]
        return {"monotone_constraints": tuple(ways)} if any(ways) else {}


def _base(base_score: str) -> float:
    """Logit of xgboost's starting probability.

    Written ``5E-1`` up to 3.0 and ``[5E-1]`` since; rounded to float32 before the logit, as
    xgboost does.

    >>> _base("[5E-1]"), _base("5E-1")
    (0.0, 0.0)
    """
    p = np.float32(base_score.strip("[]"))
    return float(np.log(p / (np.float32(1.0) - p)))


def _tree(tree: Mapping[str, Any]) -> Tree:
    left = np.array(tree["left_children"], dtype=np.int32)
    condition = np.array(tree["split_conditions"], dtype=np.float32)
    is_leaf = left == -1
    return Tree(
        left=left,
        right=np.array(tree["right_children"], dtype=np.int32),
        feature=np.array(tree["split_indices"], dtype=np.int32),
        # One field holds the threshold of a split and the value of a leaf.
        threshold=np.where(is_leaf, np.float32(0.0), condition),
        default_left=np.array(tree["default_left"], dtype=np.bool_),
        value=np.where(is_leaf, condition.astype(np.float64), 0.0),
        cover=np.array(tree["sum_hessian"], dtype=np.float64),
    )


def _space(rng: np.random.Generator) -> Params:
    # Cross-validated on 147 patients, small samples of them and many fast rounds did worst: neither
    # is drawn.
    return {
        "max_depth": int(rng.integers(1, 3, endpoint=True)),
        "learning_rate": float(10.0 ** rng.uniform(-1.7, -1.0)),
        "n_trees": int(rng.integers(50, 150, endpoint=True)),
        "min_child_weight": float(10.0 ** rng.uniform(-0.3, 0.7)),
        "subsample": float(rng.uniform(0.6, 1.0)),
        "colsample_bynode": float(rng.uniform(0.2, 0.8)),
        "reg_lambda": float(10.0 ** rng.uniform(-0.5, 1.3)),
    }


def _cautious(rng: np.random.Generator) -> Params:
    # Cross-validated on 147 patients with 34 features, these alone gave a Brier score of 0.158 and a
    # slope of 0.91, the whole space 0.160 and 0.82; AUROC was the same.
    return {
        "max_depth": int(rng.integers(1, 2, endpoint=True)),
        "learning_rate": float(10.0 ** rng.uniform(-1.7, -1.2)),
        "n_trees": int(rng.integers(50, 120, endpoint=True)),
        "min_child_weight": float(10.0 ** rng.uniform(0.0, 0.7)),
        "subsample": float(rng.uniform(0.6, 0.9)),
        "colsample_bynode": float(rng.uniform(0.2, 0.6)),
        "reg_lambda": float(10.0 ** rng.uniform(0.0, 1.3)),
    }


def _build(params: Params, seed: int, directions: Directions = ()) -> BoostedTrees:
    return BoostedTrees(random_state=seed, directions=directions, **params)  # type: ignore[arg-type]


ESTIMATOR = Estimator(
    name="boosted_trees",
    title="Gradient-boosted shallow trees",
    build=_build,
    space=_space,
    cautious=_cautious,
    default={
        "max_depth": 2,
        "learning_rate": 0.05,
        "n_trees": 100,
        "min_child_weight": 2.0,
        "subsample": 0.7,
        "colsample_bynode": 0.4,
        "reg_lambda": 3.0,
    },
    reference="Chen & Guestrin, KDD 2016, 785-794, doi:10.1145/2939672.2939785",
)
