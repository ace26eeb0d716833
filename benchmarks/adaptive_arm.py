"""The adaptive arm of NCT07239271: patients assigned, and simulated trials against their promise."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from measure import Line, once, race

from neopcr.simulation.assumptions import Assumptions
from neopcr.simulation.trial_runs import run_trials
from neopcr.workflows._assigned import COLUMN_OF, Arm
from neopcr.workflows.assign import assign

if TYPE_CHECKING:
    from study import Study

_PROMISE_S = 60.0
_ALL_TRIALS = 1000


def lines(study: Study, *, quick: bool) -> Iterator[Line]:
    """Rows a second from file to file, and seconds of a thousand trials."""
    del study
    yield _assign(*(10_000, 1) if quick else (1_000_000, 3))
    yield _simulate(2 if quick else 200)


def _assign(n: int, rounds: int) -> Line:
    """Every state equally often: more sets of possible regimens than any real cohort has."""
    source = Path("adaptive.parquet")
    rng = np.random.default_rng(0)
    levels = (("0", "1", None), ("0", "1", None), ("wild_type", "altered", None))
    responses = ("CR", "PR", "SD", "PD", "NE", None)
    columns = {
        name: pa.array(list(of), pa.string()).take(pa.array(rng.integers(0, len(of), n)))
        for name, of in zip(COLUMN_OF.values(), (*levels, responses, responses), strict=True)
    }
    identifiers = pa.array([f"P{number}" for number in range(n)])
    pq.write_table(pa.table({"patient_id": identifiers, **columns}), source)
    run = partial(assign, source, Path("assigned.parquet"), Arm(decision="c4"))
    timed = race({"ours": run, "reading": partial(pq.read_table, source)}, rounds=rounds)
    return Line(
        name="adaptive arm, file to file",
        value=n / timed["ours"].wall,
        unit="rows/s",
        baseline=n / timed["reading"].wall,
        n=n,
        cpu_per_wall=timed["ours"].cpu_per_wall,
        note=(
            "identifiers surveyed, five inputs parsed and checked, nine columns, rejects, manifest "
            f"and page written; median of {rounds}; against pyarrow reading the same file"
        ),
    )


def _simulate(n_trials: int) -> Line:
    """A share of the thousand trials, extrapolated: blocks of trials are alike."""
    timed = once(partial(run_trials, Assumptions(everoht=0.4), n_trials, 0))
    return Line(
        name="1,000 simulated trials of NCT07239271",
        value=timed.wall * _ALL_TRIALS / n_trials,
        unit="s",
        baseline=_PROMISE_S,
        n=_ALL_TRIALS * Assumptions(everoht=0.4).n_patients,
        cpu_per_wall=timed.cpu_per_wall,
        floor=1.0,
        note=f"24 scenarios; {n_trials} trials, extrapolated; against the minute that is promised",
    )
