from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from neopcr.explain import explain_cohort, importance


@pytest.fixture
def explanation(bundle, cohort):
    explanation = explain_cohort(bundle, cohort)
    columns = np.array([[1.0, -1.0, 0.5, 0.5], [3.0, -3.0, -0.5, 0.5]])
    modalities = np.column_stack([columns[:, :2].sum(axis=1), columns[:, 2], columns[:, 3]])
    return replace(explanation, features=columns, columns=columns, modalities=modalities)


def test_columns_rank_by_mean_absolute_contribution_and_ties_keep_their_order(explanation):
    ranked = [(one.name, one.value) for one in importance(explanation)]
    assert ranked == [
        ("her2_ihc", 2.0),
        ("her2_cep17_ratio", 2.0),
        ("ki67_percent", 0.5),
        ("ctdna_detected_c1", 0.5),
    ]


def test_columns_that_cancel_each_other_make_a_small_modality(explanation):
    ranked = [(one.name, one.value) for one in importance(explanation, "modalities")]
    assert ranked == [("receptors", 0.5), ("ctdna", 0.5), ("her2", 0.0)]


def test_features_rank_under_their_own_names(explanation):
    assert importance(explanation, "features")[0].name == "ihc_3"


def test_a_cohort_of_no_one_leans_on_nothing(explanation):
    empty = replace(explanation, columns=np.empty((0, 4)))
    assert [one.value for one in importance(empty)] == [0.0] * 4
