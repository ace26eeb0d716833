"""The page of a check: what it says, and how a browser shows it."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from browser import browse, let_measure
from neopcr.errors import TargetError
from neopcr.report.check_page import (
    BlockRow,
    CheckPage,
    RejectRow,
    WarningRow,
    render_check,
    write_check,
)
from neopcr.report.missing_map import missing_figure
from neopcr.specs import Estimate, Step
from neopcr.validation import Missingness
from neopcr.validation.missing_map import MissingMap


def tell(value, group="all"):
    return Estimate(
        name="auroc", value=value, lower=None if value is None else value - 0.05,
        upper=None if value is None else value + 0.05, n=1990, events=801, method="DeLong",
        group=group,
    )  # fmt: skip


def page(n_centres=40):
    share = np.linspace(0, 1, 3 * (n_centres + 1)).reshape(3, n_centres + 1)
    found = MissingMap(
        blocks=("Outcome", "HER2", "Circulating tumour DNA"),
        centres=("all", *(str(each + 1) for each in range(n_centres))),
        patients=(1995, *(range(20, 20 + n_centres))),
        share=share,
    )
    return CheckPage(
        source="<b>trial</b>.csv",
        version="1.2",
        rows=2000,
        kept=1995,
        rejected=5,
        centres=n_centres,
        blocks=(BlockRow(title="HER2", columns=("her2_ihc",), n_columns=1, known=0.75),),
        ignored=("mystery",),
        flow=(
            Step("rows of the patients' files", 0, 2000),
            Step("rows that break the data contract (see the rejects)", 5, 1995),
        ),
        rejects=(
            RejectRow(column="age_years", rule="out_of_range", says="must lie in it", rows=5, first=7),
        ),
        warnings=(
            WarningRow(
                column="tumor_diameter_mm", rule="unit_slip", says="as if centimetres", rows=1900,
                first=1, remedy="Declare the unit.",
            ),
            WarningRow(
                column="ki67_percent", rule="empty", says="no value", rows=0, first=None,
                remedy="Map it.",
            ),
        ),
        availability=(
            Missingness(
                column="ctdna_detected_c1", modality="ctdna", known=1200, n=1995,
                tells={"outcome": tell(0.52), "centre": tell(0.81, "centre 3 of 40")},
            ),
            Missingness(
                column="her2_ihc", modality="her2", known=1995, n=1995,
                tells={"outcome": tell(0.5), "centre": tell(0.5)},
            ),
            Missingness(
                column="grade", modality="clinical", known=9, n=1995,
                tells={"outcome": tell(None), "centre": tell(None)},
            ),
        ),
        picture=missing_figure("missing", found),
        provenance={"data_sha256": "abc"},
    )  # fmt: skip


def words(html):
    without = re.sub(r"<(style|svg)\b.*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", without)


def test_everything_that_was_found_stands_on_the_page():
    text = words(render_check(page()))
    for said in (
        "2,000 rows in the file 1,995 kept 5 rejected 2 warnings 1 columns recognised 1 columns not used 40 centres",
        "5 left out: rows that break the data contract",
        "age_years out_of_range must lie in it 5 7",
        "tumor_diameter_mm as if centimetres 1,900 1 Declare the unit.",
        "ki67_percent no value 0 \N{EN DASH} Map it.",
        "HER2 1 75.0 % her2_ihc",
        "mystery",
        "0.520 0.470 to 0.570 n 1,990, 801 events",
        "0.810 0.760 to 0.860 n 1,990, 801 events centre 3 of 40",
        "her2_ihc her2 1,995 100.0 % none missing none missing",
        "too few to say",
        "data_sha256 abc",
        "For research use only",
    ):
        assert said in text, said


def test_only_what_tells_too_much_is_marked():
    html = render_check(page())
    assert html.count('class="est warn"') == 1
    assert "<b>trial</b>" not in html


def test_a_clean_cohort_and_one_of_which_nobody_is_left():
    clean = replace(
        page(3), rejects=(), warnings=(), ignored=(), availability=(), picture=None, centres=0,
        rejected=0,
    )  # fmt: skip
    text = words(render_check(clean))
    assert "No row breaks a rule of the data contract." in text
    assert "Nothing doubtful was found" in text
    assert "Not used" not in text
    assert "centres" not in text.split("Patients")[1].split("Rejected")[0]
    untold = replace(page(3), availability=(replace(page().availability[0], tells={}),))
    assert "Missing tells" not in words(render_check(untold))


def test_it_is_written_whole_or_not_at_all(tmp_path):
    path = write_check(page(3), tmp_path / "new" / "report.html")
    assert path.read_text() == render_check(page(3))
    (tmp_path / "file").write_text("")
    with pytest.raises(TargetError):
        write_check(page(3), tmp_path / "file" / "report.html")


@pytest.mark.chromium
@pytest.mark.parametrize(
    ("n_centres", "scheme", "width"), [(40, "light", 500), (3, "dark", 500), (40, "dark", 1280)]
)
def test_a_browser_shows_it_on_a_phone_and_a_desk(chromium, tmp_path, n_centres, scheme, width):
    path = write_check(page(n_centres), tmp_path / "report.html")
    measured = let_measure(path, tmp_path / "measured.html")
    dark = ("--blink-settings=preferredColorScheme=0",) if scheme == "dark" else ()
    dom, complaints = browse(
        chromium, tmp_path, measured, f"--window-size={width},900", *dark, "--dump-dom"
    )
    assert complaints == []
    found = dict(re.findall(r'data-(wide|ink|line|height)="([^"]*)"', dom[:2000]))
    assert found["wide"] == ""
    assert found["ink"] == found["line"]
    assert int(found["height"]) > 100
