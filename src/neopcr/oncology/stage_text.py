"""Read TNM categories as they are written down: "cT2", "T1c N1mi M0", "ypT0 ypN0(i+)"."""

from __future__ import annotations

import re
from typing import NamedTuple

from neopcr.oncology.plain_text import plain

_PREFIX = r"(?: (?P<{0}> [cp] | yp | yc | r | a ) \s* )?"
_SUFFIX = r"(?: \s* \( (?: m | s | [0-9]{1,2} | sn | f ) \) )?"
_TNM = re.compile(
    rf"""
    (?: {_PREFIX.format("pt")} t \s* (?P<t> is (?: \s* \( (?: dcis | paget ) \) )? | x | 0
        | 1 (?: \s* mi (?:c)? | [abc] )? | 2 | 3 | 4 [abcd]? ) {_SUFFIX} )?
    [\s,;/]*
    (?: {_PREFIX.format("pn")} n \s* (?P<n> x | 0 (?: \s* \( (?: i | mol ) [+-] \) )?
        | 1 (?: \s* mi (?:c)? | [abc] )? | 2 [ab]? | 3 [abc]? ) {_SUFFIX} )?
    [\s,;/]*
    (?: {_PREFIX.format("pm")} m \s* (?P<m> x | 0 (?: \s* \( i \+ \) )? | 1 ) )?
    """,
    re.VERBOSE | re.IGNORECASE,
)


class Tnm(NamedTuple):
    """Categories read from text, "" where it holds none.

    Parameters
    ----------
    t, n, m : str
        With their subcategories: "T1c", "N1mi", "N0(i+)", "M0(i+)"; "TX", "NX", "MX" not assessed.
    prefix : str
        "c" clinical, "p" at surgery without therapy before, "yp" at surgery after therapy, "yc"
        clinical after therapy, "r" at recurrence, "a" at autopsy; "" where none is written.
    """

    t: str = ""
    n: str = ""
    m: str = ""
    prefix: str = ""

    @property
    def is_clinical(self) -> bool:
        """Whether the text may be a clinical stage before therapy."""
        return self.prefix in ("", "c")


def read_tnm(text: str) -> Tnm | None:
    """Read T, N and M, or those of them that a text holds.

    Returns
    -------
    Tnm or None
        None where the text is something else, or mixes prefixes ("cT2 ypN0"): clinical categories
        and those after therapy do not make one stage.

    Examples
    --------
    >>> read_tnm("cT1c N1mi M0")
    Tnm(t='T1c', n='N1mi', m='M0', prefix='c')
    >>> read_tnm("ypN0(i+)"), read_tnm("cT2 ypN0"), read_tnm("T5")
    (Tnm(t='', n='N0(i+)', m='', prefix='yp'), None, None)
    """
    match = _TNM.fullmatch(plain(text))
    prefixes = _prefixes(match) if match else set()
    if match is None or len(prefixes) > 1 or not any(match[name] for name in "tnm"):
        return None
    return Tnm(
        t=_category("T", match["t"]),
        n=_category("N", match["n"]),
        m=_category("M", match["m"]),
        prefix=next(iter(prefixes), ""),
    )


def without_subcategory(category: str) -> str:
    """Category that a subcategory belongs to; N1mi stays, since it has stages of its own.

    "TX", "NX" and "MX" are not assessed: "".

    >>> [without_subcategory(each) for each in ("T1mi", "T4d", "Tis", "N2a", "N1mi", "N0(i+)", "TX")]
    ['T1', 'T4', 'Tis', 'N2', 'N1mi', 'N0', '']
    """
    if category.endswith("X"):
        return ""
    return category if category in ("Tis", "N1mi", "") else category[:2]


def _prefixes(match: re.Match[str]) -> set[str]:
    return {match[name].casefold() for name in ("pt", "pn", "pm") if match[name]}


def _category(letter: str, rest: str | None) -> str:
    """Category as AJCC writes it."""
    if rest is None:
        return ""
    plain = re.sub(r"\s", "", rest.casefold()).replace("mic", "mi")
    if plain == "x":
        return f"{letter}X"
    return f"{letter}{'is' if plain.startswith('is') else plain}"
