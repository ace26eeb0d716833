"""Survival against R 4.2.2 (survival 3.5-3), at the tolerances stated with the values."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from neopcr.validation.survival import cox, log_rank, proportional_hazards, survival_curve

pytestmark = pytest.mark.golden
EXACT = 1e-6


@pytest.fixture(scope="module")
def golden(golden_dir):
    return json.loads((golden_dir / "expected.json").read_text(encoding="utf-8"))["survival"]


@pytest.fixture(scope="module")
def data(golden_dir):
    table = pd.read_csv(golden_dir / "survival.csv")
    return {name: table[name].to_numpy(float) for name in ("months", "event", "group", "age")}


def test_the_cohort_is_the_one_r_saw(golden, data):
    assert (len(data["event"]), data["event"].sum()) == (golden["n"], golden["events"])


def test_log_rank(golden, data):
    chi_squared, p_value = log_rank(data["months"], data["event"], data["group"].astype(np.int16))
    assert chi_squared == pytest.approx(golden["logrank_chisq"], abs=EXACT)
    assert p_value == pytest.approx(golden["logrank_p"], abs=EXACT)


def test_cox_by_efron(golden, data):
    found = cox(data["months"], data["event"], {name: data[name] for name in ("group", "age")})
    assert found.coefficients == pytest.approx(golden["cox_coef"], abs=EXACT)
    assert [each.error for each in found.terms] == pytest.approx(golden["cox_se"], abs=EXACT)
    assert found.concordance == pytest.approx(golden["cox_concordance"], abs=1e-4)


def test_kaplan_meier_with_limits_on_the_logarithm(golden, data):
    found = []
    for stratum in (0, 1):
        rows = data["group"] == stratum
        curve = survival_curve(data["months"][rows], data["event"][rows])
        found.append(np.column_stack(curve.at(np.array([12.0, 24, 36, 60]))))
    survival, lower, upper = np.concatenate(found).T
    assert survival == pytest.approx(golden["km_survival"], abs=EXACT)
    assert lower == pytest.approx(golden["km_lower"], abs=EXACT)
    assert upper == pytest.approx(golden["km_upper"], abs=EXACT)


def test_proportional_hazards_by_the_score_test(golden, data):
    X = np.column_stack((data["group"], data["age"]))
    beta = np.array(golden["cox_coef"])
    found = proportional_hazards(data["months"], data["event"], X, beta, ("group", "age"))
    assert [each.chi_squared for each in found] == pytest.approx(golden["zph_chisq"], abs=1e-3)
    assert [each.name for each in found] == ["group", "age", "global"]
