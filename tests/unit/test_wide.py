"""Wide blocks in the pipeline: honest out of fold, exact to the gene, and worth their while."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegressionCV
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from neopcr.estimators import inner_plan
from neopcr.kernel import compile_model, contributions, logit, total
from neopcr.pipeline import PcrClassifier
from neopcr.pipeline.wide import as_seen, see
from neopcr.specs import Block

CLINICAL = Block("clinical", (0, 1), (0, 1))


def genes(n_genes):
    places = tuple(range(2, 2 + n_genes))
    return Block("expression", places, places)


def modules(n, n_genes, seed, effect=0.5):
    """20 genes carry the outcome, each among others that rise and fall with it."""
    rng = np.random.default_rng(seed)
    drivers = rng.normal(size=(n, 20))
    X = rng.normal(size=(n, 2 + n_genes))
    for gene in range(n_genes // 2):
        X[:, 2 + gene] = 0.6 * drivers[:, gene % 20] + 0.8 * X[:, 2 + gene]
    X[:, 2:22] = drivers
    z = 0.7 * X[:, 0] + effect * drivers @ np.tile([1.0, -1.0], 10)
    y = (rng.random(n) < 1 / (1 + np.exp(-z))).astype(float)
    return X, y


def noise(n, n_genes, seed):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 2 + n_genes)), rng.permutation(np.repeat([0.0, 1.0], n // 2))


def held_out_auroc(classifier, X, y, seed):
    p = np.empty(len(y))
    for train, test in StratifiedKFold(3, shuffle=True, random_state=seed).split(X, y):
        p[test] = clone(classifier).fit(X[train], y[train]).predict_proba(X[test])[:, 1]
    return roc_auc_score(y, p)


@pytest.fixture(scope="module")
def wide():
    X, y = modules(200, 400, 1)
    X[np.random.default_rng(2).random(X.shape) < 0.02] = np.nan
    X[:25, 2:] = np.nan
    lacking = ((genes(400),), (CLINICAL,))
    classifier = PcrClassifier(trials=4, wide=(genes(400),), lacking=lacking).fit(X, y)
    return X, y, classifier


def test_twenty_genes_among_thousands_are_found_better_than_by_pca():
    X, y = modules(200, 2000, 3)
    new, outcome = modules(1500, 2000, 4)
    ours = PcrClassifier(trials=4, wide=(genes(2000),)).fit(X, y).predict_proba(new)[:, 1]
    pca = make_pipeline(
        StandardScaler(),
        PCA(),
        LogisticRegressionCV(
            Cs=np.logspace(-4, 1, 8), l1_ratios=(0.0,), cv=3, scoring="neg_log_loss",
            use_legacy_attributes=False,
        ),
    ).fit(X, y)  # fmt: skip
    clinical = PcrClassifier(trials=4).fit(X[:, :2], y).predict_proba(new[:, :2])[:, 1]
    found = roc_auc_score(outcome, ours)
    assert found > roc_auc_score(outcome, pca.predict_proba(new)[:, 1])
    assert found > roc_auc_score(outcome, clinical) + 0.1
    assert abs(ours.mean() - outcome.mean()) < 0.06


def test_contributions_reach_every_gene_and_add_up(wide):
    X, _, classifier = wide
    ready = compile_model(classifier.model_)
    phi, base = contributions(ready, X)
    assert phi.shape == X.shape
    assert_allclose(base + phi.sum(axis=1), logit(ready, X), rtol=0, atol=1e-6)
    assert_array_equal(total(phi, base), classifier.decision_function(X))
    size = np.abs(phi[25:, 2:]).mean(axis=0)
    assert size[:20].mean() > 1.5 * size[200:].mean()


def test_nothing_held_out_moves_what_members_see():
    X, y = modules(90, 250, 5)
    plan = inner_plan(y, folds=3, seed=0)
    before = see(X, y, plan, (genes(250),), None)
    train, held_out = plan[0]
    other = y.copy()
    other[held_out] = 1.0 - other[held_out]
    after = see(X, other, plan, (genes(250),), None)
    assert_array_equal(before.by_fold[0], after.by_fold[0])
    assert not np.array_equal(before.whole[train, -1], after.whole[train, -1])


def test_new_patients_have_the_score_that_is_exported(wide):
    X, y, classifier = wide
    inner, seen = classifier.as_members_saw(X)
    assert seen.shape == (200, 3)
    [score] = classifier.model_.scores
    assert classifier.choices_["scores"]["expression"]["columns"] == 400
    exported = np.nansum((X[:, 2:] - score.centre) * score.coefficient, axis=1)
    own = ~np.isnan(seen[:, 2])
    assert_array_equal(own, np.arange(200) >= 25)
    # What a ridge remembers of its own patients is not what members learned from.
    assert roc_auc_score(y[own], exported[own]) > 0.97
    assert roc_auc_score(y[own], seen[own, 2]) < 0.9
    assert inner.model_.scores == ()
    assert inner.lacking == as_seen_sets(classifier.lacking)


def as_seen_sets(sets):
    return tuple(as_seen(lost, (genes(400),), 402) for lost in sets)


def test_without_wide_blocks_everything_is_itself():
    X, y = modules(80, 20, 6)
    classifier = PcrClassifier(trials=2).fit(X, y)
    inner, seen = classifier.as_members_saw(X)
    assert inner is classifier
    assert seen is X
    assert "scores" not in classifier.choices_


def test_a_patient_without_expression_is_scored_as_by_a_model_without_it(wide):
    X, y, classifier = wide
    new, _ = modules(50, 400, 7)
    blank = new.copy()
    blank[:, 2:] = np.nan
    alone = PcrClassifier(trials=4).fit(X[:, :2], y).predict_proba(blank[:, :2])[:, 1]
    ours = classifier.predict_proba(blank)[:, 1]
    assert np.corrcoef(ours, alone)[0, 1] > 0.97
    assert classifier.model_.reduced[0].blocks == ((2,),)
    assert classifier.model_.reduced[1].blocks == ((0, 1),)


def test_groups_are_left_out_of_their_own_scores():
    X, y = modules(90, 250, 8)
    centre = np.arange(90) % 9
    grouped = PcrClassifier(trials=2, wide=(genes(250),)).fit(X, y, groups=centre)
    free = PcrClassifier(trials=2, wide=(genes(250),)).fit(X, y)
    assert not np.array_equal(grouped.left_out_, free.left_out_)


RUNS = 30


def shuffled(see_outside):
    aurocs = []
    for run in range(RUNS):
        X, y = noise(60, 250, run)
        if see_outside:
            # The mistake: the score of everybody, by a ridge that everybody was in.
            plan = inner_plan(y, folds=2, seed=0)
            [score] = see(X, y, plan, (genes(250),), None).scores
            X = np.column_stack([X[:, :2], (X[:, 2:] - score.centre) @ score.coefficient])
        block = () if see_outside else (genes(250),)
        members = ("elastic_net",) if see_outside else ("elastic_net", "boosted_trees")
        classifier = PcrClassifier(members, trials=2, inner_folds=2, wide=block)
        aurocs.append(held_out_auroc(classifier, X, y, run))
    return np.mean(aurocs), np.std(aurocs, ddof=1) / np.sqrt(RUNS)


def test_shuffled_outcomes_cannot_be_predicted_from_a_wide_block():
    mean, error = shuffled(see_outside=False)
    assert abs(mean - 0.5) < 3 * error


def test_a_score_made_outside_the_fold_would_be_noticed():
    mean, error = shuffled(see_outside=True)
    assert mean - 0.5 > 3 * error
