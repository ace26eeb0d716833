"""A bundle on disk: written whole or not at all, read with suspicion."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from neopcr.bundle.canonical import from_json, to_json
from neopcr.bundle.wire import bundle_content, read_content, trees_content
from neopcr.errors import BundleError
from neopcr.target import whole_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from neopcr.bundle.record import Bundle

SUMS = "SHA256SUMS"
LIMITS: dict[str, int] = {"bundle.json": 2**24, "trees.json": 2**25, SUMS: 2**10}
"""The files of a bundle and their largest sizes in bytes: 4,000 trees of depth 6 are 32 MiB."""


def save_bundle(bundle: Bundle, directory: Path) -> Path:
    """Write a bundle as a new folder.

    The same bundle gives the same bytes. Files can be read by their owner alone.

    Parameters
    ----------
    bundle : Bundle
        What to write.
    directory : Path
        A folder that does not exist yet; those above it are made.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    TargetError
        If the folder exists or cannot be written; then nothing is left behind.
    BundleError
        If the bundle could not be loaded again.
    """
    content = {
        "bundle.json": to_json(bundle_content(bundle), "bundle.json"),
        "trees.json": to_json(trees_content(bundle.model), "trees.json"),
    }
    _parsed(content)
    content[SUMS] = _sums(content)
    with whole_folder(directory) as beside:
        for name, data in content.items():
            (beside / name).touch(0o600)
            (beside / name).write_bytes(data)
    return directory


def load_bundle(directory: Path) -> Bundle:
    """Read a bundle; nothing in its files can be run.

    Parameters
    ----------
    directory : Path
        A folder that `save_bundle` wrote.

    Returns
    -------
    Bundle
        Its model gives the same bits as the one that was saved.

    Raises
    ------
    BundleError
        If a file is missing, unknown, a link, too large or altered; if its format is from the
        future; or if its content is not what this version would have written.
    """
    content = _read_checked(directory)
    try:
        return _parsed(content)
    except BundleError as error:
        message = f"{directory}/{error}"
        raise BundleError(message) from None


def bundle_hash(directory: Path) -> str:
    """SHA-256 by which a bundle is cited; it changes when a byte of any file does.

    Raises
    ------
    BundleError
        As in `load_bundle`, for the files; their content is not parsed.
    """
    return hashlib.sha256(_read_checked(directory)[SUMS]).hexdigest()


def _parsed(content: Mapping[str, bytes]) -> Bundle:
    return read_content(
        from_json(content["bundle.json"], "bundle.json"),
        from_json(content["trees.json"], "trees.json"),
    )


def _sums(content: Mapping[str, bytes]) -> bytes:
    lines = (
        f"{hashlib.sha256(content[name]).hexdigest()}  {name}\n" for name in LIMITS if name != SUMS
    )
    return "".join(lines).encode("ascii")


def _read_checked(directory: Path) -> dict[str, bytes]:
    """Bytes of every file, each read once, and their sums compared."""
    try:
        present = {entry.name for entry in directory.iterdir()}
    except OSError as error:
        _refuse(directory, f"cannot be listed ({error.strerror})")
    for name in LIMITS:
        if name not in present:
            _refuse(directory, f"{name} is missing")
    if len(present) > len(LIMITS):
        extra = len(present) - len(LIMITS)
        _refuse(directory, f"{extra} file(s) or folder(s) that no bundle has")
    content = {name: _read(directory, name) for name in LIMITS}
    expected = _sums(content)
    if content[SUMS] != expected:
        listed = content[SUMS].splitlines()
        altered = [line.split()[1].decode() for line in expected.splitlines() if line not in listed]
        what = f"SHA-256 of {altered[0]} is not as listed" if altered else f"{SUMS} is malformed"
        _refuse(directory, what)
    return content


def _read(directory: Path, name: str) -> bytes:
    path = directory / name
    try:
        if not stat.S_ISREG(path.lstat().st_mode):
            _refuse(directory, f"{name} is a link or no plain file")
        # The file may be swapped for a link between the look and the opening.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with os.fdopen(handle, "rb") as file:
            data = file.read(LIMITS[name] + 1)
    except OSError as error:
        _refuse(directory, f"{name} cannot be read ({error.strerror})")
    if len(data) > LIMITS[name]:
        _refuse(directory, f"{name} is larger than {LIMITS[name]} bytes")
    return data


def _refuse(directory: Path, what: str) -> NoReturn:
    message = f"{directory}: refused: {what}. Use the bundle as `neopcr train` wrote it."
    raise BundleError(message)
