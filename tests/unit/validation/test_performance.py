"""Estimates: value, interval, and what is said where there is none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from neopcr.errors import TableError
from neopcr.metrics import METRICS, METRICS_AT
from neopcr.validation import estimate, performance

AUROC, BRIER = METRICS["auroc"], METRICS["brier"]


def cohort(n: int = 150, repeats: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(21)
    z = rng.normal(-0.4, 1.3, n)
    y = (rng.random(n) < expit(z)).astype(float)
    return y, expit(z + rng.normal(0, 0.4, (repeats, n)))


def test_a_single_set_of_predictions_takes_the_metrics_own_interval():
    y, p = cohort()
    found = estimate(AUROC, y, p[0], group="HR+")
    assert (found.lower, found.upper) == AUROC.interval(y, p[0])
    assert (found.method, found.group, found.name) == ("DeLong", "HR+", "auroc")


def test_without_one_it_is_bootstrapped_and_close_to_the_normal_one():
    y, p = cohort()
    found = estimate(BRIER, y, p[0])
    loss = (y - p[0]) ** 2
    half = 1.96 * loss.std() / np.sqrt(len(y))
    assert found.method == "bootstrap percentile"
    assert (found.lower, found.upper) == pytest.approx(
        (loss.mean() - half, loss.mean() + half), abs=0.004
    )


def test_repeats_are_averaged_and_do_not_narrow_the_interval():
    y, p = cohort()
    several = estimate(AUROC, y, p)
    assert several.value == pytest.approx(np.mean([AUROC.function(y, one) for one in p]))
    copies = estimate(AUROC, y, np.tile(p[0], (8, 1)))
    alone = estimate(AUROC, y, p[:1])
    assert (copies.lower, copies.upper) == pytest.approx((alone.lower, alone.upper))


def test_bootstrap_and_delong_agree_on_a_large_cohort():
    y, p = cohort(n=3000)
    formula, drawn = estimate(AUROC, y, p[0]), estimate(AUROC, y, p[:1])
    assert (drawn.lower, drawn.upper) == pytest.approx((formula.lower, formula.upper), abs=0.003)


def test_groups_come_after_all_patients_each_with_its_own_numbers():
    y, p = cohort()
    hr = np.arange(len(y)) % 3 == 0
    found = performance(y, p[0], groups={"HR+": hr, "HR-": ~hr})
    each = len(METRICS)
    assert [one.group for one in found] == ["all"] * each + ["HR+"] * each + ["HR-"] * each
    assert [one.name for one in found[:each]] == list(METRICS)
    assert found[each] == estimate(AUROC, y[hr], p[0, hr], group="HR+")
    assert (found[each].n, found[each].events) == (50, int(y[hr].sum()))


def test_repeated_performance_is_bootstrapped_whatever_the_metric():
    y, p = cohort()
    found = performance(y, p, metrics=[AUROC, METRICS["calibration_slope"]])
    assert [one.method for one in found] == ["bootstrap percentile"] * 2
    assert found[0] == estimate(AUROC, y, p)
    assert performance(y, p[:1], metrics=[AUROC])[0].method == "bootstrap percentile"


def test_same_seed_same_interval():
    y, p = cohort()
    first, again = (performance(y, p, metrics=[AUROC], seed=5) for _ in range(2))
    other = performance(y, p, metrics=[AUROC], seed=6)
    assert first == again
    assert first[0].lower != other[0].lower


@pytest.mark.parametrize(
    ("p", "why"),
    [
        (np.full(40, 0.3), "not defined: predictions are all equal"),
        (np.repeat([0.0, 0.5], 20), "not defined: a predicted probability is 0 or 1"),
        (np.linspace(0.1, 0.9, 40), "not defined: predictions separate the outcomes"),
    ],
)
def test_where_a_slope_is_not_defined_the_reason_is_given(p, why):
    found = estimate(METRICS["calibration_slope"], np.repeat([0.0, 1.0], 20), p)
    assert (found.value, found.lower, found.upper, found.method) == (None, None, None, why)


def test_a_perfect_model_has_a_value_but_no_interval():
    y = np.repeat([0.0, 1.0], 20)
    single = estimate(AUROC, y, np.linspace(0.1, 0.9, 40))
    assert (single.value, single.lower, single.method) == (1.0, None, "DeLong: no interval")
    repeated = estimate(AUROC, y, np.linspace(0.1, 0.9, 40)[None])
    assert (repeated.value, repeated.lower) == (1.0, None)
    assert repeated.method == "bootstrap percentile: no interval"


def test_draws_that_are_not_defined_are_counted():
    y = np.repeat([0.0, 1.0], [60, 10])
    z = np.concatenate([np.linspace(-3, 1, 60), np.linspace(-1, 3, 10)])
    found = estimate(METRICS["calibration_slope"], y, expit(z)[None])
    assert found.method.startswith("bootstrap percentile, ")
    assert found.method.endswith(" of 2,000 draws undefined")
    assert found.lower < found.value < found.upper


def test_where_too_many_are_not_there_is_no_interval():
    y = np.repeat([0.0, 1.0], [60, 6])
    z = np.concatenate([np.linspace(-3, 1, 60), np.linspace(0, 3, 6)])
    found = estimate(METRICS["calibration_slope"], y, expit(z)[None])
    assert found.value > 1
    assert (found.lower, found.upper) == (None, None)
    assert "no interval, " in found.method


def test_a_metric_without_any_interval_of_its_own_is_bootstrapped():
    y, p = cohort()
    plain = replace(AUROC, interval=None, weighted=None)
    drawn = estimate(plain, y, p[0])
    assert (drawn.lower, drawn.upper) == pytest.approx(
        (estimate(AUROC, y, p[:1]).lower, estimate(AUROC, y, p[:1]).upper)
    )


def test_a_share_of_fewer_than_5_patients_is_too_few_to_say():
    y, p = cohort()
    ppv = METRICS_AT["ppv"]
    cut = np.sort(p[0])[-5]
    five, four = (estimate(ppv(at), y, p[0]) for at in (cut, cut + 1e-9))
    assert (five.method, four.method, four.value) == ("Wilson", "too few to say", None)
    assert estimate(ppv(cut), y, p).method == "too few to say"  # so in another repeat


def test_the_value_under_perfect_calibration_stands_beside_the_error_of_calibration():
    y, p = cohort(n=400)
    found = estimate(METRICS["ici"], y, p)
    assert found.beside == pytest.approx(np.mean([METRICS["ici"].beside(y, one) for one in p]))
    assert (found.lower, found.upper, found.beside_title) == (None, None, "perfectly calibrated")
    wrong = estimate(METRICS["ici"], y, p / 2)
    assert wrong.value > 2 * wrong.beside


@pytest.mark.parametrize("value", [np.nan, -0.1, 1.1])
def test_predictions_outside_are_refused_by_row_and_without_the_value(value):
    y, p = cohort()
    p[1, 6] = value
    with pytest.raises(TableError, match=r"must lie in \[0, 1\].* 1 of 150 .*row 7\)") as caught:
        performance(y, p)
    assert str(value) not in str(caught.value)


@pytest.mark.parametrize("value", [np.nan, 2.0])
def test_outcomes_that_are_not_0_or_1_are_refused(value):
    y, p = cohort()
    y[2] = value
    with pytest.raises(TableError, match=r"outcome must be 0 or 1.*first at row 3"):
        estimate(AUROC, y, p[0])


def test_predictions_of_other_patients_are_refused():
    y, p = cohort()
    with pytest.raises(TableError, match="predictions are for 150 patients, outcomes for 149"):
        performance(y[1:], p[0])
