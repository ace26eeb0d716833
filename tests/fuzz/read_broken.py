"""Read broken files in a process of bounded memory: ``python read_broken.py FIRST LAST WIDE``.

Prints one JSON object: how many were refused and read by kind, and whatever went wrong.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

from fuzz.broken_files import MATRIX, PANEL, WHOLE, Broken, broken
from neopcr.cohort.build import build_cohort
from neopcr.config import CohortConfig
from neopcr.errors import UserError
from neopcr.modalities import find_column

ADDRESSES = 8 << 30
WORDS = ("Traceback", "Error:", "0x", "P1,", "P5")


def config_of(found: Broken, folder: Path) -> CohortConfig:
    """Everything else is whole."""
    path = str(folder / found.name)
    patients: dict[str, Any] = {
        "path": path if found.role == "patients" else str(folder / "whole.csv")
    }
    content: dict[str, Any] = {"patients": patients}
    if found.role == "joined":
        patients["join"] = [{"path": path}]
    elif found.role == "dictionary":
        patients["redcap"] = {"dictionary": path}
    elif found.role == "ctdna":
        content["ctdna"] = path
    elif found.role != "patients":
        mutations: dict[str, Any] = {"path": str(folder / "whole.maf")}
        if found.role in {"gene_panel_matrix", "gene_panels"}:
            mutations |= {"gene_panel_matrix": str(folder / "whole_matrix.txt")}
            mutations |= {"gene_panels": str(folder / "whole_panel.txt")}
        if found.role == "samples":
            mutations |= {"purity": {"source": "TUMOR_PURITY", "unit": "percent"}}
        key = "path" if found.role == "mutations" else found.role
        content["mutations"] = mutations | {key: path, "exome": True}
    return CohortConfig.model_validate(content)


def read(found: Broken, folder: Path) -> str:
    """What became of a file: "read", or the sentence of its refusal."""
    (folder / found.name).write_bytes(found.content)
    try:
        config = config_of(found, folder)
        build_cohort(config, find_column, landmark=None, mode="check", base=Path())
    except UserError as error:
        return str(error)
    return "read"


def complaint(found: Broken, said: str, seconds: float) -> str:
    """What is wrong with how a file was treated; empty where nothing is."""
    if said == "read":
        return "was read" if found.is_hopeless else ""
    if not said.endswith(".") or any(word in said for word in WORDS):
        return f"is refused unclearly: {said}"
    return f"took {seconds:.1f} s of a core" if seconds > 20 else ""


def lay_out(folder: Path) -> None:
    """Write the files that are not broken."""
    (folder / "whole.csv").write_bytes(WHOLE["a.csv"][1])
    (folder / "whole.maf").write_bytes(WHOLE["a.maf"][1])
    (folder / "whole_matrix.txt").write_text(MATRIX)
    (folder / "whole_panel.txt").write_text(PANEL)


def read_seeds(first: int, last: int, wide: int, folder: Path) -> dict[str, Any]:
    """Read the files of a range of seeds, and say what was wrong."""
    outcomes: Counter[str] = Counter()
    wrong: list[str] = []
    slowest = 0.0
    for seed in range(first, last):
        found = broken(seed, wide=wide)
        started = time.process_time()
        try:
            said = read(found, folder)
        except BaseException:  # noqa: BLE001 - this is what we look for
            wrong.append(f"seed {seed} ({found.how}): {traceback.format_exc()}")
            continue
        seconds = time.process_time() - started
        slowest = max(slowest, seconds)
        kind = found.how.partition(":")[0]
        outcomes[f"{'read' if said == 'read' else 'refused'}: {kind}"] += 1
        fault = complaint(found, said, seconds)
        if fault:
            wrong.append(f"seed {seed} ({found.name}, {found.how}) {fault}")
    return {"outcomes": outcomes, "wrong": wrong, "slowest_s": slowest}


def main(first: int, last: int, wide: int) -> None:
    """Read in bounded memory, and tell."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESSES, ADDRESSES))
    warnings.simplefilter("error")
    with tempfile.TemporaryDirectory() as name:
        lay_out(Path(name))
        found = read_seeds(first, last, wide, Path(name))
    found["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))  # noqa: T201 - for the test that called it


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
