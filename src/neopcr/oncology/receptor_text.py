"""Read receptors and Ki-67 as pathologists write them down: a percent or a call.

What is read is what the text proves: "20-30%" is an interval, "positive" no percent at all. Nothing
is guessed: a decimal comma, a code, a borderline result is not read.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from neopcr.oncology.plain_text import plain

NUMBER = r"[0-9]{1,3}(?:\.[0-9]{1,6})?"
NAME = r"""
    (?: (?P<er> er | estrogen\s+receptors? | oestrogen\s+receptors? )
      | (?P<pgr> pgr | pr | progesterone\s+receptors? )
      | (?P<ki67> ki\s*-?\s*67 | mib\s*-?\s*1 ) )
    \s* [:=]? \s*
"""
_SIGN = r"(?P<sign> % | percent | pct )"
_POSITIVE = r"""
    (?: (?: strong | weak | low | focal ) (?:ly)? \s+ )? (?: positive | pos\.? )
    | \(\+\) | \+{1,3}
"""
_NEGATIVE = r"negative | neg\.? | -"
_CALL = rf"(?: (?P<positive> {_POSITIVE} ) | (?P<negative> {_NEGATIVE} ) )"
_AMOUNT = rf"""
    (?: (?P<bound> <= | >= | < | > )? \s* (?P<one> {NUMBER} ) \s* {_SIGN}?
      | (?P<from> {NUMBER} ) \s* %? \s* (?: - | to ) \s* (?P<to> {NUMBER} ) \s* {_SIGN.replace("sign", "sign2")}? )
