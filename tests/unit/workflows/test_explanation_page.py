"""What the pages of an explanation say, of models that are told apart by what they know."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from neopcr.explain import explain_cohort, rank_stability
from neopcr.features import feature_space
from neopcr.kernel import LinearMember, Model
from neopcr.pipeline import PRODUCTS
from neopcr.specs import Landmark, Step
from neopcr.workflows._drawn import leaning_figures
from neopcr.workflows._explanation_page import Explained, cohort_page, patient_page

N = 45


def explained(columns, training, *, coefficient=0.1, n_background=None):
    space = feature_space(["pam", "receptors", "clinical"], columns, Landmark.baseline, PRODUCTS)
    n = len(space.names)
    member = LinearMember(0.0, np.zeros(n), np.full(n, coefficient), np.zeros(n))
    bundle = SimpleNamespace(
        name="made", landmark=space.landmark, version=2, space=space, training=training,
        model=Model(n, (member,), (1.0,), 0.3, 1.0), estimand="p_pcr as treated.",
    )  # fmt: skip
    table = {
        "pam_status": np.ones(N, dtype=np.int16), "hr_status": np.ones(N, dtype=np.int16),
        "age_years": np.linspace(-1.0, 1.0, N), "grade": np.full(N, np.nan),
    }  # fmt: skip
    cohort = SimpleNamespace(
        table=table, row=np.arange(2, N + 2), flow=(Step("read", 0, 47), Step("twice", 2, 45)),
    )  # fmt: skip
    found = explain_cohort(bundle, table)
    return Explained(bundle, cohort, found, {"bundle (SHA-256)": "ab"}, n_background), bundle, table


def test_the_cohort_s_page_holds_every_column_with_its_ranks():
    ranks = rank_stability(("age_years", "grade"), np.array([2.0, 1.0]), np.ones((10, 2)))
    of, *_ = explained(("age_years", "grade"), {"rank_stability": ranks.record()})
    page = cohort_page(of, ())
    meant, moves = page.chapters
    assert "path-dependent" in meant.text[0]
    assert meant.text[-1] == "twice: 2 left out, 45 remain."
    (grid,) = moves.folded
    assert [(row[0], row[1], row[2], *row[4:]) for row in grid.rows] == [
        ("age_years", "age", "0.0\N{NO-BREAK SPACE}%", "1", "1 to 2"),
        ("grade", "histological grade", "100.0\N{NO-BREAK SPACE}%", "2", "1 to 2"),
    ]


def test_a_bundle_without_refits_has_no_ranks_and_a_background_is_named():
    of, *_ = explained(("age_years",), {}, n_background=1200)
    meant, moves = cohort_page(of, ()).chapters
    assert "a background of 1,200 patients" in meant.text[0]
    assert moves.folded[0].rows[0][-2:] == ("", "")


def test_the_patient_s_page_says_reasons_by_row_and_leaves_out_what_moved_nothing():
    of, *_ = explained(("age_years", "grade"), {})
    page = patient_page(of, N - 1, ())
    assert page.subtitle.startswith("Version 2; row 46 of the cohort; p_pcr ")
    # Grade is missing, which moves nothing in this model.
    assert page.chapters[0].grids[0].rows == (
        ("age 1 years (raises p_pcr by 2 points)", "+0.10"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "drawn"),
    [
        (("pam_status", "hr_status"), {"dependence", "pam-by-hr"}),
        (("age_years",), {"dependence"}),
        (("grade",), set()),
    ],
)
def test_what_cannot_be_drawn_is_left_out(columns, drawn):
    of, bundle, table = explained(columns, {})
    figures = leaning_figures("m", bundle, table, of.explanation)
    names = {each.name.removeprefix("m-") for each in figures}
    assert names == {"beeswarm", "columns", "modalities"} | drawn
    if "pam-by-hr" in drawn:
        assert "pam_altered_x_hr_positive: 0.100" in figures[-1].caption
