"""Text as Markdown: cells that mean themselves, and tables of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_SPECIAL = re.compile(r"([\\*_\[\]#|])")


def plain(text: str) -> str:
    r"""Text that Markdown leaves as it is, but for what stands in backticks, one or two of them.

    >>> plain("p.Q37* is <1 %, as `her2_ratio`")
    'p.Q37\\* is &lt;1 %, as `her2_ratio`'
    """
    pieces = text.replace("``", "`").split("`")
    return "`".join(piece if inside % 2 else _escaped(piece) for inside, piece in enumerate(pieces))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text.replace("&", "&amp;").replace("<", "&lt;"))


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; bars in its cells are already escaped.

    >>> print(table(["a", "b"], [["1", ""]]))
    | a | b |
    |---|---|
    | 1 |  |
    """
    lines = [header, ["---"] * len(header), *rows]
    text = ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join([text[0], "|" + "---|" * len(header), *text[2:]])


def counted(n: int, noun: str, plural: str = "") -> str:
    """A number with its noun.

    >>> counted(1, "row"), counted(2, "row")
    ('1 row', '2 rows')
    """
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"
