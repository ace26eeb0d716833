"""The branches of the adaptive arm after cycle 2."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from neopcr.simulation.adaptive import BRANCHES, branch
from neopcr.trials._adaptive_nct07239271 import POLICIES


def chosen(first, later, pam, responded, policy):
    detected = (np.array([float(first)]), np.array([float(later)]))
    code = branch(detected, np.array([float(pam)]), np.array([bool(responded)]), policy)
    return BRANCHES[code[0]]


def expected(first, later, pam, responded, policy):
    """The rule as it was written before there was a table, and what the other readings change."""
    positive = later or (policy == "baseline_or_c1" and first)
    if positive or (policy == "literal" and first and pam):
        return "EveroHT" if pam else "PyroHT"
    return "nab-PHP" if responded else "TCbHP"


@pytest.mark.parametrize("policy", POLICIES)
def test_every_combination(policy):
    for case in product((0, 1), repeat=4):
        assert chosen(*case, policy) == expected(*case, policy), case


def test_unless_asked_only_the_sample_after_cycle_1_counts():
    pam, responded = np.array([1.0]), np.array([True])
    assert BRANCHES[branch((np.ones(1), np.zeros(1)), pam, responded)[0]] == "nab-PHP"
