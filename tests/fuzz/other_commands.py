"""Commands beside `score` that read a bundle, and a small cohort for them."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from command_line import CANARY, one_sentence, run
from fuzz.broken_bundles import COLUMNS

ROWS = 60
READ = COLUMNS[:7]

COMMANDS: dict[str, tuple[str, frozenset[int]]] = {
    "monitor": ("monitor broken cohort.csv -o made --outcomes", frozenset({0, 20, 21})),
    "explain": ("explain broken cohort.csv -o made", frozenset({0})),
    "validate": ("validate broken study.yaml -o made", frozenset({0})),
    "recalibrate": ("recalibrate broken cohort.csv -o made", frozenset({0})),
    "patient": (f"explain broken cohort.csv -o made --patient {CANARY}-7", frozenset({0})),
    "assign": ("assign cohort.csv --at c2 -o made.csv --bundle broken", frozenset({0, 11})),
    "inspect": ("bundle inspect broken", frozenset({0})),
}
"""Words, for a bundle called ``broken``, and how they may end where it can be used."""


def lay_cohort(folder: Path) -> None:
    """Patients of three centres with their outcome, and a config that names them."""
    rng = np.random.default_rng(2)
    cells = {name: rng.normal(size=ROWS).round(3) for name in READ} | {
        "patient_id": [f"{CANARY}-{n}" for n in range(ROWS)],
        "centre": rng.choice(["a", "b", "c"], ROWS),
        "age_years": rng.integers(20, 90, ROWS),
        "her2_ihc": rng.choice(["3+", "2+", ""], ROWS),
        "ctdna_detected_c1": rng.choice(["1", "0", ""], ROWS),
        "pcr": rng.integers(0, 2, ROWS),
    }
    pd.DataFrame(cells).to_csv(folder / "cohort.csv", index=False)
    config = {
        "name": "study", "landmarks": ["c1"],
        "modalities": ["clinical", "her2", "ctdna", "imaging", "expression"],
        "cohort": {"patients": {"path": "cohort.csv"}},
        "external": {"path": "cohort.csv"},
        "tracking": {"enabled": False},
    }  # fmt: skip
    (folder / "study.yaml").write_text(yaml.safe_dump(config))


def run_other(name: str, *, is_used: bool) -> str:
    """What is wrong with how a command treats the bundle; empty where nothing is."""
    words, codes = COMMANDS[name]
    done = run(words)
    shutil.rmtree("made", ignore_errors=True)
    for path in Path().glob("made.csv*"):
        path.unlink()
    said = f"{name} ended with {done.exit_code}: {done.stderr[-600:]!r}"
    if CANARY in done.stderr:
        return f"{name} tells a patient"
    if is_used:
        return "" if done.exit_code in codes else said
    if done.exit_code != 12:
        return said
    one_sentence(done.stderr)
    return ""
