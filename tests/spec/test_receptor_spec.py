"""Receptors, Ki-67 and subtypes as a pathologist can read them: the tables against the code."""

import numpy as np
import pyarrow as pa
import pytest

from neopcr.cohort.contract import read_columns
from neopcr.modalities import CONTRACT
from neopcr.oncology import receptor_scores, receptors, subtypes
from spec.spec_tables import code, number, read_spec

RECEPTORS = read_spec("receptors.txt")
EVIDENCE = read_spec("receptors_evidence.txt")
ALLRED = read_spec("receptors_allred.txt")
PARTS = read_spec("receptors_allred_parts.txt")
PROPORTION = read_spec("receptors_proportion.txt")
H_SCORE = read_spec("receptors_h_score.txt")
KI67 = read_spec("receptors_ki67.txt")
SUBTYPES = read_spec("receptors_subtypes.txt")
PERCENT_TEXT = read_spec("receptors_percent_text.txt")
CALL_TEXT = read_spec("receptors_call_text.txt")
SCORE_TEXT = read_spec("receptors_score_text.txt")
RULES = {
    "STRADDLES": "interval_straddles_cut",
    "CALL": "call_in_percent_column",
    "OTHER": "other_analyte",
    "UNREADABLE": "not_a_number",
    "DASH": "ambiguous_dash",
}


def numbers(rows, name):
    return np.array([number(row[name]) for row in rows])


def codes(rows, name, categories=receptors.CALLS):
    return np.array([code(row[name], categories) for row in rows], np.int16)


def same(found, expected, **tolerance):
    np.testing.assert_allclose(found, expected, equal_nan=True, rtol=0, **tolerance)


def flags_of(flags, row):
    return {name for name, raised in flags.items() if raised[row]}


def cell(name, text):
    """What a column makes of a text: a value, or the rule that refuses it."""
    column = CONTRACT[name]
    table, problems, _ = read_columns(pa.table({name: [text]}), [column])
    if problems:
        return problems[0].rule
    value = table[name][0]
    if column.kind == "number":
        return float(value)
    return column.categories[value] if value >= 0 else ""


def test_receptors_by_percent_and_call():
    er = receptors.receptor_positive(numbers(RECEPTORS, "er"), codes(RECEPTORS, "er_call"))
    pgr = receptors.receptor_positive(numbers(RECEPTORS, "pgr"), codes(RECEPTORS, "pgr_call"))
    same(er, numbers(RECEPTORS, "er_positive"))
    same(
        receptors.hr_positive(er, pgr, codes(RECEPTORS, "hr_call")),
        numbers(RECEPTORS, "hr_positive"),
    )
    same(receptors.er_low_positive(numbers(RECEPTORS, "er")), numbers(RECEPTORS, "er_low"))


def test_receptors_by_all_the_evidence():
    nan = np.full(len(EVIDENCE), np.nan)
    er = receptors.Evidence(
        percent=numbers(EVIDENCE, "er"),
        allred=numbers(EVIDENCE, "allred"),
        h_score=numbers(EVIDENCE, "h_score"),
        call=codes(EVIDENCE, "er_call"),
    )
    pgr = receptors.Evidence(
        percent=numbers(EVIDENCE, "pgr"), allred=nan, h_score=nan, call=codes(EVIDENCE, "pgr_call")
    )
    found = receptors.classify(er, pgr, codes(EVIDENCE, "hr_call"))
    same(found.er, numbers(EVIDENCE, "er_positive"))
    same(found.hr, numbers(EVIDENCE, "hr_positive"))
    same(found.er_low, numbers(EVIDENCE, "low"))
    same(receptors.reaches(er, 10.0), numbers(EVIDENCE, "ten"))
    for row, expected in enumerate(EVIDENCE):
        assert flags_of(found.flags, row) == set(expected["flags"].split()), expected


def test_what_holds_for_er_holds_for_pgr():
    def evidence(part):
        names = ("er", "allred", "h_score", "er_call") if part == "full" else ()
        empty = np.full(len(EVIDENCE), np.nan)
        values = [numbers(EVIDENCE, name) for name in names[:3]] or [empty] * 3
        call = codes(EVIDENCE, "er_call") if names else np.full(len(EVIDENCE), -1, np.int16)
        return receptors.Evidence(percent=values[0], allred=values[1], h_score=values[2], call=call)

    no_call = np.full(len(EVIDENCE), -1, np.int16)
    one = receptors.classify(evidence("full"), evidence("none"), no_call)
    other = receptors.classify(evidence("none"), evidence("full"), no_call)
    same(one.er, other.pgr)
    same(one.hr, other.hr)
    for name in ("call_conflict", "score_decides", "h_score_low"):
        assert list(one.flags[name]) == list(other.flags[name])


