"""A run that is killed leaves its target whole or absent, and can simply be run again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
import yaml

from command_line import environment, listing, program, run
from neopcr.bundle import load_bundle
from neopcr.workflows.train import train

DEADLINE = 60.0

# Ends the process as a power cut would, at the worst moment: the work is done, its name is not.
CUT = (
    "import os, pathlib, signal, sys\n"
    "moments = iter(range(1, 100))\n"
    "def cut(self, target):\n"
    "    if next(moments) == {moment}:\n"
    "        os.kill(os.getpid(), signal.SIGKILL)\n"
    "    os.replace(self, target)\n"
    "    return target\n"
    "pathlib.Path.{verb} = cut\n"
    "from neopcr.cli import main\n"
    "main()\n"
)


def start(command: list[str], folder: Path) -> subprocess.Popen[bytes]:
    """Start a process with a group of its own, which its workers share."""
    return subprocess.Popen(
        command,
        cwd=folder,
        # One worker, in the process itself: starting others takes longer than the work.
        env=environment() | {"LOKY_MAX_CPU_COUNT": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def end(process: subprocess.Popen[bytes]) -> int:
    """Kill whatever is left of a process and its workers."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    return process.wait()


def kill_when(words: str, folder: Path, condition: Callable[[], bool]) -> int:
    """Start a command and kill it with all its workers as soon as the condition holds."""
    process = start(program(words.split()), folder)
    deadline = time.monotonic() + DEADLINE
    while not condition() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.001)
    return end(process)


def cut_at(words: str, folder: Path, *, verb: str, moment: int = 1) -> int:
    """Run a command that is killed just before its n-th rename or replacement."""
    whole = program(words.split())
    code = CUT.format(verb=verb, moment=moment)
    process = start([whole[0], "-c", code, *whole[3:]], folder)
    try:
        return process.wait(DEADLINE)
    finally:
        end(process)


def visible(folder: Path) -> dict[str, str]:
    """What a person sees: unfinished things are hidden files."""
    return {
        name: digest
        for name, digest in listing(folder).items()
        if not any(part.startswith(".") for part in Path(name).parts)
    }


@pytest.fixture(scope="module")
def many(study, tmp_path_factory) -> Path:
    """A folder with a bundle and a cohort that takes a while to score."""
    folder = tmp_path_factory.mktemp("many")
    shutil.copytree(study.folder / "models", folder / "models")
    once = pd.read_parquet(study.folder / "new.parquet")
    table = pd.concat([once] * 200, ignore_index=True)
    table["patient_id"] = [f"patient-{row}" for row in range(len(table))]
    table.to_parquet(folder / "many.parquet")
    return folder


SCORE = "score models/quick-c1 many.parquet -o scores.csv"


def test_scoring_that_is_killed_half_way_leaves_no_table(many, monkeypatch):
    def begun() -> bool:
        return any(many.glob(".scores.csv.*"))

    assert kill_when(SCORE, many, begun) == -signal.SIGKILL
    assert {"scores.csv", "scores.csv.manifest.json"}.isdisjoint(visible(many))
    monkeypatch.chdir(many)
    for name in ("scores.csv", "undisturbed.csv"):
        assert run(SCORE.replace("scores.csv", name)).exit_code == 0
    again = Path("scores.csv").read_bytes()
    assert again.count(b"\n") == 30_001
    assert again == Path("undisturbed.csv").read_bytes()


@pytest.mark.parametrize("moment", [1, 2])
def test_scoring_that_is_killed_as_it_ends_leaves_the_old_table(many, moment):
    target = many / "old.csv"
    target.write_text("what was there")
    words = SCORE.replace("scores.csv", "old.csv")
    assert cut_at(words, many, verb="replace", moment=moment) == -signal.SIGKILL
    assert target.read_text() == "what was there"


TINY = {
    "modalities": ["clinical", "receptors", "her2"],
    "members": ["elastic_net"],
    "resampling": {"outer_folds": 2, "repeats": 1, "inner_folds": 2, "trials": 1},
}


@pytest.fixture
def fresh(study, tmp_path) -> Path:
    """A folder with the trial and two configs, before any training."""
    shutil.copytree(study.folder / "trial", tmp_path / "trial")
    shutil.copy(study.config, tmp_path)
    tiny = yaml.safe_load(study.config.read_text()) | TINY
    (tmp_path / "tiny.yaml").write_text(yaml.safe_dump(tiny))
    return tmp_path


def test_training_that_is_killed_half_way_leaves_nothing(fresh):
    before = visible(fresh)
    begun = time.monotonic()
    # By then the libraries are loaded, and the folds are being fitted.
    kill_when("train quick.yaml -o report", fresh, lambda: time.monotonic() - begun > 3.0)
    assert visible(fresh) == before


def test_training_that_is_killed_before_its_first_bundle_leaves_none(fresh, monkeypatch):
    words = "train tiny.yaml -o report"
    assert cut_at(words, fresh, verb="rename") == -signal.SIGKILL
    assert not list(fresh.glob("models/*/[0-9]*"))
    assert not (fresh / "report").exists()
    monkeypatch.chdir(fresh)
    monkeypatch.setenv("LOKY_MAX_CPU_COUNT", "1")
    again, undisturbed = (
        {
            each["bundle"].removeprefix(models): each["sha256"]
            for each in train(Path("tiny.yaml"), Path(models), Path("report")).data["models"]
        }
        for models in ("models", "elsewhere")
    )
    assert list(again) == ["/quick-baseline/1", "/quick-c1/1"]
    assert again == undisturbed


def test_training_that_is_killed_between_its_bundles_leaves_whole_ones(fresh):
    assert cut_at("train tiny.yaml -o report", fresh, verb="rename", moment=2) == -signal.SIGKILL
    found = list(fresh.glob("models/*/[0-9]*"))
    assert [load_bundle(path).landmark.name for path in found] == ["baseline"]
