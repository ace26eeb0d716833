"""HER2 as a pathologist can read it: the tables of this folder against the code."""

import numpy as np
import pytest

from neopcr.oncology import her2, her2_expression, her2_text
from neopcr.oncology.her2_ish import ASSAYS
from spec.spec_tables import code, number, read_spec

WORDS = {"NEG": 0, "POS": 1, "EQU": 2, "IND": 3, "?": -1}
SCORES = {"no IHC": "", "0": "0", "1+": "1+", "2+": "2+", "3+": "3+"}
ISH_BY_IHC = read_spec("her2_ish_by_ihc.txt")
RECOUNT = read_spec("her2_recount.txt")
CALLS = read_spec("her2_calls.txt")
EXPRESSION = read_spec("her2_expression.txt")
TEXTS = read_spec("her2_ihc_texts.txt")
FLAGS = read_spec("her2_flags.txt")
every_edition = pytest.mark.parametrize("guideline", [2018, 2023])


def row_id(row):
    return " ".join(filter(None, row.values()))


def numbers(rows, name):
    return np.array([number(row.get(name, "")) for row in rows])


def codes(rows, name, categories):
    return np.array([code(row.get(name, ""), categories) for row in rows], dtype=np.int16)


def given(rows):
    yes_no = {"yes": 1.0, "no": 0.0}
    return her2.Her2Input(
        ihc=codes(rows, "ihc", her2.IHC_SCORES),
        stained_percent=numbers(rows, "stained"),
        zero_plus=np.array([yes_no.get(row.get("0+", ""), np.nan) for row in rows]),
        ratio=numbers(rows, "ratio"),
        copies=numbers(rows, "copies"),
        cep17=numbers(rows, "cep17"),
        assay=codes(rows, "assay", ASSAYS),
        recount_ratio=numbers(rows, "recount_ratio"),
        recount_copies=numbers(rows, "recount_copies"),
        cells=numbers(rows, "cells"),
        ish_call=codes(rows, "ish_call", her2.CALLS),
        status_call=codes(rows, "status_call", her2.CALLS),
    )


def raised(classified, row=0):
    return {name for name, flag in classified.flags.items() if flag[row]}


@every_edition
@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize("table", [ISH_BY_IHC, RECOUNT], ids=["first count", "recount"])
def test_ish_by_ihc(table, score, guideline):
    rows = [{**row, "ihc": SCORES[score]} for row in table]
    classified = her2.classify(given(rows), guideline)
    assert classified.guideline == guideline
    assert list(classified.asco_cap_status) == [WORDS[row[score]] for row in rows]
    assert list(classified.ish_group) == [int(row["group"]) for row in rows]


@pytest.mark.parametrize("row", RECOUNT, ids=row_id)
def test_recount_flags_beside_2_plus(row):
    classified = her2.classify(given([{**row, "ihc": "2+"}]))
    assert raised(classified) == set(row["flags at 2+"].split())


@every_edition
@pytest.mark.parametrize("row", CALLS, ids=row_id)
def test_calls_recounts_and_contradictions(row, guideline):
    classified = her2.classify(given([row]), guideline)
    assert classified.asco_cap_status[0] == WORDS[row["expected"]]
    assert raised(classified) == set(row["flags"].split())


@every_edition
def test_expression(guideline):
    classified = her2.classify(given(EXPRESSION), guideline)
    assert list(classified.expression_label) == list(
        codes(EXPRESSION, "label", her2_expression.LABELS)
    )
    ultra_high = classified.ultra_high_ratio
    assert np.array_equal(ultra_high, numbers(EXPRESSION, "ultra_high"), equal_nan=True)
    assert list(classified.flag("percent_conflict")) == [bool(row["flags"]) for row in EXPRESSION]


@pytest.mark.parametrize("row", TEXTS, ids=row_id)
def test_ihc_as_it_is_written(row):
    read = her2_text.read_ihc(row["cell"])
    if row["ihc"] == "no score":
        assert read is None
        return
    assert read is not None
    assert read.ihc == code(row["ihc"], her2.IHC_SCORES)
    assert read.ish_call == code(row["ish_call"], her2.CALLS)
    assert read.ratio == pytest.approx(number(row["ratio"]), nan_ok=True)
    assert read.zero_plus == (row["0+"] == "yes")


def test_what_flags_tell():
    assert {row["flag"]: row["what it tells"] for row in FLAGS} == dict(her2.FLAGS)
