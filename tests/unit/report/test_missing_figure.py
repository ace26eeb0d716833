"""The picture of what is missing: every share in it, nothing over anything else."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from neopcr.report.drawing import svg
from neopcr.report.missing_map import missing_figure
from neopcr.validation.missing_map import MissingMap

BLOCKS = ("Outcome", "Dates, arm and centre", "Hormone receptors and Ki-67", "HER2")


def found(n_centres, blocks=BLOCKS):
    shares = np.linspace(0, 1, len(blocks) * (n_centres + 1)).reshape(len(blocks), n_centres + 1)
    sizes = tuple(range(10, 10 + n_centres))
    names = tuple(str(each + 1) for each in range(n_centres))
    return MissingMap(
        blocks=blocks, centres=("all", *names), patients=(sum(sizes), *sizes), share=shares
    )


def texts(drawing):
    return [
        text
        for axes in (*drawing.figure.axes, *drawing.figure.axes[1].child_axes)
        for text in (*axes.texts, *axes.get_xticklabels(), *axes.get_yticklabels())
        if text.get_text() and axes.axison | (text in axes.texts)
    ]


@pytest.mark.parametrize("n_centres", [0, 1, 3, 16, 17, 40])
@pytest.mark.parametrize("blocks", [BLOCKS, BLOCKS[:1], BLOCKS * 3], ids=["some", "one", "many"])
def test_no_word_stands_over_another_and_none_outside(n_centres, blocks):
    drawing = missing_figure("missing", found(n_centres, blocks))
    drawing.figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in texts(drawing)]
    frame = drawing.figure.bbox.expanded(1.01, 1.01)
    for box in boxes:
        assert frame.contains(box.x0, box.y0)
        assert frame.contains(box.x1, box.y1)
    for one, other in itertools.combinations(boxes, 2):
        assert not one.shrunk(0.95, 0.8).overlaps(other.shrunk(0.95, 0.8))


def test_colour_grows_with_what_is_missing_and_words_say_it():
    drawing = missing_figure("missing", found(3))
    cells = [each for each in drawing.figure.axes[1].patches if isinstance(each, Rectangle)]
    alphas = [cell.get_alpha() for cell in cells if cell.get_alpha() is not None]
    assert alphas == sorted(alphas)
    assert len(alphas) == 4 * 4 - 1  # nothing is drawn where nothing is missing
    words = [text.get_text() for text in drawing.figure.axes[1].texts]
    assert words[0] == "0"
    assert words[-1] == "100"
    assert drawing.alt == (
        "Heat map of missing cells. In all patients: Outcome 0 %, Dates, arm and centre 27 %, "
        "Hormone receptors and Ki-67 53 %, HER2 80 %."
    )


def test_almost_nothing_and_almost_all_are_not_rounded_away():
    shares = np.array([[0.004, 0.996]])
    drawing = missing_figure(
        "missing",
        MissingMap(blocks=("HER2",), centres=("all", "others"), patients=(9, 9), share=shares),
    )
    assert [text.get_text() for text in drawing.figure.axes[1].texts] == ["<1", ">99"]


def test_of_many_centres_each_fifth_is_labelled_and_what_is_no_number():
    many = found(40)
    names = (*many.centres[:-2], "others", "?")
    drawing = missing_figure(
        "missing",
        MissingMap(blocks=many.blocks, centres=names, patients=many.patients, share=many.share),
    )
    labels = [text.get_text() for text in drawing.figure.axes[1].get_xticklabels()]
    assert [label for label in labels if label] == [
        "all", "1", "5", "10", "15", "20", "25", "30", "35", "others", "?",
    ]  # fmt: skip


def test_the_same_picture_gives_the_same_text():
    assert svg(missing_figure("missing", found(5))) == svg(missing_figure("missing", found(5)))
