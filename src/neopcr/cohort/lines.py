"""Lines of text files, plain or gzip, one at a time: a line that never ends is refused."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from neopcr.cohort.header import refuse

# Sixteen million characters: a line of ten thousand samples has less than one.
LONGEST = 1 << 24
_GZIP = b"\x1f\x8b"


def read_lines(path: Path) -> Iterator[str]:
    r"""Read a file line by line, without the line ends; gzip by its content, not by its name.

    Raises
    ------
    TableError
        If the file is absent, damaged, not UTF-8, holds NUL bytes or a line longer than `LONGEST`
        characters.
    """
    with _opened(path) as file:
        number = 0
        while True:
            line = _next(file, path)
            if not line:
                break
            number += 1
            yield _text(line, path, number)
    if not number:
        refuse(path, "the file is empty", "Export it again")


@contextmanager
def _opened(path: Path) -> Iterator[io.BufferedIOBase]:
    if not path.is_file():
        refuse(path, "there is no such file", "Check the path")
    try:
        with path.open("rb") as file:
            if file.peek(2)[:2] == _GZIP:
                with gzip.open(file) as content:
                    yield content
            else:
                yield file
    except OSError as error:
        refuse(path, f"it cannot be opened ({error.strerror})", "Ask for the right to read it")


def _next(file: io.BufferedIOBase, path: Path) -> bytes:
    try:
        return file.readline(LONGEST + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        refuse(path, "it is a damaged gzip file", "Copy it again")


def _text(line: bytes, path: Path, number: int) -> str:
    if len(line) > LONGEST:
        refuse(path, f"line {number} is longer than {LONGEST:,} bytes", "Export it again")
    if b"\0" in line:
        refuse(path, f"line {number} holds NUL bytes, so it is no text", "Export it again")
    try:
        return line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        refuse(path, f"line {number} is not UTF-8", "Save it as UTF-8")
