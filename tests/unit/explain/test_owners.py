"""Whose a contribution is: sums at every level of every kind of model, and what lacking ctDNA does."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from neopcr.explain import explain_cohort
from neopcr.features import WIDE, feature_space
from neopcr.kernel import Model, Reduced, Score, compile_model, logit
from neopcr.pipeline import PRODUCTS
from neopcr.specs import Landmark
from shapley import random_linear, random_trees

GENES = tuple(f"expression_g{number:03d}" for number in range(WIDE))
CTDNA = ("ctdna_detected_baseline", "ctdna_mtm_per_ml_baseline", "ctdna_detected_c1")
NARROW = (
    "age_years", "grade", "her2_ihc", "her2_cep17_ratio", "pam_status", "hr_status", "ki67_percent",
    "regimen_dual_blockade", *CTDNA,
)  # fmt: skip
MODALITIES = ("clinical", "her2", "receptors", "ctdna", "pam", "regimen")
N = 60


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(7)
    yes = {name: rng.integers(0, 2, N) for name in (*CTDNA, "regimen_dual_blockade")}
    table = {
        "age_years": rng.uniform(30, 80, N), "grade": rng.integers(1, 4, N).astype(float),
        "her2_ihc": rng.integers(0, 4, N).astype(np.int16),
        "her2_cep17_ratio": rng.gamma(4, 1, N), "ki67_percent": rng.uniform(0, 90, N),
        "pam_status": rng.integers(-1, 2, N).astype(np.int16),
        "hr_status": rng.integers(-1, 2, N).astype(np.int16),
        **{name: cells.astype(float) for name, cells in yes.items()},
        "ctdna_mtm_per_ml_baseline": rng.gamma(1, 5, N),
        **{gene: rng.normal(size=N) for gene in GENES},
    }  # fmt: skip
    for name in ("age_years", "ki67_percent", "her2_cep17_ratio"):
        table[name][rng.random(N) < 0.2] = np.nan
    lacking = rng.random(N) < 0.3
    for name in CTDNA:
        table[name][lacking] = np.nan
    for gene in GENES:
        table[gene][rng.random(N) < 0.02] = np.nan
        table[gene][:9] = np.nan
    return table


def blend(n, seed, depth):
    rng = np.random.default_rng(seed)
    members = (random_linear(rng, n), random_trees(rng, 30, depth=depth, n_features=n))
    # A slope that keeps p away from 0 and 1, where its logit cannot be told.
    return Model(n, members, (0.4, 0.6), 0.1 * seed, 0.05)


def narrow(depth, products=()):
    space = feature_space(MODALITIES, NARROW, Landmark.c1, products)
    return SimpleNamespace(space=space, model=blend(len(space.names), 1, depth))


def reduced(bundle, seed=2):
    """The bundle with a model of those who lack ctDNA."""
    block = next(each for each in bundle.space.blocks() if each.name == "ctdna")
    lesser = Reduced((block.own,), blend(len(bundle.space.names), seed, 2))
    return SimpleNamespace(
        space=bundle.space, model=replace(bundle.model, reduced=(lesser,)), block=block
    )


def wide():
    space = feature_space((*MODALITIES, "expression"), (*NARROW, *GENES), Landmark.c1, PRODUCTS)
    rng = np.random.default_rng(5)
    (block,) = space.wide()
    score = Score(np.array(block.own), rng.normal(size=WIDE), rng.normal(size=WIDE) / WIDE)
    n = len(space.seen_names())
    lesser = Reduced(((n - 1,),), blend(n, 4, 2))
    return SimpleNamespace(
        space=space, model=replace(blend(n, 3, 3), scores=(score,), reduced=(lesser,))
    )


def recalibrated(bundle):
    model = bundle.model
    lesser = tuple(
        replace(each, model=replace(each.model, intercept=-0.7, slope=0.03))
        for each in model.reduced
    )
    return SimpleNamespace(
        space=bundle.space, model=replace(model, intercept=0.4, slope=0.03, reduced=lesser)
    )


BUNDLES = {
    "products": narrow(4, PRODUCTS),
    "lacking a modality": reduced(narrow(3, PRODUCTS)),
    "wide block": wide(),
    "recalibrated child": recalibrated(wide()),
}


@pytest.mark.parametrize("name", BUNDLES)
@pytest.mark.parametrize("interventional", [False, True])
def test_every_level_adds_up_to_the_logit_of_p(name, table, interventional):
    bundle = BUNDLES[name]
    found = explain_cohort(bundle, table, background=table if interventional else None)
    expected = logit(compile_model(bundle.model), bundle.space.matrix(table))
    np.testing.assert_allclose(np.log(found.p / (1 - found.p)), expected, rtol=0, atol=1e-6)
    for level in (found.features, found.columns, found.modalities):
        np.testing.assert_allclose(found.base + level.sum(axis=1), expected, rtol=0, atol=1e-9)


def change(bundle, table):
    """What blanking ctDNA does to those who have it: by feature, and to the logit."""
    has = ~np.isnan(table[CTDNA[0]])
    have = {name: cells[has] for name, cells in table.items()}
    lack = {**have, **{name: np.full(has.sum(), np.nan) for name in CTDNA}}
    before, after = explain_cohort(bundle, have), explain_cohort(bundle, lack)
    assert before.base == after.base
    return after, before


def of_ctdna(explanation):
    return np.array([column.startswith("ctdna") for column in explanation.column_names])


def test_without_interactions_all_that_lacking_ctdna_changes_is_ctdna_s(table):
    bundle = narrow(depth=1)
    after, before = change(bundle, table)
    own = of_ctdna(after)
    np.testing.assert_array_equal(after.columns[:, ~own], before.columns[:, ~own])
    moved = (after.columns - before.columns)[:, own].sum(axis=1)
    np.testing.assert_allclose(moved, after.logit - before.logit, atol=1e-9)
    assert np.abs(moved).max() > 0.01


def test_with_interactions_only_features_that_share_a_path_with_ctdna_change(table):
    bundle = narrow(depth=3)
    after, before = change(bundle, table)
    names = bundle.space.names
    ctdna = {place for place, name in enumerate(names) if name.startswith("ctdna")}
    (_, trees) = bundle.model.members
    met = [set(tree.feature[tree.left >= 0].tolist()) for tree in trees.trees[:6]]
    few = replace(trees, trees=trees.trees[:6])
    bundle.model = replace(bundle.model, members=(bundle.model.members[0], few))
    after, before = change(bundle, table)
    touched = set().union(ctdna, *(each for each in met if each & ctdna))
    untouched = sorted(set(range(len(names))) - touched)
    assert untouched
    assert touched - ctdna
    np.testing.assert_array_equal(after.features[:, untouched], before.features[:, untouched])
    others = sorted(touched - ctdna)
    assert not np.array_equal(after.features[:, others], before.features[:, others])
    np.testing.assert_allclose(
        (after.columns - before.columns).sum(axis=1), after.logit - before.logit, atol=1e-9
    )


def test_where_another_model_scores_those_who_lack_ctdna_the_step_between_them_is_ctdna_s(table):
    bundle = reduced(narrow(depth=1))
    after, _ = change(bundle, table)
    lesser = SimpleNamespace(space=bundle.space, model=bundle.model.reduced[0].model)
    rows, _ = change(lesser, table)
    own = of_ctdna(after)
    np.testing.assert_allclose(after.columns[:, ~own], rows.columns[:, ~own], atol=1e-12)
    step = (after.columns - rows.columns)[:, own].sum(axis=1)
    np.testing.assert_allclose(step, rows.base - after.base, atol=1e-9)
