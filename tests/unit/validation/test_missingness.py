"""What being missing gives away."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neopcr.metrics import METRICS
from neopcr.specs import Column
from neopcr.validation import (
    availability_patterns,
    estimate,
    known_modalities,
    missingness,
    performance,
)
from neopcr.validation.missingness import missing


def column(name: str, modality: str) -> Column:
    return Column(name=name, kind="number", description="", source="", modality=modality)


COLUMNS = [column("ctdna_detected_c1", "ctdna"), column("er_percent", "receptors")]


@pytest.fixture
def table():
    """ctDNA at c1 is drawn in the experimental arm only; ER is missing at random."""
    rng = np.random.default_rng(2)
    arm = np.array(["control", "experimental", "experimental", "experimental"] * 30, dtype=object)
    ctdna = np.where(arm == "control", np.nan, 1.0)
    er = np.where(rng.random(120) < 0.3, np.nan, 50.0)
    return {
        "arm": arm,
        "ctdna_detected_c1": ctdna,
        "er_percent": er,
        "pcr": (rng.random(120) < 0.4).astype(float),
        "centre": np.array([f"c{i // 30}" for i in range(120)], dtype=object),
    }


@pytest.mark.parametrize(
    "values",
    [
        np.array([1.0, np.nan]),
        np.array([3, -1], dtype=np.int16),
        np.array(["2026-01-01", "NaT"], dtype="datetime64[D]"),
        np.array(["x", None], dtype=object),
    ],
    ids=["number", "category", "date", "text"],
)
def test_missing_of_every_kind(values):
    assert missing(values).tolist() == [False, True]


def test_a_column_drawn_in_one_arm_gives_the_arm_away(table):
    first, second = missingness(table, COLUMNS, {"arm": table["arm"], "outcome": table["pcr"]})
    assert (first.column, first.modality, first.known, first.n) == (
        "ctdna_detected_c1",
        "ctdna",
        90,
        120,
    )
    assert first.tells["arm"].value == 0.0  # missing means control, the first of the two labels
    tells = second.tells["arm"]
    assert tells.lower < 0.5 < tells.upper
    gone = np.isnan(table["er_percent"]).astype(float)
    slow = estimate(METRICS["auroc"], table["pcr"], gone)
    fast = second.tells["outcome"]
    assert (fast.n, fast.events, fast.method, fast.group) == (
        slow.n, slow.events, slow.method, slow.group,
    )  # fmt: skip
    np.testing.assert_allclose(
        [fast.value, fast.lower, fast.upper], [slow.value, slow.lower, slow.upper], rtol=1e-12
    )


def test_of_many_labels_the_most_telling_is_named(table):
    table["er_percent"] = np.where(table["centre"] == "c2", np.nan, 50.0)
    _, found = missingness(table, COLUMNS, {"centre": table["centre"]})
    assert found.tells["centre"].group == "c2"
    assert found.tells["centre"].value == 1.0
    assert found.tells["centre"].method.endswith("; the most telling of 4")


def test_labels_of_few_patients_are_too_few_to_say(table):
    rare = np.array([f"site {i}" for i in range(120)], dtype=object)
    found = missingness(table, COLUMNS[:1], {"centre": rare})[0].tells["centre"]
    assert (found.value, found.method) == (None, "too few to say")


def test_patients_without_a_label_are_left_out_and_counted_so(table):
    table["arm"][:20] = None
    found = missingness(table, COLUMNS[:1], {"arm": table["arm"]})[0].tells["arm"]
    assert found.n == 100


@pytest.mark.parametrize("values", [np.full(120, 1.0), np.full(120, np.nan)])
def test_a_target_of_one_value_or_none_says_nothing(table, values):
    found = missingness(table, COLUMNS[:1], {"outcome": values})[0].tells["outcome"]
    assert found.value is None


def test_a_modality_is_known_where_one_of_its_columns_is(table):
    table["ctdna_detected_c2"] = np.where(np.arange(120) == 0, 1.0, np.nan)
    known = known_modalities(table, [*COLUMNS, column("ctdna_detected_c2", "ctdna")])
    assert known["ctdna"].sum() == 91
    assert (known["receptors"] == ~np.isnan(table["er_percent"])).all()


def test_patterns_part_the_patients_and_serve_as_groups(table):
    patterns = availability_patterns(known_modalities(table, COLUMNS))
    assert sum(pattern.astype(int) for pattern in patterns.values()).tolist() == [1] * 120
    sizes = [int(pattern.sum()) for pattern in patterns.values()]
    assert sizes == sorted(sizes, reverse=True)
    assert set(patterns) == {"ctdna + receptors", "ctdna", "receptors", "nothing"}
    p = np.clip(0.3 + 0.2 * table["pcr"] + np.linspace(0, 0.3, 120), 0, 1)
    found = performance(table["pcr"], p, groups=patterns, metrics=[METRICS["brier"]])
    assert [one.group for one in found] == ["all", *patterns]
    assert sum(one.n for one in found[1:]) == 120


@given(st.integers(5, 40), st.integers(5, 40), st.randoms(use_true_random=False))
def test_counts_give_the_auroc_and_the_interval_that_delong_gives(events, others, random):
    y = np.array([1.0] * events + [0.0] * others)
    gone = np.array([random.random() < 0.4 for _ in y])
    table = {"er_percent": np.where(gone, np.nan, 1.0)}
    found = missingness(table, COLUMNS[1:], {"outcome": y})[0].tells["outcome"]
    slow = estimate(METRICS["auroc"], y, gone.astype(float))
    assert found.method == slow.method
    assert found.value == pytest.approx(slow.value, abs=1e-12)
    if slow.lower is None:
        assert (found.lower, found.upper) == (None, None)
    else:
        assert (found.lower, found.upper) == pytest.approx((slow.lower, slow.upper), abs=1e-12)


def test_levels_of_a_category_are_told_by_their_code_and_its_missing_left_out(table):
    grade = np.where(np.arange(120) < 60, 2, 0).astype(np.int16)
    grade[::10] = -1
    table["er_percent"] = np.where(grade == 2, np.nan, 1.0)
    found = missingness(table, COLUMNS[1:], {"grade": grade})[0].tells["grade"]
    assert (found.n, found.value) == (108, 1.0)


@pytest.mark.parametrize(("share", "telling"), [(0.31, ("arm",)), (0.29, ())])
def test_missingness_is_telling_beyond_the_limit_in_either_direction(share, telling):
    arm = np.array(["a", "b"] * 100, dtype=object)
    for told in ("a", "b"):
        gone = (arm == told) & (np.arange(200) < 200 * share)
        found = missingness({"er_percent": np.where(gone, np.nan, 1.0)}, COLUMNS[1:], {"arm": arm})
        assert found[0].telling == telling
