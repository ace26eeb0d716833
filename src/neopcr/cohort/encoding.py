"""In which encoding a text file is written: its byte-order mark, or what a config declares."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from neopcr.cohort.header import refuse

_BLOCK_BYTES = 8 << 20
# The longest line that is looked at; a table with a longer one is none (the project's choice).
LONGEST_LINE = 32 << 20
# A byte-order mark is certain; everything else about an encoding is a guess.
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# Python's codecs that hospitals' software writes; aliases such as latin-1 or cp1252 are found too.
_KNOWN = frozenset(
    codecs.lookup(name).name
    for name in (
        "ascii", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "mac-roman", "koi8-r",
        *(f"windows-125{n}" for n in range(9)), *(f"iso-8859-{n}" for n in (*range(1, 12), 13, 15)),
        "gb18030", "gbk", "gb2312", "big5", "shift_jis", "cp932", "euc-jp", "euc-kr", "cp949",
    )
)  # fmt: skip


def encoding_of(path: Path, declared: str) -> str:
    """Codec of a text file.

    Parameters
    ----------
    path : Path
    declared : str
        Name of the encoding; empty where the config is silent: then UTF-8, unless a byte-order
        mark says UTF-16.

    Raises
    ------
    TableError
        If the declared encoding is not known, or the file's byte-order mark says another.
    """
    with path.open("rb") as file:
        start = file.read(4)
    marked = next((codec for mark, codec in _MARKS.items() if start.startswith(mark)), "")
    if not declared:
        return marked or "utf-8"
    codec = _codec(path, declared)
    if marked and codec.split("-")[:2] != marked.split("-")[:2]:
        fault = f"its byte-order mark says {marked.removesuffix('-sig').upper()}, not {declared}"
        refuse(path, fault, "Take `encoding` out of the config")
    return marked or codec


def _codec(path: Path, declared: str) -> str:
    try:
        codec = codecs.lookup(declared).name
    except (LookupError, ValueError):
        codec = ""
    if codec not in _KNOWN:
        refuse(
            path,
            f"the encoding '{declared}' is not known",
            "Use one such as utf-8, utf-16, windows-1252, iso-8859-1 or gb18030",
        )
    return codec


def undecodable(path: Path, encoding: str) -> NoReturn:
    """Refuse text that is not in its encoding, declared or taken for granted.

    Raises
    ------
    TableError
    """
    name = encoding.removesuffix("-sig").upper()
    declare = "declare its `encoding` in the config (such as windows-1252)"
    refuse(path, f"the text is not {name}", f"Save it as UTF-8, or {declare}")


def texts(path: Path, encoding: str) -> Iterator[str]:
    """Text of a file, piece by piece.

    Raises
    ------
    TableError
        If a byte does not belong to the encoding.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(_BLOCK_BYTES):
                yield decoder.decode(block)
            yield decoder.decode(b"", final=True)
        except UnicodeError:
            undecodable(path, encoding)


def decodable(path: Path, encoding: str, size: int) -> Iterator[bytes]:
    """Pieces of a file whose bytes belong to an encoding that writes ASCII as it is.

    Raises
    ------
    TableError
        If a byte does not belong to it.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(size):
                # First what it holds, then whether it is text: a picture is told by its NULs.
                yield block
                if not block.isascii() or decoder.getstate()[0]:
                    decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeError:
            undecodable(path, encoding)


def first_lines(path: Path, encoding: str) -> Iterator[str]:
    """Lines of a file without their ends, as long as they are asked for.

    Raises
    ------
    TableError
        If a line is too long for a table, or its bytes do not belong to the encoding.
    """
    with path.open(encoding=encoding, newline=None) as file:
        while True:
            try:
                line = file.readline(LONGEST_LINE)
            except UnicodeError:
                undecodable(path, encoding)
            if not line:
                return
            if len(line) == LONGEST_LINE:
                refuse(path, "its first line is too long for a header", "Export it again")
            yield line.rstrip("\n")
