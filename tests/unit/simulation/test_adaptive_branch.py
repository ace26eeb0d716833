"""The branches of the adaptive arm after cycle 2."""

from __future__ import annotations

import numpy as np
import pytest

from neopcr.simulation.adaptive import BRANCHES, branch


@pytest.mark.parametrize(
    ("detected", "pam", "responded", "expected"),
    [
        (0, 0, True, "nab-PHP"),
        (0, 1, True, "nab-PHP"),
        (0, 0, False, "TCbHP"),
        (0, 1, False, "TCbHP"),
        (1, 0, True, "PyroHT"),
        (1, 0, False, "PyroHT"),
        (1, 1, True, "EveroHT"),
        (1, 1, False, "EveroHT"),
    ],
)
def test_every_combination(detected, pam, responded, expected):
    code = branch(np.array([float(detected)]), np.array([float(pam)]), np.array([responded]))
    assert BRANCHES[code[0]] == expected
