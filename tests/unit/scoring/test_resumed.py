"""A run that ended early is gone on with, to the same bytes; another run's parts are refused."""

from __future__ import annotations

import errno
import json
import resource
import shutil
import stat
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from neopcr.bundle import save_bundle
from neopcr.errors import TargetError
from neopcr.scoring import local, score_file
from neopcr.scoring.parts import Parts, resumable

SCORES = pa.record_batch({"row": [1, 2, 3]})
IDENTITY = {"the bundle": "b", "the cohort": "c"}

KILLED = """
import os, signal, sys
from pathlib import Path
from neopcr.scoring import local
from neopcr.scoring.parts import Parts
keep = Parts.keep
def cut(self, part, first_row, scores):
    keep(self, part, first_row, scores)
    if part == 1:
        os.kill(os.getpid(), signal.SIGKILL)
Parts.keep = cut
local.score_file(*map(Path, sys.argv[1:]), threads=1)
"""


@pytest.fixture
def cohort(tmp_path):
    """Return a cohort of three batches, with an identifier that repeats."""
    n = 140_000
    rng = np.random.default_rng(0)
    table = pa.table({
        "patient_id": [f"P{i % (n - 1)}" for i in range(n)],
        "age_years": rng.integers(25, 90, n),
        "her2_cep17_ratio": rng.uniform(0.5, 12, n),
    })  # fmt: skip
    path = tmp_path / "in" / "cohort.parquet"
    path.parent.mkdir()
    pq.write_table(table, path)
    return path


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def killed(*paths):
    """Score in a process that is killed once its second part is kept."""
    done = subprocess.run([sys.executable, "-c", KILLED, *paths], check=False)
    assert done.returncode == -9


def left(*paths):
    """Score until the disk is full, after the second part."""

    def full(done, _):
        if done > 70_000:
            raise OSError(errno.ENOSPC, "")

    with pytest.raises(TargetError, match=r"the disk is full.*run the same command again"):
        score_file(*paths, progress=full, threads=1)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_killed_run_is_gone_on_with_to_the_same_bytes(bundle_folder, cohort, out, suffix):
    target = out / f"s.{suffix}"
    score_file(bundle_folder, cohort, out / f"whole.{suffix}", threads=1)
    killed(bundle_folder, cohort, target)
    parts = out / f".s.{suffix}.parts"
    assert stat.S_IMODE(parts.stat().st_mode) == 0o700
    assert not target.exists()
    manifest = score_file(bundle_folder, cohort, target, threads=2)
    assert manifest["resumed_rows"] == 2 * 65_536
    assert target.read_bytes() == (out / f"whole.{suffix}").read_bytes()
    files = [f"s.{suffix}", f"whole.{suffix}"]
    assert names(out) == sorted([*files, *(f"{name}.manifest.json" for name in files)])


def test_the_number_of_threads_changes_no_byte(bundle_folder, cohort, out):
    for threads in (1, 3):
        score_file(bundle_folder, cohort, out / f"{threads}.parquet", threads=threads)
    assert (out / "1.parquet").read_bytes() == (out / "3.parquet").read_bytes()


def test_another_cohort_since_is_refused_until_the_parts_are_removed(bundle_folder, cohort, out):
    left(bundle_folder, cohort, out / "s.parquet")
    before = names(out / ".s.parquet.parts")
    pq.write_table(pq.read_table(cohort).slice(1), cohort)
    with pytest.raises(
        TargetError, match=r"the cohort changed since\. .*remove \.s\.parquet\.parts"
    ):
        score_file(bundle_folder, cohort, out / "s.parquet")
    assert names(out / ".s.parquet.parts") == before
    shutil.rmtree(out / ".s.parquet.parts")
    assert score_file(bundle_folder, cohort, out / "s.parquet")["rows"] == 139_999


def test_another_bundle_since_is_refused(bundle, bundle_folder, cohort, out, tmp_path):
    left(bundle_folder, cohort, out / "s.parquet")
    other = save_bundle(
        type(bundle)(**{
            name: getattr(bundle, name) for name in bundle.__dataclass_fields__
        } | {"estimand": "another"}),
        tmp_path / "other" / "1",
    )  # fmt: skip
    with pytest.raises(TargetError, match="the bundle changed since"):
        score_file(other, cohort, out / "s.parquet")


