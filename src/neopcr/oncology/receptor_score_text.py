"""Read Allred and H-scores as pathologists write them down."""

from __future__ import annotations

import re
from typing import NamedTuple

from neopcr.oncology.plain_text import plain
from neopcr.oncology.receptor_text import FLAGS, NAME, NUMBER, analyte_of

_ALLRED = re.compile(
    rf"""
    (?: {NAME} )? (?:
      allred (?: \s+ score )? \s* [:=]? \s* (?P<named> [0-8] ) (?: \s* / \s* 8 )?
      | (?P<of_8> [0-8] ) \s* / \s* 8
      | (?P<bare> [0-8] )
      | ps \s* [:=]? \s* (?P<ps> [0-5] ) [\s,;+/]* is \s* [:=]? \s* (?P<is> [0-3] )
        (?: \s* [=,;] \s* (?P<sum> [0-8] ) (?: \s* / \s* 8 )? )?
    )
    """,
    FLAGS,
)
_H_SCORE = re.compile(
    rf"""
    (?: {NAME} )? (?: h \s* -? \s* score \s* [:=]? \s* )? (?P<score> {NUMBER} ) (?: \s* / \s* 300 )?
    """,
    FLAGS,
)


class AllredText(NamedTuple):
    """An Allred total read from text, and the receptor that the text names ("" where none)."""

    total: int
    analyte: str = ""


class HScoreText(NamedTuple):
    """An H-score read from text, and the receptor that the text names ("" where none)."""

    score: float
    analyte: str = ""


def read_allred(text: str) -> AllredText | None:
    """Read an Allred total, alone or as proportion and intensity.

    Returns
    -------
    AllredText or None
        None for 1, which is impossible, and where proportion, intensity and total disagree.

    Examples
    --------
    >>> [read_allred(text) for text in ("Allred 7/8", "PS 5 IS 3 = 8", "1/8", "PS5+IS0")]
    [AllredText(total=7, analyte=''), AllredText(total=8, analyte=''), None, None]
    """
    match = _ALLRED.fullmatch(plain(text))
    if match is None:
        return None
    if match["ps"] is None:
        total = int(match["named"] or match["of_8"] or match["bare"])
        return None if total == 1 else AllredText(total, analyte_of(match))
    proportion, intensity = int(match["ps"]), int(match["is"])
    total = proportion + intensity
    agree = (proportion == 0) == (intensity == 0) and match["sum"] in (None, str(total))
    return AllredText(total, analyte_of(match)) if agree else None


def read_h_score(text: str) -> HScoreText | None:
    """Read an H-score, 0-300.

    >>> read_h_score("ER H-score: 210/300"), read_h_score("210"), read_h_score("H-score 301")
    (HScoreText(score=210.0, analyte='er'), HScoreText(score=210.0, analyte=''), None)
    """
    match = _H_SCORE.fullmatch(plain(text))
    if match is None or float(match["score"]) > 300:
        return None
    return HScoreText(float(match["score"]), analyte_of(match))
