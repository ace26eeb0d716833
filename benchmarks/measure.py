"""Interleaved runs, their medians, and the line that reports them."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import psutil

LARGER_IS_BETTER = frozenset({"rows/s"})
"""Units of rates; of every other unit less is better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One measurement.

    Parameters
    ----------
    name : str
        What was measured.
    value, baseline : float
        Ours, and what it is set against, in the same unit.
    unit : str
        One of `LARGER_IS_BETTER`, or a unit of which less is better.
    n : int
        Patients or rows in a run.
    cpu_per_wall : float
        Cores that our run kept busy.
    floor : float or None
        The ratio that is promised; None where none is.
    note : str
        How it was measured, where the name does not say it.
    """

    name: str
    value: float
    unit: str
    baseline: float
    n: int
    cpu_per_wall: float
    floor: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float:
        """How many times better than the baseline: larger is better whatever the unit."""
        if self.unit in LARGER_IS_BETTER:
            return self.value / self.baseline
        return self.baseline / self.value

    @property
    def holds(self) -> bool:
        """Whether the promise is kept, if there is one."""
        return self.floor is None or self.ratio >= self.floor

    def to_json(self) -> str:
        """One JSON object on one line."""
        fields = {
            "name": self.name,
            "value": _rounded(self.value),
            "unit": self.unit,
            "baseline": _rounded(self.baseline),
            "ratio": _rounded(self.ratio),
            "floor": self.floor,
            "n": self.n,
            "cpu_per_wall": _rounded(self.cpu_per_wall),
        }
        return json.dumps(fields | ({"note": self.note} if self.note else {}))


class Timing(NamedTuple):
    """Medians over the rounds: seconds of wall time, and cores kept busy."""

    wall: float
    cpu_per_wall: float


def race(runs: Mapping[str, Callable[[], object]], *, rounds: int) -> dict[str, Timing]:
    """Time runs in turn, round by round, so that a busy machine slows all of them alike.

    Parameters
    ----------
    runs : mapping of str to callable
        What is timed. Whatever happens only once, such as compilation, was done before.
    rounds : int
        How often each is timed.

    Returns
    -------
    dict of str to Timing
    """
    timed: dict[str, list[Timing]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            timed[name].append(once(run))
    return {
        name: Timing(*(statistics.median(each) for each in zip(*timings, strict=True)))
        for name, timings in timed.items()
    }


def once(run: Callable[[], object]) -> Timing:
    """Time one run."""
    cpu, started = _cpu_seconds(), time.perf_counter()
    run()
    wall = time.perf_counter() - started
    return Timing(wall, (_cpu_seconds() - cpu) / wall)


def _cpu_seconds() -> float:
    """CPU time of this process, of those it started and of those of them that have ended."""
    own = psutil.Process()
    ended = sum(own.cpu_times()[2:4])
    running = sum(sum(each.cpu_times()[:4]) for each in own.children(recursive=True))
    return time.process_time() + ended + running


def _rounded(number: float) -> float:
    return float(f"{number:.4g}")
