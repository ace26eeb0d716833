"""The learning curve: points, band, and what is said to those who cannot see it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from neopcr.report.learning import learning


def test_a_panel_a_metric_with_its_band_and_its_words(auroc):
    later = replace(auroc, value=0.8, lower=0.75, upper=0.84)
    brier = replace(auroc, name="brier", value=0.2, lower=0.18, upper=0.22)
    drawing = learning("c1-learning", [50, 100], {"auroc": [auroc, later], "brier": [brier, brier]})
    upper, lower = drawing.figure.axes
    assert upper.lines[0].get_xdata().tolist() == [50, 100]
    assert upper.lines[0].get_ydata() == pytest.approx([auroc.value, 0.8])
    corners = upper.collections[0].get_paths()[0].vertices[:, 1]
    assert (corners.min(), corners.max()) == pytest.approx((auroc.lower, 0.84))
    assert (upper.get_ylabel(), lower.get_ylabel()) == ("AUROC", "Brier score")
    assert lower.get_xlabel() == "Patients learned from"
    assert "AUROC 0.800 (0.750 to 0.840) with 100" in drawing.alt


def test_a_value_without_an_interval_has_no_band_and_no_value_no_point(auroc, few):
    alone = replace(auroc, lower=None, upper=None)
    drawing = learning("c1-learning", [20, 50], {"auroc": [few, alone]})
    (axes,) = drawing.figure.axes
    assert axes.lines[0].get_xdata().tolist() == [50]
    assert learning("none", [], {"auroc": []}).alt == "Learning curve. too few to say."
