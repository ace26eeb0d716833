"""Receptors, stage, response and PAM calls as tables a clinician can read."""

import numpy as np
import pytest

from neopcr.oncology import pam, rcb, receptors, response, stage
from spec.spec_tables import code, number, read_spec

RECEPTORS = read_spec("receptors.txt")
STAGE = read_spec("anatomic_stage.txt")
PCR = read_spec("pcr_definitions.txt")
RCB = read_spec("rcb.txt")
PAM = read_spec("pam_calls.txt")
N_COLUMNS = ("N0", "N1mi", "N1", "N2", "N3", "X")


def numbers(rows, name):
    return np.array([number(row[name]) for row in rows])


def codes(cells, categories):
    return np.array([code("" if cell == "X" else cell, categories) for cell in cells], np.int16)


def test_receptors():
    er = receptors.receptor_positive(
        numbers(RECEPTORS, "er"), codes([row["er_call"] for row in RECEPTORS], receptors.CALLS)
    )
    pgr = receptors.receptor_positive(
        numbers(RECEPTORS, "pgr"), codes([row["pgr_call"] for row in RECEPTORS], receptors.CALLS)
    )
    hr_call = codes([row["hr_call"] for row in RECEPTORS], receptors.CALLS)
    hr = receptors.hr_positive(er, pgr, hr_call)
    low = receptors.er_low_positive(numbers(RECEPTORS, "er"))
    for found, name in ((er, "er_positive"), (hr, "hr_positive"), (low, "er_low")):
        assert np.array_equal(found, numbers(RECEPTORS, name), equal_nan=True), name


@pytest.mark.parametrize("row", STAGE, ids=lambda row: row["t"])
@pytest.mark.parametrize("n", N_COLUMNS)
def test_anatomic_stage(row, n):
    t, n_code = codes([row["t"]], stage.T_STAGES), codes([n], stage.N_STAGES)
    expected = set() if row[n] == "none" else set(row[n].split())
    for m, assume, extra in ((0, False, set()), (-1, True, set()), (-1, False, {"IV"})):
        m_code = np.array([m], dtype=np.int16)
        possible = stage.possible_stages(t, n_code, m_code, assume_m0=assume)[0]
        found = {
            name for name, is_possible in zip(stage.STAGES, possible, strict=True) if is_possible
        }
        assert found == expected | extra
    single = stage.anatomic_stage(t, n_code, np.zeros(1, np.int16))[0]
    assert single == (stage.STAGES.index(*expected) if len(expected) == 1 else -1)
    metastatic = stage.anatomic_stage(t, n_code, np.ones(1, np.int16))[0]
    assert stage.STAGES[metastatic] == "IV"


@pytest.mark.parametrize("definition", response.DEFINITIONS)
def test_pcr(definition):
    found = response.is_pcr(
        codes([row["ypt"] for row in PCR], response.YPT_STAGES),
        codes([row["ypn"] for row in PCR], response.YPN_STAGES),
        definition,
    )
    assert np.array_equal(found, numbers(PCR, definition), equal_nan=True)


def test_rcb():
    index = rcb.rcb_index(
        (numbers(RCB, "d1"), numbers(RCB, "d2")),
        *(numbers(RCB, name) for name in ("ca", "cis", "nodes", "dmet")),
    )
    assert np.allclose(index, numbers(RCB, "rcb"), atol=5e-5, equal_nan=True)
    classes = codes([row["class"] for row in RCB], rcb.RCB_CLASSES)
    assert np.array_equal(rcb.rcb_class(index), classes)


@pytest.mark.parametrize("tier", ["core", "extended"])
def test_pam_calls(tier):
    text = {
        name: np.array([row[name] or None for row in PAM], dtype=object)
        for name in ("gene", "classification", "hgvsp_short")
    }
    calls = pam.call_variants(**text, extended=tier == "extended")
    assert [pam.RULES[rule] for rule in calls.rule] == [row[tier] for row in PAM]
    counts = pam.COUNTED - ({"residue_hotspot"} if tier == "core" else set())
    assert list(calls.counted) == [row[tier] in counts for row in PAM]
