"""Agreement between readers: what it rests on, when nothing is said, and rates that come back."""

from __future__ import annotations

import numpy as np
import pytest

from neopcr.oncology.assay_error import AssayError, assay_error_from, perturb
from neopcr.validation.agreement import (
    FEWEST_CASES,
    TOO_FEW,
    agreement_of_categories,
    agreement_of_numbers,
)
from neopcr.validation.icc import (
    between_and_error_sd,
    icc_agreement,
    icc_consistency,
    icc_one_way,
    mean_squares,
)
from neopcr.validation.kappa import cohen_kappa, fleiss_kappa
from neopcr.validation.reader_error import measured, reader_error

NAN = np.nan
IHC = ("0", "1+", "2+", "3+")


def by_name(figures):
    return {(one.item, one.statistic): one for one in figures}


def categories(reads, *, names=IHC, ordered=True):
    found = agreement_of_categories(
        "her2_ihc", np.asarray(reads, float), names=names, ordered=ordered, seed=0
    )
    return by_name(found)


def test_readers_who_never_differ():
    found = categories([[code, code] for code in (0, 1, 2, 3) for _ in range(6)])
    assert len(found) == 8
    for one in found.values():
        assert (one.value, one.lower, one.upper) == (1.0, 1.0, 1.0)
        assert (one.cases, one.readers) == (24, 2)
    assert {statistic for _, statistic in found} == {
        "observed", "cohen_kappa", "weighted_kappa", "linear_kappa",
    }  # fmt: skip


def test_three_readers_and_a_yes_or_no():
    rng = np.random.default_rng(0)
    found = categories(rng.integers(0, 2, (60, 3)), names=("no", "yes"), ordered=False)
    assert list(found) == [("her2_ihc", "observed"), ("her2_ihc", "fleiss_kappa")]
    kappa = found["her2_ihc", "fleiss_kappa"]
    assert kappa.lower < kappa.value < kappa.upper
    assert kappa.lower < 0 < kappa.upper
    assert "2,000 draws" in kappa.method


def test_a_bootstrap_has_one_answer_a_seed():
    reads = np.random.default_rng(0).integers(0, 4, (30, 3))
    assert categories(reads) == categories(reads)


def test_cases_that_somebody_did_not_read_are_left_out_of_kappa():
    reads = [[code, code] for code in (0, 1, 2, 3) for _ in range(6)] + [[0, NAN], [NAN, 3]]
    assert categories(reads)["her2_ihc", "cohen_kappa"].cases == 24


@pytest.mark.parametrize("n", [0, FEWEST_CASES - 1])
def test_with_few_cases_nothing_is_said(n):
    for one in categories([[0, 1]] * n if n else np.empty((0, 2))).values():
        assert (one.value, one.lower, one.upper, one.method) == (None, None, None, TOO_FEW)
    for one in agreement_of_numbers("ki67_percent", np.random.default_rng(0).random((n, 2))):
        assert (one.value, one.method, one.cases) == (None, TOO_FEW, n)


def test_where_hardly_a_read_differs_only_the_share_is_said():
    found = categories([[2, 2]] * 20 + [[2, 1]] * 2 + [[1, 1]], ordered=False)
    assert found["her2_ihc", "observed"].value == pytest.approx(21 / 23)
    assert found["her2_ihc", "cohen_kappa"].value is None
    assert found["her2_ihc: 3+ or not", "cohen_kappa"].value is None
    enough = categories([[2, 2]] * 20 + [[2, 1]] * 3 + [[1, 1]], ordered=False)
    assert enough["her2_ihc", "cohen_kappa"].value is not None


def test_kappa_without_room_is_not_a_number():
    same = np.zeros((4, 2), np.int16)
    assert np.isnan(cohen_kappa(same, np.ones((1, 4)))[0])
    assert np.isnan(fleiss_kappa(same, np.ones((1, 4)))[0])


def test_numbers_have_both_correlations():
    case = np.random.default_rng(0).normal(0, 2, 300)
    noise = np.random.default_rng(1).normal(0, 1, (300, 3))
    # The third reader reads higher: consistent, not in agreement.
    reads = case[:, None] + noise + np.array([0, 0, 2.0])
    agree, consist = agreement_of_numbers("ki67_percent", reads, scale="log2")
    assert (agree.statistic, consist.statistic) == ("icc_2_1", "icc_3_1")
    assert consist.value == pytest.approx(4 / 5, abs=0.05)
    assert agree.value == pytest.approx(4 / (5 + 4 / 3), abs=0.05)
    assert agree.lower < agree.value < agree.upper
    assert "log2" in agree.definition
    assert agree.method.startswith("F distribution")


def test_numbers_that_are_all_alike_say_nothing():
    assert agreement_of_numbers("er_percent", np.full((20, 3), 90.0))[0].value is None


