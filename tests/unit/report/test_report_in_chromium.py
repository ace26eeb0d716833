"""The report as a browser shows it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from browser import browse, let_measure
from neopcr.report import write_report


@pytest.mark.chromium
def test_a_browser_shows_the_key_figures_and_complains_of_nothing(chromium, tmp_path, report):
    page = write_report(report, tmp_path / "report.html")
    dom, complaints = browse(chromium, tmp_path, page, "--dump-dom")
    assert complaints == []
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", dom))
    for said in (
        "pCR in &lt;a cohort&gt;",
        "0.741 0.702 to 0.783",
        "too few to say",
        "Blend 0.741 (0.702 to 0.783)",
        "For research use only",
        "359 in the file",
    ):
        assert said in text
    assert dom.count("<svg") == 9


@pytest.mark.chromium
@pytest.mark.parametrize(
    ("scheme", "width", "ink"),
    [
        ("light", 500, "rgb(27, 31, 36)"),
        ("dark", 500, "rgb(227, 229, 231)"),
        ("light", 1280, "rgb(27, 31, 36)"),
    ],
)
def test_it_fits_a_phone_and_follows_light_and_dark(chromium, tmp_path, report, scheme, width, ink):
    page = write_report(replace(report, limits=()), tmp_path / "report.html")
    page = let_measure(page, tmp_path / "measured.html")
    dark = ("--blink-settings=preferredColorScheme=0",) if scheme == "dark" else ()
    dom, complaints = browse(
        chromium, tmp_path, page, f"--window-size={width},900", *dark, "--dump-dom"
    )
    assert complaints == []
    measured = dict(re.findall(r'data-(wide|ink|line|height)="([^"]*)"', dom[:2000]))
    assert measured["wide"] == ""
    assert measured["ink"] == measured["line"] == ink
    assert int(measured["height"]) > 250
