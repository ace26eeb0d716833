from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt

from neopcr.report.drawing import figure_files, svg
from neopcr.report.figures import distributions
from neopcr.report.palette import CSS_NAMES
from neopcr.report.reasons import beeswarm
from neopcr.report.waterfall import waterfall


def everything(drawings):
    return (*drawings[0], *drawings[1])


def test_svg_is_one_well_formed_element_with_no_colour_of_its_own(drawings):
    for drawing in everything(drawings):
        text = svg(drawing)
        assert ET.fromstring(text).tag.endswith("svg")  # noqa: S314 (our own)
        assert not any(colour in text for colour in CSS_NAMES)
        assert "#000000" not in text
        assert "<metadata" not in text


def test_every_reference_in_an_svg_is_defined_in_it_under_its_own_name(drawings):
    for drawing in everything(drawings):
        text = svg(drawing)
        ids = re.findall(r' id="([^"]+)"', text)
        used = set(re.findall(r'(?:url\(|href=")#([^)"]+)', text))
        assert used == set(ids)
        assert len(ids) == len(set(ids))
        assert all(name.startswith(f"{drawing.name}-") for name in ids)


def test_text_in_an_svg_is_text_and_keeps_its_digits(drawings):
    assert "Blend 0.741 (0.702 to 0.783)" in svg(drawings[0][0])


def test_the_same_data_give_the_same_bytes(explanation):
    first, second = (svg(beeswarm("same", explanation)) for _ in range(2))
    assert first == second
    first, second = (svg(waterfall("same", explanation, 2, "someone")) for _ in range(2))
    assert first == second


def test_drawing_leaves_the_random_state_and_the_settings_of_others_alone(explanation):
    before = np.random.get_state()  # noqa: NPY002
    settings = dict(mpl.rcParams)
    beeswarm("one", explanation)
    waterfall("two", explanation, 0, "someone")
    after = np.random.get_state()  # noqa: NPY002
    assert np.array_equal(before[1], after[1])
    assert before[2:] == after[2:]
    assert dict(mpl.rcParams) == settings
    assert plt.get_fignums() == []


def test_how_often_a_figure_was_drawn_before_does_not_show(tmp_path, drawings):
    for drawing in everything(drawings):
        before = svg(drawing)
        figure_files([drawing], tmp_path)
        assert svg(drawing) == before


def test_figures_become_png_files_without_a_clock(tmp_path, explanation):
    outcome = (explanation.p > 0.5).astype(float)
    drawing = distributions("by-outcome", outcome, explanation.p)
    (first,) = figure_files([drawing], tmp_path / "new" / "a")
    (second,) = figure_files([drawing], tmp_path / "new" / "b")
    assert first.name == "by-outcome.png"
    assert first.read_bytes() == second.read_bytes()
    assert first.read_bytes().startswith(b"\x89PNG")


def test_a_figure_is_shown_a_third_larger_than_drawn_at_most(drawings):
    assert drawings[0][0].width == round(4.7 * 72 * 1.3)
