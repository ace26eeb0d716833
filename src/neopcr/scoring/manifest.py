"""What stands beside a score table: every row accounted for, and by what it was scored."""

from __future__ import annotations

import hashlib
import json
import platform
import time
from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from neopcr import __version__
from neopcr.errors import InternalError

if TYPE_CHECKING:
    from neopcr.bundle import Bundle

FORMAT = 1
_LIBRARIES = ("numpy", "numba", "pandas", "pyarrow")


class Tally:
    """Counts of a score table that passes by in batches.

    Attributes
    ----------
    rows : int
        Rows seen.
    status, rule, flag : Counter
        Rows by status, by the rule of those not scored, and by flag.
    """

    def __init__(self) -> None:
        self.rows = 0
        self.status: Counter[str] = Counter()
        self.rule: Counter[str] = Counter()
        self.flag: Counter[str] = Counter()

    def add(self, scores: pa.RecordBatch) -> None:
        """Count a batch."""
        self.rows += scores.num_rows
        self.status.update(_counts(scores["status"]))
        self.rule.update({name: n for name, n in _counts(scores["rule"]).items() if name})
        for flags, n in _counts(scores["flags"]).items():
            self.flag.update({flag: n for flag in flags.split(";") if flag})

    def check(self, rows_in: int) -> None:
        """Check that no row was lost or made up.

        Raises
        ------
        InternalError
            If there are more or fewer rows than went in.
        """
        if not rows_in == self.rows == sum(self.status.values()):
            message = f"{rows_in} rows went in, but {self.rows} came out."
            raise InternalError(message)

    def as_dict(self) -> dict[str, object]:
        """Counts for the manifest, names in order."""
        return {
            "rows": self.rows,
            "status": dict(sorted(self.status.items())),
            "rule": dict(sorted(self.rule.items())),
            "flag": dict(sorted(self.flag.items())),
        }


def report(
    tally: Tally, bundle: Bundle, *, header: Collection[str], escaped: int
) -> dict[str, object]:
    """Manifest of a score table, but for the digests of what was read.

    Parameters
    ----------
    tally : Tally
        Of its rows.
    bundle : Bundle
        What scored them.
    header : collection of str
        What columns the cohort has.
    escaped : int
        Cells escaped because a spreadsheet would run them.
    """
    own = {"neopcr": __version__, "python": platform.python_version()}
    return {
        "format": FORMAT,
        **tally.as_dict(),
        "absent_columns": [
            column.name for column in bundle.space.columns if column.name not in header
        ],
        "escaped_cells": escaped,
        "bundle": {
            "name": bundle.name,
            "version": bundle.version,
            "landmark": bundle.landmark.name,
            "estimand": bundle.estimand,
        },
        "versions": own | {name: version(name) for name in _LIBRARIES},
    }


def told(bundle: str, cohort: str, source: Path, started: float) -> dict[str, object]:
    """Digests of what was read, and when the run took place: the manifest's last entries.

    Parameters
    ----------
    bundle, cohort : str
        SHA-256 of both.
    source : Path
        The cohort.
    started : float
        Seconds since 1970.
    """
    return {
        "bundle_hash": bundle,
        "input": {"sha256": cohort, "bytes": source.stat().st_size},
        "started": datetime.fromtimestamp(started, UTC).isoformat(timespec="seconds"),
        "seconds": round(time.time() - started, 3),
    }


def fingerprint(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def manifest_of(target: Path) -> Path:
    """Path of a score table's manifest.

    >>> manifest_of(Path("out/scores.csv")).name
    'scores.csv.manifest.json'
    """
    return target.with_name(f"{target.name}.manifest.json")


def to_bytes(content: dict[str, object]) -> bytes:
    """Manifest as it is written: readable by people and machines."""
    return f"{json.dumps(content, indent=2)}\n".encode()


def _counts(values: pa.Array) -> dict[str, int]:
    return {str(each["values"]): each["counts"] for each in pc.value_counts(values).to_pylist()}