def test_a_disk_without_room_keeps_what_is_done(bundle_folder, cohort, out):
    left(bundle_folder, cohort, out / "s.csv")
    room = max(path.stat().st_size for path in (out / ".s.csv.parts").glob("*.arrow")) + 1_000
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
    try:
        with pytest.raises(TargetError, match=r"larger than is allowed here.*same command again"):
            score_file(bundle_folder, cohort, out / "s.csv")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert names(out) == [".s.csv.parts"]
    assert score_file(bundle_folder, cohort, out / "s.csv")["resumed_rows"] == 140_000


def test_a_second_run_on_a_target_is_refused_and_the_first_goes_on(bundle_folder, cohort, out):
    said = []

    def second(*_):
        with pytest.raises(TargetError, match="another run is writing it") as caught:
            score_file(bundle_folder, cohort, out / "s.parquet")
        said.append(str(caught.value))

    score_file(bundle_folder, cohort, out / "s.parquet", progress=second)
    assert len(said) == 3
    assert names(out) == ["s.parquet", "s.parquet.manifest.json"]


def test_a_lock_of_a_folder_that_was_removed_meanwhile_is_none(out, monkeypatch):
    def removed(*_):
        (out / ".s.csv.parts").rmdir()

    monkeypatch.setattr("neopcr.scoring.parts.fcntl.flock", removed)
    with pytest.raises(TargetError, match="another run"), resumable(out / "s.csv", IDENTITY):
        raise AssertionError


def test_what_ends_otherwise_leaves_nothing(bundle_folder, cohort, out):
    def stop(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score_file(bundle_folder, cohort, out / "s.parquet", progress=stop)
    assert names(out) == []


def test_a_folder_for_a_target_is_refused_before_any_work(bundle_folder, cohort, out):
    (out / "s.csv").mkdir()
    with pytest.raises(TargetError, match="it is a folder"):
        score_file(bundle_folder, cohort, out / "s.csv")
    assert names(out) == ["s.csv"]


@pytest.fixture
def kept(out):
    """Return a folder of one part."""
    folder = out / "parts"
    folder.mkdir()
    parts = Parts(folder)
    parts.begin(IDENTITY)
    parts.keep(0, 1, SCORES)
    return folder


def test_a_part_is_found_as_it_was_kept(kept):
    parts = Parts(kept)
    assert parts.changed(IDENTITY) == []
    assert parts.find(0, 1, 3).equals(SCORES)
    assert parts.rows_found == 3


@pytest.mark.parametrize("place", [(1, 1, 3), (0, 2, 3), (0, 1, 4)])
def test_a_part_of_other_rows_is_not_there(kept, place):
    assert Parts(kept).find(*place) is None


def test_a_part_that_a_power_cut_has_hurt_or_lost_is_not_there(kept):
    part = kept / "000000.arrow"
    content = part.read_bytes()
    part.write_bytes(content[:-1])
    assert Parts(kept).find(0, 1, 3) is None
    part.unlink()
    assert Parts(kept).find(0, 1, 3) is None


def test_a_line_that_a_power_cut_has_torn_is_not_there(kept):
    ledger = kept / "ledger.jsonl"
    whose, line = ledger.read_text().splitlines()
    ledger.write_text(f"{whose}\n{line[:30]}")
    assert Parts(kept).find(0, 1, 3) is None
    ledger.write_text(f"{whose[:9]}")
    parts = Parts(kept)
    assert parts.changed({"the bundle": "another"}) == []
    parts.begin(IDENTITY)
    assert json.loads(ledger.read_text()) == IDENTITY


def test_files_of_the_folder_are_private(kept):
    with Parts(kept).open("scores") as file:
        file.write(b"x")
    assert stat.S_IMODE((kept / "scores").stat().st_mode) == 0o600


def test_an_earlier_part_is_not_scored_again(bundle_folder, cohort, out, monkeypatch):
    left(bundle_folder, cohort, out / "s.parquet")
    (out / ".s.parquet.parts" / "000001.arrow").unlink()
    (out / ".s.parquet.parts" / "000002.arrow").unlink(missing_ok=True)
    scored = []
    score = local._score_piece

    def seen(scorer, piece, hashes):
        scored.append(piece.number)
        return score(scorer, piece, hashes)

    monkeypatch.setattr(local, "_score_piece", seen)
    score_file(bundle_folder, cohort, out / "s.parquet", threads=1)
    assert scored == [1, 2]
