"""Reasons as sentences: from templates of the modalities, with points that mean something."""

from __future__ import annotations

import numpy as np
import pytest

from neopcr.explain import explain_cohort, sentences, shown_value
from neopcr.kernel import points, top_reasons
from neopcr.modalities import CONTRACT, MODALITIES, find_column
from neopcr.oncology.ctdna import ASSAYS

DECLARED = [column for each in MODALITIES.values() for column in each.columns]


def say(name, value, moved):
    column = find_column(name)
    table = {name: np.array([value])}
    (said,) = sentences([column], table, np.array([[0]]), np.array([[moved]]))
    return said.to_pylist()[0]


@pytest.mark.parametrize(
    ("name", "value", "moved", "expected"),
    [
        ("her2_cep17_ratio", 8.43, 9.2, "HER2/CEP17 ratio 8.4 (raises p_pcr by 9 points)"),
        ("her2_ihc", 3, 1.4, "HER2 IHC 3+ (raises p_pcr by 1 point)"),
        ("er_percent", 80.0, -12.6, "ER 80 % (lowers p_pcr by 13 points)"),
        ("ctdna_detected_c1", 0.0, 4.0, "ctDNA after cycle 1 not detected (raises p_pcr by 4 points)"),
        ("ctdna_detected_c1", np.nan, -2.6, "ctDNA after cycle 1 not measured (lowers p_pcr by 3 points)"),
        ("pam_status", -1, -0.2, "PI3K/AKT/mTOR pathway not sequenced (lowers p_pcr by less than 1 point)"),
        ("pik3ca_status", 1, -0.6, "PIK3CA altered (lowers p_pcr by 1 point)"),
        ("age_years", 52.0, 0.1, "age 52 years (raises p_pcr by less than 1 point)"),
        ("cn_stage", -1, 0.7, "clinical N category not recorded (raises p_pcr by 1 point)"),
        ("nodal_status_positive", 1.0, -2.0, "axillary nodes involved (lowers p_pcr by 2 points)"),
        ("regimen_platinum", 0.0, -2.0, "platinum not planned (lowers p_pcr by 2 points)"),
        ("regimen_first_taxane", 1.0, 2.0, "plan starts with a taxane: yes (raises p_pcr by 2 points)"),
        ("recist_response_c2", 1, 3.0, "RECIST response after cycle 2 PR (raises p_pcr by 3 points)"),
        ("expression_erbb2", 2.104, 3.0, "expression_erbb2 2.1 (raises p_pcr by 3 points)"),
    ],
)  # fmt: skip
def test_a_reason_is_said_as_the_field_says_it(name, value, moved, expected):
    assert say(name, value, moved) == expected


def test_every_column_a_model_can_read_has_a_title_of_its_own():
    titles = [column.title for column in DECLARED]
    assert all(titles)
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("column", DECLARED, ids=lambda column: column.name)
def test_every_level_of_every_column_can_be_said(column):
    levels = {"category": len(column.categories), "boolean": 2}.get(column.kind, 0)
    assert len(column.words) in {0, levels}
    said = [shown_value(column, float(level)) for level in range(levels)]
    assert len(set(said)) == levels
    assert not any("_" in text for text in said)
    assert shown_value(column, float("nan")) in {
        "not measured", "not recorded", "not sequenced", "not assessed", "not done", "not known",
    }  # fmt: skip


def test_words_of_assays_are_in_the_order_of_their_levels():
    column = CONTRACT["ctdna_assay"]
    assert [shown_value(column, ASSAYS.index(each)) for each in ("tumour_informed", "ddpcr")] == [
        "tumour-informed", "droplet digital PCR",
    ]  # fmt: skip


def test_points_are_what_p_would_lose_without_the_contribution(bundle, cohort):
    explanation = explain_cohort(bundle, cohort)
    worth = points(explanation.logit, explanation.columns)
    for place in range(explanation.columns.shape[1]):
        without = explanation.base + np.delete(explanation.columns, place, axis=1).sum(axis=1)
        expected = 100 * (explanation.p - 1 / (1 + np.exp(-without)))
        np.testing.assert_allclose(worth[:, place], expected, atol=1e-9)
    assert np.array_equal(np.sign(worth), np.sign(explanation.columns))


def test_many_patients_are_said_as_each_alone(bundle, cohort):
    explanation = explain_cohort(bundle, cohort)
    index, value = top_reasons(explanation.columns, 6)
    worth = points(explanation.logit, value)
    said = [each.to_pylist() for each in sentences(explanation.specs, cohort, index, worth)]
    # Four columns: a fifth and a sixth reason there is not.
    assert said[4] == said[5] == [None] * len(index)
    for patient in range(0, len(index), 17):
        alone = {name: cells[patient : patient + 1] for name, cells in cohort.items()}
        rows = slice(patient, patient + 1)
        again = sentences(explanation.specs, alone, index[rows], worth[rows])
        assert [each[patient] for each in said] == [each.to_pylist()[0] for each in again]
        shown = explanation.shown(patient)
        assert f" {shown[index[patient, 0]]} (" in said[0][patient]


def test_a_column_nobody_has_is_not_measured(bundle, cohort):
    rest = {name: cells for name, cells in cohort.items() if name != "ki67_percent"}
    place = [column.name for column in bundle.space.columns].index("ki67_percent")
    index = np.full((len(cohort["her2_ihc"]), 1), place)
    (said,) = sentences(bundle.space.columns, rest, index, np.full(index.shape, -1.0))
    assert set(said.to_pylist()) == {"ki67_percent not measured (lowers p_pcr by 1 point)"}
