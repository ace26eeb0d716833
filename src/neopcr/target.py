"""Files and folders that are whole or absent: every room writes through here."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from neopcr.errors import TargetError

_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the quota of the disk is used up",
    errno.EFBIG: "the file would be larger than is allowed here",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "its folder cannot be written",
    errno.EPERM: "its folder cannot be written",
    errno.ENOENT: "there is no such folder",
    errno.ENOTDIR: "its parent is a file, not a folder",
    errno.EISDIR: "it is a folder",
}


@contextmanager
def whole_or_absent(target: Path) -> Iterator[IO[bytes]]:
    """Write a file beside its target and move it there when it is complete.

    Only its owner can read it (mode 0600). An error leaves what was there before.

    Parameters
    ----------
    target : Path
        What is made or replaced.

    Yields
    ------
    binary file
        To be written.

    Raises
    ------
    TargetError
        If it cannot be written: which file, why, and what to do.
    """
    with one_sentence(target):
        if target.is_dir():
            raise OSError(errno.EISDIR, "")
        handle, name = tempfile.mkstemp(
            dir=target.parent, prefix=f".{target.name}.", suffix=".part"
        )
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
            move_whole(part, target)
        finally:
            part.unlink(missing_ok=True)


def move_whole(part: Path, target: Path) -> None:
    """Put a complete file of the same disk in the target's place, for good: all or nothing."""
    _sync(part)
    part.replace(target)
    _sync(target.parent)


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Fill a hidden folder beside its target, then rename it: a rename is all or nothing.

    Parameters
    ----------
    target : Path
        A folder that does not exist yet; those above it are made.

    Yields
    ------
    Path
        The folder to fill, open to its owner only, as its files are in the end.

    Raises
    ------
    TargetError
        If the target exists or cannot be written; then nothing is left behind.
    """
    if os.path.lexists(target):
        message = f"{target}: is there already and is never overwritten. Name a new one."
        raise TargetError(message)
    with one_sentence(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part"))
        try:
            yield part
            for path in part.iterdir():
                path.chmod(0o700 if path.is_dir() else 0o600)
                _sync(path)
            _sync(part)
            part.rename(target)
            _sync(target.parent)
        finally:
            shutil.rmtree(part, ignore_errors=True)


@contextmanager
def one_sentence(target: Path) -> Iterator[None]:
    """Turn what the file system says about a target into one sentence.

    Raises
    ------
    TargetError
        For every OSError.
    """
    try:
        yield
    except OSError as error:
        message = (
            f"{target}: {reason_of(error)}. Free or choose another target; nothing was written."
        )
        raise TargetError(message) from None


def reason_of(error: OSError) -> str:
    """What the file system says, in words.

    >>> reason_of(OSError(errno.ENOSPC, ""))
    'the disk is full'
    """
    return _REASONS.get(error.errno or 0, "it cannot be written")


def _sync(path: Path) -> None:
    """Make a file, or the names in a folder, last through a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
