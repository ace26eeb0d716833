from __future__ import annotations

import numpy as np
import pytest

from neopcr.explain import explain_cohort
from neopcr.explain.to_shap import cohort_to_shap, patient_to_shap


@pytest.fixture
def explanation(bundle, cohort):
    return explain_cohort(bundle, cohort)


def test_shap_gets_the_columns_of_every_patient_and_adds_them_up_alike(explanation):
    given = cohort_to_shap(explanation)
    assert given.values.sum(axis=1) + given.base_values == pytest.approx(explanation.logit)
    assert np.array_equal(given.data, explanation.values, equal_nan=True)
    assert tuple(given.feature_names) == explanation.column_names


def test_shap_gets_one_patient_in_words(explanation):
    given = patient_to_shap(explanation, 7)
    assert given.values.sum() + given.base_values == pytest.approx(explanation.logit[7])
    assert tuple(given.display_data) == explanation.shown(7)