"""
FLAGS = re.VERBOSE | re.IGNORECASE
_PERCENT = re.compile(
    rf"""
    (?: {NAME} )? (?: {_CALL} [\s,:;]* )? \(? \s* {_AMOUNT} \s* \)?
    (?: [\s,;]* (?P<tail> positive | pos\.? | negative | neg\.? ) )?
    """,
    FLAGS,
)
_BARE_CALL = re.compile(rf"(?: {NAME} )? {_CALL}", FLAGS)
_PAIR = re.compile(
    r"(?: er \s* )? (?P<er> \+ | - ) \s* [/,;]? \s* (?: pg?r \s* )? (?P<pgr> \+ | - )", FLAGS
)


class PercentText(NamedTuple):
    """A percent of nuclei read from text.

    Parameters
    ----------
    low, high : float
        What the text proves, within 0-100; equal where it is one number.
    above, below : bool
        Whether `low`, and `high`, is itself left out: ">90%", "<1%".
    signed : bool
        Whether the text says that it is a percent.
    analyte : str
        "er", "pgr" or "ki67" where the text names one, else empty.
    call : int
        Code into `receptors.CALLS` where a call stands beside the percent, else -1.
    """

    low: float
    high: float
    above: bool = False
    below: bool = False
    signed: bool = False
    analyte: str = ""
    call: int = -1

    def splits(self, cut: float, *, cut_is_below: bool = False) -> bool:
        """Whether the text leaves open on which side of a cut the percent lies.

        Parameters
        ----------
        cut : float
        cut_is_below : bool
            Whether the cut itself belongs to the lower side, as 10 % does for ER low positive.

        Examples
        --------
        >>> [read_percent(text).splits(1.0) for text in ("<1%", "<=1%", "1-5%", "0-5%")]
        [False, True, False, True]
        >>> read_percent("1-10%").splits(10.0, cut_is_below=True)
        False
        """
        if cut_is_below:
            reaches_down = self.low < cut or (self.low == cut and not self.above)
            return reaches_down and self.high > cut
        return self.low < cut and (self.high > cut or (self.high == cut and not self.below))

    def middle(self) -> float:
        """Middle of what the text proves.

        >>> [read_percent(text).middle() for text in ("<1%", "20-30%", ">90%", "30 %")]
        [0.5, 25.0, 95.0, 30.0]
        """
        return (self.low + self.high) / 2


def read_percent(text: str) -> PercentText | None:
    """Read a percent of nuclei.

    Returns
    -------
    PercentText or None
        None where the text is no percent, lies out of 0-100, runs backwards ("30-20%"), or holds a
        call that the percent contradicts ("negative, 80%"). A bare interval of fractions
        ("0.2-0.3") is none either: its unit is not told.

    Examples
    --------
    >>> read_percent("ER 80%")
    PercentText(low=80.0, high=80.0, above=False, below=False, signed=True, analyte='er', call=-1)
    >>> read_percent("positive (>90 %)")[:3], read_percent("positive"), read_percent("12,5 %")
    ((90.0, 100.0, True), None, None)
    """
    match = _PERCENT.fullmatch(plain(text))
    if match is None:
        return None
    low, high, above, below = _interval(match)
    signed = bool(match["sign"] or match["sign2"])
    if high > 100 or low > high or (low == high and (above or below)):
        return None
    if not signed and _may_be_fractions(match):
        return None
    calls = _calls(match)
    read = PercentText(low, high, above, below, signed, analyte_of(match), max(calls, default=-1))
    return None if len(calls) > 1 or _contradicts(read) else read


def read_call(text: str, analyte: str = "") -> int | None:
    """Read a call: a code into `receptors.CALLS`, or None.

    Parameters
    ----------
    text : str
        A dash alone is read as "negative": do not ask where a file writes it for "not recorded".
    analyte : str
        "er" or "pgr" where only this receptor is asked for; a text that names another is not read.

    Returns
    -------
    int or None

    Notes
    -----
    A percent proves a call only where it lies wholly on one side of 1 %; "1" and "0" are codes that
    differ between files and are not read, nor is "borderline".

    Examples
    --------
    >>> [read_call(text) for text in ("pos", "ER-", "++", "positive (80%)", "<1%", "0-5%", "1")]
    [1, 0, 1, 1, 0, None, None]
    >>> read_call("ER-", "pgr")
    """
    match = _BARE_CALL.fullmatch(plain(text))
    if match is not None:
        return (
            max(_calls(match)) if analyte_of(match) in ("", analyte or analyte_of(match)) else None
        )
    percent = read_percent(text)
    if percent is None or percent.analyte not in ("", analyte or percent.analyte):
        return None
    if not (percent.signed or percent.call >= 0) or percent.splits(1.0):
        return None
    return int(percent.high > 1 or percent.low >= 1)


def read_hr_call(text: str) -> int | None:
    """Read a call of both hormone receptors, written alone or as a pair.

    >>> [read_hr_call(text) for text in ("+/-", "ER-/PR-", "positive", "-/+", "ER-", "ER+")]
    [1, 0, 1, 1, None, 1]
    """
    written = plain(text)
    pair = _PAIR.fullmatch(written)
    if pair is not None:
        return int("+" in (pair["er"], pair["pgr"]))
    match = _BARE_CALL.fullmatch(written)
    if match is None:
        return None
    call = max(_calls(match))
    # One receptor alone may show that they are positive, not that both are negative.
    is_one_of_two = analyte_of(match) != ""
    return None if analyte_of(match) == "ki67" or (is_one_of_two and call == 0) else call


def analyte_of(match: re.Match[str]) -> str:
    """Receptor that a match of `NAME` holds: "er", "pgr", "ki67" or ""."""
    return next((name for name in ("er", "pgr", "ki67") if match[name]), "")


def _interval(match: re.Match[str]) -> tuple[float, float, bool, bool]:
    """Low, high, and whether each of them is left out."""
    if match["one"] is None:
        return float(match["from"]), float(match["to"]), False, False
    one, bound = float(match["one"]), match["bound"] or ""
    low = 0.0 if bound.startswith("<") else one
    high = 100.0 if bound.startswith(">") else one
    return low, high, bound == ">", bound == "<"


def _may_be_fractions(match: re.Match[str]) -> bool:
    """Whether a bound or an interval is so low that it may be one of fractions."""
    if match["one"] is None:
        return float(match["to"]) <= 1
    return match["bound"] is not None and float(match["one"]) < 1


def _calls(match: re.Match[str]) -> set[int]:
    """Calls that a text holds, before and behind its percent."""
    groups = match.groupdict()
    calls = {code for code, name in enumerate(("negative", "positive")) if groups[name]}
    tail = groups.get("tail")
    return calls | ({int(tail.casefold().startswith("pos"))} if tail else set())


def _contradicts(read: PercentText) -> bool:
    """Whether the call beside a percent is another than the percent's own."""
    if read.call < 0:
        return False
    is_below = read.high < 1 or (read.high == 1 and read.below)
    return is_below if read.call == 1 else not is_below
