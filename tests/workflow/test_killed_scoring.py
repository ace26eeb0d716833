"""Scoring that is killed at random, again and again: the same bytes in the end."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from command_line import environment, program


def repeated(once: Path, n: int, path: Path) -> Path:
    """A cohort of n rows, each patient many times under identifiers of their own."""
    table = pq.read_table(once)
    place = table.schema.names.index("patient_id")
    ids = pa.array([f"patient-{row}" for row in range(n)])
    rows = np.resize(np.arange(len(table)), n)
    pq.write_table(table.take(rows).set_column(place, "patient_id", ids), path)
    return path


def score(target: str) -> list[str]:
    words = ["score", "models/quick-c1", "cohort.parquet", "-o", target]
    return program(words)


def killed_until_done(folder: Path, target: str, kills: int, longest: float, seed: int) -> int:
    """Kill a command after random times until it is done, at most so often; then let it end.

    Returns how often it was killed while it ran.
    """
    rng = np.random.default_rng(seed)
    killed = 0
    for _ in range(kills):
        process = subprocess.Popen(
            score(target),
            cwd=folder,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(rng.uniform(0.0, longest))
        process.send_signal(signal.SIGKILL)
        if process.wait() == -signal.SIGKILL:
            killed += 1
        else:
            break
    done = subprocess.run(
        score(target), cwd=folder, env=environment(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return killed


@pytest.fixture
def whole(study, tmp_path, request):
    """A folder with a bundle, a cohort, its scores by an undisturbed run, and how long that took."""
    shutil.copytree(study.folder / "models", tmp_path / "models")
    repeated(study.folder / "new.parquet", request.param, tmp_path / "cohort.parquet")
    for suffix in ("parquet", "csv"):
        began = time.monotonic()
        done = subprocess.run(
            score(f"whole.{suffix}"), cwd=tmp_path, env=environment(), check=False
        )
        assert done.returncode == 0
    return tmp_path, time.monotonic() - began


def in_the_end(folder: Path, target: str) -> None:
    """The target is what an undisturbed run makes, and nothing but it and its manifest is left."""
    suffix = Path(target).suffix
    assert (folder / target).read_bytes() == (folder / f"whole{suffix}").read_bytes()
    left = {path.name for path in folder.iterdir() if target in path.name}
    assert left == {target, f"{target}.manifest.json"}


@pytest.mark.parametrize("whole", [150_000], indirect=True)
def test_a_few_kills(whole):
    folder, seconds = whole
    assert killed_until_done(folder, "s.csv", 3, seconds, seed=0)
    in_the_end(folder, "s.csv")


@pytest.mark.slow
@pytest.mark.parametrize("whole", [1_000_000], indirect=True)
def test_two_hundred_kills(whole):
    folder, seconds = whole
    killed, rounds = 0, 0
    while killed < 200:
        target = f"s{rounds}.{('parquet', 'csv')[rounds % 2]}"
        # As often as it takes: whoever is never left to end is gone on with at last.
        killed += killed_until_done(folder, target, 5, 0.9 * seconds, seed=rounds)
        in_the_end(folder, target)
        (folder / target).unlink()
        rounds += 1
    print(f"{killed} kills, {rounds} runs, every output as undisturbed")  # noqa: T201
