"""The figures of the adaptive arm: every cell of the table, every patient of the bars."""

from __future__ import annotations

import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from pages.adaptive_arm import adaptive_arm_figure, adaptive_arm_page

from neopcr.report.adaptive_arm import COLOURS, agreement_bars, decision_table, outcome_bars
from neopcr.trials._adaptive_nct07239271 import POLICIES, outcomes


def cells(axes):
    """Colours by cell of the grid, from left to right."""
    found: dict[tuple[int, int], list[str]] = {}
    for patch in (each for each in axes.patches if isinstance(each, Rectangle)):
        place = (int(patch.get_y()), int(patch.get_x()))
        found.setdefault(place, []).append(to_hex(patch.get_facecolor()))
    return found


def test_the_table_draws_every_state_of_every_reading():
    drawing = decision_table()
    for axes, policy in zip(drawing.figure.axes, POLICIES, strict=True):
        found = cells(axes)
        for (baseline, later, pam, response), said in outcomes("c2", policy).items():
            place = (3 * baseline + later, 3 * pam + response)
            assert found[place] == [COLOURS[name] for name in said.regimens], place
        marks = [text for text in axes.texts if text.get_text() == "!"]
        assert len(marks) == (3 if policy == "literal" else 0)


def test_regimens_have_colours_of_their_own():
    assert len(set(COLOURS.values())) == len(COLOURS) == 6


def test_bars_add_up_to_the_patients():
    drawing = outcome_bars({"TCbHP": 3, "nab-PHP;PyroHT": 10})
    (axes,) = drawing.figure.axes
    widths = [patch.get_width() for patch in axes.patches]
    assert widths == [5, 5, 3]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["nab-PHP or PyroHT", "TCbHP"]
    assert "13 patients" in drawing.alt


def test_bands_of_a_branch_fill_its_bar():
    rows = [
        {"branch": "open", "low": 1, "high": 2, "not scored": 1, "n": 4, "mean_p_pcr": 0.5},
        {"branch": "PyroHT", "low": 5, "high": 0, "not scored": 0, "n": 5, "mean_p_pcr": 0.1},
    ]
    drawing = agreement_bars(rows, ("low", "high", "not scored"))
    (axes,) = drawing.figure.axes
    widths = [patch.get_width() for patch in axes.patches]
    assert widths == pytest.approx([0.25, 0.5, 0.25, 1, 0, 0])
    assert "PyroHT mean p_pcr 0.1" in drawing.alt


def test_the_page_of_the_docs_has_every_state_and_its_figure():
    page, figure = adaptive_arm_page(), adaptive_arm_figure()
    after_c2, after_c4 = page.partition("## After cycle 2")[2].split("## After cycle 4")
    assert after_c2.count("\n| ") == 1 + 81
    assert after_c4.partition("## A thousand")[0].count("\n| ") == 1 + 81
    assert after_c2.count("CONFLICT") == 3
    assert after_c4.count("choice: ADC or AC+H") == 81
    assert "](adaptive-arm.svg)" in page
    # By itself a picture has no style sheet to name colours for it.
    assert "var(" not in figure
    assert figure.startswith("<svg ")
