"""The report as a browser shows it."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace

import pytest

from neopcr.report import write_report

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--enable-logging=stderr", "--hide-scrollbars",
)  # fmt: skip

MEASURE = """<script>addEventListener("load", () => {
  const wide = [...document.querySelectorAll("body *")].filter(
    (e) => !e.closest(".scroll, .skip, svg") && e.getBoundingClientRect().right > innerWidth + 1);
  document.documentElement.dataset.wide = wide.map((e) => e.tagName).join(" ");
  document.documentElement.dataset.ink = getComputedStyle(document.body).color;
  document.documentElement.dataset.line = getComputedStyle(document.querySelector("svg text")).fill;
  document.documentElement.dataset.height = document.querySelector("svg").clientHeight;
});</script>"""


def browse(chromium, folder, page, *flags):
    command = [chromium, *FLAGS, f"--user-data-dir={folder / 'profile'}", *flags, page.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


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
    assert dom.count("<svg") == 7


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
    # The page forbids itself scripts; this copy lets one in, to measure what the browser laid out.
    text = page.read_text(encoding="utf-8").replace(
        "default-src 'none'", "script-src 'unsafe-inline'"
    )
    page.write_text(text.replace("</body>", f"{MEASURE}</body>"), encoding="utf-8")
    dark = ("--blink-settings=preferredColorScheme=0",) if scheme == "dark" else ()
    dom, complaints = browse(
        chromium, tmp_path, page, f"--window-size={width},900", *dark, "--dump-dom"
    )
    assert complaints == []
    measured = dict(re.findall(r'data-(wide|ink|line|height)="([^"]*)"', dom[:2000]))
    assert measured["wide"] == ""
    assert measured["ink"] == measured["line"] == ink
    assert int(measured["height"]) > 250
