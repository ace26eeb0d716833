"""Out-of-fold predictions: honest, and the same however they are run."""

from __future__ import annotations

import joblib
import numpy as np
import pytest
from joblib.parallel import ThreadingBackend
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_info

from neopcr.validation import cross_validate, fold_plan


class Recorder(ClassifierMixin, BaseEstimator):
    """Predicts the share of pCR in training, and says what it was given."""

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset

    def fit(self, X, y, groups=None):
        self.classes_ = np.array([0.0, 1.0])
        self.share_ = float(y.mean())
        self.choices_ = {
            "rows": X[:, 0].tolist(),
            "groups": None if groups is None else groups.tolist(),
            "threads": max((pool["num_threads"] for pool in threadpool_info()), default=1),
        }
        return self

    def predict_proba(self, X):
        p = np.full(len(X), self.share_ + self.offset)
        return np.column_stack([1.0 - p, p])


class ListOnly(ThreadingBackend):
    """A backend that gives all results at the end, as clusters do."""

    supports_return_generator = False


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    X = np.column_stack([np.arange(60.0), rng.normal(size=(60, 3))])
    y = (rng.random(60) < 1 / (1 + np.exp(-X[:, 1]))).astype(float)
    return X, y, fold_plan(y, folds=3, repeats=2, seed=4)


def test_each_prediction_comes_from_the_patients_of_other_folds(data):
    X, y, plan = data
    found = cross_validate(Recorder(), X, y, plan, n_jobs=1)
    assert found.p.shape == (2, 60)
    for repeat, tests in enumerate(plan):
        for fold, test in enumerate(tests):
            train = sorted(set(range(60)) - set(test.tolist()))
            assert found.choices[repeat][fold]["rows"] == train
            assert found.p[repeat, test] == pytest.approx(y[train].mean())


def test_changing_held_out_patients_changes_nothing_learned(data):
    X, y, plan = data
    model = LogisticRegression()
    before = cross_validate(model, X, y, plan, n_jobs=1).p
    test = plan[0][0]
    moved, flipped = X.copy(), y.copy()
    moved[test[0]] += 100.0
    flipped[test] = 1.0 - flipped[test]
    after = cross_validate(model, moved, flipped, plan[:1], n_jobs=1).p
    assert (after[0, test[1:]] == before[0, test[1:]]).all()


def test_groups_reach_an_estimator_that_takes_them(data):
    X, y, _ = data
    centres = np.array([f"c{i % 6}" for i in range(60)], dtype=object)
    plan = fold_plan(y, folds=3, repeats=1, seed=0, groups=centres)
    found = cross_validate(Recorder(), X, y, plan, groups=centres, n_jobs=1)
    train = np.setdiff1d(np.arange(60), plan[0][1])
    assert found.choices[0][1]["groups"] == [i % 6 for i in train]
    # An estimator without such a parameter is not given them.
    plain = cross_validate(LogisticRegression(), X, y, plan, groups=centres, n_jobs=1)
    assert np.isfinite(plain.p).all()


def test_an_estimator_that_chooses_nothing_has_no_choices(data):
    X, y, plan = data
    found = cross_validate(LogisticRegression(), X, y, plan, n_jobs=1)
    assert found.choices == (({}, {}, {}), ({}, {}, {}))
    assert found.fit_seconds.shape == (2, 3)
    assert (found.fit_seconds > 0).all()


@pytest.mark.parametrize(
    "backend", ["loky", "threading", ListOnly()], ids=["loky", "threads", "list"]
)
def test_backends_and_jobs_give_the_same_bytes(data, backend):
    X, y, plan = data
    alone = cross_validate(LogisticRegression(), X, y, plan, n_jobs=1)
    with joblib.parallel_config(backend, n_jobs=2):
        shared = cross_validate(LogisticRegression(), X, y, plan, n_jobs=None)
    assert shared.p.tobytes() == alone.p.tobytes()


def test_fits_have_one_thread(data):
    X, y, plan = data
    found = cross_validate(Recorder(), X, y, plan, n_jobs=1)
    assert {fold["threads"] for repeat in found.choices for fold in repeat} == {1}


def test_progress_counts_every_fold(data):
    X, y, plan = data
    seen = []
    cross_validate(Recorder(), X, y, plan, n_jobs=1, progress=lambda *step: seen.append(step))
    assert seen == [(done, 6) for done in range(1, 7)]


def test_the_estimator_given_stays_unfitted(data):
    X, y, plan = data
    model = Recorder(offset=0.1)
    found = cross_validate(model, X, y, plan, n_jobs=1)
    assert not hasattr(model, "share_")
    assert found.p.mean() == pytest.approx(y.mean() + 0.1, abs=0.02)
