"""Score broken cohorts in a process of bounded memory: ``python score_cohorts.py FIRST LAST``.

Prints one JSON object: how many were refused and scored by kind, and whatever went wrong.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd

from command_line import CANARY, run
from fuzz.broken_bundles import whole
from fuzz.broken_cohorts import WHOLE, broken

ADDRESSES = 8 << 30
SECONDS = 10
SCORES = Path("scores.csv")
BESIDE = (Path("scores.csv.manifest.json"), Path("page.html"))


def score(name: str, content: bytes, *, page: bool = False) -> str:
    """What is wrong with how a cohort was scored; else "scored", or "refused"."""
    Path(name).write_bytes(content)
    done = run(f"score whole {name} -o {SCORES} --json{' --report page.html' if page else ''}")
    said = done.stderr
    if CANARY in said or CANARY in done.stdout:
        return "tells a patient"
    if done.exit_code == 11:
        if SCORES.exists():
            return "left scores behind"
        is_one = said.startswith("neopcr: ") and said.count("\n") == 1 and said.endswith(".\n")
        return "refused" if is_one else f"is refused unclearly: {said[:300]!r}"
    if done.exit_code:
        return f"ended with {done.exit_code}: {said[:500]!r}"
    return accounted(json.loads(done.stdout)) or "scored"


def accounted(manifest: dict[str, Any]) -> str:
    """Every row has its score, which is a probability, or its rule."""
    scores = pd.read_csv(SCORES, dtype={"patient_id": str}, keep_default_na=False, na_values=[""])
    told = SCORES.read_text() if "patient_id" not in scores else ""
    count = manifest["status"]
    if not len(scores) == manifest["rows"] == sum(count.values()):
        return f"lost rows: {len(scores)} of {manifest['rows']}"
    scored = scores["status"] == "scored"
    # A volume of 1e300 is a number, and the certainty that follows from it.
    if not scores.loc[scored, "p_pcr"].between(0, 1).all():
        return "a score is no probability"
    if scores.loc[~scored, "p_pcr"].notna().any() or scores.loc[~scored, "rule"].isna().any():
        return "a row without a rule was not scored"
    for path in BESIDE:
        told += path.read_text() if path.exists() else ""
    told += scores.drop(columns="patient_id").to_csv()
    return "tells a patient beside the scores" if CANARY in told else ""


def treat(first: int, last: int) -> dict[str, Any]:
    """Score the cohorts of a range of seeds, and say what was wrong."""
    whole(Path("whole"))
    for name, content in WHOLE.items():
        said = score(name, content, page=True)
        assert said == "scored", f"{name}: {said}"
    outcomes: Counter[str] = Counter()
    wrong: list[str] = []
    slowest = 0.0
    for seed in range(first, last):
        for path in Path().iterdir():
            if path.is_file():
                path.unlink()
        name, content, how = broken(seed)
        started = time.process_time()
        try:
            said = score(name, content, page=seed % 10 == 0)
        except BaseException:  # noqa: BLE001 - this is what we look for
            said = traceback.format_exc()[-1500:]
        seconds = time.process_time() - started
        slowest = max(slowest, seconds)
        if said not in {"scored", "refused"} or seconds > SECONDS:
            wrong.append(f"seed {seed} ({how}, {seconds:.1f} s of a core) {said}")
        left = {path.name for path in Path().iterdir()} - {name, str(SCORES), "whole"}
        if left - set(map(str, BESIDE)):
            wrong.append(f"seed {seed} ({how}) left {left}")
        outcomes[f"{said if len(said) < 9 else 'wrong'}: {how}"] += 1
    return {"outcomes": outcomes, "wrong": wrong, "slowest_s": slowest}


def main(first: int, last: int) -> None:
    """Score in bounded memory, and tell."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    warnings.simplefilter("error")
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        found = treat(first, last)
    found["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))  # noqa: T201 - for the test that called it


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
