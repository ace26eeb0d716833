"""Forged bundles and broken cohorts: refused in a sentence, or scored as they should be."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PEAK_MIB = 2048


def treat_all(program: str, first: int, last: int, *more: str) -> Counter[str]:
    """Outcomes of a range of seeds, none of which went wrong."""
    words = [sys.executable, "-m", f"fuzz.{program}", str(first), str(last), *more]
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, timeout=7200, cwd=HERE.parent
    )
    # Python prints what a library's callback raises, and goes on.
    assert (done.returncode, done.stderr) == (0, ""), f"the process said: {done.stderr[-2000:]}"
    found = json.loads(done.stdout)
    assert not found["wrong"], "\n".join(found["wrong"][:5])
    assert found["peak_mib"] < PEAK_MIB
    return Counter(found["outcomes"])


def share(outcomes: Counter[str], word: str) -> float:
    return sum(n for key, n in outcomes.items() if key.startswith(word)) / outcomes.total()


def test_a_sample_of_broken_bundles():
    outcomes = treat_all("read_bundles", 0, 60)
    assert outcomes.total() == 60
    assert share(outcomes, "refused") > 0.7
    # What only changes a number of the model, or a word about it, is another bundle.
    assert share(outcomes, "used") > 0.03


def test_a_sample_of_broken_cohorts():
    outcomes = treat_all("score_cohorts", 0, 40)
    assert outcomes.total() == 40
    assert share(outcomes, "refused") > 0.2
    assert share(outcomes, "scored") > 0.2


@pytest.mark.slow
def test_a_thousand_broken_bundles_through_every_command_that_reads_one():
    assert treat_all("read_bundles", 1000, 2000, "every").total() == 1000


@pytest.mark.slow
def test_a_thousand_broken_cohorts():
    assert treat_all("score_cohorts", 1000, 2000).total() == 1000
