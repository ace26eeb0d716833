import numpy as np
import pytest
from scipy.stats import kstest

from neopcr.validation import drift, mix_ups
from neopcr.validation.drift import Shift
from neopcr.validation.stability import homogeneity, stability_index


def shift(p=0.5, what=drift.DISTRIBUTION, value=1.0, reference=0.1, centre=None):
    return Shift(
        column="x", what=what, n=100, value=value, lower=0.0, upper=2.0, reference=reference, p=p,
        centre=centre,
    )  # fmt: skip


def test_the_index_is_the_sum_that_its_formula_says():
    p, q = np.array([20.5, 80.5]) / 101, np.array([60.5, 40.5]) / 101
    index = stability_index(np.array([20, 80]), np.array([60, 40]))
    assert index == pytest.approx(np.sum((q - p) * np.log(q / p)))


@pytest.mark.parametrize(("n", "m"), [(300, 300), (300, 30), (2000, 100)])
def test_without_drift_p_is_no_smaller_than_chance_would_have_it(n, m):
    rng = np.random.default_rng(0)
    shares = np.full(10, 0.1)
    p = [
        drift.distribution_shift(
            "x", rng.multinomial(n, shares), rng.multinomial(m, shares), (n, m), rng
        ).p
        for _ in range(150)
    ]
    assert kstest(p, "uniform", alternative="greater").pvalue > 0.01


def test_a_shift_beyond_every_draw_has_a_p_all_the_same():
    rng = np.random.default_rng(0)
    found = drift.distribution_shift(
        "x", np.full(10, 30), np.array([300, *[0] * 9]), (300.0, 300.0), rng
    )
    assert found.p < 1e-20
    assert found.lower < found.value < found.upper or found.lower > 1


def test_bins_that_nobody_is_in_count_for_nothing():
    rng = np.random.default_rng(0)
    found = drift.distribution_shift("x", np.array([9, 0]), np.array([9, 0]), (9.0, 9.0), rng)
    assert (found.p, found.value) == (1.0, 0.0)
    three = np.array([50, 50, 0])
    assert homogeneity(three, three, (100.0, 100.0)) == 1.0


def test_shares_are_compared_by_fisher_s_test():
    found = drift.share_shift("x", drift.MISSING, (0.1, 100.0), (30, 60), 60.0)
    assert found.value == 0.5
    assert found.p < 1e-6
    # The same shares, of patients who tell no more than six do.
    assert drift.share_shift("x", drift.MISSING, (0.1, 100.0), (30, 60), 6.0).p > 0.01


def test_limits_of_a_share_reach_its_ends():
    none = drift.excess("x", drift.UNREADABLE, (0, 10), 0.05)
    every = drift.excess("x", drift.UNREADABLE, (10, 10), 0.05)
    assert (none.lower, none.p, every.upper) == (0.0, 1.0, 1.0)
    assert every.p == pytest.approx(0.05**10)


@pytest.mark.parametrize(
    ("one", "matters"),
    [
        (shift(value=0.25, reference=0.1), True),
        (shift(value=0.15, reference=0.1), False),
        (shift(value=0.25, reference=0.1, centre=0), False),
        (shift(value=0.4, reference=0.1, centre=0), True),
        (shift(what=drift.MISSING, value=0.1, reference=0.25), True),
        (shift(what=drift.MISSING, value=0.1, reference=0.15), False),
        (shift(what=drift.OUTSIDE, value=0.1, reference=0.05), True),
        (shift(what=drift.UNREADABLE, value=0.04, reference=0.05), False),
    ],
)
def test_what_is_large_enough_to_matter(one, matters):
    assert one.matters is matters


def test_holm_s_procedure():
    told = drift.judged([shift(0.004), shift(0.001), shift(0.9)])
    assert [one.adjusted for one in told] == pytest.approx([0.008, 0.003, 0.9])
    assert [one.drifted for one in told] == [True, True, False]
    assert not drift.judged([shift(0.004)], passed=9)[0].drifted


def test_a_small_shift_is_no_drift_however_sure():
    assert not drift.judged([shift(1e-9, value=0.15)])[0].drifted


def test_a_column_stands_in_one_swap_only():
    fits = np.array([[2.0, 0.1, 0.2], [0.1, 2.0, 3.0], [0.2, 3.0, 2.0]])
    assert mix_ups.swapped(fits, [True] * 3) == ((0, 1),)
    assert mix_ups.swapped(fits, [False] * 3) == ()


def test_a_slip_must_mend_what_is_off():
    fits = dict.fromkeys((1.0, *mix_ups.FACTORS), 3.0)
    assert mix_ups.slip(fits) is None
    assert mix_ups.slip(fits | {100.0: 0.05}) == 100.0