def test_allred():
    total = numbers(ALLRED, "total")
    low, high = receptor_scores.allred_bounds(total)
    same(receptor_scores.allred_positive(total), numbers(ALLRED, "positive"))
    same(low, numbers(ALLRED, "from"))
    below_1 = [row["to"] == "<1" for row in ALLRED]
    same(
        np.where(below_1, np.nan, high),
        [number("" if out else row["to"]) for row, out in zip(ALLRED, below_1, strict=True)],
    )
    assert 0.999 < high[below_1.index(True)] < 1
    evidence = receptors.Evidence(
        percent=total * np.nan,
        allred=total,
        h_score=total * np.nan,
        call=np.full(len(total), -1, np.int16),
    )
    same(receptors.is_low(evidence), numbers(ALLRED, "low_positive"))


def test_allred_from_its_parts():
    found = receptor_scores.allred_total(numbers(PARTS, "proportion"), numbers(PARTS, "intensity"))
    same(found, numbers(PARTS, "total"))


def test_proportion():
    found = receptor_scores.proportion_score(numbers(PROPORTION, "percent"))
    same(found, numbers(PROPORTION, "proportion"))


def test_h_score():
    score = receptor_scores.h_score(
        *(numbers(H_SCORE, name) for name in ("weak", "intermediate", "strong"))
    )
    low, high = receptor_scores.h_score_bounds(score)
    same(score, numbers(H_SCORE, "h_score"), atol=1e-12)
    same(receptor_scores.h_score_positive(score), numbers(H_SCORE, "positive"))
    same(low, numbers(H_SCORE, "from"), atol=5e-5)
    same(high, numbers(H_SCORE, "to"))


def test_ki67():
    percent = numbers(KI67, "percent")
    same(receptors.ki67_high(percent), numbers(KI67, "high_2013"))
    same(
        receptors.ki67_high(percent, receptors.KI67_HIGH_FROM_PERCENT_2011),
        numbers(KI67, "high_2011"),
    )
    assert list(receptors.ikwg_class(percent)) == list(codes(KI67, "ikwg", receptors.IKWG_CLASSES))


def subtype_input(rows):
    return subtypes.SubtypeInput(
        er=numbers(rows, "er"),
        pgr=numbers(rows, "pgr"),
        her2=numbers(rows, "her2"),
        pgr_percent=numbers(rows, "pgr_percent"),
        ki67_percent=numbers(rows, "ki67"),
    )


def test_subtypes():
    found = subtypes.surrogate_subtype(subtype_input(SUBTYPES))
    assert list(found) == list(codes(SUBTYPES, "subtype", subtypes.SUBTYPES))


def test_er_negative_pgr_positive_her2_negative_is_no_subtype():
    rows = [row for row in SUBTYPES if row["why"] == "no subtype of St Gallen"]
    (possible,) = subtypes.possible_subtypes(subtype_input(rows)).tolist()
    assert possible == [False, False, False, False, False, True]


def test_subtypes_that_ask_for_another_look_at_er():
    nan = np.full(len(SUBTYPES), np.nan)
    er, pgr = (
        receptors.Evidence(
            percent=nan,
            allred=nan,
            h_score=nan,
            call=np.nan_to_num(numbers(SUBTYPES, name), nan=-1).astype(np.int16),
        )
        for name in ("er", "pgr")
    )
    flags = receptors.classify(er, pgr, np.full(len(SUBTYPES), -1, np.int16)).flags
    for row, expected in enumerate(SUBTYPES):
        assert flags_of(flags, row) == set(expected["flags"].split())


@pytest.mark.parametrize("row", PERCENT_TEXT, ids=lambda row: row["text"])
@pytest.mark.parametrize("name", ["er_percent", "ki67_percent"])
def test_a_percent_as_it_is_written(row, name):
    expected = row[name]
    assert cell(name, row["text"]) == RULES.get(
        expected, number(expected) if expected[:1].isdigit() else None
    )


@pytest.mark.parametrize("row", CALL_TEXT, ids=lambda row: row["text"])
@pytest.mark.parametrize("name", ["er_status", "pgr_status", "hr_status", "her2_status"])
def test_a_call_as_it_is_written(row, name):
    expected = {"EQU": "equivocal", "": "unknown_category"}.get(row[name], row[name])
    assert cell(name, row["text"]) == RULES.get(expected, expected)


@pytest.mark.parametrize("row", SCORE_TEXT, ids=lambda row: row["text"])
def test_a_score_as_it_is_written(row):
    assert cell("er_allred", row["text"]) == (row["er_allred"] or "unknown_category")
    expected = number(row["er_h_score"]) if row["er_h_score"] else None
    found = cell("er_h_score", row["text"])
    assert found == expected if expected is not None else found in {"not_a_number", "out_of_range"}
