"""The benchmarks run, and every line says what it must."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
KEYS = ["name", "value", "unit", "baseline", "ratio", "floor", "n", "cpu_per_wall"]
LARGER_IS_BETTER = {"rows/s"}


@pytest.fixture(scope="module")
def lines():
    """What the smallest sizes print."""
    done = subprocess.run(
        [sys.executable, BENCHMARKS / "run.py", "--quick"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def measure(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("measure")


def test_every_section_prints_lines_of_the_same_keys(lines):
    assert all([key for key in line if key != "note"] == KEYS for line in lines)
    names = [line["name"] for line in lines]
    assert len(set(names)) == len(names)
    for section in (
        "search",
        "scoring",
        "kernel",
        "HER2",
        "--help",
        "neopcr score",
        "MLflow",
        "assembly",
    ):
        assert any(section in name for name in names), section


def test_ratios_are_larger_where_ours_is_better(lines):
    for line in lines:
        ours, other = line["value"], line["baseline"]
        expected = ours / other if line["unit"] in LARGER_IS_BETTER else other / ours
        assert line["ratio"] == pytest.approx(expected, rel=2e-3), line["name"]


@pytest.mark.parametrize(
    ("unit", "floor", "ratio", "holds"),
    [
        ("s", None, 0.5, True),
        ("s", 0.5, 0.5, True),
        ("MB", 0.6, 0.5, False),
        ("rows/s", 2.0, 2.0, True),
        ("rows/s", 2.1, 2.0, False),
    ],
)
def test_a_ratio_below_its_floor_does_not_hold(measure, unit, floor, ratio, holds):
    line = measure.Line(
        name="a", value=4.0, baseline=2.0, unit=unit, n=1, cpu_per_wall=1.0, floor=floor
    )
    assert (line.ratio, line.holds) == (ratio, holds)


def test_runs_take_turns_and_the_median_counts(measure):
    turns = []
    timed = measure.race({"a": lambda: turns.append("a"), "b": lambda: turns.append("b")}, rounds=3)
    assert turns == ["a", "b"] * 3
    assert timed["a"].wall > 0