@pytest.mark.parametrize("icc", [icc_one_way, icc_agreement, icc_consistency])
@pytest.mark.parametrize("step", [1.0, 0.1, 1e-3])
def test_readers_who_always_agree_agree_whatever_rounding_leaves(icc, step):
    case = 0.7 + step * np.arange(20)
    assert icc(mean_squares(np.column_stack([case, case, case]))) == pytest.approx((1, 1, 1))


@pytest.mark.parametrize("icc", [icc_one_way, icc_agreement, icc_consistency])
def test_icc_at_its_ends(icc):
    perfect = np.array([[1.0, 1.0], [2.0, 2.0], [4.0, 4.0]])
    assert icc(mean_squares(perfect)) == (1, 1, 1)
    assert np.isnan(icc(mean_squares(np.full((3, 2), 7.0)))).all()


def test_readers_who_differ_while_cases_do_not():
    ms = mean_squares(np.array([[1.0, 2.0]] * 4))
    assert icc_agreement(ms) == (0, 0, 0)
    assert between_and_error_sd(ms)[0] == 0


def ring_study(n=3000, readers=4, error=None):
    rng = np.random.default_rng(5)
    true = {
        "her2_ihc": rng.integers(0, 4, n).astype(np.int16),
        "her2_cep17_ratio": np.exp(rng.normal(0.8, 0.5, n)),
        "ki67_percent": 2.0 ** rng.normal(3.5, 0.7, n),
        "er_percent": rng.choice([0.0, 0.5, 3.0, 10.0, 60.0], n),
    }
    drawn = perturb(true, rng, n_draws=readers, error=error or AssayError())
    return {name: values.T.astype(float) for name, values in drawn.items()}


def test_rates_come_back_from_the_reads_that_were_drawn_with_them():
    given = AssayError(
        ihc_0_1=0.2, ihc_1_2=0.15, ihc_2_3=0.1, log_ratio_sd=0.2, ki67_icc=0.8,
        ki67_log2_sd=0.7, er_flip=0.05,
    )  # fmt: skip
    found = reader_error(ring_study(error=given), seed=0)
    rates = measured(found)
    assert set(rates) == set(AssayError.model_fields)
    # Conditioning on pairs within two neighbours costs the rates of IHC a little.
    for name, tolerance in (
        ("ihc_0_1", 0.03), ("ihc_1_2", 0.03), ("ihc_2_3", 0.02), ("log_ratio_sd", 0.005),
        ("ki67_icc", 0.02), ("ki67_log2_sd", 0.03), ("er_flip", 0.01),
    ):  # fmt: skip
        assert rates[name] == pytest.approx(getattr(given, name), abs=tolerance), name
    for one in found:
        assert one.lower <= one.value <= one.upper
    assert assay_error_from(rates).ihc_2_3 == rates["ihc_2_3"]


def test_pairs_of_cases_that_not_all_have_read_count_for_the_rates():
    whole = {name: values[:40] for name, values in ring_study().items()}
    holed = {name: values.copy() for name, values in whole.items()}
    for values in holed.values():
        values[::2, 0] = NAN
        values[1::2, 1] = NAN
    found = {one.statistic: one for one in reader_error(holed, seed=0)}
    assert found["log_ratio_sd"].cases == 40
    assert found["ki67_icc"].value is None
    assert set(measured(tuple(found.values()))) >= {"ihc_2_3", "log_ratio_sd"}


def test_rates_that_cannot_be_measured_are_left_out():
    assert reader_error({}, seed=0) == ()
    few = {name: values[:6] for name, values in ring_study().items()}
    found = reader_error(few, seed=0)
    assert measured(found) == {}
    assert all(one.method == TOO_FEW for one in found)


def test_ki67_that_differs_between_readers_only_has_no_icc():
    reads = np.tile(np.array([[5.0, 40.0], [40.0, 5.0]]), (10, 1))
    icc, spread = reader_error({"ki67_percent": reads}, seed=0)
    assert icc.value is None
    assert spread.value is None
    assert "cases do not differ" in icc.method


def test_readers_who_toss_coins_err_in_one_of_two():
    reads = np.tile(np.array([[2.0, 3.0], [3.0, 2.0]]), (10, 1))
    rates = measured(reader_error({"her2_ihc": reads}, seed=0))
    assert rates == {"ihc_2_3": 0.5}


def test_er_above_ten_percent_says_nothing_of_the_flip():
    low = np.tile(np.array([[0.0, 0.9], [1.0, 10.0]]), (10, 1))
    high = np.tile(np.array([[10.1, 0.0]]), (10, 1))
    (one,) = reader_error({"er_percent": np.vstack([low, high])}, seed=0)
    assert (one.value, one.cases) == (0.0, 20)
