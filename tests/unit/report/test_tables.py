from __future__ import annotations

from dataclasses import replace

from neopcr.metrics import METRICS
from neopcr.report.tables import (
    by_group,
    definitions,
    grid,
    metric_title,
    overall,
    section_title,
    told,
)
from neopcr.validation import Missingness


def test_a_grid_has_a_row_a_group_and_a_column_a_metric_in_order_of_appearance(performance):
    auroc, slope, few = performance
    table = grid([slope, few, auroc])
    assert [header.name for header in table.headers] == ["calibration_slope", "auroc"]
    assert [(row.group, row.n, row.events) for row in table.rows] == [
        ("all", 350, 160),
        ("centre 7", 9, 3),
    ]
    assert table.rows[0].cells == (slope, auroc)
    assert table.rows[1].cells == (None, few)


def test_metrics_of_a_group_that_rest_on_other_patients_take_their_own_row(performance):
    auroc, slope, _ = performance
    table = grid([auroc, replace(slope, n=349)])
    assert [(row.n, row.cells) for row in table.rows] == [
        (350, (auroc, None)),
        (349, (None, replace(slope, n=349))),
    ]


def test_a_header_names_the_usual_method_and_none_for_estimates_that_were_not_made(performance):
    auroc, _, few = performance
    other = replace(auroc, group="HR+", method="bootstrap percentile")
    header = grid([auroc, replace(few, method="none"), other]).headers[0]
    assert header.method == "DeLong"
    assert grid([replace(few, method="none")]).headers[0].method == ""
    reachable = replace(auroc, group="reachable", method="a larger model")
    assert grid([other, reachable, reachable]).headers[0].method == "bootstrap percentile"
    assert header.best == "1"


def test_a_metric_that_is_not_registered_is_named_in_words(auroc):
    header = grid([replace(auroc, name="net_gain")]).headers[0]
    assert (header.title, header.best) == ("net gain", "")
    assert metric_title("auroc") == METRICS["auroc"].title


def test_reachable_stands_beside_the_result_it_belongs_to(report):
    rows = overall(report.sections).rows
    assert [(row.group, row.aside) for row in rows] == [
        ("Baseline", False),
        ("Baseline, reachable", True),
        ("After cycle 1", False),
    ]
    assert by_group(report.sections[0]).rows[-1].group == "reachable"
    assert by_group(report.sections[1]).rows[-1].group == "centre 7"


def test_only_results_in_all_patients_are_at_a_glance(report):
    assert all(row.n == 350 for row in overall(report.sections).rows)


def test_metrics_define_themselves_once():
    (one,) = definitions(["auroc", "auroc", "unknown"])
    assert one.title == METRICS["auroc"].title
    assert one.meaning == METRICS["auroc"].function.__doc__.strip().splitlines()[0]
    assert one.reference == METRICS["auroc"].reference


def test_what_missingness_was_tested_against_is_listed_in_order(auroc):
    rows = [
        Missingness(column="a", modality="m", known=1, n=2, tells={"outcome": auroc}),
        Missingness(
            column="b", modality="m", known=1, n=2,
            tells={"centre": auroc, "outcome": auroc},
        ),
    ]  # fmt: skip
    assert told(rows) == ("outcome", "centre")


def test_landmarks_are_said_in_words_and_other_names_are_left():
    assert section_title("c2") == "After cycle 2"
    assert section_title("external") == "external"
