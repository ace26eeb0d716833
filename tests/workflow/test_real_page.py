"""The report of a real training, as a browser shows it."""

from __future__ import annotations

import re
from itertools import takewhile
from pathlib import Path

import pytest

from browser import browse, let_measure
from neopcr.report.numbers import count, interval_text, value_text
from neopcr.specs import Estimate

pytestmark = pytest.mark.chromium

TITLES = {"baseline": "Baseline", "c1": "After cycle 1"}


def words(dom: str) -> str:
    """What a reader sees: text without tags, spaces as one."""
    without = re.sub(r"<(style|script)\b.*?</\1>|<[^>]+>", " ", dom, flags=re.DOTALL)
    return re.sub(r"\s+", " ", without)


def test_the_key_figures_of_a_training_are_on_its_page(study, chromium, tmp_path):
    page = Path(study.training["report"])
    dom, complaints = browse(chromium, tmp_path, page, "--dump-dom")
    assert complaints == []
    text = words(dom)
    for model in study.training["models"]:
        estimates = [Estimate(**each) for each in model["performance"]]
        row = [TITLES[model["landmark"]], count(estimates[0].n), count(estimates[0].events)]
        # The first table goes as far as the metrics that bear an interval, then come the others.
        first = list(takewhile(lambda one: one.lower is not None, estimates))
        assert [one.name for one in first[:3]] == ["auroc", "brier", "scaled_brier"]
        assert (
            " ".join([*row, *(f"{value_text(one)} {interval_text(one)}" for one in first)]) in text
        )
        for one in estimates:
            assert value_text(one) in text, one.name
        assert model["sha256"][:12] in text
    for said in (
        "For research use only",
        "What each landmark adds",
        "Reachable",
        "rows of the patients' files",
        "ctdna_detected_c1",
    ):
        assert said in text, said
    # Each landmark: four of performance, two against comparators, five of reasons; two compare them.
    assert dom.count("<svg") == 24


@pytest.mark.parametrize("width", [500, 1280])
def test_it_fits_a_phone_and_a_desk(study, chromium, tmp_path, width):
    page = let_measure(Path(study.training["report"]), tmp_path / "measured.html")
    dom, complaints = browse(chromium, tmp_path, page, f"--window-size={width},900", "--dump-dom")
    assert complaints == []
    measured = dict(re.findall(r'data-(wide|scroll|shown)="([^"]*)"', dom[:2000]))
    assert measured["wide"] == ""
    assert int(measured["scroll"]) <= int(measured["shown"])
