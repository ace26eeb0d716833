"""The blend as a whole: honest out of fold, one road from features to probability."""

from __future__ import annotations

import json

import numpy as np
import pytest
from joblib import Parallel, delayed
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import StratifiedKFold

from neopcr.errors import TableError
from neopcr.estimators import ESTIMATORS, boosted_trees, inner_plan
from neopcr.kernel import compile_model, logit, member_logits
from neopcr.modalities import MODALITIES
from neopcr.pipeline import PRODUCTS, PcrClassifier, RidgeLogistic, patterns_for, products_for
from neopcr.specs import Block


def draw(n, seed, n_features=5):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, n_features))
    z = -0.8 + X[:, 0] + 1.2 * (X[:, 1] > 0) * (X[:, 2] > 0)
    y = (rng.random(n) < 1 / (1 + np.exp(-z))).astype(float)
    X[rng.random(X.shape) < 0.1] = np.nan
    return X, y


@pytest.fixture(scope="module")
def cohort():
    return draw(150, 1)


@pytest.fixture(scope="module")
def fitted(cohort):
    return PcrClassifier(trials=6, seed=4).fit(*cohort)


def held_out_auroc(classifier, X, y, seed):
    p = np.empty(len(y))
    for train, test in StratifiedKFold(3, shuffle=True, random_state=seed).split(X, y):
        p[test] = clone(classifier).fit(X[train], y[train]).predict_proba(X[test])[:, 1]
    return roc_auc_score(y, p)


def test_it_predicts_new_patients_better_than_either_prevalence_or_chance(fitted):
    X, y = draw(2000, 2)
    p = fitted.predict_proba(X)
    assert_allclose(p.sum(axis=1), 1.0)
    assert roc_auc_score(y, p[:, 1]) > 0.71
    assert log_loss(y, p[:, 1]) < log_loss(y, np.full(2000, y.mean())) - 0.04
    assert_array_equal(fitted.predict(X), (p[:, 1] > 0.5).astype(float))


@pytest.mark.slow
def test_bins_of_five_patients_cost_no_discrimination(monkeypatch):
    """Decision 0010: 40 cohorts of 150, each model judged on 4,000 new patients."""
    binned = boosted_trees.binned
    cost = np.empty(40)
    for k in range(40):
        (X, y), (new, truth) = draw(150, 1000 + k), draw(4000, 5000 + k)
        auroc = []
        for bins in (binned, lambda values: values):
            monkeypatch.setattr(boosted_trees, "binned", bins)
            p = PcrClassifier(trials=6, seed=4).fit(X, y).predict_proba(new)[:, 1]
            auroc.append(roc_auc_score(truth, p))
        cost[k] = auroc[1] - auroc[0]
    error = cost.std(ddof=1) / np.sqrt(len(cost))
    assert cost.mean() + 2 * error <= 0.005, f"{cost.mean():.4f}, standard error {error:.4f}"


def test_the_logit_is_the_recalibrated_mean_of_the_members_logits(fitted):
    X, _ = draw(50, 3)
    model = fitted.model_
    blended = member_logits(compile_model(model), X) @ np.array(model.weights)
    expected = model.intercept + model.slope * blended
    assert_allclose(fitted.decision_function(X), expected, atol=1e-9)
    assert_allclose(fitted.predict_proba(X)[:, 1], 1 / (1 + np.exp(-expected)), atol=1e-9)


def test_choices_are_told_in_plain_numbers(fitted):
    choices = fitted.choices_
    assert json.loads(json.dumps(choices)) == choices
    assert list(choices["members"]) == ["elastic_net", "boosted_trees"]
    assert tuple(choices["weights"].values()) == fitted.model_.weights
    assert sum(choices["weights"].values()) == pytest.approx(1.0)
    assert choices["slope"] == fitted.model_.slope
    for name, choice in choices["members"].items():
        assert set(choice["params"]) == set(ESTIMATORS[name].default)
        assert 0.3 < choice["log_loss"] < 0.7


