"""Where a result comes from, with and without git."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from neopcr.specs import Estimate
from neopcr.workflows import _provenance
from neopcr.workflows._models import bundle_folder
from neopcr.workflows._result import said


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_the_commit_is_that_of_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert _provenance.commit() == ""
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", *who, "commit", "-q", "--allow-empty", "-m", "x"], check=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
    assert _provenance.commit() == head.stdout.strip() != ""


def test_without_git_there_is_no_commit(monkeypatch):
    monkeypatch.setattr(_provenance.shutil, "which", lambda _: None)
    assert _provenance.commit() == ""


def test_a_versions_folder_is_itself_and_a_models_folder_its_latest_version(tmp_path):
    for version in ("1", "2", "10", ".11-unfinished", "12.old"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "bundle.json").write_text("{}")
    assert bundle_folder(str(tmp_path)) == tmp_path / "10"
    assert bundle_folder(str(tmp_path / "2")) == tmp_path / "2"


def test_an_estimate_without_an_interval_says_why():
    few = Estimate(name="a", value=None, lower=None, upper=None, n=9, events=3, method="too few")
    lone = Estimate(name="b", value=1, lower=None, upper=None, n=9, events=3, method="separated")
    assert said([few, lone]) == "n 9, 3 pCR; a too few; b 1.000 (separated)"
