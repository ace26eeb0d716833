"""Archives that are far larger inside than outside are refused before anything is inflated."""

from __future__ import annotations

import zipfile
from pathlib import Path

from neopcr.cohort.header import refuse

# Apache POI's limit for workbooks: a hundredfold, of parts that are not small (its ZipSecureFile,
# version 5). The total is the project's choice.
HIGHEST_RATIO, SMALL_BYTES = 100, 1 << 20
MOST_BYTES = 2 << 30
MOST_PARTS = 10_000
# Held in memory as a whole by whoever reads a workbook.
SHARED_STRINGS, MOST_SHARED = "xl/sharedstrings.xml", 256 << 20


def check_zip(path: Path) -> None:
    """Refuse an archive by its directory; a part never inflates to more than is said there.

    Python's zipfile stops at the declared size, and says that the sum is wrong.

    Parameters
    ----------
    path : Path
        A workbook.

    Raises
    ------
    TableError
        If it is no archive, is encrypted, or inflates too far.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError):
        refuse(path, "it is no workbook, or a damaged one", "Save it again, or as csv")
    if any(part.flag_bits & 1 for part in parts):
        refuse(path, "it is encrypted", "Save it without a password")
    if len(parts) > MOST_PARTS or any(_bursts(part) for part in parts):
        _refuse_bomb(path)
    if sum(part.file_size for part in parts) > MOST_BYTES:
        _refuse_bomb(path)


def _bursts(part: zipfile.ZipInfo) -> bool:
    if part.filename.casefold() == SHARED_STRINGS and part.file_size > MOST_SHARED:
        return True
    return part.file_size > max(SMALL_BYTES, HIGHEST_RATIO * part.compress_size)


def _refuse_bomb(path: Path) -> None:
    fault = "it is far larger inside than a workbook of its size"
    refuse(path, fault, "Save the table as csv or parquet")
