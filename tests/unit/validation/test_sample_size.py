"""Riley's criteria for a binary outcome.

The published software simulates a million patients to turn a C statistic into an R2, so its answers
move by a hundredth from seed to seed: 435 to 439 patients for ten parameters at C 0.75 and a
prevalence of 0.45, 870 to 878 for twenty, 1,740 to 1,755 for forty.
"""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from neopcr.validation import sample_size
from neopcr.validation.sample_size import cox_snell


@pytest.mark.parametrize(("parameters", "published"), [(5, 381), (10, 435), (20, 870), (40, 1740)])
def test_the_published_answers_are_met_within_their_own_noise(parameters, published):
    found = sample_size(parameters, prevalence=0.45, c_statistic=0.75)
    assert found.patients == pytest.approx(published, rel=0.011)
    assert found.events == pytest.approx(0.45 * published, rel=0.015)


def test_the_strictest_criterion_decides():
    few, many = (sample_size(p, prevalence=0.45, c_statistic=0.75) for p in (5, 40))
    assert (few.patients, many.patients) == (few.overall_risk, many.shrinkage)
    rare = sample_size(30, prevalence=0.05, c_statistic=0.95)
    assert rare.patients == rare.optimism > rare.shrinkage


@pytest.mark.parametrize(("prevalence", "c"), [(0.45, 0.75), (0.2, 0.65), (0.7, 0.9)])
def test_the_integral_is_what_a_simulation_tends_to(prevalence, c):
    rng = np.random.default_rng(0)
    y = rng.random(200_000) < prevalence
    # Two normal classes whose C statistic is c.
    x = rng.normal(size=len(y)) + y * np.sqrt(2) * {0.75: 0.67449, 0.65: 0.38532, 0.9: 1.28155}[c]
    p = LogisticRegression(C=np.inf).fit(x[:, None], y).predict_proba(x[:, None])[:, 1]
    fitted = np.mean(np.where(y, np.log(p), np.log1p(-p)))
    share = y.mean()
    null = share * np.log(share) + (1 - share) * np.log(1 - share)
    assert cox_snell(prevalence, c) == pytest.approx(1 - np.exp(-2 * (fitted - null)), abs=0.005)
