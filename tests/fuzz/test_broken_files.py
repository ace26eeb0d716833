"""Broken files end in a sentence: never in a traceback, never in minutes or gigabytes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from fuzz.broken_files import WHOLE, Broken
from fuzz.read_broken import lay_out, read

HERE = Path(__file__).parent


def read_all(first: int, last: int, wide: int) -> dict:
    words = [sys.executable, "-m", "fuzz.read_broken", str(first), str(last), str(wide)]
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, timeout=3600, cwd=HERE.parent
    )
    # Python prints what a library's callback raises, and goes on.
    assert (done.returncode, done.stderr) == (0, ""), f"the process said: {done.stderr[-2000:]}"
    return json.loads(done.stdout)


def hold(first: int, last: int, wide: int) -> Counter[str]:
    found = read_all(first, last, wide)
    assert not found["wrong"], "\n".join(found["wrong"][:5])
    assert found["peak_mib"] < 1536
    return Counter(found["outcomes"])


@pytest.mark.parametrize("name", WHOLE)
def test_what_is_not_broken_is_read(tmp_path, name):
    """Or else a refusal of a broken file would prove nothing."""
    lay_out(tmp_path)
    role, content = WHOLE[name]
    assert read(Broken(role, name, content, "whole"), tmp_path) == "read"


def test_a_sample_of_broken_files():
    outcomes = hold(0, 200, wide=2_000)
    refused = sum(count for key, count in outcomes.items() if key.startswith("refused"))
    assert outcomes.total() == 200
    # What only changes a cell is read, and its cell is a reject.
    assert refused > 120


@pytest.mark.slow
def test_ten_thousand_broken_files():
    outcomes: Counter[str] = Counter()
    for first in range(1000, 11_000, 1000):
        outcomes += hold(first, first + 1000, wide=1_000_000)
    assert outcomes.total() == 10_000