def test_the_chosen_members_are_refitted_to_all_patients(cohort, fitted):
    X, y = cohort
    params = fitted.choices_["members"]["elastic_net"]["params"]
    member = ESTIMATORS["elastic_net"].build(params, 4).fit(X, y).export()
    assert_array_equal(fitted.model_.members[0].coefficient, member.coefficient)
    assert fitted.model_.members[0].intercept == member.intercept


def test_one_seed_one_model_in_one_thread_or_two(cohort, fitted):
    X, _ = cohort
    models = Parallel(n_jobs=2, prefer="threads")(
        delayed(clone(fitted).fit)(*cohort) for _ in range(2)
    )
    for model in models:
        assert_array_equal(model.decision_function(X), fitted.decision_function(X))
    other = PcrClassifier(trials=6, seed=5).fit(*cohort)
    assert not np.array_equal(other.decision_function(X), fitted.decision_function(X))


@pytest.mark.slow
def test_one_seed_one_model_in_another_process(cohort, fitted):
    X, _ = cohort
    models = Parallel(n_jobs=2, backend="loky")(
        delayed(clone(fitted).fit)(*cohort) for _ in range(2)
    )
    for model in models:
        assert_array_equal(model.decision_function(X), fitted.decision_function(X))


def test_trials_are_shared_and_every_member_has_one(cohort):
    alone = PcrClassifier(members=("elastic_net",), trials=3).fit(*cohort)
    both = PcrClassifier(trials=5).fit(*cohort)
    assert both.choices_["members"]["elastic_net"] == alone.choices_["members"]["elastic_net"]
    least = PcrClassifier(trials=1).fit(*cohort)
    for name, choice in least.choices_["members"].items():
        assert choice["params"] == ESTIMATORS[name].default


def test_groups_reach_the_inner_folds(cohort):
    X, y = cohort
    centre = np.arange(150) % 7
    grouped = PcrClassifier(members=("elastic_net",), trials=4).fit(X, y, groups=centre)
    free = PcrClassifier(members=("elastic_net",), trials=4).fit(X, y)
    assert grouped.choices_["members"] != free.choices_["members"]
    with pytest.raises(TableError, match="need 3 groups"):
        PcrClassifier().fit(X, y, groups=np.zeros(150))


@pytest.mark.parametrize("classifier", [PcrClassifier(), RidgeLogistic()])
def test_what_nobody_could_learn_from_is_refused(classifier, cohort):
    X, y = cohort
    infinite = X.copy()
    infinite[[4, 9], 1] = np.inf
    with pytest.raises(TableError, match=r"2 of 150 patients .* \(first at row 5\)"):
        classifier.fit(infinite, y)
    unknown = y.copy()
    unknown[7] = np.nan
    with pytest.raises(TableError, match=r"must be 0 or 1, but 1 of 150 .* row 8\)"):
        classifier.fit(X, unknown)
    with pytest.raises(TableError, match="but 0 of 150 reached it"):
        classifier.fit(X, np.zeros(150))


def test_shuffled_outcomes_cannot_be_predicted():
    X, y = draw(90, 5)
    rng = np.random.default_rng(6)
    aurocs = [
        held_out_auroc(PcrClassifier(trials=2, inner_folds=2), X, rng.permutation(y), run)
        for run in range(30)
    ]
    error = np.std(aurocs, ddof=1) / np.sqrt(30)
    assert abs(np.mean(aurocs) - 0.5) < 3 * error


def test_selection_outside_the_fold_would_be_noticed():
    rng = np.random.default_rng(7)
    aurocs = []
    for run in range(30):
        X = rng.normal(size=(90, 200))
        y = rng.permutation(np.repeat([0.0, 1.0], [60, 30]))
        best = np.argsort(-np.abs((X - X.mean(0)).T @ (y - y.mean())))[:5]
        classifier = PcrClassifier(members=("elastic_net",), trials=1, inner_folds=2)
        aurocs.append(held_out_auroc(classifier, X[:, best], y, run))
    error = np.std(aurocs, ddof=1) / np.sqrt(30)
    assert np.mean(aurocs) - 0.5 > 3 * error


