"""Re-reads: as far off as stated, and nothing that was missing is ever read."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neopcr.errors import ConfigError
from neopcr.oncology.assay_error import (
    AssayError,
    assay_error_from,
    ki67_noise_sd,
    perturb,
    reread_er,
    reread_ihc,
    reread_ki67,
)

N = 40_000
NOBODY_ERRS = AssayError(
    ihc_0_1=0, ihc_1_2=0, ihc_2_3=0, log_ratio_sd=0, ki67_icc=1, er_flip=0
)  # fmt: skip


def rng():
    return np.random.default_rng(3)


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (0, [0.75, 0.25, 0, 0]),
        (1, [0.25, 0.55, 0.20, 0]),
        (2, [0, 0.20, 0.725, 0.075]),
        (3, [0, 0, 0.075, 0.925]),
    ],
)
def test_ihc_moves_to_its_neighbours_as_often_as_stated(score, expected):
    reads = reread_ihc(np.full(N, score, np.int16), rng())
    shares = np.bincount(reads, minlength=4) / N
    np.testing.assert_allclose(shares, expected, atol=0.006)


def test_ratio_and_copies_move_together():
    table = {
        "her2_cep17_ratio": np.array([4.0, np.nan, 2.0]),
        "her2_copies_per_cell": np.array([8.0, 9.0, np.nan]),
    }
    reads = perturb(table, rng(), n_draws=N)
    errors = np.log(reads["her2_cep17_ratio"][:, 0] / 4.0)
    assert errors.std() == pytest.approx(0.125, abs=0.002)
    assert errors.mean() == pytest.approx(0, abs=0.002)
    np.testing.assert_allclose(reads["her2_copies_per_cell"][:, 0] / 8, np.exp(errors))
    # Without a ratio there is nothing to draw around.
    assert (reads["her2_copies_per_cell"][:, 1] == 9.0).all()
    assert np.isnan(reads["her2_copies_per_cell"][:, 2]).all()


def test_copies_alone_are_left_as_they_are():
    assert perturb({"her2_copies_per_cell": np.array([9.0])}, rng(), n_draws=2) == {}


def test_ki67_has_the_icc_that_is_stated():
    true = 2.0 ** np.random.default_rng(0).normal(3, 0.8, N)
    first, second = (np.log2(reread_ki67(true, np.random.default_rng(i))) for i in (1, 2))
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(0.65, abs=0.01)


def test_ki67_stays_a_share_of_nuclei():
    reads = reread_ki67(np.array([[0.0, 95.0, np.nan]] * 500), rng())
    assert (reads[:, 0] == 0).all()
    assert reads[:, 1].max() == 100.0
    assert np.isnan(reads[:, 2]).all()
    assert ki67_noise_sd(AssayError(ki67_icc=0)) == np.inf
    assert ki67_noise_sd(AssayError(ki67_icc=1)) == 0


@pytest.mark.parametrize(
    ("percent", "share", "others"),
    [
        (0.0, 0.045, set(range(1, 11))), (0.9, 0.045, set(range(1, 11))), (1.0, 0.045, {0}),
        (10.0, 0.045, {0}), (10.1, 0.0, set()), (90.0, 0.0, set()),
    ],
)  # fmt: skip
def test_er_is_flipped_only_where_it_is_low(percent, share, others):
    reads = reread_er(np.full(N, percent), rng())
    changed = reads[reads != percent]
    assert len(changed) / N == pytest.approx(share, abs=0.004)
    assert set(changed) == others


def test_without_error_everything_is_read_as_it_was():
    table = {
        "her2_ihc": np.array([0, 1, 2, 3, -1], np.int16),
        "her2_cep17_ratio": np.array([1.0, 2.0, 3.0, np.nan, 9.0]),
        "ki67_percent": np.array([0.0, 5.0, 100.0, np.nan, 20.0]),
        "er_percent": np.array([0.0, 1.0, 10.0, np.nan, 90.0]),
    }
    for name, reads in perturb(table, rng(), n_draws=50, error=NOBODY_ERRS).items():
        np.testing.assert_array_equal(reads, np.broadcast_to(table[name], (50, 5)), name)


def test_one_column_more_changes_no_other():
    er = {"er_percent": np.array([5.0] * 30)}
    alone = perturb(er, rng(), n_draws=20)
    beside = perturb({**er, "ki67_percent": np.full(30, 20.0)}, rng(), n_draws=20)
    np.testing.assert_array_equal(alone["er_percent"], beside["er_percent"])


@given(
    st.lists(
        st.tuples(
            st.integers(-1, 3), *(st.floats(0, 100) | st.just(np.nan) for _ in range(3))
        ),
        min_size=1, max_size=6,
    )
)  # fmt: skip
@settings(max_examples=60)
def test_nothing_missing_is_read_and_nothing_leaves_its_range(patients):
    ihc, ratio, ki67, er = (np.array(column, dtype=float) for column in zip(*patients, strict=True))
    table = {
        "her2_ihc": ihc.astype(np.int16), "her2_cep17_ratio": ratio, "ki67_percent": ki67,
        "er_percent": er,
    }  # fmt: skip
    reads = perturb(table, rng(), n_draws=20)
    assert ((reads["her2_ihc"] == -1) == (ihc == -1)).all()
    assert np.abs(reads["her2_ihc"] - ihc).max() <= 1
    assert reads["her2_ihc"].max() <= 3
    for name, values in table.items():
        assert reads[name].shape == (20, len(patients))
        if name != "her2_ihc":
            assert (np.isnan(reads[name]) == np.isnan(values)).all()
            assert not (reads[name] < 0).any()
    assert not (reads["ki67_percent"] > 100).any()
    assert not (reads["er_percent"] > 100).any()


@pytest.mark.parametrize("bad", [{"ihc_2_3": 0.6}, {"er_flip": -0.1}, {"log_ratio_sd": "much"}])
def test_a_rate_outside_its_range_is_refused(bad):
    with pytest.raises(ConfigError, match=next(iter(bad))):
        assay_error_from(bad)


@pytest.mark.parametrize(
    ("name", "highest"),
    [
        ("ihc_0_1", 0.5), ("ihc_1_2", 0.5), ("ihc_2_3", 0.5), ("er_flip", 0.5),
        ("log_ratio_sd", 2.0), ("ki67_icc", 1.0), ("ki67_log2_sd", 5.0),
    ],
)  # fmt: skip
def test_rates_reach_up_to_their_bounds_and_not_beyond(name, highest):
    assert getattr(assay_error_from({name: highest}), name) == highest
    assert getattr(assay_error_from({name: 0}), name) == 0
    for beyond in (highest + 1e-9, -1e-9):
        with pytest.raises(ConfigError, match=name):
            assay_error_from({name: beyond})


def test_every_rate_says_where_it_comes_from():
    for name, field in AssayError.model_fields.items():
        assert field.description, name
        assert field.json_schema_extra["source"], name
        assert field.json_schema_extra["verified"] is False


def test_the_defaults_are_the_middles_of_their_ranges():
    assert AssayError().model_dump() == {
        "ihc_0_1": 0.25, "ihc_1_2": 0.20, "ihc_2_3": 0.075, "log_ratio_sd": 0.125,
        "ki67_icc": 0.65, "ki67_log2_sd": 0.8, "er_flip": 0.045,
    }  # fmt: skip
