"""Which regimen a text names, and what else it tells: cycles and taxane; nothing is guessed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neopcr.oncology.regimen_names import (
    AMBIGUOUS,
    ANY_PACLITAXEL,
    ANY_TAXANE,
    DRUG_NAMES,
    REGIMEN_NAMES,
    REGIMENS,
    TAXANE_TOLD,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.oncology.kleene import Codes
    from neopcr.specs import FloatArray, IntArray

TAXANES = ("docetaxel", "paclitaxel", "nab-paclitaxel")
MOST_CYCLES = 24

_ARROWS = "\u2190-\u21ff\u2794\u27a1>"
# Case, space, hyphen, plus, arrow, comma, slash and underscore do not tell regimens apart.
_NOISE = re.compile(rf"[\s+\-\u2010-\u2015\u2212{_ARROWS},;&/_]+")
_WORDS = re.compile(r"\b(?:followed\s+by|then|and|plus|with)\b")
# How often a cycle is given does not either.
_EVERY_WEEKS = re.compile(r"\bq\s?[1-4]\s?w(?:k|eeks?)?\b")
_BETWEEN_DRUGS = re.compile(rf"[+/,;&{_ARROWS}]")
# "x6", "6x", "(6 cycles)"; not "x12wk", which counts weeks.
_COUNT = r"(?<!\d)(\d{1,2})(?!\d)"
_OTHER_UNIT = r"\s*(?:w(?:k|eek)?s?|d(?:ay)?s?|m(?:g|o|onth)?s?)\b"
_CYCLES = re.compile(
    rf"\(?\s*(?:[x\u00d7*]\s*{_COUNT}(?:\s*cycles?\b)?(?!{_OTHER_UNIT})"
    rf"|{_COUNT}\s*(?:[x\u00d7*](?!\s*\d)|cycles?\b(?:\s+of\b)?))\s*\)?"
)
_NO_SYNONYMS: Mapping[str, str] = MappingProxyType({})


def regimen_key(text: str) -> str:
    """Strip a name of what does not tell regimens apart: case, spaces, hyphens, plus signs, arrows.

    >>> regimen_key("AC -> TH+P"), regimen_key("AC followed by THP")
    ('acthp', 'acthp')
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _NOISE.sub("", _WORDS.sub(" ", _EVERY_WEEKS.sub(" ", plain)))


_KEYS: dict[str, int] = {
    regimen_key(name): code
    for code, regimen in enumerate(REGIMENS)
    for name in (regimen.name, *regimen.synonyms)
}
_AMBIGUOUS_KEYS: dict[str, str] = {regimen_key(token): token for token in AMBIGUOUS}
_TAXANE_KEYS: dict[str, int] = {
    regimen_key(name): TAXANES.index(taxane) for name, taxane in TAXANE_TOLD.items()
}
_DRUG_KEYS: dict[str, str] = {
    regimen_key(name): drug
    for name, drug in {
        **{drug: drug for regimen in REGIMENS for drug in regimen.components},
        **{taxane: taxane for taxane in TAXANES},
        **DRUG_NAMES,
    }.items()
}


def _code_by_drugs() -> dict[frozenset[str], int]:
    """The first regimen of each set of drugs; those that leave the taxane open under each of them."""
    codes: dict[frozenset[str], int] = {}
    kinds = {ANY_TAXANE: TAXANES, ANY_PACLITAXEL: TAXANES[1:]}
    for code, regimen in enumerate(REGIMENS):
        opened = next((drug for drug in regimen.components if drug in kinds), "")
        for taxane in (opened, *kinds.get(opened, ())):
            drugs = (taxane if drug == opened else drug for drug in regimen.components)
            codes.setdefault(frozenset(drugs), code)
    return codes


_BY_DRUGS = _code_by_drugs()


class _Read(NamedTuple):
    """One text: code, taxane and cycles as in `MatchedRegimens`; and whether it is ambiguous."""

    code: int
    taxane: int = -1
    cycles: float = np.nan
    ambiguous: bool = False


@dataclass(frozen=True, slots=True)
class MatchedRegimens:
    """Regimens read from text.

    Parameters
    ----------
    codes : int array of shape (n_patients,)
        Codes into `REGIMEN_NAMES`; -1 where the text is missing, unmatched or ambiguous.
    unmatched, ambiguous : int arrays
        0-based rows whose text is not in the vocabulary, and whose text may mean several regimens.
    taxane : int array of shape (n_patients,)
        Codes into `TAXANES` where the text itself tells which ("DHP"); -1 elsewhere.
    cycles : float array of shape (n_patients,)
        Planned cycles, 1 to `MOST_CYCLES`, where the text itself tells them ("TCbHP x6"); NaN
        elsewhere.
    """

    codes: Codes
    unmatched: IntArray
    ambiguous: IntArray
    taxane: Codes
    cycles: FloatArray


