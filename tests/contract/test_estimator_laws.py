"""Laws that every estimator obeys."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import neopcr.estimators
from neopcr.estimators import ESTIMATORS
from neopcr.kernel import (
    LinearMember,
    Model,
    compile_model,
    contributions,
    logit,
    member_logits,
)

every_estimator = pytest.mark.parametrize(
    "estimator", ESTIMATORS.values(), ids=lambda each: each.name
)


@pytest.fixture
def cohort():
    rng = np.random.default_rng(5)
    X = rng.normal(size=(120, 6))
    y = (rng.random(120) < 1 / (1 + np.exp(1 - X[:, 0] - X[:, 1] * (X[:, 2] > 0)))).astype(float)
    X[rng.random(X.shape) < 0.1] = np.nan
    X[:25, 3:5] = np.nan
    return X, y


def fit(estimator, X, y, seed=3):
    return estimator.build(estimator.default, seed).fit(X, y)


def compiled(member, n_features=6):
    return compile_model(Model(n_features, (member,), (1.0,), 0.0, 1.0))


def arrays(member):
    if isinstance(member, LinearMember):
        return [member.intercept, member.offset, member.coefficient, member.missing]
    fields = ("left", "right", "feature", "threshold", "default_left", "value", "cover")
    return [member.base, *(getattr(tree, name) for tree in member.trees for name in fields)]


def test_every_file_is_registered():
    folder = Path(neopcr.estimators.__file__).parent
    files = {path.stem for path in folder.glob("*.py") if not path.stem.startswith("_")}
    assert files == set(ESTIMATORS)


@every_estimator
def test_it_names_itself_and_its_source(estimator):
    assert ESTIMATORS[estimator.name] is estimator
    assert estimator.title
    assert "doi:10." in estimator.reference


@every_estimator
def test_settings_are_plain_numbers_that_can_be_stored(estimator):
    drawn = [estimator.space(np.random.default_rng(seed)) for seed in range(20)]
    for params in (estimator.default, *drawn):
        assert json.loads(json.dumps(dict(params))) == params
        assert set(params) == set(estimator.default)
    assert len({tuple(params.values()) for params in drawn}) == 20


@every_estimator
def test_every_corner_of_the_space_fits_and_exports(estimator, cohort):
    X, y = cohort
    for seed in range(12):
        fitted = estimator.build(estimator.space(np.random.default_rng(seed)), seed).fit(X, y)
        logits = member_logits(compiled(fitted.export()), X)[:, 0]
        assert_allclose(logits, fitted.decision_function(X), atol=5e-6)


@every_estimator
def test_it_learns_what_is_there(estimator, cohort):
    X, y = cohort
    z = fit(estimator, X, y).decision_function(X)
    assert z[y == 1].mean() > z[y == 0].mean() + 0.2


@every_estimator
def test_contributions_add_up_to_the_logit(estimator, cohort):
    X, y = cohort
    fitted = fit(estimator, X, y)
    model = compiled(fitted.export())
    phi, base = contributions(model, X)
    assert_allclose(base + phi.sum(axis=1), fitted.decision_function(X), atol=5e-6)
    assert_allclose(logit(model, X), base + phi.sum(axis=1), atol=1e-12)


@every_estimator
def test_the_same_seed_gives_the_same_bytes(estimator, cohort):
    X, y = cohort
    first, second = (arrays(fit(estimator, X, y).export()) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        assert_array_equal(one, other)


@every_estimator
def test_fitting_and_scoring_leave_their_input_alone(estimator, cohort):
    X, y = cohort
    X_before, y_before = X.copy(), y.copy()
    fit(estimator, X, y).decision_function(X)
    assert_array_equal(X, X_before)
    assert_array_equal(y, y_before)


@every_estimator
def test_the_order_of_patients_orders_the_scores_and_nothing_else(estimator, cohort):
    X, y = cohort
    fitted = fit(estimator, X, y)
    order = np.random.default_rng(1).permutation(len(X))
    assert_array_equal(fitted.decision_function(X[order]), fitted.decision_function(X)[order])


@every_estimator
def test_a_patient_without_a_whole_block_still_scores(estimator, cohort):
    X, y = cohort
    member = fit(estimator, X, y).export()
    bare = np.full((1, 6), np.nan)
    known = member_logits(compiled(member), X)[:, 0]
    assert known.min() - 1 < member_logits(compiled(member), bare)[0, 0] < known.max() + 1


@every_estimator
def test_a_feature_that_nobody_has_is_never_used(estimator, cohort):
    X, y = cohort
    X[:, 1] = np.nan
    model = compiled(fit(estimator, X, y).export())
    X_new = X.copy()
    X_new[:, 1] = 7.0
    assert_array_equal(member_logits(model, X), member_logits(model, X_new))
