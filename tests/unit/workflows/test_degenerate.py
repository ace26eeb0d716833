"""What is hardly a cohort gets a defined result or a reason, and no page ever says NaN.

Every metric, at a threshold too, and every figure of a model, in cohorts of one outcome, with few
events, with equal, certain or separating predictions; then centres too small for anything. That a
patient cannot stand on both sides of a fold twice is the contract's: an identifier that comes twice
stops a training (`tests/workflow/test_bad_input.py`).
"""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from neopcr.errors import TableError
from neopcr.metrics import metrics_at
from neopcr.report import Report, Section
from neopcr.report.model_card import model_card
from neopcr.report.write import render
from neopcr.validation import characteristics, fold_plan, performance
from neopcr.validation.internal_external import internal_external
from neopcr.workflows._comparators import comparators, comparison
from neopcr.workflows._drawn import essential_figures, performance_figures
from neopcr.workflows._further import further

RNG = np.random.default_rng(4)
N = 60
EVEN = np.tile([0.0, 1.0], N // 2)
USUAL = np.clip(0.5 + 0.2 * (EVEN - 0.5) + RNG.normal(0, 0.15, N), 0.02, 0.98)
FEW = (np.arange(N) < 3).astype(float)

COHORTS = {
    "equal predictions": (EVEN, np.full(N, 0.4)),
    "equal predictions at the threshold": (EVEN, np.full(N, 0.3)),
    "a certain prediction": (EVEN, np.append(USUAL[:-2], [0.0, 1.0])),
    "nothing but certain predictions": (EVEN, np.round(USUAL)),
    "all certain of pCR": (EVEN, np.ones(N)),
    "all certain of residual disease": (EVEN, np.zeros(N)),
    "separated outcomes": (EVEN, 0.2 + 0.6 * EVEN),
    "separated along a line": (np.sort(EVEN), np.linspace(0.05, 0.95, N)),
    "three events": (FEW, USUAL),
    "five events": ((np.arange(N) < 5).astype(float), USUAL),
    "all but three reach pCR": (1 - FEW, USUAL),
    "everybody reaches pCR": (np.ones(N), USUAL),
    "nobody reaches pCR": (np.zeros(N), USUAL),
    "one patient": (np.ones(1), np.array([0.5])),
    "two patients": (np.array([0.0, 1.0]), np.array([0.2, 0.7])),
    "two values": (EVEN, np.where(np.arange(N) % 3, 0.3, 0.6)),
    "everybody twice": (np.tile(EVEN, 2), np.tile(USUAL, 2)),
}


def groups_of(y):
    """One outcome, three events, a centre seen once, and nobody."""
    rows = np.arange(len(y))
    return {
        "one outcome": y == 1.0,
        "three events": (y == 0.0) | (np.cumsum(y) <= 3),
        "seen once": rows == 0,
        "nobody": np.zeros(len(y), dtype=bool),
    }


def says_nan(page):
    """A number that is none, in words or in a drawing."""
    return re.findall(r".{0,40}\b(?:nan|inf)\b.{0,20}", page, re.IGNORECASE)


REPEATED = ("equal predictions", "a certain prediction", "separated outcomes")


@pytest.mark.parametrize(
    ("name", "repeats"), [*((name, 0) for name in COHORTS), *((name, 2) for name in REPEATED)]
)
def test_every_metric_and_figure_has_a_value_or_a_reason(name, repeats, small):
    y, p = COHORTS[name]
    p = np.tile(p, (repeats, 1)) if repeats else p
    found = performance(y, p, groups=groups_of(y), metrics=metrics_at([0.3]), seed=1)
    for one in found:
        numbers = [one.value, one.lower, one.upper, one.beside]
        assert all(number is None or math.isfinite(number) for number in numbers), one
        assert one.value is not None or one.method, one
        assert (one.lower is None) == (one.upper is None)
        assert one.group not in {"one outcome", "seen once", "nobody"} or one.value is None
    report = Report(
        title="t", version="0", estimand="e", definition="d", design="d",
        sections=(
            Section(
                name="baseline", n=len(y), events=int(y.sum()), performance=found,
                essentials=essential_figures("m", y, p, found, [0.3]),
                figures=performance_figures("m", y, p, found),
                characteristics=characteristics(
                    {"age_years": np.full(len(y), np.nan)}, small.cohort.columns[:1], y
                ),
                bundle="ab" * 32,
            ),
        ),
    )  # fmt: skip
    assert says_nan(render(report)) == []
    assert says_nan(model_card(report)) == []


def test_the_reasons_are_those_that_hold():
    def method(cohort, metric):
        found = performance(*COHORTS[cohort], metrics=metrics_at([0.3]))
        return next(one.method for one in found if one.name == metric)

    assert method("equal predictions", "calibration_slope") == (
        "not defined: predictions are all equal"
    )
    assert method("separated outcomes", "calibration_slope") == (
        "not defined: predictions separate the outcomes"
    )
    assert method("a certain prediction", "calibration_in_the_large") == (
        "not defined: a predicted probability is 0 or 1"
    )
    assert method("three events", "auroc") == "too few to say"
    assert method("all certain of pCR", "npv_0.3") == "too few to say"


@pytest.mark.parametrize("bad", [np.nan, -0.1, 1.1, np.inf])
def test_what_is_no_probability_is_refused_by_row(bad):
    p = USUAL.copy()
    p[6] = bad
    with pytest.raises(TableError, match=r"1 of 60 rows do not \(first at row 7\)"):
        performance(EVEN, p)


def hard_centres(small):
    """A centre seen once, one of three events, one without any, and two that are large enough."""
    y = small.y
    names = np.where(np.arange(len(y)) % 2, "large", "other").astype(object)
    names[0] = "seen once"
    names[np.flatnonzero(y == 0)[10:30]] = "no event"
    names[[*np.flatnonzero(y == 1)[10:13], *np.flatnonzero(y == 0)[40:50]]] = "three events"
    table = {**small.cohort.table, "centre": names}
    return replace(small, cohort=replace(small.cohort, table=table)), names


def test_centres_that_are_hardly_any_are_said_and_not_pooled(small, quick):
    _, names = hard_centres(small)
    found = internal_external(quick(small), small.X, small.y, names, n_jobs=1, seed=0)
    values = {one.group: one.value for one in found.centres if one.name == "auroc"}
    assert {name for name, value in values.items() if value is None} == {
        "seen once", "no event", "three events"
    }  # fmt: skip
    assert values["large"] is not None
    for one in (*found.centres, *found.pooled):
        assert all(x is None or math.isfinite(x) for x in (one.value, one.lower, one.upper))


def test_a_report_of_hard_centres_never_says_nan(small, plan, asked, out_of_fold, quick):
    hard, _ = hard_centres(small)
    config = asked(
        {"internal_external": "centre", "temporal": "first_dose_date", "instability": 3},
        thresholds=(0.4,), ladder=(("clinical",), ("receptors",)),
    )  # fmt: skip
    model = quick(hard).fit(hard.X, hard.y)
    found = further(config, hard, (plan, out_of_fold), model, quick)
    report = Report(
        title="t", version="0", estimand="e", definition="d", design="d", sections=(),
        comparisons=found.comparisons, examinations=found.examinations,
    )  # fmt: skip
    page = render(report)
    assert "three events (n = 13)" in page
    assert says_nan(page) == []


def test_comparators_beside_equal_predictions_have_verdicts(small, plan, asked):
    flat = np.full((1, len(small.y)), 0.5)
    rows = comparison(asked(), small, flat, comparators(asked(), small, plan)).rows
    assert all(row.verdict for row in rows)
    for row in rows:
        for one in (row.first, row.second, row.difference):
            assert one.value is None or math.isfinite(one.value)


def test_folds_never_part_what_belongs_together(small):
    """Copies of a patient under other names are kept together where a column says whose they are."""
    whose = np.repeat(np.arange(len(small.y) // 2), 2)
    plan = fold_plan(small.y, folds=4, repeats=2, seed=0, groups=whose.astype(str))
    for tests in plan:
        for test in tests:
            assert not set(whose[test]) & set(np.delete(whose, test))
