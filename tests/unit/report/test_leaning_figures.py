from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from neopcr.explain import ClassSpread, RankStability, importance
from neopcr.report.dependence import dependence
from neopcr.report.leaning import column_bars, interaction

STABILITY = RankStability(
    models=50, overlap=0.8, concordance=0.75, names=("her2_ihc", "ki67_percent"), rank=(1, 2),
    lower=(1, 1), upper=(1, 3),
)  # fmt: skip


def labels(axes):
    return [text.get_text() for text in axes.texts]


def test_columns_carry_the_ranks_of_refits(explanation):
    drawing = column_bars("c", importance(explanation), STABILITY)
    axes = drawing.figure.axes[0]
    assert labels(axes) == ["0.50, rank 1", "0.32, rank 1 to 3", "0.10"]
    assert [bar.get_width() for bar in axes.patches] == pytest.approx(
        [one.value for one in importance(explanation)]
    )
    assert "W of all ranks is 0.75" in drawing.caption
    assert "50 models" in drawing.caption
    assert "ki67_percent 0.32 (rank 1 to 3)" in drawing.alt


def test_without_refits_the_order_is_said_not_to_be_known(explanation):
    drawing = column_bars("c", importance(explanation), None)
    assert labels(drawing.figure.axes[0]) == ["0.50", "0.32", "0.10"]
    assert "was not measured" in drawing.caption


def test_a_concordance_that_does_not_exist_is_not_said(explanation):
    drawing = column_bars("c", importance(explanation), replace(STABILITY, concordance=None))
    assert "Kendall" not in drawing.caption


def classes():
    hr = ("HR positive", "HR negative", "HR not known")
    return [
        ClassSpread(pam="PAM altered", hr=one, n=25, mean=mean, lower=-0.1, middle=0.0, upper=0.1)
        for one, mean in zip(hr, (-0.3, 0.02, 0.0), strict=True)
    ]


def test_an_interaction_is_drawn_class_by_class():
    drawing = interaction("i", classes(), {"pam_altered_x_hr_positive": 0.0123})
    axes = drawing.figure.axes[0]
    assert axes.get_yticklabels()[0].get_text() == "PAM altered, HR positive (n = 25)"
    dots = axes.collections[-1].get_offsets()
    assert np.asarray(dots)[:, 0] == pytest.approx([-0.3, 0.02, 0.0])
    assert "pam_altered_x_hr_positive: 0.012" in drawing.caption
    assert "products" not in interaction("i", classes(), {}).caption


def test_dots_stand_at_values_and_contributions(explanation):
    drawing = dependence("d", explanation)
    # Nobody has ctDNA: it has no value to be drawn at.
    first, second = drawing.figure.axes
    assert first.get_xlabel() == "her2_ihc"
    assert [text.get_text() for text in first.get_xticklabels()] == ["2+", "3+"]
    assert second.get_xlabel() == "ki67_percent (%)"
    dots = np.concatenate([np.asarray(one.get_offsets()) for one in second.collections])
    assert len(dots) == 300 + np.isnan(explanation.values[:, 1][_rows()]).sum()
    known = dots[~np.ma.getmaskarray(np.ma.masked_invalid(dots[:, 0]))][:257]
    assert set(np.round(known[:, 1], 6)) <= set(np.round(explanation.columns[:, 1], 6))


def _rows():
    return np.unique(np.linspace(0, 349, 300).astype(np.int64))


def test_long_levels_are_turned(explanation):
    words = ("none at all", "a little of it", "a good deal of it", "more than enough")
    wordy = replace(explanation.specs[0], words=words)
    values = explanation.values.copy()
    values[:, 0] = np.arange(len(values)) % 4
    drawing = dependence(
        "d", replace(explanation, specs=(wordy, *explanation.specs[1:]), values=values)
    )
    ticks = drawing.figure.axes[0].get_xticklabels()
    assert {tick.get_rotation() for tick in ticks} == {60.0}


def test_without_a_value_there_is_nothing_to_draw(explanation):
    assert dependence("d", replace(explanation, values=explanation.values * np.nan)) is None
