"""Every combination of HER2 inputs, present or missing, against the guideline read by hand."""

import itertools

import numpy as np
import pytest

from neopcr.oncology import her2
from neopcr.oncology.her2_expression import LABELS
from neopcr.oncology.her2_input import COLUMNS, Her2Input
from spec.her2_by_hand import Patient, classify_by_hand

WORDS = {"dual": 0, "single": 1, **{call: code for code, call in enumerate(her2.CALLS)}}
CATEGORIES = {"ihc", "assay", "ish_call", "status_call"}
FIELDS = {"stained_percent": "percent"}
IHC = (None, 0, 1, 2, 3)
CALL = (None, "negative", "positive", "equivocal")
# Below, at and above each bound.
RATIOS = (None, 1.0, 1.999, 2.0, 7.0, 7.001)
COPIES = (None, 3.999, 4.0, 5.999, 6.0, 14.0)
COUNTS = {
    "ratio": RATIOS,
    "copies": COPIES,
    "cep17": (None, 2.0),
    "assay": (None, "dual", "single"),
}


def product(**axes):
    return [
        Patient(**dict(zip(axes, each, strict=True))) for each in itertools.product(*axes.values())
    ]


def as_input(patients):
    def values(name):
        cells = [getattr(each, FIELDS.get(name, name)) for each in patients]
        if name in CATEGORIES:
            codes = [-1 if cell is None else WORDS.get(cell, cell) for cell in cells]
            return np.array(codes, dtype=np.int16)
        return np.array([np.nan if cell is None else float(cell) for cell in cells])

    return Her2Input(**{name: values(name) for name in COLUMNS})


def assert_as_by_hand(patients, guideline=2023):
    classified = her2.classify(as_input(patients), guideline)
    answers = [classify_by_hand(each) for each in patients]
    words = (*her2.STATUSES, "unknown")
    assert [words[code] for code in classified.asco_cap_status] == [each.status for each in answers]
    assert list(classified.ish_group) == [each.group for each in answers]
    labels = (*LABELS, "")
    assert [labels[code] for code in classified.expression_label] == [
        each.label for each in answers
    ]
    high = [np.nan if each.ultra_high is None else float(each.ultra_high) for each in answers]
    assert np.array_equal(classified.ultra_high_ratio, high, equal_nan=True)
    for name, raised in classified.flags.items():
        assert list(raised) == [name in each.flags for each in answers], name


@pytest.mark.parametrize("guideline", [2018, 2023])
def test_scores_counts_and_probes(guideline):
    assert_as_by_hand(product(ihc=IHC, **COUNTS), guideline)


def test_scores_counts_and_calls():
    counts = {**COUNTS, "ratio": (None, 1.999, 2.0), "copies": (None, 3.999, 4.0, 6.0)}
    assert_as_by_hand(product(ihc=IHC, **counts, ish_call=CALL, status_call=CALL))


def test_scores_counts_and_recounts():
    counts = {**COUNTS, "ratio": (None, 1.999, 2.0), "copies": (None, 3.999, 4.0, 6.0)}
    recount = {"recount_ratio": RATIOS, "recount_copies": (None, 3.999, 4.0, 5.999, 6.0)}
    assert_as_by_hand(product(ihc=IHC, **counts, **recount))


def test_recounts_and_calls():
    recount = {"recount_ratio": (None, 1.999, 2.0), "recount_copies": (None, 3.999, 4.0, 6.0)}
    counts = {"ratio": (None, 1.0, 2.5), "copies": (None, 3.0, 8.0)}
    assert_as_by_hand(product(ihc=IHC, **counts, **recount, ish_call=CALL, status_call=CALL))


def test_stained_cells():
    percent = (None, -1.0, 0.0, 0.1, 10.0, 10.1, 100.0, 100.1)
    others = {"ratio": (None, 1.0, 2.5), "copies": (None, 3.0, 8.0), "status_call": CALL}
    assert_as_by_hand(
        product(ihc=IHC, percent=percent, zero_plus=(None, False, True), ish_call=CALL, **others)
    )


def test_cells_ratios_that_do_not_fit_and_counts_that_cannot_be():
    infinite = float("inf")
    measured = {
        "ratio": (None, -1.0, 0.0, 1.9, 2.0, 2.1, 2.11, 3.0, 1e308, infinite),
        "copies": (None, 0.0, 4.0, 6.0, 6.1, 60.0, infinite),
        "cep17": (None, 0.0, 1e-300, 2.0, 3.0, 20.0, infinite),
        "recount_ratio": (None, 0.0, 2.0, infinite),
        "recount_copies": (None, 0.0, 4.0, infinite),
    }
    assert_as_by_hand(product(ihc=(1, 2), cells=(None, 19, 19.5, 20), **measured))
