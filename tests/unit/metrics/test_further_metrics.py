"""Average precision, R², Spiegelhalter's z, scaled Brier score, shares at a threshold, distances."""

from __future__ import annotations

import math

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import expit, logit
from scipy.stats import binomtest
from sklearn.metrics import average_precision_score

from neopcr.metrics import METRICS, METRICS_AT, comes_first, find_metric, metrics_at
from neopcr.metrics._shared import Share, distances, smoothed, under_perfect_calibration
from neopcr.validation import estimate

Y = np.array([1.0, 0.0, 1.0, 0.0, 0.0])
P = np.array([0.8, 0.3, 0.4, 0.6, 0.1])


def cohort(n: int = 300, *, digits: int = 2) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(12)
    z = rng.normal(-0.4, 1.2, n)
    return (rng.random(n) < expit(z)).astype(float), np.round(expit(z), digits)


@pytest.mark.parametrize("digits", [1, 2, 8])
def test_average_precision_is_scikit_learns_ties_included(digits):
    y, p = cohort(digits=digits)
    auprc = METRICS["auprc"]
    assert auprc.function(y, p) == pytest.approx(average_precision_score(y, p))
    assert auprc.beside(y, p) == y.mean()


def test_predictions_that_know_nothing_have_the_prevalence():
    y, _ = cohort(20_000)
    auprc = METRICS["auprc"]
    assert auprc.function(y, np.full(len(y), 0.4)) == pytest.approx(y.mean())
    noise = np.random.default_rng(3).random(len(y))
    assert auprc.function(y, noise) == pytest.approx(auprc.beside(y, noise), abs=0.01)


def test_scaled_brier_is_1_less_brier_over_that_of_the_prevalence():
    y, p = cohort()
    brier, scaled = METRICS["brier"].function, METRICS["scaled_brier"].function
    assert scaled(y, p) == pytest.approx(1 - brier(y, p) / (y.mean() * (1 - y.mean())))
    assert scaled(y, np.full(len(y), y.mean())) == pytest.approx(0.0)
    assert scaled(y, y) == 1.0
    assert scaled(y, 1 - p) < 0.0


def test_r2_of_a_fitted_line_is_nagelkerkes():
    y, p = cohort(digits=8)
    fit = sm.GLM(y, sm.add_constant(logit(p)), family=sm.families.Binomial()).fit()
    n = len(y)
    cox_snell = 1 - math.exp(2 * (fit.llnull - fit.llf) / n)
    expected = cox_snell / (1 - math.exp(2 * fit.llnull / n))
    r2 = METRICS["nagelkerke_r2"].function
    assert r2(y, fit.fittedvalues) == pytest.approx(expected)
    assert r2(y, np.full(n, y.mean())) == pytest.approx(0.0, abs=1e-12)
    assert r2(y, expit(3 * logit(p) + 2)) < r2(y, p)


def test_spiegelhalters_z_is_normal_where_predictions_are_right():
    rng = np.random.default_rng(4)
    p = expit(rng.normal(-0.4, 1.2, 200))
    metric = METRICS["spiegelhalter_z"]
    drawn = [(rng.random(200) < p).astype(float) for _ in range(2000)]
    z = np.array([metric.function(y, p) for y in drawn])
    assert (z.mean(), z.std()) == pytest.approx((0.0, 1.0), abs=0.07)
    small = np.mean([metric.beside(y, p) < 0.05 for y in drawn])
    assert small == pytest.approx(0.05, abs=0.015)


def test_spiegelhalters_z_tells_too_extreme_from_too_cautious():
    y, p = cohort(1000, digits=8)
    z = METRICS["spiegelhalter_z"].function
    assert z(y, expit(2 * logit(p))) > 3
    assert z(y, expit(0.5 * logit(p))) < -3
    assert math.isnan(METRICS["spiegelhalter_z"].beside(y, np.full(len(y), 0.5)))


def test_shares_at_a_threshold_by_hand():
    found = {name: make(0.4).function(Y, P) for name, make in METRICS_AT.items()}
    assert found["sensitivity"] == pytest.approx(2 / 2)
    assert found["specificity"] == pytest.approx(2 / 3)
    assert found["ppv"] == pytest.approx(2 / 3)
    assert found["npv"] == pytest.approx(2 / 2)


def test_their_intervals_are_wilsons_over_those_they_are_made_of():
    y, p = cohort()
    above, below = p >= 0.4, p < 0.4
    counts = {
        "sensitivity": (above & (y == 1), y == 1),
        "specificity": (below & (y == 0), y == 0),
        "ppv": (above & (y == 1), above),
        "npv": (below & (y == 0), below),
    }
    for name, (right, among) in counts.items():
        metric = METRICS_AT[name](0.4)
        expected = binomtest(int(right.sum()), int(among.sum())).proportion_ci(method="wilson")
        assert metric.interval(y, p) == pytest.approx((expected.low, expected.high))
        assert metric.rests_on(y, p) == among.sum()


def test_a_share_of_nobody_is_not_defined():
    share = Share(lambda _, positive: positive, 0.9)
    assert math.isnan(share.value(Y, P))
    assert all(math.isnan(end) for end in share.interval(Y, P))


def test_distances_are_summed_up_as_their_names_say():
    y, p = cohort()
    away = distances(y, p)
    assert METRICS["ici"].function(y, p) == pytest.approx(away.mean())
    assert METRICS["e50"].function(y, p) == pytest.approx(np.median(away))
    assert METRICS["e90"].function(y, p) == pytest.approx(np.quantile(away, 0.9))
    assert METRICS["emax"].function(y, p) == pytest.approx(away.max())


def test_the_smooth_is_linear_in_the_outcome():
    y, p = cohort()
    both = np.stack([y, 1 - y])
    assert smoothed(both, p) == pytest.approx(np.stack([smoothed(y, p), 1 - smoothed(y, p)]))


def test_under_perfect_calibration_a_model_errs_by_chance_alone():
    y, p = cohort(400, digits=8)
    rng = np.random.default_rng(6)
    again = [METRICS["ici"].function((rng.random(400) < p).astype(float), p) for _ in range(300)]
    assert METRICS["ici"].beside(y, p) == pytest.approx(np.mean(again), rel=0.07)
    certain = np.repeat([0.0, 1.0], 200)
    assert under_perfect_calibration(lambda away: away.mean(axis=-1), certain) < 1e-12


def test_it_falls_with_the_number_of_patients():
    ici = METRICS["ici"]
    values = [ici.beside(*cohort(n, digits=8)) for n in (50, 400, 3000)]
    assert values[0] > 2 * values[1] > 4 * values[2]


def test_acting_on_all_stands_beside_net_benefit():
    y, p = cohort()
    found = estimate(find_metric("net_benefit_0.3"), y, p)
    assert found.beside == pytest.approx(y.mean() - (1 - y.mean()) * 0.3 / 0.7)
    assert found.beside_title == "acting on all"


def test_what_a_reader_needs_first_stands_first():
    first = [one.name for one in metrics_at([0.3, 0.5]) if comes_first(one.name)]
    assert first == [
        "auroc",
        "brier",
        "scaled_brier",
        "calibration_slope",
        "calibration_in_the_large",
        "observed_expected",
        "ici",
        "net_benefit_0.3",
        "net_benefit_0.5",
    ]
