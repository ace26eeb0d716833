"""Scored parts beside a target until it is whole: what a run that was killed leaves to the next."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import IO, Any

import pyarrow as pa

from neopcr.errors import TargetError
from neopcr.target import one_sentence, reason_of

_LEDGER = "ledger.jsonl"
# A fifth of the bytes, sooner hashed and written than all of them.
_SMALL = pa.ipc.IpcWriteOptions(compression="lz4")


class Parts:
    """Score tables of the batches of one input, each complete or absent.

    A ledger names the run that they belong to and, a line each, the parts and their digests. A part
    that is not in it, or not as it says, is not there: it was being written when the run ended.

    Parameters
    ----------
    folder : Path
        Where they are; the caller holds its lock.

    Attributes
    ----------
    rows_found : int
        Rows that an earlier run had scored.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ledger = folder / _LEDGER
        self._lock = Lock()
        self.rows_found = 0
        self._whose, *lines = _readable_lines(self._ledger) or [{}]
        self._known: dict[int, dict[str, Any]] = {line["part"]: line for line in lines}

    def begin(self, identity: Mapping[str, str]) -> None:
        """Name the run in the ledger, where no earlier one has."""
        if not self._whose:
            self._ledger.write_text(f"{json.dumps(dict(identity))}\n")

    def changed(self, identity: Mapping[str, str]) -> list[str]:
        """Words for what is not as it was when an earlier run began, if one did."""
        return [
            words
            for words in identity
            if self._whose.get(words, identity[words]) != identity[words]
        ]

    def path(self, name: str) -> Path:
        """Path of a file that is not done yet."""
        return self._folder / name

    def open(self, name: str) -> IO[bytes]:
        """Write such a file from its beginning; only its owner can read it."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        return os.fdopen(os.open(self.path(name), flags, 0o600), "wb")

    def __len__(self) -> int:
        """Count the parts that are kept."""
        return len(self._known)

    def find(self, part: int, first_row: int, rows: int) -> pa.RecordBatch | None:
        """Score table of a batch that an earlier run has scored; None where it has not."""
        line = self._known.get(part, {})
        if (line.get("first_row"), line.get("rows")) != (first_row, rows):
            return None
        try:
            content = self.path(_name(part)).read_bytes()
        except FileNotFoundError:
            return None
        if hashlib.sha256(content).hexdigest() != line["sha256"]:
            return None
        with self._lock:
            self.rows_found += rows
        with pa.ipc.open_stream(content) as reader:
            return reader.read_next_batch()

    def keep(self, part: int, first_row: int, scores: pa.RecordBatch) -> None:
        """Keep the score table of a batch; several threads may at once."""
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, scores.schema, options=_SMALL) as writer:
            writer.write_batch(scores)
        content = sink.getvalue()
        # Not in the ledger, it is not there; no power cut can make it be there by half.
        self.path(_name(part)).write_bytes(content)
        line = {
            "part": part,
            "first_row": first_row,
            "rows": scores.num_rows,
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        with self._lock, self._ledger.open("a") as ledger:
            ledger.write(f"{json.dumps(line)}\n")
            self._known[part] = line


@contextmanager
def resumable(target: Path, identity: Mapping[str, str]) -> Iterator[Parts]:
    """Keep parts beside a target until it is whole.

    A run that is killed leaves them, and so does one that the disk has no room for: the same
    command goes on from there. Whoever ends otherwise leaves nothing.

    Parameters
    ----------
    target : Path
        What is made of them.
    identity : mapping of str to str
        See `Parts`.

    Yields
    ------
    Parts

    Raises
    ------
    TargetError
        If another run is at work on the target, if the parts of an earlier one are not of the same
        bundle and input, or if they cannot be written.
    """
    folder = target.with_name(f".{target.name}.parts")
    with one_sentence(target), _locked(folder, target):
        parts = Parts(folder)
        _refuse_changes(target, folder, parts.changed(identity))
        try:
            parts.begin(identity)
            yield parts
        except OSError as error:
            _tell_what_stays(target, folder, parts, error)
            raise
        except BaseException:
            _remove(folder)
            raise
        _remove(folder)


@contextmanager
def _locked(folder: Path, target: Path) -> Iterator[None]:
    """Hold a folder alone; the system lets it go when this process ends, however it ends."""
    if target.is_dir():
        raise OSError(errno.EISDIR, "")
    folder.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        if not _is_ours(handle, folder):
            message = f"{target}: another run is writing it. Wait for it, or choose another target."
            raise TargetError(message)
        yield
    finally:
        os.close(handle)


def _is_ours(handle: int, folder: Path) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Whoever held it a moment ago may have removed it.
        return os.path.samestat(os.fstat(handle), folder.stat())
    except (BlockingIOError, FileNotFoundError):
        return False


def _refuse_changes(target: Path, folder: Path, changed: list[str]) -> None:
    if changed:
        message = (
            f"{target}: a run that was interrupted left parts of it, and {' and '.join(changed)} "
            f"changed since. Restore what changed, or remove {folder.name} beside it to start anew."
        )
        raise TargetError(message)


def _tell_what_stays(target: Path, folder: Path, parts: Parts, error: OSError) -> None:
    """Leave what is done where there is any, and say so."""
    if not len(parts):
        _remove(folder)
        return
    message = (
        f"{target}: {reason_of(error)}. Make room and run the same command again, which goes on "
        f"where this one stopped, or remove {folder.name} beside it."
    )
    raise TargetError(message) from None


def _remove(folder: Path) -> None:
    # The ledger first: parts that are in none are nobody's.
    (folder / _LEDGER).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def _name(part: int) -> str:
    return f"{part:06d}.arrow"


def _readable_lines(ledger: Path) -> list[dict[str, Any]]:
    """Lines of a ledger, but for one that a power cut has torn."""
    lines: list[dict[str, Any]] = []
    if ledger.exists():
        for text in ledger.read_text(errors="replace").splitlines():
            with suppress(ValueError):
                lines.append(json.loads(text))
    return lines