def test_the_comparator_chooses_its_penalty_on_the_same_inner_folds(cohort):
    X, y = cohort
    ridge = RidgeLogistic(seed=4).fit(X, y)
    plan = inner_plan(y, folds=3, seed=4)
    chosen = ridge.pipeline_[-1]
    for (train, held), (ours, ours_held) in zip(plan, chosen.cv, strict=True):
        assert_array_equal(train, ours)
        assert_array_equal(held, ours_held)
    assert 1e-4 < chosen.C_ < 10
    X_new, y_new = draw(2000, 2)
    assert roc_auc_score(y_new, ridge.predict_proba(X_new)[:, 1]) > 0.7


def test_products_are_offered_only_where_their_factors_are():
    assert products_for({"hr_positive", "age_years"}) == ()
    names = {factor for product in PRODUCTS for factor in product.factors}
    assert products_for(names) == PRODUCTS
    assert [p.name for p in products_for(names - {"regimen_dual_blockade"})] == [
        "pam_altered_x_hr_positive"
    ]


def test_products_are_made_of_features_that_modalities_declare():
    declared = {feature.name for modality in MODALITIES.values() for feature in modality.features}
    assert {factor for product in PRODUCTS for factor in product.factors} <= declared


# --- whole blocks missing -----------------------------------------------------------------------

FIRST = Block("first", (0,), (0,))
SECOND = Block("second", (1, 2), (1, 2))
REST = Block("rest", (3, 4), (3, 4))
BLOCKS = (FIRST, SECOND, REST)


def test_what_patients_lack_together_gets_a_model_if_enough_of_them_do():
    X = np.zeros((100, 5))
    X[:20, 0] = np.nan
    X[20:39, 1:3] = np.nan
    X[40:60, 0:3] = np.nan
    X[60:80] = np.nan
    X[80:, 1] = np.nan  # not the whole block
    assert patterns_for(X, BLOCKS) == ((FIRST,), (FIRST, SECOND))
    assert patterns_for(X, BLOCKS, singly=True) == (
        (FIRST,), (SECOND,), (REST,), (FIRST, SECOND),
    )  # fmt: skip
    assert patterns_for(X, BLOCKS[:1], singly=True) == ()


def test_a_patient_without_a_block_is_scored_as_by_a_model_fitted_without_it(cohort):
    X, y = cohort
    lost = PcrClassifier(trials=6, seed=4, lacking=((SECOND,),)).fit(X, y)
    blank = X.copy()
    blank[:, 1:3] = np.nan
    [reduced] = lost.model_.reduced
    assert reduced.blocks == ((1, 2),)
    alone = logit(compile_model(reduced.model), blank)
    assert_allclose(lost.decision_function(blank), alone, rtol=0, atol=1e-12)
    # The whole model of those who lack nothing is what it was.
    whole = PcrClassifier(trials=6, seed=4).fit(X, y)
    kept = ~np.isnan(X[:, 1:3]).all(axis=1)
    assert_array_equal(lost.decision_function(X)[kept], whole.decision_function(X)[kept])
    assert lost.choices_ == whole.choices_


def stand_in(n, seed):
    """A block whose information another holds as well, less clearly."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 5))
    y = (rng.random(n) < 1 / (1 + np.exp(0.5 - 1.5 * (X[:, 1] + X[:, 2])))).astype(float)
    X[:, 3:] = X[:, 1:3] + 0.7 * X[:, 3:]
    return X, y


def test_lacking_a_block_moves_its_weight_to_what_stands_in_for_it():
    X, y = stand_in(600, 5)
    new, outcome = stand_in(3000, 6)
    new[:, 1:3] = np.nan
    settings = {"trials": 4, "seed": 0}
    without = PcrClassifier(**settings, lacking=((SECOND,),)).fit(X, y)
    p = without.predict_proba(new)[:, 1]
    plain = PcrClassifier(**settings).fit(X, y).predict_proba(new)[:, 1]
    assert abs(p.mean() - outcome.mean()) < 0.06
    assert log_loss(outcome, p) < log_loss(outcome, plain) - 0.02
