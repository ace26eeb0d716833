"""The page of a scored cohort: what it says, what it keeps to itself, and the one script it runs."""

from __future__ import annotations

import base64
import hashlib
import re
import stat

import numpy as np
import pytest

from neopcr.report.score_figures import Spread, by_class, distribution
from neopcr.report.score_page import ScoredRow, ScorePage, Share, render_scores, write_scores


def spread(name, n):
    return Spread(
        name=name, n=n, low=0.1, lower=0.25, middle=0.4, upper=0.6, high=0.8, outside=n // 10
    )


def row(number, **more):
    told = {"patient": None, "p": 0.25, "lower": 0.125, "upper": 0.5, "told": "", "reasons": ()}
    return ScoredRow(row=number, **(told | more))


@pytest.fixture
def page():
    spreads = (spread("Everyone", 2), spread("HR positive", 2), spread("HR negative", 0))
    return ScorePage(
        title="demo-c1",
        version="1.0",
        estimand="p_pcr of the policy",
        rows=1_200,
        scored=2,
        drawings=(
            distribution("scores", np.full(50, 0.02), spreads[0]),
            by_class("scores-by-class", spreads[:2]),
        ),
        spreads=spreads,
        rules=(Share(name="duplicate_id", rows=1_198),),
        flags=(Share(name="missing:ctdna", rows=600),),
        missing=(Share(name="er_percent", rows=12),),
        table=(
            row(1, reasons=(("er_percent", -0.5), ("her2_ihc", 0.25)), told="missing:ctdna"),
            row(2, p=None, lower=None, upper=None, told="duplicate_id"),
        ),
        provenance={"bundle (SHA-256)": "abc"},
    )


def test_what_it_says(page):
    text = render_scores(page).replace("\N{NO-BREAK SPACE}", " ")
    for words in (
        "For research use only", "Scores by demo-c1", "1,200", "The first 2 of 1,200 rows",
        "25.0 %", "12.5 % to 50.0 %", "<code>er_percent</code> -0.50, <code>her2_ihc</code> +0.25",
        "99.8 %", "no identifier",
    ):  # fmt: skip
        assert words in text, words
    assert "Patient</button>" not in text


def test_its_policy_lets_in_its_own_script_and_no_other(page):
    text = render_scores(page)
    [script] = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src "
    assert f"{policy}'sha256-{digest}'" in text
    assert "innerHTML" not in script


def test_patients_are_named_where_that_was_asked_for_and_escaped(page):
    named = ScorePage(**{
        name: getattr(page, name) for name in page.__dataclass_fields__
    } | {"with_ids": True, "rows": 2, "table": (row(1, patient="<b>P1"), row(2))})  # fmt: skip
    text = render_scores(named)
    assert "&lt;b&gt;P1" in text
    assert "<b>P1" not in text
    assert "This page names patients" in text
    assert "Every row." in text


def test_a_cohort_of_which_nothing_could_be_said():
    text = render_scores(
        ScorePage(title="demo-c1", version="1.0", estimand="p_pcr", rows=0, scored=0)
    )
    for words in (
        "No row could be scored", "Every row was scored", "No row has a flag",
        "The cohort has no rows", "has a value in every row",
    ):  # fmt: skip
        assert words in text


def test_it_is_private(page, tmp_path):
    path = write_scores(page, tmp_path / "deep" / "scores.html")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
