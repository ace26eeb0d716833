"""Comparators of a config: what YAML may say, whom each predicts, and how they are set beside us."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit, logit

from neopcr.errors import ConfigError
from neopcr.features import feature_space
from neopcr.workflows._comparators import (
    Comparator,
    PublishedModel,
    comparators,
    comparison,
    linear_part,
    read_published,
)

PCH = Path(__file__).parents[3] / "configs" / "comparators" / "pch.yaml"
SAID = "a paper, a year, a page"


def model(*terms, **more):
    terms = [{"log_odds": 1.0, "source": SAID, **term} for term in terms]
    return PublishedModel(name="m", source=SAID, terms=terms, **more)


def test_the_shipped_model_is_what_the_paper_printed():
    """Ding, Oncotarget 8 (2017) 56626: odds ratios 5.587 (HR negative) and 4.130 (high Ki-67)."""
    shipped = read_published(PCH)
    assert np.exp([term.log_odds for term in shipped.terms]) == pytest.approx(
        [5.587, 4.130], rel=1e-4
    )
    assert shipped.intercept is None


def test_terms_are_indicators_levels_or_values_and_missing_stays_missing(small):
    table = small.cohort.table
    negative = np.where(table["hr_status"] < 0, np.nan, table["hr_status"] == 0)
    found = linear_part(model({"of": "hr_positive", "equals": 0}), small)
    by_level = linear_part(model({"of": "hr_status", "equals": "negative"}), small)
    np.testing.assert_array_equal(found, negative)
    np.testing.assert_array_equal(by_level, negative)
    ki67 = table["ki67_percent"]
    high = linear_part(model({"of": "ki67_percent", "at_least": 20, "log_odds": 2.0}), small)
    np.testing.assert_array_equal(high, np.where(np.isnan(ki67), np.nan, 2.0 * (ki67 >= 20)))
    both = linear_part(model({"of": "age_years"}, {"of": "ki67_percent", "log_odds": 0.5}), small)
    np.testing.assert_allclose(both, table["age_years"] + 0.5 * ki67)


@pytest.mark.parametrize(
    ("term", "said"),
    [
        ({"of": "her2_ihc", "equals": "4+"}, "no category of the cohort with the level '4\\+'"),
        ({"of": "grade", "equals": "3"}, "'grade' is no category"),
        ({"of": "centre"}, "'centre' is no number"),
        ({"of": "nothing"}, "'nothing' is no number"),
    ],
)
def test_a_term_that_is_not_there_is_refused(small, term, said):
    with pytest.raises(ConfigError, match=said):
        linear_part(model(term), small)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "not a readable YAML file"),
        ("a: [", "not a readable YAML file"),
        ("name: m\nsource: a paper of 2017\nterms: []\n", "terms: Tuple should have at least 1"),
        (
            "name: m\nsource: a paper of 2017\nterms: [{of: a, equals: 1, at_least: 2, log_odds: 1,"
            " source: a paper of 2017}]\n",
            "not both",
        ),
        (
            "name: m\nsource: a paper of 2017\nterms: [{of: a, equal: 1, log_odds: 1,"
            " source: a paper of 2017}]\n",
            "did you mean 'equals'",
        ),
    ],
)
def test_a_file_that_is_not_understood_is_refused(tmp_path, text, said):
    path = tmp_path / "m.yaml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ConfigError, match=said):
        read_published(path)


def test_built_in_and_published_beside_ours(small, plan, asked, out_of_fold):
    config = asked(comparators=(str(PCH),), thresholds=(0.4,))
    found = comparators(config, small, plan)
    assert [one.name for one in found] == ["prevalence", "HR status alone", "PCH model (n = 88)"]
    assert "intercept was fitted to the training part" in found[2].note
    assert [int(np.isnan(one.p[0]).sum()) for one in found] == [0, 9, 15]
    beside = comparison(config, small, out_of_fold, found)
    rows = {(row.label, row.first.name): row for row in beside.rows}
    # A constant ranks nobody: no AUROC of prevalence.
    assert ("against prevalence", "auroc") not in rows
    assert rows["against prevalence", "brier"].verdict == "better"
    assert rows["against HR status alone", "auroc"].difference.n == 231
    assert rows["against PCH model (n = 88)", "net_benefit_0.4"].difference.n == 225
    assert "DeLong p" in rows["against HR status alone", "auroc"].difference.method
    assert [one.name for one in beside.figures] == [
        f"baseline-comparators-{key}" for key in ("auroc", "brier", "net-benefit-0-4")
    ]


def test_a_printed_intercept_is_used_as_printed(small, plan, asked, tmp_path):
    path = tmp_path / "m.yaml"
    path.write_text(
        "name: m\nsource: a paper of 2017\nintercept: -0.5\nterms: [{of: age_years, log_odds: 0.01,"
        " source: a paper of 2017}]\n"
    )
    found = comparators(asked(comparators=(str(path),)), small, plan)[-1]
    assert found.note.endswith("as printed.")
    assert logit(found.p[0]) == pytest.approx(-0.5 + 0.01 * small.cohort.table["age_years"])
    assert found.p[0] == pytest.approx(expit(logit(found.p[0])))


def test_nobody_whom_both_predict_makes_no_row(small, asked, out_of_fold):
    nobody = Comparator("nobody", "Nobody.", np.full(out_of_fold.shape, np.nan))
    assert comparison(asked(), small, out_of_fold, [nobody]).rows == ()


def test_without_receptors_nothing_is_said_of_hr_status(small, plan, asked):
    without = replace(small, space=feature_space(["clinical"], ["age_years"], small.landmark))
    assert [one.name for one in comparators(asked(), without, plan)] == ["prevalence"]