def match_regimens(
    texts: NDArray[Any], *, synonyms: Mapping[str, str] = _NO_SYNONYMS
) -> MatchedRegimens:
    """Read regimens from text; nothing is guessed.

    Parameters
    ----------
    texts : object array of shape (n_patients,)
        Names as written; None missing.
    synonyms : mapping of str to str, optional
        A site's own names, to canonical ones; they go before the vocabulary's.

    Examples
    --------
    >>> from neopcr.oncology.regimen_names import REGIMEN_NAMES
    >>> texts = np.array(["tch-p x6", "PH", "herbs", None, "our plan"], dtype=object)
    >>> matched = match_regimens(texts, synonyms={"Our plan": "THP"})
    >>> [REGIMEN_NAMES[code] for code in matched.codes if code >= 0]
    ['TCbHP', 'THP']
    >>> matched.ambiguous, matched.unmatched
    (array([1]), array([2]))
    >>> matched.cycles
    array([ 6., nan, nan, nan, nan])
    """
    own = {
        regimen_key(name): REGIMEN_NAMES.index(canonical) for name, canonical in synonyms.items()
    }
    found = [_read("" if text is None else str(text), own) for text in texts]
    codes = np.array([each.code for each in found], dtype=np.int16)
    ambiguous = np.array([each.ambiguous for each in found], dtype=bool)
    here = np.array(
        [text is not None and regimen_key(str(text)) != "" for text in texts], dtype=bool
    )
    return MatchedRegimens(
        codes,
        np.flatnonzero((codes < 0) & ~ambiguous & here),
        np.flatnonzero(ambiguous),
        np.array([each.taxane for each in found], dtype=np.int16),
        np.array([each.cycles for each in found], dtype=np.float64),
    )


def candidates(text: str) -> tuple[str, ...]:
    """Name what an ambiguous token may mean; empty where it is not ambiguous.

    >>> candidates("p-h")
    ('TH', 'HP')
    """
    return AMBIGUOUS.get(_AMBIGUOUS_KEYS.get(regimen_key(text), ""), ())


def explain_ambiguous(texts: NDArray[Any]) -> tuple[str, ...]:
    """Say of each ambiguous token what it may mean, in the order of the vocabulary.

    Parameters
    ----------
    texts : object array
        Names as written; only the vocabulary's own tokens are ever named.

    Examples
    --------
    >>> explain_ambiguous(np.array(["p-h", "TCHP", "PH", None], dtype=object))
    ("'PH' may mean TH or HP",)
    """
    met = {_AMBIGUOUS_KEYS.get(regimen_key(str(text))) for text in texts if text is not None}
    return tuple(
        f"'{token}' may mean {', '.join(meant[:-1])} or {meant[-1]}"
        for token, meant in AMBIGUOUS.items()
        if token in met
    )


def _read(text: str, own: Mapping[str, int]) -> _Read:
    whole = regimen_key(text)
    if whole in own:
        return _Read(own[whole])
    counts, name = _split_cycles(text)
    key = regimen_key(name)
    if key in _AMBIGUOUS_KEYS:
        return _Read(-1, ambiguous=True)
    code, taxane = own.get(key, _KEYS.get(key, -1)), _TAXANE_KEYS.get(key, -1)
    if code < 0:
        code, taxane = _by_drugs(name)
    return _Read(code, taxane, _total(counts, code))


def _split_cycles(text: str) -> tuple[list[int], str]:
    """Numbers of cycles in a text, and the text without them."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    found = _CYCLES.findall(plain)
    return [int(before or after) for before, after in found], _CYCLES.sub(" ", plain)


def _total(counts: list[int], code: int) -> float:
    """Cycles of the whole regimen: told only where each of its blocks is counted."""
    told = code >= 0 and len(counts) == REGIMENS[code].blocks and min(counts) > 0
    total = sum(counts)
    return float(total) if told and total <= MOST_CYCLES else np.nan


def _by_drugs(name: str) -> tuple[int, int]:
    """Read a list of drugs, whatever their order; -1 where one is not known or the set is no regimen."""
    parts = [regimen_key(part) for part in _BETWEEN_DRUGS.split(_WORDS.sub("+", name))]
    drugs = frozenset(_DRUG_KEYS.get(part, "") for part in parts)
    code = _BY_DRUGS.get(drugs, -1)
    taxane = next((TAXANES.index(drug) for drug in TAXANES if drug in drugs), -1)
    return code, taxane if code >= 0 else -1
