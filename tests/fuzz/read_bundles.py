"""Use broken bundles in a process of bounded memory: ``python read_bundles.py FIRST LAST [every]``.

Each is scored with, and run through one of the other commands; with ``every``, those that can be
used are run through every one.
Prints one JSON object: how many were refused and used by kind, and whatever went wrong.
"""

from __future__ import annotations

import json
import math
import os
import resource
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from fuzz.broken_bundles import COLUMNS, broken, lay, whole
from fuzz.other_commands import COMMANDS, lay_cohort, run_other
from neopcr import kernel
from neopcr.bundle import load_bundle
from neopcr.errors import UserError
from neopcr.scoring import prepare
from neopcr.scoring.batch import score_batch
from neopcr.workflows.bundle import inspect

ADDRESSES = 8 << 30
ROWS = 40
SECONDS = 10


def cohort() -> pa.Table:
    """Patients with every column, with a few, and with none."""
    rng = np.random.default_rng(0)
    cells: dict[str, Any] = {name: rng.normal(size=ROWS).round(3).astype(str) for name in COLUMNS}
    cells |= {
        "age_years": rng.integers(20, 90, ROWS).astype(str),
        "her2_ihc": rng.choice(["3+", "2+", ""], ROWS),
        "ctdna_detected_c1": rng.choice(["1", "0", ""], ROWS),
    }
    for name in COLUMNS:
        cells[name] = np.where(rng.random(ROWS) < 0.2, "", cells[name])
    return pa.table({"patient_id": [f"P{n}" for n in range(ROWS)], **cells})


def use(folder: Path, patients: pa.Table) -> str:
    """What became of a bundle: "used", or the sentence of its refusal."""
    try:
        bundle = load_bundle(folder)
        inspect(str(folder))
    except UserError as error:
        return str(error)
    scorer = prepare(bundle)
    scores = score_batch(scorer, patients)
    assert scores.num_rows == ROWS, "a row was lost"
    p, lower, upper = (scores[name].to_numpy() for name in ("p_pcr", "p_lower", "p_upper"))
    scored = np.array(scores["status"].to_pylist()) == "scored"
    assert np.isfinite(p[scored]).all(), "a score is no number"
    assert ((p[scored] >= 0) & (p[scored] <= 1)).all(), "a score is no probability"
    known = scored & ~np.isnan(lower.astype(float))
    assert (lower[known] <= upper[known]).all(), "an interval ends before it begins"
    add_up(scorer)
    return "used"


def add_up(scorer: Any) -> None:
    """Contributions and base are the logit, whose logistic is the score, to 1e-6 of what is added."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(ROWS, scorer.bundle.model.n_inputs))
    X[rng.random(X.shape) < 0.2] = np.nan
    phi, base = kernel.contributions(scorer.compiled, X)
    logit = kernel.logit(scorer.compiled, X)
    parts = np.abs(phi).sum(axis=1) + np.abs(base)
    assert np.isfinite(logit).all(), "a logit is no number"
    assert (np.abs(phi.sum(axis=1) + base - logit) <= 1e-6 * (1 + parts)).all(), (
        "it does not add up"
    )
    inside = np.abs(logit) < 30
    p = kernel.probability(logit)
    assert ((p[inside] > 0) & (p[inside] < 1)).all(), "a finite logit gives no probability"
    one = np.flatnonzero(inside)[:3]
    assert all(math.isclose(p[n], 1 / (1 + math.exp(-logit[n])), rel_tol=1e-9) for n in one)


def complaint(said: str, seconds: float, *, hopeless: bool) -> str:
    """What is wrong with how a bundle was treated; empty where nothing is."""
    if said == "used":
        if hopeless:
            return "was used"
    elif not said.endswith(".") or not said.isprintable() or len(said) > 600:
        return f"is refused unclearly: {said[:300]!r}"
    return f"took {seconds:.1f} s of a core" if seconds > SECONDS else ""


def through(names: Sequence[str], *, is_used: bool) -> str:
    """What is wrong with how the other commands treat the bundle."""
    return next(filter(None, (run_other(name, is_used=is_used) for name in names)), "")


def treat(first: int, last: int, folder: Path, *, every: bool) -> dict[str, Any]:
    """Use the bundles of a range of seeds, and say what was wrong."""
    files, patients = whole(folder / "whole"), cohort()
    lay(folder / "broken", files)
    lay_cohort(folder)
    assert use(folder / "broken", patients) == "used"
    for name in COMMANDS:
        assert not run_other(name, is_used=True), name
    outcomes: Counter[str] = Counter()
    wrong: list[str] = []
    slowest = 0.0
    for seed in range(first, last):
        how, hopeless = broken(seed, files, folder / "broken")
        started = time.process_time()
        try:
            said = use(folder / "broken", patients)
            one = list(COMMANDS)[seed % len(COMMANDS)]
            names = COMMANDS if every and said == "used" else (one,)
            beside = through(list(names), is_used=said == "used")
        except BaseException:  # noqa: BLE001 - this is what we look for
            wrong.append(f"seed {seed} ({how}): {traceback.format_exc()[-1500:]}")
            continue
        seconds = time.process_time() - started
        slowest = max(slowest, seconds)
        outcomes[f"{'used' if said == 'used' else 'refused'}: {how.partition(':')[0]}"] += 1
        fault = complaint(said, seconds, hopeless=hopeless) or beside
        if fault:
            wrong.append(f"seed {seed} ({how}) {fault}")
    return {"outcomes": outcomes, "wrong": wrong, "slowest_s": slowest}


def main(first: int, last: int, *, every: bool) -> None:
    """Use bundles in bounded memory, and tell."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    warnings.simplefilter("error")
    # shap 0.51 is older than matplotlib 3.11, which announces a change while shap is imported.
    warnings.filterwarnings("ignore", "The set_(bad|over|under)", PendingDeprecationWarning)
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        found = treat(first, last, Path(), every=every)
    found["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))  # noqa: T201 - for the test that called it


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]), every="every" in sys.argv)
