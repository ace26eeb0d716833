"""A wide block's score is shipped as numbers, and comes back to the bit."""

from __future__ import annotations

import copy
import dataclasses

import numpy as np
import pytest

from neopcr.bundle import load_bundle, save_bundle
from neopcr.bundle.canonical import from_json, to_json
from neopcr.bundle.wire import bundle_content, read_content, trees_content
from neopcr.errors import BundleError
from neopcr.features import WIDE, feature_space
from neopcr.kernel import Model, Score, compile_model, contributions
from neopcr.specs import Landmark
from shapley import random_linear, random_trees

GENES = [f"expression_g{number:03d}" for number in range(WIDE + 10)]


@pytest.fixture
def wide(bundle):
    space = feature_space(["clinical", "expression"], ["grade", *GENES], Landmark.baseline)
    rng = np.random.default_rng(3)
    [block] = space.wide()
    score = Score(np.array(block.own), rng.normal(size=len(GENES)), rng.normal(size=len(GENES)))
    members = (random_linear(rng, 2), random_trees(rng, 3, depth=2, n_features=2))
    return dataclasses.replace(
        bundle,
        landmark=Landmark.baseline,
        space=space,
        model=Model(2, members, (0.5, 0.5), 0.1, 1.0, scores=(score,)),
        reference={},
        uncertainty=None,
    )


def test_a_score_comes_back_to_the_bit(wide, tmp_path):
    save_bundle(wide, tmp_path / "wide")
    loaded = load_bundle(tmp_path / "wide")
    table = dict(
        zip(["grade", *GENES], np.random.default_rng(4).normal(size=(211, 9)), strict=True)
    )
    X = wide.space.matrix(table)
    ours, base = contributions(compile_model(wide.model), X)
    theirs, start = contributions(compile_model(loaded.model), loaded.space.matrix(table))
    np.testing.assert_array_equal(ours, theirs)
    assert base == start
    assert loaded.model.n_inputs == len(loaded.space.names) == 211


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda score: [score[name].pop() for name in score], "wide blocks that this version"),
        (lambda score: score["coefficient"].pop(), "does not have one value a column"),
        (lambda score: score["centre"].__setitem__(0, 1e13), "not finite"),
        (lambda score: score["features"].__setitem__(0, "0"), "scores.0.features.0"),
    ],
)
def test_a_damaged_score_is_refused(wide, change, said):
    parts = bundle_content(wide), trees_content(wide.model)
    content = copy.deepcopy([from_json(to_json(part, "x"), "x") for part in parts])
    change(content[0]["model"]["scores"][0])
    with pytest.raises(BundleError, match=said):
        read_content(*content)
