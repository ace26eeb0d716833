"""Two models on the same patients."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import expit, logit

from neopcr.metrics import METRICS
from neopcr.specs import Estimate
from neopcr.validation import delong_test, not_worse, paired_difference, verdict

AUROC, BRIER, SLOPE = METRICS["auroc"], METRICS["brier"], METRICS["calibration_slope"]


def cohort(n: int = 200) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outcome, a good and a worse model, three repeats each."""
    rng = np.random.default_rng(8)
    z = rng.normal(-0.3, 1.4, n)
    y = (rng.random(n) < expit(z)).astype(float)
    good = expit(z + rng.normal(0, 0.2, (3, n)))
    return y, good, expit(z + rng.normal(0, 2.0, (3, n)))


def difference(lower: float | None, upper: float | None) -> Estimate:
    return Estimate(
        name="x_difference", value=0.0, lower=lower, upper=upper, n=9, events=5, method=""
    )


def test_the_value_is_the_difference_of_the_means_over_repeats():
    y, a, b = cohort()
    found = paired_difference(AUROC, y, a, b, group="HR+")
    means = [np.mean([AUROC.function(y, one) for one in p]) for p in (a, b)]
    assert found.value == pytest.approx(means[0] - means[1])
    assert (found.name, found.group) == ("auroc_difference", "HR+")
    assert (found.method, found.n) == ("paired bootstrap", 200)
    assert 0 < found.lower < found.value < found.upper


def test_turning_the_pair_round_turns_the_interval():
    y, a, b = cohort()
    forth, back = paired_difference(BRIER, y, a, b), paired_difference(BRIER, y, b, a)
    assert back.value == pytest.approx(-forth.value)
    assert (back.lower, back.upper) == pytest.approx((-forth.upper, -forth.lower))


def test_pairing_is_narrower_than_two_intervals():
    y, a, _ = cohort()
    near = expit(logit(a) + 0.05 * np.sin(np.arange(200)))
    found = paired_difference(AUROC, y, a, near)
    assert found.upper - found.lower < 0.02


def test_one_side_may_have_repeats_and_the_other_none():
    y, a, b = cohort()
    found = paired_difference(BRIER, y, a, b[0])
    expected = np.mean((a - y) ** 2) - np.mean((b[0] - y) ** 2)
    assert found.value == pytest.approx(expected)


def test_slopes_are_compared_by_their_distance_from_one():
    y, a, _ = cohort()
    steep, flat = expit(2 * logit(a)), expit(logit(a) / 2)
    distances = [np.mean([abs(SLOPE.function(y, one) - 1) for one in p]) for p in (steep, flat)]
    found = paired_difference(SLOPE, y, steep, flat)
    assert found.value == pytest.approx(distances[0] - distances[1])
    assert found.method.startswith("paired bootstrap of the distance from 1")


def test_a_delong_test_and_the_bootstrap_tell_the_same():
    y, a, b = cohort()
    test, drawn = delong_test(y, a[0], b[0]), paired_difference(AUROC, y, a[0], b[0])
    spread = (drawn.upper - drawn.lower) / (2 * 1.96)
    assert test.z == pytest.approx(drawn.value / spread, rel=0.1)
    assert test.p_value < 0.01


def test_a_delong_test_without_variance_is_still_defined():
    y, p = np.array([1.0, 1.0, 0.0, 0.0]), np.array([0.9, 0.8, 0.2, 0.1])
    assert delong_test(y, p, p) == (0.0, 1.0)
    assert delong_test(y, p, 1 - p) == (math.inf, 0.0)


@pytest.mark.parametrize("events", [3, 197])
def test_few_events_or_non_events_are_too_few_to_say(events):
    _, a, b = cohort()
    y = (np.arange(200) < events).astype(float)
    found = paired_difference(AUROC, y, a, b)
    assert (found.value, found.lower, found.method) == (None, None, "too few to say")


def test_a_difference_that_is_not_defined_says_so():
    y, a, _ = cohort()
    found = paired_difference(SLOPE, y, a, np.full(200, 0.4))
    assert (found.value, found.upper, found.method) == (None, None, "not defined")


@pytest.mark.parametrize(
    ("metric", "lower", "upper", "fine", "words"),
    [
        (AUROC, 0.01, 0.05, True, "better"),
        (AUROC, -0.01, 0.05, True, "not worse"),
        (AUROC, -0.05, 0.0, True, "not worse"),
        (AUROC, -0.05, -0.01, False, "worse"),
        (BRIER, 0.01, 0.05, False, "worse"),
        (BRIER, 0.0, 0.05, True, "not worse"),
        (BRIER, -0.05, -0.01, True, "better"),
        (SLOPE, 0.01, 0.05, False, "worse"),
        (SLOPE, -0.05, -0.01, True, "better"),
        (AUROC, None, None, False, "too few to say"),
    ],
)
def test_not_worse_is_an_interval_not_wholly_on_the_worse_side(metric, lower, upper, fine, words):
    found = difference(lower, upper)
    assert not_worse(found, metric) is fine
    assert verdict(found, metric) == words


def test_what_is_said_of_an_interval_across_zero_can_be_chosen():
    found = difference(-0.1, 0.1)
    assert verdict(found, AUROC, otherwise="not shown to help") == "not shown to help"


def test_not_worse_without_a_lower_end_alone_shows_nothing():
    assert not_worse(difference(0.1, None), AUROC) is False
    assert verdict(difference(None, 0.1), AUROC) == "too few to say"
