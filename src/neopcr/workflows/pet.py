"""HER2-PET: lesions and patients by two readers, against biopsy, and by cut-off of SUVmax."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from neopcr import __version__
from neopcr.cohort import write_rejects
from neopcr.cohort.pet_study import read_pet_study
from neopcr.target import whole_or_absent
from neopcr.workflows._outputs import require_writable
from neopcr.workflows._pet_found import pet_found
from neopcr.workflows._pet_page import write_pet
from neopcr.workflows._result import PUBLISHED, Result

if TYPE_CHECKING:
    from pathlib import Path


def pet(path: Path, output: Path, *, scanned: int | None = None, seed: int = 0) -> Result:
    """Analyse a table of HER2-PET lesions.

    Parameters
    ----------
    path : Path
        See `read_pet_study`.
    output : Path
        Folder of ``pet.html``, ``pet.json`` and ``rejects.csv``.
    scanned : int, optional
        Patients who were scanned, where some have no lesion in the file.
    seed : int
        Of the bootstrap.

    Raises
    ------
    TableError, TargetError
    """
    require_writable(output / "pet.html")
    study = read_pet_study(path)
    found = pet_found(study, scanned, seed)
    fingerprint = hashlib.sha256(path.read_bytes()).hexdigest()
    page = write_pet(found, study, fingerprint, output / "pet.html")
    data = {
        "notice": PUBLISHED,
        **asdict(found),
        "rows": study.n_rows,
        "tracers": list(study.tracers),
        "rejected": {f"{one.column}: {one.rule}": int(one.rows.size) for one in study.problems},
        "seed": seed,
        "version": __version__,
        "data_sha256": fingerprint,
    }
    with whole_or_absent(output / "pet.json") as file:
        file.write(json.dumps(data, indent=2).encode())
    rejects = write_rejects(study.problems, output / "rejects.csv")
    confirmed, false = (found.patients[name] for name in ("confirmed", "false_positive"))
    lines = (
        f"{found.scanned:,} patients, {len(study.biopsy):,} lesions of {study.n_rows:,} rows",
        f"unsuspected HER2-positive metastases: {confirmed.events:,}; false positive: {false.events:,}",
        f"page: {page}",
        PUBLISHED,
    )
    return Result({**data, "page": str(page), "rejects": str(rejects)}, lines)
