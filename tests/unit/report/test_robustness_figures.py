"""What the figures of robustness and standing say in words and draw."""

from __future__ import annotations

import numpy as np
import pytest

from neopcr.explain import FarColumn, Robustness, Standing
from neopcr.report.drawing import svg
from neopcr.report.robustness import cohort_robustness, patient_robustness, patient_standing


@pytest.fixture(scope="module")
def robustness():
    draws = np.column_stack([np.linspace(0.2, 0.6, 50), np.linspace(0.5, 0.52, 50)])
    lower, upper = np.quantile(draws, [0.025, 0.975], axis=0)
    return Robustness(
        patient=np.arange(2), p=np.array([0.4, 0.51]), lower=lower, upper=upper, draws=draws,
        by_assay={"Ki-67": np.array([0.1, 0.0]), "all of them": np.array([0.38, 0.02])},
    )  # fmt: skip


def test_the_cohort_figure_gives_medians_and_names_no_patient(robustness):
    drawing = cohort_robustness("c1-assays", robustness)
    assert drawing.alt == (
        "Median range of p_pcr over re-reads, in points. Ki-67 5.0, of one patient in ten over "
        "9.0; all of them 20.0, of one patient in ten over 34.4."
    )
    assert "50 plausible re-reads (2 patients)" in drawing.caption
    (axes,) = drawing.figure.axes
    assert [bar.get_width() for bar in axes.patches] == pytest.approx([5.0, 20.0])


def test_the_patient_figure_gives_the_range_and_what_makes_it(robustness):
    drawing = patient_robustness("c1-reread", robustness, 0)
    assert "95 % lie from 21.0\N{NO-BREAK SPACE}% to 59.0\N{NO-BREAK SPACE}%" in drawing.caption
    assert "Ki-67 10.0; all of them 38.0" in drawing.caption
    assert sum(bar.get_height() for bar in drawing.figure.axes[0].patches) == 50
    assert svg(drawing).startswith("<svg")


def place(*columns, distance=1.0, excess=0.0):
    return Standing(
        distance=distance, excess=excess, farthest=1.5, outermost=2.0, columns=columns
    )  # fmt: skip


def test_the_columns_outside_the_range_are_named_and_the_verdict_is_said():
    far = place(
        FarColumn("ki67_percent", 4.0, 2.5), FarColumn("age_years", -1.0, 0.0), excess=2.5
    )  # fmt: skip
    drawing = patient_standing("c1-standing", far)
    assert drawing.alt.startswith("Unlike the training patients: distance 1.00 (limit 1.50)")
    assert drawing.alt.endswith("Columns outside the range: ki67_percent by 2.5.")
    orange, grey = (bar.get_facecolor() for bar in drawing.figure.axes[0].patches)
    assert orange != grey


def test_a_patient_like_the_others_and_one_of_whom_nothing_is_known():
    near = patient_standing("near", place(FarColumn("age_years", 0.5, 0.0)))
    assert near.caption.startswith("Like the training patients")
    assert patient_standing("unknown", place(distance=0.0)).alt.endswith("range: none.")
