"""Figures of instability, centres and decisions: what they say in words, and what they draw."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from neopcr.report import Curve
from neopcr.report.decision import decision, decision_instability
from neopcr.report.drawing import svg
from neopcr.report.stability import (
    calibration_instability,
    centres,
    classification_instability,
    prediction_instability,
)


def test_prediction_instability_says_its_error_and_width():
    p = np.array([0.2, 0.5, 0.8])
    drawn = prediction_instability("pi", p, p - 0.1, p + 0.1, 0.0432)
    assert "Mean absolute prediction error 0.043" in drawn.caption
    assert "20.0\N{NO-BREAK SPACE}% wide" in drawn.alt
    assert len(drawn.figure.axes[0].collections[0].get_segments()) == 3


def test_calibration_instability_draws_every_model():
    grid = np.linspace(0, 1, 5)
    drawn = calibration_instability("ci", grid, np.tile(grid, (7, 1)))
    assert len(drawn.figure.axes[0].lines) == 8
    assert "7 bootstrap models" in drawn.alt


def test_classification_instability_counts_who_is_unsure():
    drawn = classification_instability(
        "cl", np.array([0.1, 0.45, 0.5, 0.9]), np.array([0.0, 0.1, 0.3, 0.0]), 0.5
    )
    assert "25.0\N{NO-BREAK SPACE}% of patients" in drawn.alt
    assert drawn.title == "Classification instability at 0.5"


def test_a_centre_without_a_value_says_so_and_the_average_is_set_apart(auroc, few):
    bare = replace(auroc, group="no interval", lower=None, upper=None)
    average = replace(auroc, group="average", method="3 centres: random effects")
    new = replace(auroc, group="a new centre", method="prediction interval")
    drawn = centres("c", "AUROC", [auroc, few, bare, average, new], 0.7)
    assert "too few to say" in drawn.alt
    axes = drawn.figure.axes[0]
    markers = [line.get_marker() for line in axes.lines if line.get_marker() != "None"]
    assert markers == ["s", "s", "D"]
    assert "var(--vermilion)" in svg(drawn)


def line(label, y):
    return Curve(label=label, x=np.array([0.2, 0.4, 0.6]), y=np.array(y))


def test_a_decision_curve_says_where_the_model_is_of_use():
    everyone = line("all", [0.4, 0.2, -0.2])
    useful = decision("d", line("m", [0.4, 0.3, 0.1]), everyone, [0.25])
    assert "above both from 0.40 to 0.60" in useful.alt
    assert "thresholds declared beforehand, 0.25." in useful.caption
    useless = decision("d", line("m", [0.3, 0.1, -0.3]), everyone)
    assert "nowhere above both" in useless.alt
    assert "declared beforehand" not in useless.caption


def test_decision_instability_says_how_many_models_are_of_use_at_best():
    everyone = line("all", [0.4, 0.2, -0.2])
    drawn = decision_instability(
        "di", line("m", [0.4, 0.3, 0.1]), everyone,
        np.array([[0.4, 0.3, 0.1], [0.3, 0.1, 0.05], [0.4, 0.25, -0.1]]),
    )  # fmt: skip
    assert len(drawn.figure.axes[0].lines) == 6
    assert "at a threshold of 0.40, 66.7\N{NO-BREAK SPACE}% of them are above" in drawn.alt
    assert "one of 3 bootstrap models" in drawn.caption
    legend = [text.get_text() for text in drawn.figure.legends[0].get_texts()]
    assert legend == ["the model", "bootstrap models", "all counted as pCR", "none counted as pCR"]
