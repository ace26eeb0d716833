from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from neopcr.report import Bins, Curve
from neopcr.report.figures import calibration, distributions, roc
from neopcr.report.forest import forest
from neopcr.report.palette import DASHES, SERIES

LINE = np.linspace(0, 1, 5)


def test_roc_says_each_model_with_its_interval_and_tells_them_apart_without_colour(auroc, few):
    curves = [Curve(label="Blend", x=LINE, y=LINE**0.5), Curve(label="Ridge", x=LINE, y=LINE)]
    drawing = roc("roc", curves, [auroc, few])
    (axes,) = drawing.figure.axes
    assert drawing.alt == ("ROC curve. AUROC: Blend 0.741 (0.702 to 0.783); Ridge too few to say.")
    _, first, second = axes.lines
    assert np.array_equal(first.get_ydata(), LINE**0.5)
    assert first.get_linestyle() != second.get_linestyle()
    assert len(axes.collections) == 0


def test_a_ribbon_is_drawn_where_there_is_an_interval(auroc):
    curve = Curve(label="Blend", x=LINE, y=LINE, lower=LINE - 0.1, upper=LINE + 0.1)
    (axes,) = roc("roc", [curve], [auroc]).figure.axes
    (ribbon,) = axes.collections
    corners = ribbon.get_paths()[0].vertices
    assert corners[:, 1].min() == pytest.approx(-0.1)
    assert corners[:, 1].max() == pytest.approx(1.1)


def test_roc_without_a_curve_says_too_few():
    drawing = roc("roc", [], [])
    assert drawing.alt == "ROC curve. AUROC: too few to say."
    assert drawing.figure.legends[0].get_texts() == []


def test_roc_refuses_curves_without_estimates(auroc):
    with pytest.raises(ValueError, match="zip"):
        roc("roc", [Curve(label="Blend", x=LINE, y=LINE)], [auroc, auroc])


def test_calibration_draws_bins_with_their_intervals_and_counts_by_outcome(auroc):
    p = np.repeat([0.11, 0.13, 0.91], [6, 5, 6])
    outcome = np.repeat([0.0, 1.0, 1.0], [6, 5, 6])
    bins = Bins(
        predicted=np.array([0.12, 0.91]), observed=np.array([0.3, 1.0]),
        lower=np.array([0.1, 0.6]), upper=np.array([0.6, 1.0]),
    )  # fmt: skip
    slope = replace(auroc, name="calibration_slope")
    curve = Curve(label="flexible", x=LINE, y=LINE)
    drawing = calibration("cal", [curve], bins, outcome, p, [slope])
    upper, lower = drawing.figure.axes
    (bars,) = upper.containers
    segments = bars.lines[2][0].get_segments()
    assert segments[0][:, 1] == pytest.approx([0.1, 0.6])
    heights = [patch.get_height() for patch in lower.patches]
    # The second bar of those who reached pCR is of six, over all that lies between.
    assert heights == pytest.approx([5, 6 / 19, -6])
    assert "calibration slope 0.74 (0.70 to 0.78)." in drawing.alt


def test_a_second_opinion_on_calibration_is_dashed_and_named():
    bins = Bins(predicted=LINE, observed=LINE, lower=LINE, upper=LINE)
    curves = [
        Curve(label="loess", x=LINE, y=LINE, lower=LINE, upper=LINE),
        Curve(label="spline", x=LINE, y=LINE),
    ]
    drawing = calibration("cal", curves, bins, np.array([1.0, 0.0]), np.array([0.4, 0.2]))
    first, second = drawing.figure.legends[0].get_lines()
    assert (first.get_linestyle(), second.get_linestyle()) == ("-", "--")
    assert [text.get_text() for text in drawing.figure.legends[0].get_texts()] == [
        "loess",
        "spline",
    ]
    bare = calibration("cal", [], bins, np.array([1.0, 0.0]), np.array([0.4, 0.2]))
    assert bare.figure.legends[0].get_texts() == []


def test_calibration_without_estimates_says_no_number():
    bins = Bins(predicted=LINE, observed=LINE, lower=LINE, upper=LINE)
    curve = Curve(label="flexible", x=LINE, y=LINE)
    drawing = calibration("cal", [curve], bins, np.array([1.0, 0.0]), np.array([0.4, 0.2]))
    assert drawing.alt == "Calibration curve of observed against predicted pCR."


def test_distributions_name_count_and_mean_of_each_outcome():
    p = np.array([0.5, 0.6, 0.7, 0.6, 0.6, 0.2])
    drawing = distributions("d", np.array([1.0, 1.0, 1.0, 1.0, 1.0, 0.0]), p)
    assert "pCR reached, n = 5, mean 60.0\N{NO-BREAK SPACE}%" in drawing.alt
    assert drawing.alt.endswith("residual disease, n = 1.")


@pytest.mark.parametrize("n", [0, 4, 5, 9, 10, 11, 57, 300])
def test_no_bar_is_of_fewer_than_five_patients_and_none_is_lost(n):
    p = np.random.default_rng(n).beta(2, 3, n)
    outcome = np.ones(n)
    upper = distributions("d", outcome, p).figure.axes[0]
    width = 0.04
    held = [bar.get_height() * n * bar.get_width() / width for bar in upper.patches]
    assert sum(held) == pytest.approx(n if n >= 5 else 0)
    assert all(each > 5 - 1e-9 for each in held)
    assert all(abs(each - round(each)) < 1e-9 for each in held)


def test_distributions_of_a_cohort_with_one_outcome_say_so():
    drawing = distributions("d", np.array([1.0, 1.0]), np.array([0.5, 0.6]))
    assert "residual disease, n = 0." in drawing.alt


def test_forest_draws_each_interval_and_says_where_there_is_none(auroc, few):
    gain = replace(auroc, value=0.03, lower=-0.01, upper=0.07)
    point = replace(auroc, value=0.02, lower=None, upper=None)
    drawing = forest("f", "AUROC", ["c1", "c2", "c4"], [gain, point, few], "higher")
    drawn = [list(line.get_xdata()) for line in drawing.figure.axes[0].lines]
    assert drawn == [[0, 0], [-0.01, 0.07], [0.03], [0, 0], [0.02], [0, 0]]
    assert drawing.alt.endswith("c2: +0.020; c4: too few to say.")


def test_there_is_a_dash_for_every_colour():
    assert len(DASHES) == len(SERIES) == len(set(map(str, DASHES)))
