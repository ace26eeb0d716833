from __future__ import annotations

import re
import stat
import sys
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from neopcr.errors import TargetError
from neopcr.report import write_report
from neopcr.report.write import render

VOID = {"meta", "link", "br"}


class Outline(HTMLParser):
    """Headings, ids, references, and whether every element is closed where it should be."""

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.points_to, self.headings, self.captions = [], [], [], [], 0
        self.outside = []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        self.ids += [attributes["id"]] if "id" in attributes else []
        self.captions += tag == "caption"
        self.headings += [int(tag[1])] if re.fullmatch("h[1-6]", tag) else []
        self.points_to += attributes.get("aria-labelledby", "").split()
        for name in ("href", "src", "xlink:href"):
            target = attributes.get(name, "#")
            if target.startswith("#"):
                self.points_to += [target[1:]] if len(target) > 1 else []
            elif not target.startswith("data:"):
                self.outside.append(target)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes the wrong element"


def outline(page: str) -> Outline:
    parser = Outline()
    parser.feed(page)
    assert parser.open == []
    return parser


def words(page: str) -> str:
    without = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", without))


def test_the_page_is_well_formed_and_every_reference_leads_somewhere(report, bare):
    for one in (report, bare):
        found = outline(render(one))
        assert len(found.ids) == len(set(found.ids))
        assert set(found.points_to) <= set(found.ids)
        assert found.headings[0] == 1
        assert found.headings.count(1) == 1
        steps = zip(found.headings, found.headings[1:], strict=False)
        assert all(after - before <= 1 for before, after in steps)


def test_the_page_needs_no_network_and_forbids_itself_any(report):
    page = render(report)
    assert outline(page).outside == []
    assert "<script" not in page
    assert "@import" not in page
    assert "default-src 'none'" in page
    assert not re.search(r"url\((?!#)", page)


def test_every_estimate_stands_with_its_n_events_interval_and_method(report):
    text = words(render(report))
    assert "All patients 350 160 0.741 0.702 to 0.783" in text
    assert "AUROC DeLong; best 1" in text
    assert "centre 7 9 3 too few to say" in text
    assert "Baseline, reachable 350 160 0.791" in text


def test_differences_show_both_models_sign_interval_method_and_verdict(report):
    text = words(render(report))
    row = "+0.041 \N{MINUS SIGN}0.006 to +0.088 paired bootstrap not shown to help"
    assert (
        "c1 against baseline AUROC 350 160 0.741 0.702 to 0.783 0.741 0.702 to 0.783 " + row in text
    )


def test_who_the_patients_are_stands_beneath_the_flow(report, bare):
    page = words(render(report)).replace("\N{NO-BREAK SPACE}", " ")
    assert "All 350 patients pCR 160 patients Residual disease 190 patients" in page
    assert "age_years years 52 (44.2 to 61) 51 (43 to 60) not shown" in page
    assert "her2_ihc 3+ 300 (85.7 %) 150 (93.8 %) 150 (78.9 %) missing 50 (14.3 %)" in page
    assert "expression: 20,000 columns, not listed." in page
    assert "characteristics of the patients" not in render(bare)


def test_the_flow_counts_everyone(report):
    text = words(render(report))
    told = "samples not used: 6 (nobody left out)"
    assert f"359 in the file {told} 9 left out: outcome not known 350 remain" in text
    assert "After cycle 1 10 left out: still on therapy 340 remain" in text


def test_the_page_says_what_it_is_not(report, bare):
    for one in (report, bare):
        text = words(render(one))
        assert "For research use only. Nothing here is a treatment recommendation." in text
        assert "is not a treatment effect" in text
        assert one.estimand in text
        assert "Not intended for" in text


def test_availability_says_what_missingness_gives_away(report):
    text = words(render(report))
    assert "ctdna_detected_c1 ctdna 210 of 350 60.0" in text
    assert "0.512 0.702 to 0.783 0.913 0.702 to 0.783 control too few to say" in text


def test_availability_of_no_patient_is_no_share(report):
    empty = replace(report.sections[0].availability[1], known=0, n=0)
    section = replace(report.sections[0], availability=(empty,))
    text = words(render(replace(report, sections=(section,))))
    assert "0 of 0 0.0" in text
    assert "Missing tells" not in text


def test_text_from_outside_is_escaped(report):
    page = render(replace(report, limits=("<script>alert(1)</script>",)))
    assert "pCR in &lt;a cohort&gt;" in page
    assert "<script" not in page


def test_figures_have_words_for_those_who_cannot_see_them(report):
    page = render(report)
    assert (
        page.count("<figure>")
        == page.count("<figcaption>")
        == page.count('role="img" aria-label="') - page.count('aria-label="not estimated"')
    )
    assert 'aria-label="ROC curve. AUROC: Blend 0.741 (0.702 to 0.783)."' in page


def test_what_there_is_nothing_to_say_of_is_left_out(bare):
    text = words(render(bare))
    for heading in ("What was measured", "Explanation", "Patients</h2>", "Reachable", "Chosen"):
        assert heading not in text


def test_explanations_alone_are_a_report_too(report):
    section = replace(report.sections[0], performance=(), reachable=(), figures=())
    page = render(replace(report, sections=(section,), comparisons=()))
    found = outline(page)
    assert "performance" not in found.ids
    assert {"glance", "explanation", "card"} <= set(found.ids)
    assert "Metrics" not in words(page)


def test_the_same_report_gives_the_same_bytes(report):
    assert render(report) == render(report)


def test_a_report_is_one_file_for_its_owner_and_replaces_the_last(tmp_path, report, bare):
    target = tmp_path / "new" / "report.html"
    write_report(report, target)
    assert write_report(bare, target) == target
    assert target.read_text(encoding="utf-8") == render(bare)
    assert [path.name for path in target.parent.iterdir()] == ["report.html"]
    if sys.platform != "win32":
        assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_report_that_cannot_be_written_leaves_nothing_behind(tmp_path, bare):
    occupied = tmp_path / "report.html"
    (occupied / "folder").mkdir(parents=True)
    with pytest.raises(TargetError, match=r"report\.html: it is a folder"):
        write_report(bare, occupied)
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
