"""The real command line, and what a refusal of it must look like."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from neopcr.cli import app

CANARY = "ZZCANARY7"
"""Begins every identifier and every odd cell that is planted: it may come out nowhere else."""


def listing(folder: Path) -> dict[str, str]:
    """Every file and folder beneath, and the SHA-256 of its bytes."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        if path.is_file()
        else ""
        for path in sorted(folder.rglob("*"))
    }


def run(words: str) -> Any:
    """Run a command in this process."""
    return CliRunner().invoke(app, words.split())


@contextmanager
def stepped_down() -> Iterator[None]:
    """Be a user whom the file system can refuse: root may read and write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def refused(
    words: Sequence[object],
    code: int,
    folder: Path,
    within: AbstractContextManager[None] | None = None,
) -> str:
    """Run a command that must be refused; its one sentence.

    Nothing is on standard output, nothing in the folder changes, and no canary is told.
    """
    before = listing(folder)
    with within or nullcontext():
        done = CliRunner().invoke(app, [str(word) for word in words])
    assert done.exit_code == code, done.output
    assert done.stdout == ""
    assert listing(folder) == before
    return one_sentence(done.stderr)


def refused_apart(words: Sequence[object], code: int, folder: Path) -> str:
    """As `refused`, in a process of its own, from inside the folder."""
    before = listing(folder)
    done = subprocess.run(
        program(words), cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    assert listing(folder) == before
    return one_sentence(done.stderr)


def program(words: Sequence[object]) -> list[str]:
    """The command line as a process."""
    start = "from neopcr.cli import main; main()"
    return [sys.executable, "-c", start, *(str(word) for word in words)]


def environment() -> dict[str, str]:
    """Ours, without what would make a refusal longer or send a run elsewhere."""
    left_out = {"NEOPCR_TRACEBACK", "MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI"}
    return {name: value for name, value in os.environ.items() if name not in left_out}


def one_sentence(text: str) -> str:
    """Check that standard error is one line of ours, and return it."""
    assert text.startswith("neopcr: ")
    assert text.count("\n") == 1
    assert text.rstrip("\n").endswith((".", "?"))
    for word in ("Traceback", "internal error", CANARY):
        assert word not in text
    return text
