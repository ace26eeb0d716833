"""Survival: small cohorts that can be counted by hand, and what has no answer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neopcr.validation.survival import (
    concordance,
    cox,
    log_rank,
    proportional_hazards,
    restricted_mean,
    restricted_mean_difference,
    survival_curve,
)

# Freireich (Blood 21 (1963) 699): weeks of remission under 6-MP and placebo, + censored.
MERCAPTOPURINE = np.array(
    [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35.0]
)
RELAPSED = np.array([1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0.0])
PLACEBO = np.array([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23.0])


@pytest.fixture
def remission():
    months = np.concatenate((MERCAPTOPURINE, PLACEBO))
    return months, np.concatenate((RELAPSED, np.ones(21))), np.repeat([0.0, 1.0], 21)


def test_curve_counts_who_is_left():
    curve = survival_curve(np.array([3.0, 5, 5, 8, 9]), np.array([1.0, 1, 0, 0, 1]))
    assert curve.time.tolist() == [3, 5, 9]
    assert curve.at_risk.tolist() == [5, 4, 1]
    assert curve.survival == pytest.approx([0.8, 0.6, 0.0])
    assert np.isnan(curve.lower[-1])
    assert np.isnan(curve.upper[-1])
    assert curve.numbers_at_risk(np.array([0.0, 5, 6, 10])).tolist() == [5, 4, 2, 0]
    assert (curve.n, curve.events, curve.median()) == (5, 3, 9)


def test_before_the_first_event_everybody_is_free_of_it():
    curve = survival_curve(np.array([3.0, 5]), np.array([1.0, 0]))
    assert [each.tolist() for each in curve.at(np.array([0.0, 2.9]))] == [[1, 1]] * 3


def test_without_events_there_is_a_flat_curve_without_a_median():
    curve = survival_curve(np.array([3.0, 5]), np.zeros(2))
    assert (len(curve.time), curve.median()) == (0, None)
    assert curve.at(np.array([4.0]))[0] == 1
    assert restricted_mean(curve, 4.0) == (4.0, 0.0)


def test_restricted_means_are_areas(remission):
    months, event, group = remission
    curves = [survival_curve(months[group == side], event[group == side]) for side in (0, 1)]
    for curve in curves:
        grid = np.arange(0, 20, 0.001)
        assert restricted_mean(curve, 20)[0] == pytest.approx(
            curve.at(grid)[0].mean() * 20, abs=2e-3
        )
    gained, lower, upper, p_value = restricted_mean_difference(curves[1], curves[0], 20)
    means = [restricted_mean(curve, 20) for curve in curves]
    assert gained == pytest.approx(means[0][0] - means[1][0])
    assert (upper - lower) / 2 == pytest.approx(1.959964 * np.hypot(means[0][1], means[1][1]))
    assert lower > 0
    assert p_value < 0.001


def test_error_of_a_restricted_mean_is_that_of_many_cohorts():
    rng = np.random.default_rng(5)
    found = []
    for _ in range(400):
        months, stop = rng.exponential(20, 150), rng.uniform(0, 40, 150)
        curve = survival_curve(np.minimum(months, stop), (months <= stop).astype(float))
        found.append(restricted_mean(curve, 24.0))
    means, errors = np.array(found).T
    assert means.mean() == pytest.approx(20 * (1 - np.exp(-24 / 20)), abs=0.15)
    assert errors.mean() == pytest.approx(means.std(), rel=0.1)


def test_groups_without_events_are_not_compared():
    months, event = np.array([3.0, 5, 6]), np.array([1.0, 0, 1])
    assert np.isnan(log_rank(months, event, np.zeros(3, dtype=np.int16))).all()
    assert np.isnan(log_rank(months, np.zeros(3), np.array([0, 1, 0], dtype=np.int16))).all()


def test_log_rank_and_hazard_ratio_see_the_placebo(remission):
    months, event, group = remission
    chi_squared, p_value = log_rank(months, event, group.astype(np.int16))
    found = cox(months, event, {"placebo": group})
    assert chi_squared == pytest.approx(16.79, abs=0.01)
    assert p_value < 1e-4
    assert found.terms[0].coefficient == pytest.approx(1.572, abs=0.001)
    assert found.terms[0].ratio == pytest.approx(4.82, abs=0.01)
    assert found.terms[0].lower < found.terms[0].ratio < found.terms[0].upper
    assert (found.n, found.events) == (42, 30)


def test_concordance_counts_pairs():
    months, event = np.array([1.0, 2, 3, 3, 4, 4]), np.array([1.0, 1, 1, 1, 1, 0])
    risk = np.array([5.0, 6, 4, 3, 2, 2])
    # 14 pairs: 1 v 2-4, 2 v 3-4, 3 v 4, and 4 v the one censored then; the two of month 3 are none.
    assert concordance(months, event, risk) == pytest.approx((4 + 4 + 2 + 2 + 0.5) / 14)
    assert np.isnan(concordance(months, np.zeros(6), risk))


@pytest.mark.parametrize(
    "covariates",
    [
        {"constant": np.ones(42)},
        {"group": np.repeat([0.0, 1.0], 21), "same": np.repeat([1.0, 3.0], 21)},
        {"one patient": (np.arange(42) == 7).astype(float)},
    ],
)
def test_covariates_that_cannot_be_told_apart_have_no_answer(remission, covariates):
    months, event, _ = remission
    assert cox(months, event, covariates) is None


def test_fewer_than_five_events_are_too_few(remission):
    months, event, group = remission
    few = event * (np.cumsum(event) <= 4)
    assert cox(months, few, {"placebo": group}) is None
    count = np.concatenate([np.cumsum(event[group == side]) for side in (0, 1)])
    enough = event * (count <= 5)
    assert cox(months, enough, {"placebo": group}) is not None


def test_an_estimate_that_runs_away_is_not_given():
    months = np.concatenate((np.arange(1.0, 11), np.arange(101.0, 111)))
    order = np.where(months < 100, 1e-3, 0) * (1 + np.arange(20) / 1e3)
    assert cox(months, np.ones(20), {"always first": order}) is None


def test_a_ratio_that_turns_around_is_seen():
    rng = np.random.default_rng(2)
    group = np.repeat([0.0, 1.0], 400)
    early = rng.exponential(np.where(group == 1, 5, 20))
    months = np.where(early < 6, early, 6 + rng.exponential(np.where(group == 1, 60, 10)))
    event = np.ones(800)
    fitted = cox(months, event, {"group": group})
    turned = proportional_hazards(months, event, group[:, None], fitted.coefficients, ("group",))
    assert turned[0].p_value < 1e-6
    assert turned[0].chi_squared == pytest.approx(turned[1].chi_squared)


def test_proportional_hazards_are_called_disproportional_one_time_in_twenty():
    rng = np.random.default_rng(3)
    called = []
    for _ in range(120):
        x = rng.normal(size=60)
        months = np.ceil(rng.exponential(12 * np.exp(-0.5 * x)))
        fitted = cox(months, np.ones(60), {"x": x})
        test = proportional_hazards(months, np.ones(60), x[:, None], fitted.coefficients, ("x",))
        called.append(test[0].p_value < 0.05)
    assert np.mean(called) == pytest.approx(0.05, abs=0.05)


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=40))
def test_survival_never_rises_and_stays_a_probability(rows):
    months, event = np.array(rows, dtype=float).T
    curve = survival_curve(months, event)
    assert (np.diff(curve.survival) <= 0).all()
    assert ((curve.survival >= 0) & (curve.survival <= 1)).all()
    assert curve.died.sum() == curve.events == event.sum()
