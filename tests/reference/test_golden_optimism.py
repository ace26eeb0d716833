"""Optimism against rms::validate (R 4.2.2, rms 6.5-0, B = 20,000), at the tolerances stated with it."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from neopcr.metrics import METRICS
from neopcr.validation.optimism import optimism

pytestmark = pytest.mark.golden
NAMES = {"c": "auroc", "slope": "calibration_slope", "brier": "brier"}
# As R's lrm: no penalty.
PLAIN = LogisticRegression(C=np.inf, solver="newton-cholesky", tol=1e-10)


@pytest.fixture(scope="module")
def golden(golden_dir):
    return json.loads((golden_dir / "expected.json").read_text(encoding="utf-8"))["binary"]


@pytest.fixture(scope="module")
def data(golden_dir):
    table = pd.read_csv(golden_dir / "binary.csv")
    return table.drop(columns="pcr").to_numpy(float), table["pcr"].to_numpy(float)


def test_the_model_is_the_one_r_fitted(golden, data):
    X, y = data
    fitted = PLAIN.fit(X, y)
    found = np.append(fitted.intercept_, fitted.coef_[0])
    assert (len(y), y.sum()) == (golden["n"], golden["events"])
    assert found == pytest.approx(golden["coefficients"], abs=1e-6)
    p = fitted.predict_proba(X)[:, 1]
    assert np.log(np.where(y == 1, p, 1 - p)).sum() == pytest.approx(
        golden["log_likelihood"], abs=1e-6
    )
    design = np.column_stack([np.ones(len(y)), X])
    curvature = design.T @ (design * (p * (1 - p))[:, None])
    errors = np.sqrt(np.diag(np.linalg.inv(curvature)))
    assert errors == pytest.approx(golden["standard_errors"], abs=1e-6)
    assert p == pytest.approx(expit(design @ found))


def corrected(data, draws):
    metrics = [METRICS[name] for name in NAMES.values()]
    found = optimism(PLAIN, *data, metrics=metrics, draws=draws, seed=1)
    return {(one.group, one.name): one.value for one in found}


def test_apparent_and_corrected_by_a_few_draws(golden, data):
    found = corrected(data, 250)
    assert found["apparent", "auroc"] == pytest.approx(golden["apparent_c"], abs=1e-6)
    assert found["apparent", "brier"] == pytest.approx(golden["apparent_brier"], abs=1e-6)
    # Three times the standard error of so few draws.
    for name, near in (("c", 0.012), ("slope", 0.06), ("brier", 0.012)):
        expected = golden[f"optimism_corrected_{name}_B20000"]
        assert found["optimism-corrected", NAMES[name]] == pytest.approx(expected, abs=near)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "near"), [("c", 0.004), ("slope", 0.02), ("brier", 0.004)])
def test_corrected_by_2000_draws(golden, data, name, near):
    expected = golden[f"optimism_corrected_{name}_B20000"]
    found = corrected(data, 2000)["optimism-corrected", NAMES[name]]
    assert found == pytest.approx(expected, abs=near)
