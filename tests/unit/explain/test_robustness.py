"""Assays read again: what moves, by how much, and what may not."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from neopcr.explain import assay_robustness, explain_cohort
from neopcr.explain import robustness as room
from neopcr.oncology.assay_error import assay_error_from

NEVER = {
    "ihc_0_1": 0.0, "ihc_1_2": 0.0, "ihc_2_3": 0.0, "log_ratio_sd": 0.0, "ki67_icc": 1.0,
    "er_flip": 0.0,
}  # fmt: skip


def read_again(bundle, cohort, **rates):
    return assay_robustness(bundle, cohort, n_draws=60, error=assay_error_from(NEVER | rates))


def test_readers_who_never_err_move_nothing(bundle, cohort):
    found = read_again(bundle, cohort)
    assert list(found.by_assay) == ["HER2 IHC", "HER2/CEP17 ratio", "Ki-67", "all of them"]
    assert not any(width.any() for width in found.by_assay.values())
    np.testing.assert_array_equal(found.p, explain_cohort(bundle, cohort).p)
    np.testing.assert_array_equal(found.lower, found.p)


def test_one_assay_read_again_moves_its_own_range_alone(bundle, cohort):
    found = read_again(bundle, cohort, ki67_icc=0.5)
    still = [found.by_assay[name] for name in ("HER2 IHC", "HER2/CEP17 ratio")]
    assert not np.any(still)
    moved = found.by_assay["Ki-67"] > 0
    assert moved.any()
    assert not np.any(moved & np.isnan(cohort["ki67_percent"]))
    np.testing.assert_array_equal(found.by_assay["Ki-67"], found.width)


def test_a_noisier_assay_moves_p_further(bundle, cohort):
    widths = [read_again(bundle, cohort, ki67_icc=icc).width.mean() for icc in (0.9, 0.7, 0.4)]
    assert widths == sorted(widths)
    assert widths[0] > 0


def test_the_range_holds_19_of_20_draws(bundle, cohort):
    found = assay_robustness(bundle, cohort)
    inside = (found.draws >= found.lower) & (found.draws <= found.upper)
    assert found.draws.shape == (200, len(found.p))
    assert inside.mean(axis=0).min() >= 0.94


def test_the_seed_decides_and_how_many_rows_are_scored_at_once_does_not(
    bundle, cohort, monkeypatch
):
    one, other = (assay_robustness(bundle, cohort, seed=seed, n_draws=30) for seed in (0, 1))
    assert not np.array_equal(one.draws, other.draws)
    monkeypatch.setattr(room, "_ROWS_AT_ONCE", 100)
    again = assay_robustness(bundle, cohort, seed=0, n_draws=30)
    np.testing.assert_array_equal(one.draws, again.draws)
    for name, width in one.by_assay.items():
        np.testing.assert_array_equal(width, again.by_assay[name])


def test_of_a_large_cohort_evenly_spaced_patients_are_read(bundle, cohort, monkeypatch):
    monkeypatch.setattr(room, "MOST", 10)
    found = assay_robustness(bundle, cohort, n_draws=5)
    assert found.patient[[0, -1]].tolist() == [0, 239]
    np.testing.assert_array_equal(found.p, explain_cohort(bundle, cohort).p[found.patient])


def test_a_model_that_reads_no_assay_has_none_read_again(bundle, cohort):
    nothing = {"ctdna_detected_c1": cohort["ctdna_detected_c1"]}
    assert assay_robustness(bundle, nothing) is None
    blind = SimpleNamespace(space=SimpleNamespace(columns=()), model=bundle.model)
    assert assay_robustness(blind, cohort) is None


@pytest.mark.parametrize("n", [1, 3])
def test_a_patient_alone_can_be_read_again(bundle, cohort, n):
    few = {name: cells[:n] for name, cells in cohort.items()}
    assert assay_robustness(bundle, few, n_draws=7).draws.shape == (7, n)
