"""pCR and residual cancer burden as a pathologist can read them: the tables against the code."""

import numpy as np
import pytest

from neopcr.oncology import rcb, response
from spec.spec_tables import code, number, read_spec

PCR = read_spec("pcr_definitions.txt")
IMPLICATIONS = read_spec("pcr_implications.txt")
RCB = read_spec("rcb.txt")


def numbers(rows, name):
    return np.array([number(row[name]) for row in rows])


def codes(cells, categories):
    return np.array([code("" if cell == "X" else cell, categories) for cell in cells], np.int16)


YPT = codes([row["ypt"] for row in PCR], response.YPT_STAGES)
YPN = codes([row["ypn"] for row in PCR], response.YPN_STAGES)


def named(errors, row):
    return {name for name, rows in errors.items() if rows[row]}


def test_every_ypt_and_ypn_is_in_the_table():
    assert len(set(zip(YPT.tolist(), YPN.tolist(), strict=True))) == len(PCR) == 7 * 7


@pytest.mark.parametrize("definition", response.DEFINITIONS)
def test_pcr(definition):
    expected = numbers(PCR, definition)
    np.testing.assert_array_equal(response.is_pcr(YPT, YPN, definition), expected)
    by_intention = response.is_pcr(YPT, YPN, definition, itt=True)
    np.testing.assert_array_equal(by_intention, np.nan_to_num(expected, nan=0.0))


def test_isolated_tumour_cells():
    np.testing.assert_array_equal(response.has_itc(YPN), numbers(PCR, "itc"))


def test_implications():
    total, strict, breast = (numbers(IMPLICATIONS, name) for name in ("total", "strict", "breast"))
    errors = response.response_errors(total, strict, breast)
    for row, expected in enumerate(IMPLICATIONS):
        assert named(errors, row) == set(expected["errors"].split()), expected


def test_rcb():
    bed = (numbers(RCB, "d1"), numbers(RCB, "d2"))
    rest = [numbers(RCB, name) for name in ("ca", "cis", "nodes", "dmet")]
    index = rcb.rcb_index(bed, *rest)
    np.testing.assert_allclose(index, numbers(RCB, "rcb"), atol=5e-5, rtol=0)
    classes = codes([row["class"] for row in RCB], rcb.RCB_CLASSES)
    np.testing.assert_array_equal(rcb.rcb_class(index), classes)
    errors = rcb.rcb_errors(bed, *rest)
    for row, expected in enumerate(RCB):
        assert named(errors, row) == set(expected["errors"].split()), expected
