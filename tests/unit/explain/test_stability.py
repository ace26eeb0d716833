"""Rank stability: by hand, and in a record that a bundle can hold."""

from __future__ import annotations

import json

import numpy as np
import pytest

from neopcr.explain import rank_stability, stability_from

NAMES = ("a", "b", "c")


def test_models_that_agree_have_one_rank_a_column():
    own = np.array([0.1, 0.3, 0.2])
    found = rank_stability(NAMES, own, np.tile(own, (20, 1)))
    assert found.names == ("b", "c", "a")
    assert found.rank == found.lower == found.upper == (1, 2, 3)
    assert (found.overlap, found.concordance, found.models) == (1.0, 1.0, 20)


def test_columns_that_change_places_cannot_be_told_apart():
    one, other = [3.0, 2.0, 1.0], [2.0, 3.0, 1.0]
    found = rank_stability(NAMES, np.array(one), np.array([one, other] * 10))
    assert list(zip(found.names, found.lower, found.upper, strict=True)) == [
        ("a", 1, 2), ("b", 1, 2), ("c", 3, 3),
    ]  # fmt: skip
    # Sums of ranks 30, 30, 60 of 20 models: W = 12 * 600 / (20**2 * 24).
    assert found.concordance == pytest.approx(0.75)


def test_columns_nobody_uses_share_their_ranks():
    drawn = np.tile([0.5, 0.0, 0.0], (10, 1))
    found = rank_stability(NAMES, drawn[0], drawn)
    assert (found.rank, found.lower, found.upper) == ((1, 2, 2), (1, 2, 2), (1, 3, 3))
    assert found.concordance == pytest.approx(1.0)


def test_random_orders_have_next_to_no_concordance():
    drawn = np.random.default_rng(0).random((200, 40))
    found = rank_stability([str(each) for each in range(40)], drawn[0], drawn)
    assert found.concordance < 0.02
    assert found.overlap == pytest.approx(0.25, abs=0.05)
    assert np.mean(np.array(found.upper) - np.array(found.lower)) > 30


def test_there_is_nothing_to_order_in_columns_that_all_contribute_alike():
    assert rank_stability(("a",), np.ones(1), np.ones((10, 1))).concordance is None


def test_of_few_models_nothing_is_said():
    assert rank_stability(NAMES, np.ones(3), np.ones((9, 3))) is None


def test_a_bundle_holds_it_as_json():
    rng = np.random.default_rng(1)
    found = rank_stability(NAMES, rng.random(3), rng.random((15, 3)))
    held = json.loads(json.dumps({"rank_stability": found.record()}, allow_nan=False))
    assert stability_from(held) == found
    assert stability_from({}) is stability_from({"rank_stability": None}) is None
