"""The comparator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegressionCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from neopcr.estimators import inner_plan
from neopcr.pipeline.checked import checked

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from neopcr.specs import FloatArray


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
        X, y = checked(X, y)
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
