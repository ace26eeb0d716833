"""Kappa and ICC against the worked examples of their papers."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.inter_rater import fleiss_kappa as fleiss_of_statsmodels

from neopcr.validation.icc import (
    between_and_error_sd,
    icc_agreement,
    icc_consistency,
    icc_one_way,
    mean_squares,
)
from neopcr.validation.kappa import cohen_kappa, fleiss_kappa, light_kappa, observed_agreement

# Shrout and Fleiss, Psychol Bull 86 (1979) 420, table 2: six targets, four judges.
JUDGES = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float
)
# Fleiss, Psychol Bull 76 (1971) 378, table 1: 30 patients, 6 psychiatrists, 5 diagnoses.
DIAGNOSES = """
00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031
00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
"""
# The example of an encyclopaedia: 10 subjects, 14 readers, 5 categories; kappa 0.210.
SUBJECTS = [
    (0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0), (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7),
]  # fmt: skip


def reads_of(counts):
    """Reads of a table of counts: who said which is of no matter to Fleiss."""
    return np.array([np.repeat(np.arange(len(row)), row) for row in counts], dtype=np.int16)


def pairs_of(table):
    """Reads of two readers from their square table."""
    table = np.asarray(table)
    cells = np.array(list(np.ndindex(table.shape)), dtype=np.int16)
    return np.repeat(cells, table.ravel(), axis=0)


def once(reads):
    return np.ones((1, len(reads)))


@pytest.mark.parametrize(
    ("icc", "expected"),
    [
        # Values: Shrout and Fleiss, table 4. Intervals: McGraw and Wong's formulas, as R's psych.
        (icc_one_way, (0.17, -0.13, 0.72)),
        (icc_agreement, (0.29, 0.02, 0.76)),
        (icc_consistency, (0.71, 0.34, 0.95)),
    ],
)
def test_icc_of_shrout_and_fleiss(icc, expected):
    np.testing.assert_allclose(icc(mean_squares(JUDGES)), expected, atol=0.005)


def test_mean_squares_of_shrout_and_fleiss():
    ms = mean_squares(JUDGES)
    np.testing.assert_allclose((ms.cases, ms.readers, ms.error), (11.24, 32.49, 1.02), atol=0.005)
    between, error = between_and_error_sd(ms)
    assert between**2 / (between**2 + error**2) == pytest.approx(icc_agreement(ms)[0])


def test_kappa_of_fleiss():
    counts = [tuple(int(digit) for digit in row) for row in DIAGNOSES.split()]
    reads = reads_of(counts)
    assert fleiss_kappa(reads, once(reads))[0] == pytest.approx(0.430, abs=5e-4)
    # Fleiss reports an agreement of 0.5556 of pairs.
    assert observed_agreement(reads, once(reads))[0] == pytest.approx(0.5556, abs=5e-5)


def test_kappa_of_fourteen_readers():
    reads = reads_of(SUBJECTS)
    found = fleiss_kappa(reads, once(reads))[0]
    assert found == pytest.approx(0.210, abs=5e-4)
    assert found == pytest.approx(fleiss_of_statsmodels(np.array(SUBJECTS)))


def test_kappa_of_two_readers():
    # 50 proposals, two readers: 0.4.
    reads = pairs_of([[20, 5], [10, 15]])
    assert cohen_kappa(reads, once(reads))[0] == pytest.approx(0.4)


# Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, 3rd edition (2003), table
# 18.1: 100 patients, three diagnoses; kappa 0.68.
THREE = [[75, 1, 4], [5, 4, 1], [0, 0, 10]]


@pytest.mark.parametrize(("power", "weighting"), [(0, None), (1, "linear"), (2, "quadratic")])
def test_weighted_kappa_is_that_of_statsmodels(power, weighting):
    reads = pairs_of(THREE)
    found = cohen_kappa(reads, once(reads), power=power)[0]
    assert found == pytest.approx(cohens_kappa(THREE, wt=weighting, return_results=False))
    if power == 0:
        assert found == pytest.approx(0.676, abs=5e-4)


def test_weighted_kappa_of_cohen_by_its_formula():
    """Cohen (1968): 1 - sum of v p_observed / sum of v p_chance, disagreements v."""
    v = np.array([[0, 1, 4], [1, 0, 1], [4, 1, 0]])
    table = np.array(THREE) / 100
    chance = np.outer(table.sum(axis=1), table.sum(axis=0))
    reads = pairs_of(THREE)
    by_hand = 1 - (v * table).sum() / (v * chance).sum()
    assert cohen_kappa(reads, once(reads), power=2)[0] == pytest.approx(by_hand)


def test_several_readers_take_the_mean_of_their_pairs():
    rng = np.random.default_rng(0)
    reads = rng.integers(0, 4, (50, 3)).astype(np.int16)
    each = [
        cohens_kappa(
            np.histogram2d(reads[:, a], reads[:, b], bins=np.arange(5))[0],
            wt="quadratic", return_results=False,
        )
        for a, b in ((0, 1), (0, 2), (1, 2))
    ]  # fmt: skip
    assert light_kappa(reads, once(reads))[0] == pytest.approx(np.mean(each))


def test_a_draw_counts_its_cases_as_often_as_it_holds_them():
    rng = np.random.default_rng(1)
    reads = rng.integers(0, 3, (20, 4)).astype(np.int16)
    times = rng.integers(0, 4, 20)
    repeated = np.repeat(reads, times, axis=0)
    for statistic in (fleiss_kappa, light_kappa, observed_agreement):
        drawn = statistic(reads, times[None, :].astype(float))[0]
        assert drawn == pytest.approx(statistic(repeated, once(repeated))[0])
