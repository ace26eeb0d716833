"""Clinical TNM and anatomic stage as a pathologist can read them: the tables against the code."""

import numpy as np
import pyarrow as pa
import pytest

from neopcr.cohort.contract import read_columns
from neopcr.modalities import CONTRACT
from neopcr.oncology import stage
from spec.spec_tables import code, number, read_spec

STAGE = read_spec("anatomic_stage.txt")
SIZE = read_spec("anatomic_stage_size.txt")
TEXT = read_spec("anatomic_stage_text.txt")
M = {"M0": 0, "MX": -1, "M1": 1}
RULES = {"NOT_CLINICAL": "not_clinical_stage", "UNREADABLE": "unknown_category"}


def codes(cells, categories):
    return np.array([code("" if cell[1:] == "X" else cell, categories) for cell in cells], np.int16)


T = codes([row["t"] for row in STAGE], stage.T_STAGES)
N = codes([row["n"] for row in STAGE], stage.N_STAGES)


def stages(cell):
    return set() if cell in {"none", "invalid"} else set(cell.split())


def names(possible):
    return [{stage.STAGES[each] for each in np.flatnonzero(row)} for row in possible]


def test_every_t_and_n_is_in_the_table():
    assert len({(row["t"], row["n"]) for row in STAGE}) == len(STAGE) == 7 * 6


@pytest.mark.parametrize("m", M)
def test_possible_stages(m):
    found = stage.possible_stages(T, N, np.full(len(T), M[m], np.int16))
    assert names(found) == [stages(row[m]) for row in STAGE]


def test_a_missing_m_may_be_read_as_m0():
    found = stage.possible_stages(T, N, np.full(len(T), -1, np.int16), assume_m0=True)
    assert names(found) == [stages(row["M0"]) for row in STAGE]


@pytest.mark.parametrize(
    ("m", "assume_m0"), [("M0", False), ("MX", False), ("M1", False), ("MX", True)]
)
def test_a_stage_is_given_where_one_is_possible(m, assume_m0):
    found = stage.anatomic_stage(T, N, np.full(len(T), M[m], np.int16), assume_m0=assume_m0)
    column = "M0" if assume_m0 else m
    for row, code_ in zip(STAGE, found, strict=True):
        possible = set() if column == "MX" else stages(row[column])
        assert code_ == (stage.STAGES.index(*possible) if len(possible) == 1 else -1), row


@pytest.mark.parametrize("m", M)
@pytest.mark.parametrize(
    "wanted", [("IIA", "IIB"), ("IA",), ("IIIC", "IV"), stage.STAGES[1:-1], ()]
)
def test_is_stage(m, wanted):
    found = stage.is_stage(wanted, T, N, np.full(len(T), M[m], np.int16))
    for row, answer in zip(STAGE, found, strict=True):
        possible = stages(row[m])
        if m != "M1" and not stages(row["M0"]):
            expected = np.nan
        elif possible <= set(wanted):
            expected = 1.0
        else:
            expected = np.nan if possible & set(wanted) else 0.0
        np.testing.assert_equal(answer, expected, err_msg=str(row))


def test_invalid_combinations():
    assert list(stage.is_invalid_tn(T, N)) == [row["M0"] == "invalid" for row in STAGE]


def test_t_by_size():
    mm = np.array([number(row["mm"]) for row in SIZE])
    t = codes([row["t"] or "TX" for row in SIZE], stage.T_STAGES)
    assert list(stage.t_from_diameter(mm)) == list(t)
    sub = codes([row["subcategory"] or "TX" for row in SIZE], stage.T_BY_SIZE)
    assert list(stage.t_subcategory(mm)) == list(sub)


@pytest.mark.parametrize("row", TEXT, ids=lambda row: row["text"])
@pytest.mark.parametrize("name", ["ct_stage", "cn_stage", "cm_stage"])
def test_tnm_as_it_is_written(row, name):
    table, problems, _ = read_columns(pa.table({name: [row["text"]]}), [CONTRACT[name]])
    if row[name] in RULES:
        assert [each.rule for each in problems] == [RULES[row[name]]]
    else:
        assert not problems
        assert table[name][0] == code(row[name], CONTRACT[name].categories)
