"""Text of a cell made alike before it is read: dashes, signs and spaces as ASCII has them."""

from __future__ import annotations

# No score, percent, call or stage is longer; a longer text is prose, which is not read.
LONGEST = 80

_ALIKE = str.maketrans(
    {
        "\N{MINUS SIGN}": "-", "\N{EN DASH}": "-", "\N{EM DASH}": "-", "\N{NON-BREAKING HYPHEN}": "-",
        "\N{LESS-THAN OR EQUAL TO}": "<=", "\N{GREATER-THAN OR EQUAL TO}": ">=",
    }
)  # fmt: skip


def plain(text: str) -> str:
    """Write dashes and signs as ASCII has them, and spaces as one; "" where the text is too long.

    >>> plain(" 20 \N{EN DASH}  30 % "), plain("x" * 81)
    ('20 - 30 %', '')
    """
    alike = " ".join(text.translate(_ALIKE).split())
    return alike if len(alike) <= LONGEST else ""
