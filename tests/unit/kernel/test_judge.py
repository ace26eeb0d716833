"""How firm scores are: numbers by hand, and what may not matter."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from neopcr.kernel import (
    LabelSets,
    Reach,
    Uncertainty,
    Width,
    check_uncertainty,
    deviations,
    distances,
    judge,
    moved,
    probability,
)

REACH = Reach(
    centre=np.array([50.0, 0.0, 0.0]),
    scale=np.array([10.0, 2.0, 0.0]),
    low=np.array([20.0, -3.0, 0.0]),
    high=np.array([80.0, 5.0, 0.0]),
    farthest=2.0,
    outermost=1.5,
)
WIDTH = Width(
    intercept=-1.0, by_logit=0.2, by_square=0.1, by_distance=0.5, low=-2.0, high=2.0,
    blocks=((0,), (1, 2)), lacking=(0.3, 0.7), factor=1.5,
)  # fmt: skip
LABELS = LabelSets(0.9, 2, pcr=(-1.0, -0.5, -0.8), residual=(1.0, 0.5, 0.8))
ALL = Uncertainty(REACH, WIDTH, LABELS)
NAN = np.nan


def rows(*cells):
    return np.array(cells, dtype=float)


def test_a_distance_is_the_root_mean_square_of_what_is_there():
    X = rows([60.0, 4.0, 1.0], [20.0, NAN, 1.0], [NAN, NAN, 7.0])
    distance, excess = distances(REACH, X)
    assert distance.tolist() == [pytest.approx(math.sqrt((1 + 4) / 2)), 3.0, 0.0]
    assert excess.tolist() == [0.0, 0.0, 0.0]


def test_a_value_outside_the_range_is_enough_and_infinity_counts_as_far():
    X = rows([80.0, 8.0, 0.0], [96.0, NAN, 0.0], [60.0, 0.0, 0.0], [np.inf, 0.0, 0.0])
    _, excess = distances(REACH, X)
    assert excess.tolist() == [1.5, pytest.approx(1.6), 0.0, 10.0]
    assert judge(ALL, X, np.zeros(4)).outside.tolist() == [True, True, False, True]
    # Of the first, neither value is far enough outside alone.
    near = dataclasses.replace(REACH, farthest=9.0)
    assert judge(Uncertainty(near), X, np.zeros(4)).outside.tolist() == [False, True, False, True]


def test_deviations_say_which_feature_it_is():
    deviation, excess = deviations(REACH, rows([96.0, -7.0, 3.0], [NAN, 1e9, NAN]))
    np.testing.assert_allclose(deviation, [[4.6, -3.5, NAN], [NAN, 10.0, NAN]])
    np.testing.assert_allclose(excess, [[1.6, 2.0, NAN], [NAN, 10.0, NAN]])


def test_an_interval_can_be_worked_out_by_hand():
    X = rows([60.0, NAN, 0.0], [NAN, NAN, NAN])
    said = judge(ALL, X, np.array([0.5, -4.0]))
    log_sd = [-1.0 + 0.1 + 0.025 + 0.5, -1.0 - 0.4 + 0.4 + 0.3 + 0.7]
    for row, (z, width) in enumerate(zip([0.5, -4.0], log_sd, strict=True)):
        half = 1.959963984540054 * 1.5 * math.exp(width)
        assert said.lower[row] == pytest.approx(1 / (1 + math.exp(-(z - half))), abs=1e-12)
        assert said.upper[row] == pytest.approx(1 / (1 + math.exp(-(z + half))), abs=1e-12)


def test_no_interval_is_wider_than_is_worth_saying():
    wild = dataclasses.replace(WIDTH, intercept=1e12, by_square=1e12)
    said = judge(Uncertainty(REACH, wild), rows([50.0, 0.0, 0.0]), np.array([0.0]))
    assert said.lower[0] == pytest.approx(1 / (1 + math.exp(5 * 1.959963984540054)))


def test_the_interval_holds_the_score_itself():
    rng = np.random.default_rng(0)
    logit = rng.normal(0, 4, 500)
    X = rng.normal(0, 30, (500, 3))
    narrow = dataclasses.replace(WIDTH, factor=0.0)
    for width in (WIDTH, narrow):
        said = judge(Uncertainty(REACH, width), X, logit)
        p = probability(logit)
        assert np.all((said.lower <= p) & (p <= said.upper))
    np.testing.assert_array_equal(said.lower, p)


def test_without_a_width_there_is_no_interval_and_without_labels_all_are_decided():
    said = judge(Uncertainty(REACH), rows([50.0, 0.0, 0.0]), np.zeros(1))
    assert (said.lower, said.upper) == (None, None)
    assert not said.undecided.any()


def test_undecided_is_who_keeps_both_outcomes_or_neither():
    group = [0.0, 1.0, NAN, 0.5]
    X = rows(*([50.0, 0.0, each] for each in group))
    for logit, undecided in (
        (0.0, [True] * 4),
        (0.7, [True, False, True, True]),
        (0.9, [True, False, False, False]),
        (-0.6, [True, False, True, True]),
        (2.0, [False] * 4),
    ):
        assert judge(ALL, X, np.full(4, logit)).undecided.tolist() == undecided
    crossed = LabelSets(0.9, -1, pcr=(0, 0, 0.5), residual=(0, 0, -0.5))
    said = judge(Uncertainty(REACH, None, crossed), X, np.array([0.0, 1.0, -1.0, 0.0]))
    assert said.undecided.tolist() == [True, False, False, True]


def test_rows_threads_and_batches_do_not_matter():
    rng = np.random.default_rng(1)
    X = rng.normal(50, 40, (40_000, 3))
    X[rng.random(X.shape) < 0.3] = NAN
    logit = rng.normal(size=len(X))
    whole = judge(ALL, X, logit)
    for part in (slice(0, 1), slice(17, 20_001)):
        for one, other in zip(judge(ALL, X[part], logit[part]), whole, strict=True):
            np.testing.assert_array_equal(one, other[part])


@pytest.mark.parametrize("slope", [0.7, 1.3])
def test_what_is_moved_says_the_same_of_the_same_patients(slope):
    rng = np.random.default_rng(2)
    X = rng.normal([50, 0, 0], [5, 1, 1], (200, 3))
    X[:, 2] = rng.integers(0, 2, 200)
    logit = rng.normal(0, 1.5, 200)
    child = moved(ALL, intercept=0.4, slope=slope, site_sd=0.0)
    before, after = judge(ALL, X, logit), judge(child, X, 0.4 + slope * logit)
    np.testing.assert_array_equal(after.undecided, before.undecided)
    np.testing.assert_array_equal(after.outside, before.outside)

    def half(said):
        return (np.log(said.upper / (1 - said.upper)) - np.log(said.lower / (1 - said.lower))) / 2

    np.testing.assert_allclose(half(after), slope * half(before), rtol=1e-6)


def test_what_is_not_known_of_a_site_widens():
    X = rows([50.0, 0.0, 0.0])
    child = moved(moved(ALL, intercept=0, slope=1, site_sd=0.3), intercept=0, slope=2, site_sd=0.4)
    assert child.width.site_sd == pytest.approx(math.hypot(0.6, 0.4))
    assert (judge(child, X, np.zeros(1)).lower < judge(ALL, X, np.zeros(1)).lower).all()
    alone = moved(Uncertainty(REACH), intercept=1.0, slope=1.0, site_sd=0.5)
    assert (alone.width, alone.labels) == (None, None)


def part(name, **changes):
    return dataclasses.replace(ALL, **{name: dataclasses.replace(getattr(ALL, name), **changes)})


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (part("reach", centre=np.zeros(2)), "centre does not have one value a feature"),
        (part("reach", high=np.array([80.0, NAN, 0.0])), "high holds a number that is not finite"),
        (part("reach", scale=np.array([1.0, -1.0, 0.0])), "a scale is negative"),
        (part("reach", scale=np.array([1.0, 1e-300, 0.0])), "a scale is negative, or next to"),
        (part("reach", low=np.array([90.0, 0.0, 0.0])), "a range ends before it begins"),
        (part("reach", farthest=-1.0), "a distance is negative"),
        (part("reach", outermost=np.inf), "a threshold of the distance holds a number"),
        (part("width", by_square=1e13), "the width holds a number that is not finite"),
        (part("width", site_sd=NAN), "the width holds a number that is not finite"),
        (part("width", factor=-0.1), "a factor is negative"),
        (part("width", low=3.0), "a range ends before it begins"),
        (part("width", lacking=(0.1,)), "do not match"),
        (part("width", blocks=((0,), ())), "do not match"),
        (part("width", blocks=((0,), (3,))), "a feature index out of range"),
        (part("width", blocks=((0,), (-1,))), "a feature index out of range"),
        (part("labels", pcr=(0.0, 0.0, np.inf)), "label sets holds a number"),
        (part("labels", level=1.0), "label sets of no level"),
        (part("labels", feature=3), "a feature that is not there"),
        (part("labels", feature=-2), "a feature that is not there"),
    ],
)
def test_what_would_be_misread_is_refused(broken, reason):
    with pytest.raises(ValueError, match="The uncertainty cannot be used: ") as refused:
        check_uncertainty(broken, 3)
    assert reason in str(refused.value)


def test_what_is_whole_is_accepted():
    for uncertainty in (ALL, Uncertainty(REACH)):
        check_uncertainty(uncertainty, 3)
