"""An environment of its own for each peer, made of its list of requirements."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

LISTS = Path(__file__).parent / "requirements"


def ensure(peer: str, folder: Path) -> Path:
    """Make the environment where it is not there yet; returns its interpreter.

    Raises
    ------
    subprocess.CalledProcessError
        If a requirement cannot be installed; what the installer said is in its ``stderr``.
    """
    place = folder / peer
    python = place / "bin" / "python"
    if (place / "ready").exists():
        return python
    subprocess.run([sys.executable, "-m", "venv", "--clear", place], check=True)
    lines = (LISTS / f"{peer}.txt").read_text(encoding="utf-8").splitlines()
    # One after the other, for what comes first decides what the others may bring.
    for line in lines:
        if line and not line.startswith("#"):
            _install(python, line)
    (place / "ready").touch()
    return python


def _install(python: Path, requirement: str) -> None:
    command = [python, "-m", "pip", "install", "--quiet", "--no-cache-dir", requirement]
    subprocess.run(command, check=True, capture_output=True, text=True)
