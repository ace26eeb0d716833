"""How far a patient stands, and which columns say so."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from neopcr.explain import standing
from neopcr.features import WIDE, feature_space
from neopcr.kernel import LinearMember, Model, Reach, Score, Uncertainty
from neopcr.specs import Landmark


def placed(bundle, **limits):
    # Features: ihc_3, ratio, ki67, cleared, ihc_3_x_ki67 (of two columns).
    reach = Reach(
        centre=np.array([0.5, 4.0, 40.0, 0.5, 20.0]),
        scale=np.array([0.5, 2.0, 20.0, 0.0, 20.0]),
        low=np.array([0.0, 1.0, 5.0, 0.0, 0.0]),
        high=np.array([1.0, 10.0, 90.0, 0.0, 70.0]),
        farthest=limits.get("farthest", 9.0),
        outermost=limits.get("outermost", 2.0),
    )
    return SimpleNamespace(space=bundle.space, model=bundle.model, uncertainty=Uncertainty(reach))


def patients(**cells):
    return {
        "her2_ihc": np.array([3, 3], dtype=np.int16), "her2_cep17_ratio": np.array([4.0, 4.0]),
        "ki67_percent": np.array([60.0, 60.0]), "ctdna_detected_c1": np.array([1.0, 1.0]),
    } | cells  # fmt: skip


def test_the_column_farthest_outside_the_range_comes_first(bundle):
    table = patients(her2_cep17_ratio=np.array([4.0, 15.0]))
    found = standing(placed(bundle), table, 1)
    names = [one.name for one in found.columns]
    assert names == ["her2_cep17_ratio", "her2_ihc", "ki67_percent"]
    assert (found.columns[0].deviation, found.columns[0].excess) == (5.5, 2.5)
    # 60 % times 3+ is two standard deviations off: a product speaks for both of its columns.
    assert [one.deviation for one in found.columns[1:]] == [2.0, 2.0]
    assert found.distance == pytest.approx(np.sqrt((1 + 5.5**2 + 1 + 4) / 4))
    assert found.outside


def test_either_limit_is_enough(bundle):
    near, far = standing(placed(bundle), patients(), 0), placed(bundle, farthest=1.0)
    assert (near.excess, near.outside) == (0.0, False)
    assert standing(far, patients(), 0).outside


def test_what_is_missing_says_nothing(bundle):
    table = patients(
        her2_cep17_ratio=np.full(2, np.nan), ki67_percent=np.full(2, np.nan),
        her2_ihc=np.array([-1, -1], dtype=np.int16),
    )  # fmt: skip
    found = standing(placed(bundle), table, 0)
    assert (found.columns, found.distance, found.outside) == ((), 0.0, False)


def test_a_bundle_that_does_not_know_its_patients_says_nothing(bundle):
    silent = SimpleNamespace(space=bundle.space, uncertainty=None)
    assert standing(silent, patients(), 0) is None


def test_a_score_of_hundreds_of_genes_is_told_as_one():
    genes = [f"expression_g{number:03d}" for number in range(WIDE)]
    space = feature_space(["clinical", "expression"], ["grade", *genes], Landmark.baseline)
    assert space.seen_names() == ("grade", "expression_score")
    score = Score(np.arange(1, WIDE + 1), np.zeros(WIDE), np.full(WIDE, 0.1))
    one = np.ones(2)
    reach = Reach(np.array([2.0, 0.0]), one, -one, 3 * one, 9.0, 2.0)
    model = Model(2, (LinearMember(0.0, one, one, one),), (1.0,), 0.0, 1.0, scores=(score,))
    bundle = SimpleNamespace(space=space, model=model, uncertainty=Uncertainty(reach))
    table = {"grade": np.array([3.0]), **{gene: np.array([0.4]) for gene in genes}}
    found = standing(bundle, table, 0)
    assert [each.name for each in found.columns] == ["expression_score", "grade"]
    assert found.columns[0].deviation == pytest.approx(0.04 * WIDE)
    assert found.outside
