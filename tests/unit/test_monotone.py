"""Where the field knows the direction, the exported model goes no other way."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.linear_model import LogisticRegression

from neopcr.estimators._signed import fit_signed
from neopcr.features import WIDE, feature_space
from neopcr.kernel import compile_model, logit
from neopcr.modalities import MODALITIES
from neopcr.pipeline import PRODUCTS, PcrClassifier
from neopcr.specs import NEITHER, Block, Direction, Landmark, Product

UP, DOWN, FREE, OUT = range(4)
WAYS = (1, -1, 0, NEITHER)


def against_the_field(n, seed):
    """Patients in whom the first two features go the wrong way, and all four tell something."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 4))
    z = -0.8 * X[:, UP] * (X[:, FREE] > 0) + 0.6 * X[:, DOWN] + X[:, FREE] + X[:, OUT]
    y = (rng.random(n) < 1 / (1 + np.exp(-z))).astype(float)
    X[rng.random(X.shape) < 0.1] = np.nan
    return X, y


def steps(model, feature, X):
    """Changes of the logit as one feature rises, other features as they are in each row."""
    ready = compile_model(model)
    moved = []
    for value in np.linspace(-4, 4, 81):
        X = X.copy()
        X[:, feature] = value
        moved.append(logit(ready, X))
    return np.diff(moved, axis=0)


@pytest.fixture(scope="module")
def fitted():
    X, y = against_the_field(300, 1)
    lacking = ((Block("last", (OUT,), (OUT,)),),)
    return X, PcrClassifier(trials=8, directions=WAYS, lacking=lacking).fit(X, y)


@pytest.mark.parametrize("blank", [False, True])
def test_the_exported_model_goes_the_known_way_in_every_row(fitted, blank):
    X, classifier = fitted
    X = X[:100].copy()
    if blank:
        X[:, OUT] = np.nan  # scored by the model without it
    assert steps(classifier.model_, UP, X).min() >= -1e-12
    assert steps(classifier.model_, DOWN, X).max() <= 1e-12
    assert steps(classifier.model_, FREE, X).max() > 0.01


def test_without_directions_it_would_go_the_wrong_way(fitted):
    X, _ = fitted
    free = PcrClassifier(trials=8).fit(*against_the_field(300, 1)).model_
    assert steps(free, UP, X[:100]).min() < -0.01
    assert steps(free, DOWN, X[:100]).max() > 0.01


def test_what_may_go_neither_way_moves_nothing_while_it_is_known(fitted):
    X, classifier = fitted
    assert_allclose(steps(classifier.model_, OUT, X[:100]), 0.0, atol=1e-12)


@pytest.mark.parametrize(("C", "l1_ratio"), [(0.05, 0.0), (0.3, 0.5), (1.0, 1.0)])
def test_bounds_that_do_not_bind_change_nothing(C, l1_ratio):
    rng = np.random.default_rng(2)
    Z = rng.normal(size=(200, 6))
    y = (rng.random(200) < 1 / (1 + np.exp(-Z @ [1, -1, 0.5, 0, 0, 0.8]))).astype(float)
    theirs = LogisticRegression(
        C=C, l1_ratio=l1_ratio, solver="saga", tol=1e-9, max_iter=20_000
    ).fit(Z, y)
    intercept, coef, converged = fit_signed(
        Z, y, np.array([1, -1, 1, 0, 0, 0]), C=C, l1_ratio=l1_ratio
    )
    assert converged
    assert_allclose(coef, theirs.coef_[0], atol=1e-5)
    assert intercept == pytest.approx(theirs.intercept_[0], abs=1e-5)


def test_a_sign_that_binds_leaves_the_others_their_best():
    rng = np.random.default_rng(3)
    Z = rng.normal(size=(150, 3))
    Z[:, 1] += 0.7 * Z[:, 0]
    y = (rng.random(150) < 1 / (1 + np.exp(-Z @ [1.0, 1.0, 0.0]))).astype(float)
    _, coef, _ = fit_signed(Z, y, np.array([-1, 0, NEITHER]), C=0.2, l1_ratio=0.0)
    alone = LogisticRegression(C=0.2, tol=1e-9).fit(Z[:, [1]], y)
    assert_allclose(coef, [0.0, alone.coef_[0, 0], 0.0], atol=1e-5)


# --- what the field knows -----------------------------------------------------------------------


def test_every_direction_names_its_source():
    known = [
        feature
        for modality in MODALITIES.values()
        for feature in modality.features
        if feature.direction
    ]
    assert {"hr_positive", "her2_ihc_3plus", "her2_log2_ratio"} <= {each.name for each in known}
    assert all(each.direction.sign in (1, -1) and len(each.direction.source) > 10 for each in known)


def test_directions_follow_what_members_see():
    offered = ["her2_ihc", "hr_status", "age_years", *(f"expression_{n:04}" for n in range(WIDE))]
    space = feature_space(
        ["clinical", "her2", "receptors", "expression"], offered, Landmark.baseline
    )
    ways = dict(zip(space.seen_names(), space.directions(), strict=True))
    assert ways["her2_ihc_3plus"] == 1
    assert ways["hr_positive"] == -1
    assert ways["age_years"] == ways["expression_score"] == 0


def test_a_product_goes_the_way_of_its_factors_or_none():
    offered = ["her2_ihc", "hr_status", "pam_status"]
    products = (*PRODUCTS[:1], Product("odd", ("her2_ihc_3plus", "hr_positive")))
    space = feature_space(["her2", "receptors", "pam"], offered, Landmark.baseline, products)
    ways = dict(zip(space.seen_names(), space.directions(), strict=True))
    assert ways["pam_altered_x_hr_positive"] == -1
    assert ways["odd"] == NEITHER


def test_a_direction_is_no_part_of_what_a_bundle_compares():
    feature = next(each for each in MODALITIES["receptors"].features if each.direction)
    assert feature == type(feature)(feature.name, feature.columns)
    assert_array_equal(Direction(1, "a").sign, 1)
