"""Label sets: thresholds by hand, and coverage by group and outcome."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from neopcr.validation import label_coverage, learn_labels
from neopcr.validation.conformal import label_estimates


def drawn(n, rng, shift=0.0):
    """Logits with their true outcomes, in two groups whose models are not equally sharp."""
    group = (rng.random(n) < 0.6).astype(float)
    logit = rng.normal(0.3 - group + shift, np.where(group == 1, 0.7, 1.6))
    y = (rng.random(n) < expit(logit)).astype(float)
    return y, logit, group


def test_a_threshold_is_the_middle_of_five_patients():
    y = np.repeat([1.0, 0.0], [99, 99])
    logits = np.concatenate([np.arange(99.0), -np.arange(99.0)])[None, :]
    labels = learn_labels(y, logits)
    # The tenth lowest of 99, which leaves a tenth of new patients below it.
    assert labels.pcr == (9.0, 9.0, 9.0)
    assert labels.residual == (-9.0, -9.0, -9.0)
    assert labels.feature == -1


def test_a_small_group_takes_the_thresholds_of_all():
    rng = np.random.default_rng(0)
    y = np.repeat([1.0, 0.0], 100)
    group = np.zeros(200)
    group[:29] = 1.0
    group[100:131] = 1.0
    group[-1] = np.nan
    labels = learn_labels(y, rng.normal(size=(2, 200)), group, feature=4)
    assert labels.feature == 4
    assert labels.pcr[1] == labels.pcr[2] != labels.pcr[0]
    assert len(set(labels.residual)) == 3


def test_too_few_patients_with_an_outcome_have_no_label_sets():
    y = np.repeat([1.0, 0.0], [29, 200])
    assert learn_labels(y, np.zeros((1, 229))) is None
    assert learn_labels(1 - y, np.zeros((1, 229))) is None


def test_coverage_counts_what_sets_hold():
    labels = learn_labels(
        np.repeat([1.0, 0.0], [99, 99]), np.concatenate([np.arange(99.0), -np.arange(99.0)])[None]
    )
    # pCR is left open from 9 up, residual disease from -9 down.
    found = label_coverage(labels, np.array([1.0, 1, 0, 0]), np.array([10.0, 0, 0, -20]), 2)
    assert found == (4, 0.5, 0.0, 0.5)
    wide = labels.__class__(0.9, -1, (-9.0,) * 3, (9.0,) * 3)
    assert label_coverage(wide, np.array([1.0, 0]), np.array([0.0, 20.0]), 0) == (2, 0.5, 0.5, 0.0)


def test_estimates_say_who_how_many_and_how_often_both_are_left_open():
    labels = learn_labels(np.repeat([1.0, 0.0], 99), np.repeat([9.0, -9.0], 99)[None])
    wide = labels.__class__(0.9, 0, (-1.0, 5.0, 0.0), (1.0, 0.0, 0.0))
    y = np.array([1.0] * 10 + [0.0] * 6)
    group = np.array([0] * 10 + [1] * 4 + [2] * 2)
    logits = np.stack([np.repeat([-2.0, 0.0, -3.0], [2, 8, 6]), np.zeros(16)])
    negative, positive, unknown = label_estimates(wide, y, logits, group, ("HR-", "HR+", "HR?"))
    assert (negative.group, negative.n, negative.events) == ("HR-, pCR", 10, 10)
    assert (negative.value, negative.beside) == (pytest.approx(0.9), pytest.approx(0.9))
    assert negative.lower < 0.9 < negative.upper
    assert (positive.group, positive.value, positive.method) == (
        "HR+, residual disease", None, "too few to say"
    )  # fmt: skip
    assert unknown.n == 2


def covered(n, runs):
    """Mean coverage in each group and of each outcome, over cohorts of n patients."""
    rng = np.random.default_rng(n)
    shares = []
    for _ in range(runs):
        y, logit, group = drawn(n, rng)
        labels = learn_labels(y, logit[None, :], group, feature=0)
        new_y, new, new_group = drawn(4000, rng)
        shares.append([
            label_coverage(labels, new_y[cell], new[cell], g).covered
            for g in (0, 1)
            for outcome in (0.0, 1.0)
            for cell in [(new_group == g) & (new_y == outcome)]
        ])  # fmt: skip
    return np.mean(shares, axis=0)


@pytest.mark.parametrize("n", [400, 1000])
def test_sets_hold_nine_of_ten_in_each_group_and_of_each_outcome(n):
    np.testing.assert_allclose(covered(n, 60), 0.9, atol=0.02)
