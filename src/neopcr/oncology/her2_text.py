"""Read an IHC score as pathologists write it down, with the ISH result that may stand behind it."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

# A score is short; whatever is longer is a report.
_LONGEST = 80
_TEXT = re.compile(
    r"""
    (?: (?: her-?2 (?: [/ ]?neu )? | c-?erb-?b-?2 ) [ ]? [:=]? [ ]? )?
    (?: ihc [ ]? [:=]? [ ]? )? (?: score [ ]? [:=]? [ ]? )?
    \(? (?P<score> [0-3] (?: [ ]? \+ )? | \+{1,3} ) \)?
    (?: [ ]? \(? (?P<word> negative | neg | equivocal | positive | pos ) \)? )?
    (?:
        [ /,;(]* (?: [cdfs] | bd )? -?ish
        (?: [ :=]* \(? (?P<sign> [+-] ) \)? | [ :=(-]* (?P<call>
            positive | pos | negative | neg | equivocal
            | (?: (?: not | non | un ) [ -]? )? amplified ) \)?
        )?
        (?: [ ,;(:]* ratio [ :=]* (?P<ratio> [0-9]{1,2} (?: \. [0-9]{1,6} )? ) )?
        \)*
    )?
    """,
    re.VERBOSE,
)
# What a score is called in words (ASCO/CAP 2018): a word that says another is a contradiction.
_IN_WORDS = ({"neg", "negative"}, {"neg", "negative"}, {"equivocal"}, {"pos", "positive"})
_NEGATIVE, _POSITIVE, _EQUIVOCAL, _NO_CALL = 0, 1, 2, -1


class IhcText(NamedTuple):
    """An IHC score read from text.

    Parameters
    ----------
    ihc : int
        Code into `her2.IHC_SCORES`.
    ish_call : int
        Code into `her2.CALLS`; -1 where the text has none.
    zero_plus : bool
        Whether "0+" was written: ultralow only where the source declares that it tells 0 from 0+;
        in older tables it may be a plain 0.
    ratio : float
        HER2/CEP17 ratio; NaN where the text has none.
    """

    ihc: int
    ish_call: int
    zero_plus: bool
    ratio: float


def read_ihc(text: str) -> IhcText | None:
    """Read an IHC score, with the ISH result that may stand behind it.

    Returns
    -------
    IhcText or None
        None where the text is not an IHC score, or contradicts itself: "negative" may be 0 or 1+,
        so it is not one, and "1+ positive" is not either.

    Examples
    --------
    >>> read_ihc("2+/FISH+")
    IhcText(ihc=2, ish_call=1, zero_plus=False, ratio=nan)
    >>> read_ihc("IHC 2+, ISH not amplified (ratio 1.3)")
    IhcText(ihc=2, ish_call=0, zero_plus=False, ratio=1.3)
    >>> read_ihc("+++").ihc, read_ihc("0+").zero_plus, read_ihc("negative")
    (3, True, None)
    """
    match = _TEXT.fullmatch(_plain(text))
    if match is None:
        return None
    score = match["score"].replace(" ", "")
    ihc = len(score) if score.startswith("+") else int(score[0])
    if match["word"] and match["word"] not in _IN_WORDS[ihc]:
        return None
    return IhcText(ihc, _ish_call(match), score == "0+", float(match["ratio"] or "nan"))


def _plain(text: str) -> str:
    """One case, one kind of plus, minus and space; nothing of what is too long to be a score."""
    if len(text) > _LONGEST:
        return ""
    folded = unicodedata.normalize("NFKC", text).casefold()
    minus = folded.replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "-")
    return " ".join(minus.replace("\N{HYPHEN}", "-").split())


def _ish_call(match: re.Match[str]) -> int:
    call = match["sign"] or match["call"]
    if call is None:
        return _NO_CALL
    if call == "equivocal":
        return _EQUIVOCAL
    positive = call in {"+", "pos", "positive", "amplified"}
    return _POSITIVE if positive else _NEGATIVE
