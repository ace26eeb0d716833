"""Targets that are refused before anything is written, and inputs that may not be read."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bad_place import Place
from command_line import refused, run, stepped_down


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("score models/quick-c1 new.csv -o new.csv", "Choose another target"),
        ("screen nct07239271 new.csv -o new.csv", "Choose another target"),
        ("assemble quick.yaml -o trial/patients.csv", "Choose another target"),
        ("assemble quick.yaml --external -o new/../new/ctdna.csv", "Choose another target"),
        ("score models/quick-c1 new.csv -o no/such/folder/out.csv", "there is no such folder"),
        ("screen nct07239271 new.csv -o no/out.csv", "there is no such folder"),
        ("assemble quick.yaml -o no/out.csv", "there is no such folder"),
        ("simulate -n 30 -o trial", "is there already"),
        ("score models/quick-c1 new.csv -o out.txt", "scores are written as .csv or .parquet"),
        ("screen nct07239271 new.csv -o out.txt", "answers are written as .csv or .parquet"),
        ("assemble quick.yaml -o out.txt", "a cohort is written as .parquet or .csv"),
        ("score models/quick-c1 new.csv -o folder.csv", "it is a folder"),
        ("screen nct07239271 new.csv -o folder.csv", "it is a folder"),
        ("train quick.yaml -o new.csv", "its parent is a file"),
        ("train quick.yaml -o new.csv/deep/er", "its parent is a file"),
        ("train quick.yaml --models new.csv", "its parent is a file"),
        ("validate models/quick-c1 quick.yaml -o new.csv", "its parent is a file"),
        ("explain models/quick-c1 new.csv -o new.csv", "its parent is a file"),
        ("simulate -n 30 -o new.csv/deep", "its parent is a file"),
    ],
)
def test_a_target_that_cannot_be_written(place, words, says):
    Path("folder.csv").mkdir()
    assert says in place.refused(words, 13)


@pytest.fixture
def open_place(place, monkeypatch) -> Iterator[Place]:
    """The same where every user may read and nobody write."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve() / "place"
        shutil.copytree(place.folder, folder)
        for path in (folder.parent, folder, *folder.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        monkeypatch.chdir(folder)
        yield Place(folder)
        for path in (folder.parent, folder, *folder.rglob("*")):
            path.chmod(0o700 if path.is_dir() else 0o600)


@pytest.mark.parametrize(
    "words",
    ["score models/quick-c1 new.csv -o out.csv", "train quick.yaml -o out", "simulate -n 30 -o out",
     "validate models/quick-c1 quick.yaml -o out", "explain models/quick-c1 new.csv -o out",
     "screen nct07239271 new.csv -o out.csv", "assemble quick.yaml -o out.csv"],
)  # fmt: skip
def test_a_folder_that_cannot_be_written(open_place, words):
    said = refused(words.split(), 13, open_place.folder, within=stepped_down())
    assert "cannot be written" in said
    assert "out" in said


def test_a_cohort_that_may_not_be_read(open_place):
    (open_place.folder / "new.csv").chmod(0o000)
    with stepped_down():
        done = run("score models/quick-c1 new.csv -o out.csv")
    assert done.exit_code == 11, done.output
    assert "new.csv: it cannot be opened (Permission denied)" in done.stderr
