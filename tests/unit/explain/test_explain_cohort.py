from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import shap

from neopcr.explain import explain_cohort, shown_value
from neopcr.kernel import Model, compile_model, logit, probability
from neopcr.specs import Column


def alone(bundle, member):
    """The same features with one member only, as it is."""
    return SimpleNamespace(space=bundle.space, model=Model(5, (member,), (1.0,), 0.0, 1.0))


def test_base_and_contributions_add_up_to_the_recalibrated_logit_at_every_level(
    bundle, fitted, cohort
):
    explanation = explain_cohort(bundle, cohort)
    X = bundle.space.matrix(cohort)
    # What the members' own libraries say, blended and recalibrated by hand.
    linear, trees = (member.decision_function(X) for member in fitted)
    expected = -0.15 + 1.2 * (0.4 * linear + 0.6 * trees)
    for level in (explanation.features, explanation.columns, explanation.modalities):
        assert explanation.base + level.sum(axis=1) == pytest.approx(expected, abs=1e-6)
    assert explanation.logit == pytest.approx(expected, abs=1e-6)
    assert explanation.p == pytest.approx(1 / (1 + np.exp(-expected)), abs=1e-6)


def test_an_explanation_holds_the_very_bits_of_the_score(bundle, cohort):
    explanation = explain_cohort(bundle, cohort)
    scored = logit(compile_model(bundle.model), bundle.space.matrix(cohort))
    assert np.array_equal(explanation.logit, scored)
    assert np.array_equal(explanation.p, probability(scored))


def test_a_tree_member_is_explained_as_shap_explains_it(bundle, fitted, cohort):
    trees = fitted[1]
    X = bundle.space.matrix(cohort)
    explainer = shap.TreeExplainer(trees.booster_, feature_perturbation="tree_path_dependent")
    explanation = explain_cohort(alone(bundle, trees.export()), cohort)
    assert explanation.features == pytest.approx(explainer.shap_values(X), abs=1e-5)
    assert explanation.base == pytest.approx(float(explainer.expected_value), abs=1e-5)


def test_a_linear_member_is_explained_as_shap_explains_it(bundle, fitted, cohort):
    net = fitted[0]
    Z = net.design_matrix(bundle.space.matrix(cohort))
    masker = shap.maskers.Independent(Z, max_samples=len(Z))
    values = shap.LinearExplainer((net.coef_, net.intercept_), masker).shap_values(Z)
    # A feature's contribution is that of its value and that of its being missing.
    expected = values[:, :5].copy()
    expected[:, net.indicator_] += values[:, 5:]
    explanation = explain_cohort(alone(bundle, net.export()), cohort)
    assert explanation.features == pytest.approx(expected, abs=1e-5)


def test_a_feature_of_two_columns_shares_its_contribution_equally(bundle, cohort):
    explanation = explain_cohort(bundle, cohort)
    ihc, ratio, ki67, cleared, product = explanation.features.T
    assert explanation.columns[:, 0] == pytest.approx(ihc + product / 2)
    assert explanation.columns[:, 2] == pytest.approx(ki67 + product / 2)
    assert explanation.modalities[:, 0] == pytest.approx(ihc + product / 2 + ratio)
    assert explanation.modalities[:, 2] == pytest.approx(cleared)


def test_what_missing_contributes_belongs_to_the_column_that_is_missing(bundle, cohort):
    one = {name: cells[:1].copy() for name, cells in cohort.items()}
    one["ki67_percent"][:] = 30.0
    one["ctdna_detected_c1"][:] = np.nan
    missing = explain_cohort(bundle, one)
    without_the_column = {name: one[name] for name in one if name != "ctdna_detected_c1"}
    assert np.array_equal(explain_cohort(bundle, without_the_column).features, missing.features)
    assert missing.modalities[0, 2] != 0.0
    assert missing.shown(0)[3] == "not measured"


def test_what_is_shown_is_what_the_table_holds(bundle, cohort):
    explanation = explain_cohort(bundle, cohort)
    known = cohort["her2_ihc"] >= 0
    assert np.array_equal(explanation.values[known, 0], cohort["her2_ihc"][known])
    assert np.isnan(explanation.values[~known, 0]).all()
    assert np.array_equal(explanation.values[:, 2], cohort["ki67_percent"], equal_nan=True)
    assert explanation.column_names == (
        "her2_ihc", "her2_cep17_ratio", "ki67_percent", "ctdna_detected_c1",
    )  # fmt: skip
    assert explanation.feature_names == bundle.space.names


@pytest.mark.parametrize(
    ("kind", "unit", "value", "expected"),
    [
        ("number", "%", 30.04, "30 %"),
        ("number", "", 8.43, "8.43"),
        ("number", "MTM/mL", 12345.6, "12300 MTM/mL"),
        ("number", "fraction", 0.000123, "0.000123"),
        ("number", "percent", 0.0, "0 %"),
        ("boolean", "", 1.0, "yes"),
        ("boolean", "", 0.0, "no"),
        ("category", "", 1.0, "b"),
        ("number", "mm", np.nan, "not measured"),
    ],
)
def test_values_are_shown_as_a_person_writes_them(kind, unit, value, expected):
    column = Column(
        name="x", kind=kind, unit=unit, description="", source="", modality="m",
        categories=("a", "b"),
    )  # fmt: skip
    assert shown_value(column, value) == expected


def test_a_column_that_cannot_be_drawn_is_shown_as_missing_and_still_explained(bundle, cohort):
    date = Column(name="surgery_date", kind="date", description="", source="", modality="m")

    class Dated(type(bundle.space)):
        def column_groups(self):
            return ((0,), (1,), (2,), (3,), (4,))

        def modality_groups(self):
            return ((0,), (0,), (1,), (2,), (2,))

    space = Dated(columns=(*bundle.space.columns, date))
    dates = np.full(len(cohort["her2_ihc"]), np.datetime64("2024-01-01", "D"))
    dated = SimpleNamespace(space=space, model=bundle.model)
    explanation = explain_cohort(dated, {**cohort, "surgery_date": dates})
    assert np.isnan(explanation.values[:, 4]).all()
    assert explanation.columns[:, 4] == pytest.approx(explanation.features[:, 4])
