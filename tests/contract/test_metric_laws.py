"""Laws that every registered metric obeys, unasked."""

from __future__ import annotations

import importlib
import math
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit

import neopcr.metrics
from neopcr.metrics import METRICS, METRICS_AT, find_metric, metrics_at
from neopcr.validation import estimate, paired_difference, performance
from neopcr.validation.bootstrap import over_repeats

ALL = [*METRICS.values(), *(make(0.3) for make in METRICS_AT.values())]
PLUG_INS = sorted(
    path.stem
    for path in Path(neopcr.metrics.__file__).parent.glob("*.py")
    if not path.stem.startswith("_")
)


@pytest.fixture
def cohort() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(11)
    z = rng.normal(-0.4, 1.2, 90)
    return (rng.random(90) < expit(z)).astype(float), np.round(expit(z), 2)


@pytest.mark.parametrize("stem", PLUG_INS)
def test_every_metric_file_is_registered(stem):
    module = importlib.import_module(f"neopcr.metrics.{stem}")
    if hasattr(module, "METRIC"):
        assert METRICS[stem] is module.METRIC
    else:
        assert METRICS_AT[stem] is module.metric_at


def test_a_metric_is_found_by_its_name_and_threshold():
    assert [find_metric(metric.name).title for metric in metrics_at([0.3])] == [
        metric.title for metric in ALL
    ]


@pytest.mark.parametrize("metric", ALL, ids=lambda m: m.name)
def test_it_names_its_paper(metric):
    assert "doi:10." in metric.reference
    assert metric.title


@pytest.mark.parametrize("metric", ALL, ids=lambda m: m.name)
def test_counting_a_patient_twice_is_having_two(metric, cohort):
    y, p = cohort
    times = np.random.default_rng(5).integers(0, 4, size=(6, len(y)))
    expected = [metric.function(np.repeat(y, row), np.repeat(p, row)) for row in times]
    found = over_repeats(metric, y, p[None], times.astype(float))[0]
    assert found == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("metric", ALL, ids=lambda m: m.name)
def test_the_order_of_patients_is_irrelevant(metric, cohort):
    y, p = cohort
    order = np.random.default_rng(6).permutation(len(y))
    assert metric.function(y[order], p[order]) == pytest.approx(metric.function(y, p), rel=1e-10)


@pytest.mark.parametrize("metric", ALL, ids=lambda m: m.name)
def test_it_leaves_its_input_as_it_was(metric, cohort):
    y, p = cohort
    before = y.copy(), p.copy()
    estimate(metric, y, p)
    assert (y == before[0]).all()
    assert (p == before[1]).all()


@pytest.mark.parametrize("metric", ALL, ids=lambda m: m.name)
def test_the_interval_holds_the_value(metric, cohort):
    found = estimate(metric, *cohort)
    if metric.interval or metric.bootstrap:
        assert found.lower < found.value < found.upper
    else:
        assert (found.lower, found.upper) == (None, None)
        assert found.method.startswith("no interval: ")
        assert math.isfinite(found.beside)
        assert found.beside_title
    assert (found.n, found.events) == (90, int(cohort[0].sum()))


@pytest.mark.parametrize("metric", ALL, ids=lambda m: m.name)
def test_better_predictions_are_better_in_its_direction(metric, cohort):
    y, _ = cohort
    rng = np.random.default_rng(7)
    good = np.clip(0.25 + 0.5 * y + rng.normal(0, 0.25, len(y)), 0.02, 0.98)
    bad = np.clip(rng.random(len(y)) ** 3, 0.02, 0.98)
    gap = paired_difference(metric, y, good, bad).value
    assert gap > 0 if metric.direction == "higher" else gap < 0


@pytest.mark.parametrize("metric", ALL, ids=lambda m: m.name)
@pytest.mark.parametrize(
    "p",
    [
        np.full(40, 0.3),
        np.zeros(40),
        np.ones(40),
        np.repeat([0.1, 0.9], 20),  # separates
        np.repeat([0.0, 1.0], 20),
        np.repeat([0.9, 0.1], 20),
    ],
    ids=["equal", "zeros", "ones", "separated", "certain", "upside down"],
)
def test_a_degenerate_model_has_a_defined_result(metric, p):
    y = np.repeat([0.0, 1.0], 20)
    for shape in (p, np.tile(p, (2, 1))):
        found = estimate(metric, y, shape)
        numbers = [found.value, found.lower, found.upper, found.beside]
        assert all(number is None or math.isfinite(number) for number in numbers)
        assert found.value is not None or found.method.startswith(("not defined: ", "too few"))


@pytest.mark.parametrize("metric", ALL, ids=lambda m: m.name)
@pytest.mark.parametrize("events", [0, 4, 36, 40])
def test_few_events_or_non_events_are_too_few_to_say(metric, events):
    y = np.repeat([1.0, 0.0], [events, 40 - events])
    found = estimate(metric, y, np.linspace(0.1, 0.9, 40))
    assert (found.value, found.lower, found.upper) == (None, None, None)
    assert (found.method, found.n, found.events) == ("too few to say", 40, events)


@pytest.mark.parametrize("metric", ALL, ids=lambda m: m.name)
@pytest.mark.parametrize("y", [[], [1.0], [0.0, 0.0, 0.0], [1.0, 1.0], [0.0, 1.0]], ids=str)
@pytest.mark.parametrize("p", [0.0, 0.3, 0.5, 1.0])
def test_a_handful_of_patients_raises_nothing(metric, y, p):
    value = metric.function(np.array(y), np.full(len(y), p)) if y else math.nan
    assert math.isnan(value) or math.isfinite(value)


@pytest.mark.parametrize("level", [0.0, 0.3, 0.5, 1.0])
def test_no_group_of_patients_puts_nan_into_a_report(level):
    rng = np.random.default_rng(8)
    y = (rng.random(60) < 0.4).astype(float)
    p = np.where(np.arange(60) < 20, level, rng.random((2, 60)))
    groups = {
        "one class": y == 1.0,
        "three events": np.isin(np.arange(60), [*np.flatnonzero(y == 0), *np.flatnonzero(y)[:3]]),
        "one prediction": np.arange(60) < 20,
        "nobody": np.zeros(60, dtype=bool),
    }
    for shape in (p, p[0]):
        for one in performance(y, shape, groups=groups, metrics=ALL):
            numbers = [one.value, one.lower, one.upper, one.beside]
            assert all(number is None or math.isfinite(number) for number in numbers)
            if one.group in {"one class", "three events", "nobody"}:
                assert one.method == "too few to say"
