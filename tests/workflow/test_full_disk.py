"""The real thing: a disk that is full, one that is read-only, an input that changed, two runs at once."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from pathlib import Path

import pandas as pd
import pytest

from command_line import environment, one_sentence, program

UNSHARE = shutil.which("unshare")
ALONE = [UNSHARE or "", "--user", "--map-root-user", "--mount"]
"""A process with disks of its own: nobody else sees what it mounts."""

MOUNTS = UNSHARE is not None and (
    subprocess.run(
        [*ALONE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False
    ).returncode
    == 0
)
needs_mounts = pytest.mark.skipif(not MOUNTS, reason="file systems cannot be mounted here")


@pytest.fixture(scope="module")
def folder(study, tmp_path_factory) -> Path:
    """A bundle, 150,000 patients, and the scores of an undisturbed run."""
    folder = tmp_path_factory.mktemp("full")
    shutil.copytree(study.folder / "models", folder / "models")
    once = pd.read_parquet(study.folder / "new.parquet")
    table = pd.concat([once] * 1000, ignore_index=True)
    table["patient_id"] = [f"patient-{row}" for row in range(len(table))]
    table.to_parquet(folder / "many.parquet")
    (folder / "disk").mkdir()
    assert score(folder, "whole.csv").returncode == 0
    return folder


def words(target: str, cohort: str = "many.parquet") -> list[str]:
    return program(["score", "models/quick-c1", cohort, "-o", target])


def score(folder: Path, target: str, cohort: str = "many.parquet") -> subprocess.CompletedProcess:
    return subprocess.run(
        words(target, cohort), cwd=folder, env=environment(), capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def on_disk(folder: Path, options: str, script: str) -> subprocess.CompletedProcess:
    """Run a script where ``disk`` is a file system of its own; ``$@`` scores onto it."""
    mount = f"mount -t tmpfs -o {options} tmpfs disk && {script}"
    return subprocess.run(
        [*ALONE, "sh", "-c", mount, "sh", *words("disk/s.csv")], cwd=folder, env=environment(),
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@needs_mounts
def test_a_full_disk_is_told_and_with_room_the_same_command_goes_on(folder):
    whole = (folder / "whole.csv").stat().st_size
    room = f"size={whole // 1024}k"
    script = (
        '"$@"; echo "code $?" >&2; ls -A disk >&2; mount -o remount,size=1g disk && "$@" >/dev/null '
        "&& cp disk/s.csv mended.csv && cp disk/s.csv.manifest.json ."
    )
    done = on_disk(folder, room, script)
    assert done.returncode == 0, done.stderr
    said, code, left, *more = done.stderr.splitlines()
    assert "disk/s.csv: the disk is full. Make room and run the same command again" in said
    assert (code, left) == ("code 13", ".s.csv.parts")
    assert "Traceback" not in "".join(more)
    assert (folder / "mended.csv").read_bytes() == (folder / "whole.csv").read_bytes()
    assert '"resumed_rows": 0' not in (folder / "s.csv.manifest.json").read_text()


@needs_mounts
def test_a_disk_with_no_room_at_all_is_left_as_it_was(folder):
    done = on_disk(folder, "size=8k", '"$@"; echo "code $?"; ls -A disk')
    assert done.stdout == "code 13\n"
    assert "the disk is full" in one_sentence(done.stderr)


@needs_mounts
def test_a_read_only_disk_is_told(folder):
    done = on_disk(folder, "size=1g,ro", '"$@"')
    assert done.returncode == 13
    assert "the disk is read-only" in one_sentence(done.stderr)


def begun(folder: Path, target: str, cohort: str) -> subprocess.Popen:
    """A run that has scored a part of its target."""
    process = subprocess.Popen(
        words(target, cohort), cwd=folder, env=environment(), stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while not list(folder.glob(f".{target}.parts/*.arrow")) and process.poll() is None:
        time.sleep(0.001)
    process.send_signal(signal.SIGSTOP)
    return process


def test_a_cohort_that_changed_since_a_killed_run_is_refused(folder):
    shutil.copy(folder / "many.parquet", folder / "changing.parquet")
    process = begun(folder, "s.parquet", "changing.parquet")
    process.kill()
    assert process.wait() == -signal.SIGKILL
    pd.read_parquet(folder / "many.parquet").iloc[1:].to_parquet(folder / "changing.parquet")
    done = score(folder, "s.parquet", "changing.parquet")
    assert (done.returncode, done.stdout) == (13, "")
    assert "the cohort changed since" in one_sentence(done.stderr)
    assert not (folder / "s.parquet").exists()
    # What changed is restored, as the sentence says.
    shutil.copy(folder / "many.parquet", folder / "changing.parquet")
    assert score(folder, "s.parquet", "changing.parquet").returncode == 0


def test_a_second_run_on_a_target_is_refused_and_the_first_ends_as_if_alone(folder):
    process = begun(folder, "both.csv", "many.parquet")
    done = score(folder, "both.csv")
    process.send_signal(signal.SIGCONT)
    assert done.returncode == 13
    assert "another run is writing it" in one_sentence(done.stderr)
    assert process.wait() == 0
    assert (folder / "both.csv").read_bytes() == (folder / "whole.csv").read_bytes()
