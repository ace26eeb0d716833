"""Read an IHC score as pathologists write it down."""

from __future__ import annotations

import re
from typing import NamedTuple

_TEXT = re.compile(
    r"""
    \s* (?: her-?2 (?: /neu )? )? \s* (?: ihc )? \s* [:=]? \s*
    \(? (?P<score> 3\s*\+ | 2\s*\+ | 1\s*\+ | 0\s*\+? | \+{1,3} | [123] ) \)?
    (?: [\s/,;(]* [fcds]?ish [\s:]* (?P<call> \+ | - | positive | pos | negative | neg ) \)? )?
    \s*
    """,
    re.VERBOSE | re.IGNORECASE,
)


class IhcText(NamedTuple):
    """An IHC score read from text.

    Parameters
    ----------
    ihc : int
        Code into `her2.IHC_SCORES`.
    ish_call : int
        Code into `her2.CALLS`; -1 where the text has none.
    zero_plus : bool
        Whether "0+" was written: ultralow only where the source declares that it tells 0 from 0+.
    """

    ihc: int
    ish_call: int
    zero_plus: bool


def read_ihc(text: str) -> IhcText | None:
    """Read an IHC score, with the ISH call that may stand behind it.

    Returns
    -------
    IhcText or None
        None where the text is not an IHC score: "negative" may be 0 or 1+, so it is not one.

    Examples
    --------
    >>> read_ihc("2+/FISH+")
    IhcText(ihc=2, ish_call=1, zero_plus=False)
    >>> read_ihc("+++").ihc, read_ihc("0+").zero_plus, read_ihc("negative")
    (3, True, None)
    """
    match = _TEXT.fullmatch(text.replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "-"))
    if match is None:
        return None
    score, call = match["score"].replace(" ", ""), match["call"]
    ihc = len(score) if score.startswith("+") else int(score[0])
    positive = call is not None and call.casefold() in {"+", "pos", "positive"}
    return IhcText(ihc, -1 if call is None else int(positive), score == "0+")
