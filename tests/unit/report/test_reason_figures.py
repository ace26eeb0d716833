from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from neopcr.explain import importance
from neopcr.report.palette import BLUE, VERMILION
from neopcr.report.reasons import beeswarm, modality_bars
from neopcr.report.waterfall import waterfall
from neopcr.specs import Column

MINUS = "\N{MINUS SIGN}"


def test_beeswarm_ranks_columns_over_all_patients_and_draws_300(explanation):
    drawing = beeswarm("b", explanation)
    labels = [label.get_text() for label in drawing.figure.axes[0].get_yticklabels()]
    assert labels == ["ctdna_detected_c1", "ki67_percent", "her2_ihc"]
    assert "300 of 350 patients are drawn" in drawing.caption
    assert "her2_ihc, ki67_percent, ctdna_detected_c1" in drawing.alt


def test_beeswarm_of_a_small_cohort_draws_everyone_where_they_are(explanation):
    rows = slice(0, 40)
    small = replace(
        explanation, columns=explanation.columns[rows], values=explanation.values[rows],
        p=explanation.p[rows],
    )  # fmt: skip
    drawing = beeswarm("b", small)
    assert "are drawn" not in drawing.caption
    dots = np.concatenate(
        [np.asarray(c.get_offsets())[:, 0] for c in drawing.figure.axes[0].collections]
    )
    assert sorted(dots) == pytest.approx(sorted(small.columns.ravel()))


def test_beeswarm_sums_the_columns_it_has_no_room_for(explanation):
    wide = replace(
        explanation,
        columns=np.tile(explanation.columns, 5),
        values=np.tile(explanation.values, 5),
        column_names=tuple(f"column_{i}" for i in range(15)),
    )
    labels = beeswarm("b", wide).figure.axes[0].get_yticklabels()
    assert labels[0].get_text() == "Sum of 4 others"


def test_modality_bars_are_as_long_as_the_importance(explanation):
    ranking = importance(explanation, "modalities")
    drawing = modality_bars("m", ranking)
    assert [bar.get_width() for bar in drawing.figure.axes[0].patches] == [
        one.value for one in ranking
    ]
    assert "her2 0.50" in drawing.alt


def test_waterfall_goes_from_base_to_logit_through_every_column(explanation):
    drawing = waterfall("w", explanation, 0, "typical profile")
    rows, start, end = drawing.figure.axes
    labels = [label.get_text() for label in rows.get_yticklabels()]
    assert f"E[f(X)] = {MINUS}0.200" in start.get_xticklabels()[0].get_text()
    assert start.get_xticks() == pytest.approx([explanation.base])
    assert end.get_xticks() == pytest.approx([explanation.logit[0]])
    assert "ki67_percent = not measured" in labels
    assert {"her2_ihc = 2+", "her2_ihc = 3+"} & set(labels)
    assert f"p_pcr {100 * explanation.p[0]:.1f}" in drawing.alt


def test_waterfall_colours_by_direction(explanation):
    drawing = waterfall("w", explanation, 0, "typical profile")
    colours = {
        tuple(np.round(patch.get_facecolor(), 3))
        for patch in drawing.figure.axes[0].patches
        if patch.get_alpha() is None
    }
    expected = {
        tuple(np.round([int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)] + [1.0], 3))
        for c in (BLUE, VERMILION)
    }
    assert colours <= expected


def test_waterfall_sums_the_columns_it_has_no_room_for(explanation):
    spec = Column(name="x", kind="number", description="", source="", modality="m")
    wide = replace(
        explanation,
        columns=np.tile(explanation.columns, 5) / 5,
        values=np.tile(explanation.values, 5),
        column_names=tuple(f"column_{i}" for i in range(15)),
        specs=(spec,) * 15,
    )
    rows = waterfall("w", wide, 1, "typical profile").figure.axes[0]
    assert "4 other columns" in [label.get_text() for label in rows.get_yticklabels()]
