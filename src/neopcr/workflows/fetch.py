"""Fetch: a public cohort, checked by its SHA-256."""

from __future__ import annotations

from neopcr.cohort.public_data import get, licence_note
from neopcr.workflows._result import Result


def fetch(name: str) -> Result:
    """Fetch a public cohort, or find it in NEOPCR_DATA_DIR.

    Raises
    ------
    TableError
        If there is no such cohort, or a file cannot be had or is not the one it should be.
    """
    files = [str(file) for file in get(name)]
    note = licence_note(name)
    return Result({"name": name, "files": files, "note": note}, (*files, note))
