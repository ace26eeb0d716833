"""Read a call of HER2, over all or by in-situ hybridisation, as it is written down."""

from __future__ import annotations

import re

from neopcr.oncology.plain_text import plain

_CALL = re.compile(
    r"""
    (?: (?: her-?2 (?: /neu )? | c-?erbb-?2 | [fcds]?ish ) \s* [:=-]? \s* )?
    (?: (?P<negative> negative | neg\.? | - | (?: not | non | un ) [\s-]? amplified )
      | (?P<positive> positive | pos\.? | \+ | amplified )
      | (?P<equivocal> equivocal | borderline ) )
    """,
    re.VERBOSE | re.IGNORECASE,
)


def read_her2_call(text: str) -> int | None:
    """Read a call: a code into `her2.CALLS`, or None.

    A score such as "3+" is no call, and codes such as "1" differ between files.

    Examples
    --------
    >>> [read_her2_call(text) for text in ("HER2+", "FISH-", "not amplified", "equivocal", "3+")]
    [1, 0, 0, 2, None]
    """
    match = _CALL.fullmatch(plain(text))
    if match is None:
        return None
    return next(
        code
        for code, name in enumerate(("negative", "positive", "equivocal"))
        if match[name] is not None
    )
