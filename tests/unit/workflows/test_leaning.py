"""What a bundle is told of the columns that its model and its refits lean on."""

from __future__ import annotations

import numpy as np

from neopcr.features import WIDE, feature_space
from neopcr.kernel import LinearMember, Model
from neopcr.pipeline import PRODUCTS
from neopcr.specs import Landmark
from neopcr.workflows._leaning import leaning_of, owners_of

COLUMNS = ("pam_status", "hr_status", "her2_ihc")


def test_every_feature_is_owned_by_its_columns_and_a_product_by_those_of_both():
    space = feature_space(["pam", "receptors", "her2"], COLUMNS, Landmark.baseline, PRODUCTS)
    names, owners = owners_of(space)
    assert set(names) == set(COLUMNS)
    owned = {
        feature: {names[place] for place in places}
        for feature, places in zip(space.seen_names(), owners, strict=True)
    }
    assert owned["her2_ihc_3plus"] == {"her2_ihc"}
    assert owned["pam_altered_x_hr_positive"] == {"pam_status", "hr_status"}


def test_a_wide_block_is_one():
    genes = [f"expression_g{number:03d}" for number in range(WIDE)]
    space = feature_space(["clinical", "expression"], ["grade", *genes], Landmark.baseline)
    assert owners_of(space) == (("grade", "expression_score"), ((0,), (1,)))


def test_ranks_are_those_of_contributions_over_the_training_patients():
    space = feature_space(["clinical"], ["age_years", "grade"], Landmark.baseline)
    member = LinearMember(0.0, np.zeros(2), np.array([0.1, 3.0]), np.zeros(2))
    X = np.random.default_rng(0).normal(size=(50, 2))
    drawn = np.tile([0.1, 2.0], (12, 1))
    told = leaning_of(space, Model(2, (member,), (1.0,), 0.0, 1.0), X, drawn)
    assert (told["names"], told["rank"], told["upper"]) == (["grade", "age_years"], [1, 2], [1, 2])
    assert leaning_of(space, Model(2, (member,), (1.0,), 0.0, 1.0), X, drawn[:9]) is None
