"""Each centre by a model of the others: who is left out, what is pooled, what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression

from neopcr.errors import TableError
from neopcr.validation.internal_external import EXPECTED, POOLED, internal_external


class Recorder(ClassifierMixin, BaseEstimator):
    """Predicts, for every patient, the share of the training part's mark: who was seen."""

    def fit(self, X, y, groups=None):  # noqa: ARG002 - scikit-learn's signature
        self.mark_, self.classes_ = X[:, 0].sum(), np.array([0.0, 1.0])
        self.inner_ = None if groups is None else np.unique(groups).size
        return self

    def predict_proba(self, X):
        p = np.full(len(X), self.mark_)
        return np.column_stack([1 - p, p])


def cohort(n=240, centres=4, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 2))
    y = (rng.random(n) < 1 / (1 + np.exp(-1.2 * X[:, 0]))).astype(float)
    names = np.array([f"c{number}" for number in rng.integers(centres, size=n)], dtype=object)
    return X, y, names


def test_a_centre_is_predicted_by_models_that_never_saw_it():
    y = np.tile([0.0, 1.0], 12)
    names = np.repeat(["a", "b", "c"], 8).astype(object)
    X = np.column_stack([(names == "b") / 16, np.zeros(24)])
    found = internal_external(Recorder(), X, y, names, groups=names, n_jobs=1)
    assert found.p.reshape(3, 8)[:, 0].tolist() == [0.5, 0.0, 0.5]


def test_every_metric_in_every_centre_and_pooled():
    X, y, names = cohort()
    names[:5] = None
    names[5:8] = "tiny"
    found = internal_external(LogisticRegression(), X, y, names, n_jobs=1)
    assert found.unknown == 5
    assert len(found.y) == len(found.p) == 235
    groups = list(dict.fromkeys(one.group for one in found.centres))
    assert groups[-1] == "tiny"
    tiny = [one for one in found.centres if one.group == "tiny"]
    assert {one.method for one in tiny} == {"too few to say"}
    sizes = [one.n for one in found.centres if one.name == "auroc"]
    assert sizes == sorted(sizes, reverse=True)
    average = {one.name: one for one in found.pooled if one.group == POOLED}
    new = {one.name: one for one in found.pooled if one.group == EXPECTED}
    assert set(average) == set(new) == set(found.tau)
    assert average["auroc"].n == 232
    assert new["auroc"].lower <= average["auroc"].lower < average["auroc"].upper
    assert average["auroc"].method.startswith("4 centres")
    assert 0.6 < average["auroc"].value < 0.9


def test_two_centres_have_an_average_and_expect_nothing():
    X, y, names = cohort(centres=2)
    found = internal_external(LogisticRegression(), X, y, names, n_jobs=1)
    assert {one.group for one in found.pooled} == {POOLED}


def test_nothing_is_pooled_where_one_centre_alone_is_large_enough():
    X, y, names = cohort()
    names[:] = "all"
    names[:4] = "small"
    y[:4] = [0, 1, 0, 1]
    assert internal_external(LogisticRegression(), X, y, names, n_jobs=1).pooled == ()


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["a"] * 6, "1 centre is known"),
        ([None] * 6, "0 centre is known"),
        (["a", "a", "a", "b", "b", "b"], "a single outcome is left"),
    ],
)
def test_what_cannot_be_left_out_is_refused(names, said):
    y = np.array([1.0, 1.0, 0.0, 0.0, 0.0, 0.0])
    with pytest.raises(TableError, match=said):
        internal_external(LogisticRegression(), np.zeros((6, 1)), y, np.array(names, dtype=object))
