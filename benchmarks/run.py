"""Print one JSON object a line, and leave with 1 where a ratio is below its floor.

``name``, ``value``, ``unit``, ``baseline`` (same unit), ``ratio`` (larger is better), ``floor``
(the ratio that is promised, or null), ``n`` (patients or rows of a run), ``cpu_per_wall`` (cores
that our run kept busy) and ``note``. Values are medians of interleaved runs on this machine; ratios
are what travels. ``--quick`` shows that everything runs: its sizes are too small to judge.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import adaptive_arm
import assembly
import clinical_rules
import explaining
import mlflow_share
import optimism
import pam_calling
import scoring
import screening
import start_up
import training
import wide
from study import make_study

if TYPE_CHECKING:
    from measure import Line

SECTIONS: tuple[Callable[..., Iterator[Line]], ...] = (
    training.lines,
    scoring.lines,
    explaining.lines,
    clinical_rules.lines,
    screening.lines,
    adaptive_arm.lines,
    start_up.lines,
    mlflow_share.lines,
    optimism.lines,
    pam_calling.lines,
    assembly.lines,
    wide.lines,
)


def main(*, quick: bool) -> int:
    """Measure every section in a temporary folder; returns the exit code."""
    below = []
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        study = make_study(n=300 if quick else 1_000)
        for section in SECTIONS:
            for line in section(study, quick=quick):
                print(line.to_json(), flush=True)
                below += [] if line.holds else [line.name]
    if below and not quick:
        print(f"below the floor: {'; '.join(below)}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(quick="--quick" in sys.argv[1:]))
