"""Fixtures shared by every test: where the optional data are, and a pinned environment."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

# No example is timed: a busy machine is not a fault.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def _folder(variable: str) -> Path:
    value = os.environ.get(variable)
    if not value:
        pytest.skip(f"{variable} is not set")
    return Path(value)


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The public cohorts."""
    return _folder("NEOPCR_DATA_DIR")


@pytest.fixture(scope="session")
def golden_dir() -> Path:
    """Reference values from R."""
    return _folder("NEOPCR_GOLDEN_DIR")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a headless browser."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("chromium is not installed")
    return path
