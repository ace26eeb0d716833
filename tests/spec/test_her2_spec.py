"""HER2 as a pathologist can read it: the tables of this folder against the code."""

import numpy as np
import pytest

from neopcr.oncology import her2, her2_expression
from neopcr.oncology.her2_ish import ASSAYS
from spec.spec_tables import code, number, read_spec

WORDS = {"NEG": 0, "POS": 1, "EQU": 2, "IND": 3, "?": -1}
ISH_BY_IHC = read_spec("her2_ish_by_ihc.txt")
CALLS = read_spec("her2_calls.txt")
EXPRESSION = read_spec("her2_expression.txt")


def numbers(rows, name):
    return np.array([number(row.get(name, "")) for row in rows])


def codes(rows, name, categories):
    return np.array([code(row.get(name, ""), categories) for row in rows], dtype=np.int16)


def given(rows):
    return her2.Her2Input(
        ihc=codes(rows, "ihc", her2.IHC_SCORES),
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


@pytest.mark.parametrize(
    ("score", "ihc"), [("no IHC", ""), ("0", "0"), ("1+", "1+"), ("2+", "2+"), ("3+", "3+")]
)
def test_ish_by_ihc(score, ihc):
    rows = [{**row, "ihc": ihc} for row in ISH_BY_IHC]
    classified = her2.classify(given(rows))
    assert list(classified.status) == [WORDS[row[score]] for row in rows]
    assert list(classified.group) == [int(row["group"]) for row in rows]


@pytest.mark.parametrize("row", CALLS, ids=lambda row: " ".join(filter(None, row.values())))
def test_calls_recounts_and_contradictions(row):
    classified = her2.classify(given([row]))
    assert classified.status[0] == WORDS[row["expected"]]
    raised = {name for name, flag in classified.flags.items() if flag[0]}
    assert raised == set(row["flags"].split())


def test_expression():
    classified = her2.classify(given(EXPRESSION))
    label = her2_expression.expression_label(
        classified, codes(EXPRESSION, "ihc", her2.IHC_SCORES), numbers(EXPRESSION, "stained")
    )
    assert list(label) == list(codes(EXPRESSION, "label", her2_expression.LABELS))
    ultra_high = her2_expression.ultra_high_ratio(classified)
    assert np.array_equal(ultra_high, numbers(EXPRESSION, "ultra_high"), equal_nan=True)
