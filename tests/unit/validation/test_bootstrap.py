"""Draws of patients."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from neopcr.metrics import METRICS
from neopcr.validation import bootstrap
from neopcr.validation.bootstrap import (
    Interval,
    describe,
    over_repeats,
    percentile_interval,
    weights,
)


def test_every_draw_has_as_many_patients_as_the_cohort():
    drawn = np.concatenate(list(weights(7, seed=1)))
    assert drawn.shape == (2000, 7)
    assert (drawn.sum(axis=1) == 7).all()


def test_patients_are_drawn_alike_and_with_replacement():
    drawn = np.concatenate(list(weights(50, seed=2)))
    assert drawn.mean(axis=0) == pytest.approx(np.ones(50), abs=0.12)
    # Each count is binomial(50, 1/50): variance 0.98.
    assert drawn.var() == pytest.approx(0.98, rel=0.03)


def test_same_seed_same_draws_and_another_seed_others():
    first, again, other = (np.concatenate(list(weights(9, seed=s))) for s in (3, 3, 4))
    assert (first == again).all()
    assert (first != other).any()


def test_batches_keep_memory_bounded_and_lose_no_draw(monkeypatch):
    monkeypatch.setattr(bootstrap, "CELLS", 100)
    batches = list(weights(30, seed=0, draws=10))
    assert [len(batch) for batch in batches] == [3, 3, 3, 1]
    assert [len(batch) for batch in weights(300, seed=0, draws=2)] == [1, 1]


def test_a_metric_without_a_weighted_form_is_called_once_a_draw():
    rng = np.random.default_rng(5)
    y = (rng.random(40) < 0.5).astype(float)
    p = rng.random((2, 40))
    drawn = np.concatenate(list(weights(40, seed=6, draws=20)))
    metric = METRICS["auroc"]
    slow = over_repeats(replace(metric, weighted=None), y, p, drawn)
    assert slow.shape == (2, 20)
    assert slow == pytest.approx(over_repeats(metric, y, p, drawn))


def test_a_few_undefined_draws_are_counted():
    values = np.append(np.arange(1000.0), [math.nan] * 10)
    interval = percentile_interval(values)
    assert interval == Interval(*np.quantile(np.arange(1000.0), [0.025, 0.975]), 10)
    assert describe("bootstrap", interval) == "bootstrap, 10 of 2,000 draws undefined"


def test_many_undefined_draws_leave_no_interval():
    values = np.append(np.arange(90.0), [math.inf] * 10)
    assert percentile_interval(values) == Interval(None, None, 10)


def test_nothing_is_said_about_undefined_draws_when_there_are_none():
    assert describe("bootstrap", Interval(0.0, 1.0, 0)) == "bootstrap"
