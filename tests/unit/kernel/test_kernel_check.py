import dataclasses

import numpy as np
import pytest

from neopcr.kernel import LinearMember, Model, Tree, TreeMember, check_model, compile_model
from shapley import random_linear, random_tree

STUMP = Tree(
    left=np.array([1, -1, -1], np.int32),
    right=np.array([2, -1, -1], np.int32),
    feature=np.array([0, 0, 0], np.int32),
    threshold=np.array([0.5, 0, 0], np.float32),
    default_left=np.array([True, False, False]),
    value=np.array([0.0, -1.0, 1.0]),
    cover=np.array([10.0, 4.0, 6.0]),
)
LINEAR = LinearMember(0.0, np.zeros(2), np.ones(2), np.zeros(2))


def changed(name, place, value):
    array = getattr(STUMP, name).copy()
    array[place] = value
    return dataclasses.replace(STUMP, **{name: array})


def model_of(*trees):
    good = random_tree(np.random.default_rng(0), depth=2, n_features=2, stop=0.0)
    return Model(2, (TreeMember(0.0, (good, *trees)),), (1.0,), 0.0, 1.0)


def chain(length):
    """Splits in a row, each with a leaf on its left."""
    n = 2 * length + 1
    left = np.full(n, -1, np.int32)
    right = np.full(n, -1, np.int32)
    left[0:-1:2] = np.arange(1, n, 2)
    right[0:-1:2] = np.arange(2, n, 2)
    cover = np.ones(n)
    cover[0::2] = np.arange(length + 1, 0, -1)
    return Tree(
        left, right, np.zeros(n, np.int32), np.zeros(n, np.float32), np.zeros(n, np.bool_),
        np.zeros(n), cover,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("tree", "reason"),
    [
        (changed("threshold", 0, np.nan), "tree 1 has a threshold that is not finite"),
        (changed("threshold", 0, np.inf), "tree 1 has a threshold that is not finite"),
        (changed("value", 1, np.nan), "a leaf value that is not finite"),
        (changed("cover", 1, np.inf), "negative or no cover"),
        (changed("cover", 1, -1.0), "negative or no cover"),
        (changed("value", 1, -1e13), "a leaf value that is not finite, or beyond 1e[+]12"),
        (changed("cover", 1, 1e13), "negative or no cover"),
        (changed("cover", 1, 5.0), "a split whose cover is not that of its two sides"),
        (changed("cover", 0, 0.0), "a split that no training weight reached"),
        (changed("feature", 0, 2), "a feature index out of range"),
        (changed("feature", 0, -1), "a feature index out of range"),
        (changed("left", 0, 3), "a child that is not one of its nodes"),
        (changed("left", 0, -1), "a child that is not one of its nodes"),
        (changed("right", 0, -2), "a child that is not one of its nodes"),
        (changed("left", 0, 0), "a node with two parents: it is cyclic"),
        (changed("left", 0, 2), "a node with two parents"),
        (changed("right", 0, 1), "a node with two parents"),
        (chain(7), "more than 6 splits on a path"),
        (dataclasses.replace(STUMP, value=np.zeros(2)), "not of one length"),
        (dataclasses.replace(STUMP, **{n: np.array([]) for n in Tree.__slots__}), "one length"),
        (dataclasses.replace(STUMP, **{n: np.array(1) for n in Tree.__slots__}), "one length"),
    ],
)
def test_a_tree_that_would_be_misread_is_refused(tree, reason):
    with pytest.raises(ValueError, match=reason):
        compile_model(model_of(tree))


def test_six_splits_on_a_path_are_accepted():
    check_model(model_of(chain(6)))


def test_a_node_out_of_reach_is_refused():
    leaf = {"left": -1, "right": -1, "feature": 0, "threshold": 0, "default_left": False}
    longer = {
        name: np.append(getattr(STUMP, name), leaf.get(name, 1.0)).astype(
            getattr(STUMP, name).dtype
        )
        for name in Tree.__slots__
    }
    with pytest.raises(ValueError, match="tree 1 has a node that cannot be reached"):
        check_model(model_of(Tree(**longer)))


def test_a_cycle_that_closes_at_the_deepest_level_is_called_a_cycle():
    tree = chain(7)
    tree.right[12] = 0
    with pytest.raises(ValueError, match="a node with two parents: it is cyclic"):
        check_model(model_of(tree))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"n_features": 0}, "at least one feature"),
        ({"members": ()}, "at least one feature and one member"),
        ({"weights": (1.0,)}, "2 members have 1 weights"),
        ({"weights": (0.5, 0.6)}, "do not add to 1"),
        ({"weights": (np.nan, 1.0)}, "blend or recalibration holds a number that is not finite"),
        ({"slope": np.inf}, "blend or recalibration"),
        ({"intercept": np.nan}, "blend or recalibration"),
        ({"n_features": 3}, "offset does not have one value a feature"),
    ],
)
def test_a_blend_that_would_be_misread_is_refused(change, reason):
    model = Model(2, (LINEAR, TreeMember(0.0, (STUMP,))), (0.5, 0.5), 0.0, 1.0)
    check_model(model)
    with pytest.raises(ValueError, match=reason):
        check_model(dataclasses.replace(model, **change))


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        (dataclasses.replace(LINEAR, coefficient=np.zeros(3)), "coefficient does not have one"),
        (dataclasses.replace(LINEAR, missing=np.array([0.0, np.nan])), "missing holds a number"),
        (dataclasses.replace(LINEAR, intercept=np.inf), "intercept holds a number"),
        (dataclasses.replace(LINEAR, offset=np.array([0.0, 1e13])), "finite, or beyond 1e[+]12"),
        (TreeMember(np.nan, (STUMP,)), "the trees' base holds a number"),
    ],
)
def test_a_member_that_would_be_misread_is_refused(member, reason):
    with pytest.raises(ValueError, match=reason):
        check_model(Model(2, (member,), (1.0,), 0.0, 1.0))


def test_a_member_without_trees_is_accepted():
    rng = np.random.default_rng(1)
    check_model(Model(2, (TreeMember(0.5, ()), random_linear(rng, 2)), (0.5, 0.5), 0.0, 1.0))
