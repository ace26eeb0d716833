"""What the code itself marks as unverified, sentence by sentence, for whoever can check it."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from pages.markdown import plain, table

_ROOMS = ("oncology", "modalities", "cohort", "trials")


def unverified_table(package: Path) -> str:
    """Where in the rooms of clinical knowledge a sentence says that it is unverified.

    Parameters
    ----------
    package : Path
        The folder of the package.
    """
    rows = [
        [f"`{path.relative_to(package).as_posix()}`", plain(sentence)]
        for room in _ROOMS
        for path in sorted((package / room).glob("*.py"))
        if path.name != "facts.py"
        for sentence in unverified_in(path.read_text(encoding="utf-8"))
    ]
    return table(["file", "what it says"], rows)


def unverified_in(source: str) -> list[str]:
    r"""Sentences of comments and texts of a file that say "unverified".

    >>> unverified_in("# One.\n# Two is (unverified).\nx = 1  # three, unverified\n")
    ['Two is (unverified).', 'three, unverified']
    """
    sentences = [
        sentence.strip() for text in _texts(source) for sentence in re.split(r"(?<=\.)\s+", text)
    ]
    return list(dict.fromkeys(each for each in sentences if "unverified" in each))


def _texts(source: str) -> Iterator[str]:
    """Comments of neighbouring lines as one text each, and strings."""
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    comments = [each for each in tokens if each.type == tokenize.COMMENT]
    # A comment behind code stands for itself; whole lines that follow one another are one text.
    neighbours = groupby(
        enumerate(comments), key=lambda each: (_is_behind_code(each[1]), each[1].start[0] - each[0])
    )
    for _, group in neighbours:
        yield " ".join(comment.string.lstrip("# ") for _, comment in group)
    for each in tokens:
        if each.type == tokenize.STRING:
            yield " ".join(each.string.strip("rf\"'").split())


def _is_behind_code(comment: tokenize.TokenInfo) -> int:
    """0 for a comment alone on its line, else its line."""
    is_alone = not comment.line[: comment.start[1]].strip()
    return 0 if is_alone else comment.start[0]
