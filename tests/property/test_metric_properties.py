"""Laws of the metrics over drawn cohorts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit

from neopcr.metrics import METRICS
from neopcr.metrics.net_benefit import net_benefit
from neopcr.validation import estimate, fold_plan, paired_difference, roc_points

unhurried = settings(deadline=None, max_examples=40)
AUROC, BRIER, SLOPE = METRICS["auroc"], METRICS["brier"], METRICS["calibration_slope"]


@st.composite
def cohorts(draw, smallest: int = 12):
    """Outcomes of both classes, five of each at least, and probabilities with ties."""
    n = draw(st.integers(smallest, 40))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    y = rng.permutation(np.arange(n) < draw(st.integers(5, n - 5))).astype(float)
    return y, np.round(rng.uniform(0.02, 0.98, n), draw(st.sampled_from([1, 2, 8]))) * 0.98 + 0.01


@unhurried
@given(cohorts(), st.floats(0.3, 3.0), st.floats(-2.0, 2.0))
def test_auroc_is_blind_to_increasing_maps(cohort, slope, shift):
    y, p = cohort
    moved = expit(slope * logit(p) + shift)
    assume(len(np.unique(moved)) == len(np.unique(p)))
    assert AUROC.function(y, moved) == AUROC.function(y, p)


@unhurried
@given(cohorts())
def test_auroc_of_the_opposite_is_its_complement(cohort):
    y, p = cohort
    assert AUROC.function(1.0 - y, p) == pytest.approx(1.0 - AUROC.function(y, p))


@unhurried
@given(cohorts())
def test_auroc_is_the_area_under_the_drawn_curve(cohort):
    y, p = cohort
    curve = roc_points(y, p)
    area = np.trapezoid(curve.true_positive, curve.false_positive)
    assert area == pytest.approx(AUROC.function(y, p))


@unhurried
@given(cohorts(), st.floats(0.01, 0.99))
def test_net_benefit_is_at_most_the_prevalence(cohort, threshold):
    y, p = cohort
    assert net_benefit(y, p, threshold=threshold) <= y.mean() + 1e-12
    assert net_benefit(y, y, threshold=threshold) == pytest.approx(y.mean())


@unhurried
@given(cohorts())
def test_the_prevalence_is_the_best_constant(cohort):
    y, _ = cohort
    constant = BRIER.function(y, np.full(len(y), y.mean()))
    assert constant == pytest.approx(y.mean() * (1.0 - y.mean()))
    assert constant <= BRIER.function(y, np.full(len(y), 0.5))


@unhurried
@given(cohorts(), st.floats(0.2, 5.0), st.floats(-3.0, 3.0))
def test_the_slope_undoes_any_line_on_the_logit(cohort, stretch, shift):
    y, p = cohort
    slope = SLOPE.function(y, p)
    assume(np.isfinite(slope))
    moved = SLOPE.function(y, expit(stretch * logit(p) + shift))
    assert moved * stretch == pytest.approx(slope, rel=1e-5, abs=1e-7)


@unhurried
@given(cohorts(), st.sampled_from(sorted(METRICS)))
def test_bounds_are_ordered_and_a_model_never_differs_from_itself(cohort, name):
    y, p = cohort
    found = estimate(METRICS[name], y, p[None, :])
    if found.lower is not None:
        assert found.lower < found.upper
    if found.lower is not None and name in {"auroc", "brier"}:
        assert 0.0 <= found.lower < found.upper <= 1.0
    same = paired_difference(METRICS[name], y, p, p)
    assert same.value in {None, 0.0}
    assert same.lower in {None, 0.0}


@unhurried
@given(cohorts(), st.integers(2, 5), st.integers(0, 99))
def test_each_patient_is_tested_once_a_repeat(cohort, folds, seed):
    y, _ = cohort
    for repeat in fold_plan(y, folds=folds, repeats=2, seed=seed):
        assert np.concatenate(repeat).size == len(y)
        assert np.unique(np.concatenate(repeat)).size == len(y)
        events = [y[test].sum() for test in repeat]
        assert max(events) - min(events) <= 1
