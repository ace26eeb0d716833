import numpy as np
import pytest

from neopcr.kernel import (
    LinearMember,
    Model,
    Tree,
    TreeMember,
    compile_model,
    contributions,
    logit,
    member_logits,
    probability,
)
from neopcr.kernel.program import GROUPS_AT_ONCE
from neopcr.kernel.rows import BLOCK, COUNTED
from shapley import expected, random_linear, random_tree, random_trees


def single(member, n_features):
    return compile_model(Model(n_features, (member,), (1.0,), 0.0, 1.0))


def margins(member, X):
    """Sum of trees, walked one by one."""
    everything = set(range(X.shape[1]))
    return np.array(
        [member.base + sum(expected(tree, x, everything) for tree in member.trees) for x in X]
    )


def test_a_single_leaf_has_a_base_and_no_contribution():
    leaf = random_tree(np.random.default_rng(0), depth=0, n_features=1)
    ready = single(TreeMember(0.25, (leaf, leaf)), 3)
    phi, base = contributions(ready, np.zeros((2, 3)))
    np.testing.assert_array_equal(phi, np.zeros((2, 3)))
    assert base == 0.25 + 2 * leaf.value[0]


def test_a_stump_gives_the_difference_from_its_mean():
    stump = Tree(
        np.array([1, -1, -1], np.int32), np.array([2, -1, -1], np.int32),
        np.array([1, 0, 0], np.int32), np.array([0.1, 0, 0], np.float32),
        np.array([True, False, False]), np.array([0.0, -1.0, 3.0]), np.array([8.0, 6.0, 2.0]),
    )  # fmt: skip
    # Mean 0; 0.1 in float64 lies below 0.1 in float32, but is a tie once rounded: not left.
    X = np.array([[9.0, 0.1], [9.0, 0.0999], [9.0, np.nan], [9.0, np.inf], [9.0, -np.inf]])
    phi, base = contributions(single(TreeMember(0.0, (stump,)), 2), X)
    assert base == 0.0
    np.testing.assert_array_equal(phi[:, 0], np.zeros(5))
    np.testing.assert_array_equal(phi[:, 1], [3.0, -1.0, -1.0, 3.0, -1.0])


@pytest.mark.parametrize("n_cuts", [COUNTED, COUNTED + 1, 255, 256, 400])
def test_many_thresholds_are_told_apart(n_cuts):
    rng = np.random.default_rng(n_cuts)
    # One stump a threshold, on both sides of what fits a byte and of what is compared one by one.
    values = np.linspace(-3, 3, n_cuts)
    trees = []
    for value in values:
        tree = random_tree(rng, depth=1, n_features=1, grid=[value], stop=0.0)
        trees.append(tree)
    member = TreeMember(0.0, tuple(trees))
    X = np.array([*values[:: n_cuts // 20], values[-1], *rng.normal(size=20), np.nan, np.inf])[
        :, None
    ]
    np.testing.assert_allclose(logit(single(member, 1), X), margins(member, X), atol=1e-10)


def test_more_groups_than_are_held_at_once_and_more_rows_than_a_block():
    rng = np.random.default_rng(2)
    member = random_trees(rng, GROUPS_AT_ONCE + 40, depth=2, n_features=6, stop=0.0)
    X = rng.normal(size=(BLOCK + 30, 6))
    edge = [0, BLOCK - 1, BLOCK, BLOCK + 29]
    np.testing.assert_allclose(
        logit(single(member, 6), X)[edge], margins(member, X[edge]), atol=1e-10
    )


def test_members_are_told_apart_and_the_blend_is_recalibrated():
    rng = np.random.default_rng(3)
    trees, linear = random_trees(rng, 3, depth=3, n_features=2), random_linear(rng, 2)
    ready = compile_model(Model(2, (trees, linear), (0.75, 0.25), 0.5, -2.0))
    X = np.array([[0.3, np.nan], [-1.0, 2.0]])
    apart = member_logits(ready, X)
    np.testing.assert_allclose(apart[:, 0], margins(trees, X), atol=1e-12)
    by_hand = linear.intercept + linear.missing[1] + linear.offset[0] + linear.coefficient[0] * 0.3
    assert apart[0, 1] == pytest.approx(by_hand, abs=1e-12)
    np.testing.assert_allclose(logit(ready, X), 0.5 - 2.0 * (apart @ [0.75, 0.25]), atol=1e-12)


def test_any_memory_layout_gives_the_same_bits():
    rng = np.random.default_rng(4)
    ready = single(random_trees(rng, 5, depth=3, n_features=4), 4)
    X = rng.normal(size=(30, 4))
    plain = logit(ready, X)
    np.testing.assert_array_equal(logit(ready, np.asfortranarray(X)), plain)
    np.testing.assert_array_equal(logit(ready, np.repeat(X, 2, axis=0)[::2]), plain)
    X.setflags(write=False)
    np.testing.assert_array_equal(logit(ready, X), plain)


def test_no_patients_give_no_rows():
    ready = single(LinearMember(0.0, np.zeros(2), np.ones(2), np.zeros(2)), 2)
    phi, base = contributions(ready, np.empty((0, 2)))
    assert phi.shape == (0, 2)
    assert base == 0.0
    assert member_logits(ready, np.empty((0, 2))).shape == (0, 1)


@pytest.mark.parametrize("shape", [(3,), (3, 1), (3, 3)])
def test_another_number_of_features_is_refused(shape):
    ready = single(LinearMember(0.0, np.zeros(2), np.ones(2), np.zeros(2)), 2)
    for use in (contributions, logit, member_logits):
        with pytest.raises(ValueError, match="reads 2 features, but X has shape"):
            use(ready, np.zeros(shape))


def test_probability_is_exact_at_both_ends_and_symmetric():
    z = np.array([-np.inf, -745.0, -30.0, -1.0, 0.0, 1.0, 30.0, 745.0, np.inf])
    p = probability(z)
    assert p[0] == 0.0
    assert p[-1] == 1.0
    assert p[4] == 0.5
    np.testing.assert_allclose(p, 1.0 - p[::-1], atol=1e-16)
    np.testing.assert_allclose(np.log(p[1:4]), [-745.0, -30.0, -np.log1p(np.e)], rtol=1e-3)
