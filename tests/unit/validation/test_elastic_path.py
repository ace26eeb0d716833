"""The penalty path: where it ends is the optimum, and the search is the one it claims to be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from neopcr.errors import TableError
from neopcr.estimators import inner_plan
from neopcr.estimators.elastic_net import ElasticNetLogistic
from neopcr.validation.elastic_path import (
    C_PATH,
    L1_RATIOS,
    ElasticNetPath,
    elastic_net_path,
)


def cohort(n: int = 240, *, seed: int = 0, missing: bool = True) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 6))
    y = (rng.random(n) < expit(X[:, 0] - 0.6 * X[:, 1])).astype(float)
    if missing:
        X[rng.random(n) < 0.2, 2] = np.nan
    return X, y


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    C=st.floats(0.003, 3.0),
    l1_ratio=st.sampled_from([0.0, 0.25, 0.75, 1.0]),
)
def test_no_coefficient_can_be_moved_to_the_better(seed, C, l1_ratio):
    """The first-order conditions of the penalised likelihood, in plain numpy."""
    X, y = cohort(60, seed=seed, missing=False)
    Z = (X - X.mean(axis=0)) / X.std(axis=0)
    fitted = elastic_net_path(Z, y, np.array([20.0 / C, 1.0 / C]), l1_ratio)[-1]
    intercept, w = fitted[0], fitted[1:]
    residual = y - expit(intercept + Z @ w)
    assert residual.sum() == pytest.approx(0.0, abs=1e-4)
    pull = Z.T @ residual - (1.0 - l1_ratio) / C * w
    inside = w == 0.0
    assert (np.abs(pull[inside]) <= l1_ratio / C + 1e-4).all()
    assert pull[~inside] == pytest.approx(np.sign(w[~inside]) * l1_ratio / C, abs=1e-4)


def test_without_an_l1_part_it_is_the_ridge_of_the_member():
    X, y = cohort()
    ridge = ElasticNetLogistic(C=float(C_PATH[5])).fit(X, y)
    fitted = elastic_net_path(ridge.design_matrix(X), y, 1.0 / C_PATH[:6], 0.0)[-1]
    assert fitted[0] == pytest.approx(ridge.intercept_, abs=1e-6)
    assert fitted[1:] == pytest.approx(ridge.coef_, abs=1e-6)


def test_a_constant_column_has_no_coefficient():
    X, y = cohort(missing=False)
    Z = np.column_stack([X, np.zeros(len(y))])
    assert (elastic_net_path(Z, y, 1.0 / C_PATH, 0.5)[:, -1] == 0.0).all()


def test_the_penalty_is_that_of_the_lowest_log_loss_out_of_fold():
    X, y = cohort()
    model = ElasticNetPath(random_state=3).fit(X, y)
    losses = {}
    for C in C_PATH:
        for ratio in L1_RATIOS:
            loss = 0.0
            for train, held_out in inner_plan(y, folds=3, seed=3):
                member = ElasticNetLogistic().fit(X[train], y[train])
                Z = member.design_matrix(X[train])
                b, *w = elastic_net_path(Z, y[train], np.array([1.0 / C]), ratio)[0]
                p = expit(b + member.design_matrix(X[held_out]) @ np.array(w))
                right = np.where(y[held_out] == 1.0, p, 1.0 - p)
                loss -= np.log(right).sum()
            losses[float(C), ratio] = loss
    best = min(losses, key=losses.__getitem__)
    assert (model.choices_["C"], model.choices_["l1_ratio"]) == best


def test_its_probabilities_are_those_of_the_member_it_ships():
    X, y = cohort()
    model = ElasticNetPath().fit(X, y)
    p = model.predict_proba(X)
    assert p.sum(axis=1) == pytest.approx(np.ones(len(y)))
    assert p[:, 1] == pytest.approx(expit(model.member_.decision_function(X)))
    assert p[:, 1].mean() == pytest.approx(y.mean(), abs=1e-5)


def test_copies_of_a_patient_stay_in_one_inner_fold():
    X, y = cohort(120)
    rows = np.random.default_rng(4).integers(120, size=120)
    apart = ElasticNetPath().fit(X[rows], y[rows], groups=rows)
    mixed = ElasticNetPath().fit(X[rows], y[rows])
    assert apart.choices_["C"] <= mixed.choices_["C"]
    with pytest.raises(TableError, match="need 3 groups"):
        ElasticNetPath().fit(X, y, groups=np.arange(120) % 2)
