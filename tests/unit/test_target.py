"""A target is whole or absent, private, and its trouble is told in a sentence."""

from __future__ import annotations

import errno
import resource
import stat

import pytest

from neopcr.errors import TargetError
from neopcr.target import one_sentence, whole_folder, whole_or_absent


def test_a_complete_file_replaces_the_old_one_and_is_private(tmp_path):
    target = tmp_path / "scores.csv"
    target.write_text("old")
    with whole_or_absent(target) as file:
        file.write(b"new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [target]


def test_a_broken_off_file_leaves_what_was_there(tmp_path):
    target = tmp_path / "scores.csv"
    target.write_text("old")
    with pytest.raises(ZeroDivisionError), whole_or_absent(target) as file:
        file.write(b"%d" % (1 // 0))
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_missing_folder_a_file_for_a_folder_and_a_folder_for_a_file_are_refused(tmp_path):
    (tmp_path / "file").write_text("")
    for target, reason in (
        (tmp_path / "absent" / "scores.csv", "there is no such folder"),
        (tmp_path / "file" / "scores.csv", "its parent is a file"),
        (tmp_path, "it is a folder"),
    ):
        with pytest.raises(TargetError, match=reason), whole_or_absent(target):
            raise AssertionError
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


def test_a_disk_that_fills_up_leaves_nothing(tmp_path):
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        with (
            pytest.raises(TargetError, match=r"larger than is allowed here.*nothing was written"),
            whole_or_absent(tmp_path / "scores.csv") as file,
        ):
            file.write(b"x" * 100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EACCES, "its folder cannot be written"),
        (errno.EIO, "it cannot be written"),
        (None, "it cannot be written"),
    ],
)
def test_each_fault_of_a_disk_has_its_words(tmp_path, number, reason):
    with pytest.raises(TargetError, match=reason), one_sentence(tmp_path / "x.csv"):
        raise OSError(number, "the system's own words") if number else OSError


def test_a_complete_folder_appears_at_once_and_is_never_overwritten(tmp_path):
    target = tmp_path / "models" / "1"
    with whole_folder(target) as part:
        (part / "bundle.json").write_text("{}")
        assert not target.exists()
    assert [path.name for path in target.iterdir()] == ["bundle.json"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o700
    with pytest.raises(TargetError, match="never overwritten"), whole_folder(target):
        raise AssertionError


def test_a_folder_broken_off_leaves_nothing(tmp_path):
    with pytest.raises(ZeroDivisionError), whole_folder(tmp_path / "1") as part:
        (part / "bundle.json").write_text(f"{1 // 0}")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(TargetError, match="nothing was written"),
        whole_folder(tmp_path / "file" / "1"),
    ):
        raise AssertionError
