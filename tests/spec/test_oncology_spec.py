"""PAM calls as tables a clinician can read."""

import numpy as np
import pytest

from neopcr.oncology import pam
from spec.spec_tables import code, number, read_spec

PAM = read_spec("pam_calls.txt")


def numbers(rows, name):
    return np.array([number(row[name]) for row in rows])


def codes(cells, categories):
    return np.array([code("" if cell == "X" else cell, categories) for cell in cells], np.int16)


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
