"""The width of the interval: learned from refits, widened by the folds, stored as numbers."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import joblib
import numpy as np
import pytest
from scipy.special import expit

from neopcr.estimators import ESTIMATORS
from neopcr.kernel import (
    LinearMember,
    Model,
    Uncertainty,
    Width,
    check_uncertainty,
    compile_model,
    distances,
    judge,
    logit,
)
from neopcr.kernel.uncertainty import NORMAL
from neopcr.pipeline import PcrClassifier
from neopcr.specs import Block
from neopcr.validation import fold_plan, learn_reach, learn_width, spread_of, widened

BLOCKS = (Block("first", (0, 1), (0, 1)), Block("second", (2, 3), (2, 3)))


def cohort(n=240, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 4))
    X[rng.random(n) < 0.25, 2:] = np.nan
    y = (rng.random(n) < expit(X[:, 0] + np.nan_to_num(X[:, 2]))).astype(float)
    return X, y


@pytest.fixture(scope="module")
def fitted():
    X, y = cohort()
    lacking = ((BLOCKS[1],), (BLOCKS[0],))
    classifier = PcrClassifier(members=("elastic_net",), trials=2, lacking=lacking).fit(X, y)
    reach = learn_reach(X)
    with joblib.parallel_config(backend="threading"):
        return classifier, X, y, reach, learn_width(classifier, X, y, reach, draws=40)[0]


def test_the_width_is_near_that_of_fits_to_other_patients(fitted):
    classifier, X, _, reach, width = fitted
    params = classifier.choices_["members"]["elastic_net"]["params"]
    others = []
    for seed in range(1, 41):
        member = _refit(params, *cohort(seed=seed))
        model = dataclasses.replace(classifier.model_, members=(member,), reduced=())
        others.append(logit(compile_model(model), X))
    known = ~np.isnan(X[:, 2])
    true = np.std(others, axis=0)[known]
    z = logit(compile_model(classifier.model_), X)
    told = spread_of(width, X, z, distances(reach, X)[0])[known]
    assert np.mean(told) == pytest.approx(np.mean(true), rel=0.35)
    assert np.corrcoef(np.log(told), np.log(true))[0, 1] > 0.5
    assert width.by_distance > 0


def _refit(params, X, y):
    return ESTIMATORS["elastic_net"].build(params, 0).fit(X, y).export()


def test_the_kernel_says_what_was_fitted(fitted):
    classifier, X, _, reach, width = fitted
    check_uncertainty(Uncertainty(reach, width), X.shape[1])
    z = logit(compile_model(classifier.model_), X)
    said = judge(Uncertainty(reach, dataclasses.replace(width, factor=1.7)), X, z)
    half = 1.7 * NORMAL * spread_of(width, X, z, distances(reach, X)[0])
    np.testing.assert_allclose(said.upper, expit(z + half), rtol=1e-12)
    np.testing.assert_allclose(said.lower, expit(z - half), rtol=1e-12)


def test_blocks_that_may_be_lacking_have_terms_of_their_own(fitted):
    width = fitted[-1]
    assert set(width.blocks) == {(0, 1), (2, 3)}
    assert all(width.lacking)


def test_the_same_patients_give_the_same_bits(fitted):
    classifier, X, y, reach, width = fitted
    again = learn_width(classifier, X, y, reach, draws=40)[0]
    assert dataclasses.astuple(again) == dataclasses.astuple(width)


def test_nobody_is_better_known_for_being_far(fitted):
    """A model that says the same of everyone far off: its spread falls with the distance."""
    classifier, X, y, reach, _ = fitted
    backwards = dataclasses.replace(reach, centre=reach.centre + 3.0)
    width = learn_width(classifier, X, y, backwards, draws=20)[0]
    assert width.by_distance >= 0.0


def test_a_patient_that_no_two_refits_left_out_teaches_nothing(fitted):
    classifier, X, y, reach, _ = fitted
    alone = SimpleNamespace(
        lacking=(), model_=dataclasses.replace(classifier.model_, reduced=()),
        choices_=classifier.choices_, members=classifier.members, seed=0, directions=(),
    )  # fmt: skip
    assert learn_width(alone, X, y, reach, draws=1)[0] is None


def test_rare_outcomes_are_drawn_until_there_are_two_of_each():
    X = np.random.default_rng(0).normal(size=(40, 1))
    y = np.repeat([1.0, 0.0], [3, 37])
    member = LinearMember(0.0, np.zeros(1), np.ones(1), np.zeros(1))
    few = SimpleNamespace(
        lacking=(), model_=Model(1, (member,), (1.0,), 0.0, 1.0), members=("elastic_net",),
        choices_={"members": {"elastic_net": {"params": {"C": 0.03, "l1_ratio": 0.0}}}}, seed=3,
        directions=(),
    )  # fmt: skip
    with joblib.parallel_config(backend="threading"):
        assert learn_width(few, X, y, learn_reach(X), draws=20)[0] is not None


def test_the_factor_holds_19_of_20_differences_out_of_fold(fitted):
    classifier, X, y, reach, width = fitted
    z = logit(compile_model(classifier.model_), X)
    spread = spread_of(width, X, z, distances(reach, X)[0])
    plan = fold_plan(y, folds=5, repeats=4, seed=0)
    rng = np.random.default_rng(0)
    # A fold's model, fitted without a fifth, differs by half of what another cohort's would.
    off = z + 0.5 * 1.8 * spread * rng.normal(size=(4, len(y)))
    assert widened(width, classifier.model_, X, reach, off, plan).factor == pytest.approx(
        1.8, rel=0.1
    )
    assert widened(width, classifier.model_, X, reach, np.tile(z, (4, 1)), plan).factor == 1.0


def test_a_logit_beyond_those_of_training_is_not_extrapolated():
    width = Width(0.0, 1.0, 1.0, 0.0, -1.0, 1.0, (), (), 1.0)
    X = np.zeros((2, 1))
    spread = spread_of(width, X, np.array([1.0, 50.0]), np.zeros(2))
    assert spread[0] == spread[1] == pytest.approx(np.exp(2.0))
