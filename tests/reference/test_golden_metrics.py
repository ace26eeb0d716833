"""Metrics against R 4.2.2 (pROC 1.18.0, rms 6.5-0), at the tolerances stated with the values."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from neopcr.metrics import METRICS, find_metric
from neopcr.metrics.auroc import placements
from neopcr.validation import calibration_errors, decision_curve, delong_test

pytestmark = pytest.mark.golden
EXACT = 1e-6


@pytest.fixture(scope="module")
def golden(golden_dir):
    return json.loads((golden_dir / "expected.json").read_text(encoding="utf-8"))["predictions"]


@pytest.fixture(scope="module")
def data(golden_dir):
    table = pd.read_csv(golden_dir / "predictions.csv")
    return tuple(table[name].to_numpy(float) for name in ("pcr", "model_a", "model_b"))


def test_the_cohort_is_the_one_r_saw(golden, data):
    assert (len(data[0]), data[0].sum()) == (golden["n"], golden["events"])


def test_auroc_and_delong(golden, data):
    y, a, b = data
    metric = METRICS["auroc"]
    assert metric.function(y, a) == pytest.approx(golden["auroc_a"], abs=EXACT)
    assert metric.function(y, b) == pytest.approx(golden["auroc_b"], abs=EXACT)
    assert metric.interval(y, a) == pytest.approx(golden["auroc_a_ci95_delong"], abs=EXACT)
    variance = sum(part.var(ddof=1) / len(part) for part in placements(y, a))
    assert variance == pytest.approx(golden["auroc_a_variance_delong"], abs=EXACT)
    assert 2 * metric.function(y, a) - 1 == pytest.approx(golden["valprob_dxy_a"], abs=EXACT)


def test_paired_delong(golden, data):
    found = delong_test(*data)
    assert found.z == pytest.approx(golden["delong_paired_z"], abs=EXACT)
    assert found.p_value == pytest.approx(golden["delong_paired_p"], abs=EXACT)


@pytest.mark.parametrize(
    ("metric", "name"),
    [
        ("brier", "brier_a"),
        ("calibration_slope", "calibration_slope_a"),
        ("calibration_in_the_large", "calibration_in_the_large_a"),
    ],
)
def test_values(golden, data, metric, name):
    y, a, _ = data
    assert METRICS[metric].function(y, a) == pytest.approx(golden[name], abs=EXACT)


@pytest.mark.parametrize("name", ["calibration_slope", "calibration_in_the_large"])
def test_wald_intervals(golden, data, name):
    y, a, _ = data
    expected = golden[f"{name}_a_ci95_wald"]
    assert METRICS[name].interval(y, a) == pytest.approx(expected, abs=EXACT)


@pytest.mark.parametrize("name", ["ici", "e50", "e90", "emax"])
def test_flexible_calibration(golden, data, name):
    y, a, _ = data
    errors = calibration_errors(y, a)
    assert getattr(errors, name) == pytest.approx(golden[f"lowess_{name}_a"], abs=EXACT)
    assert METRICS[name].function(y, a) == pytest.approx(golden[f"lowess_{name}_a"], abs=EXACT)


def test_intercept_beside_the_slope(golden, data):
    y, a, _ = data
    slope = METRICS["calibration_slope"].function(y, a)
    intercept = METRICS["calibration_in_the_large"].function(y, expit(slope * logit(a)))
    assert intercept == pytest.approx(golden["calibration_intercept_at_slope_a"], abs=EXACT)


def test_nagelkerke(golden, data):
    y, a, _ = data
    found = METRICS["nagelkerke_r2"].function(y, a)
    assert found == pytest.approx(golden["valprob_nagelkerke_r2_a"], abs=EXACT)


def test_spiegelhalter(golden, data):
    y, a, _ = data
    metric = METRICS["spiegelhalter_z"]
    assert metric.function(y, a) == pytest.approx(golden["valprob_spiegelhalter_z_a"], abs=EXACT)
    assert metric.beside(y, a) == pytest.approx(golden["valprob_spiegelhalter_p_a"], abs=EXACT)


def test_net_benefit(golden, data):
    y, a, _ = data
    curve = decision_curve(y, a, np.array(golden["net_benefit_thresholds"]))
    assert curve.model == pytest.approx(golden["net_benefit_a"], abs=EXACT)
    assert curve.treat_all == pytest.approx(golden["net_benefit_treat_all"], abs=EXACT)
    at = [find_metric(f"net_benefit_{t:g}") for t in golden["net_benefit_thresholds"]]
    assert [one.function(y, a) for one in at] == pytest.approx(golden["net_benefit_a"], abs=EXACT)
    everyone = golden["net_benefit_treat_all"]
    assert [one.beside(y, a) for one in at] == pytest.approx(everyone, abs=EXACT)
