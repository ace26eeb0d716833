"""What a regimen is made of, and which regimen a text names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from neopcr.oncology.regimen_names import AMBIGUOUS, REGIMENS, Regimen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from neopcr.oncology.kleene import Codes
    from neopcr.specs import FloatArray, IntArray

DRUG_CLASSES: dict[str, frozenset[str]] = {
    "anthracycline": frozenset({"doxorubicin", "epirubicin"}),
    "platinum": frozenset({"carboplatin", "cisplatin"}),
    "taxane": frozenset({"docetaxel", "paclitaxel", "nab-paclitaxel", "taxane"}),
    "antibody": frozenset({"trastuzumab", "pertuzumab"}),
    "tki": frozenset({"pyrotinib", "lapatinib"}),
    "adc": frozenset({"trastuzumab emtansine", "trastuzumab deruxtecan", "trastuzumab rezetecan"}),
    "mtor_inhibitor": frozenset({"everolimus"}),
}
BLOCKADES = ("none", "single", "dual_mAb", "TKI", "mAb_TKI", "ADC")

# Case, space, hyphen, plus, arrow, comma, slash and underscore do not tell regimens apart.
_NOISE = re.compile(r"[\s+\-\u2010-\u2015\u2192>,/_]+")


def _holds(regimen: Regimen, drug_class: str) -> bool:
    return not DRUG_CLASSES[drug_class].isdisjoint(regimen.components)


def blockade(regimen: Regimen) -> str:
    """How a regimen blocks HER2: one of `BLOCKADES`."""
    antibodies = len(DRUG_CLASSES["antibody"].intersection(regimen.components))
    if _holds(regimen, "adc"):
        return "ADC"
    if _holds(regimen, "tki"):
        return "mAb_TKI" if antibodies else "TKI"
    return ("none", "single", "dual_mAb")[antibodies]


def _nab_paclitaxel(regimen: Regimen) -> float:
    """NaN where the regimen's name leaves open which taxane is given."""
    return np.nan if "taxane" in regimen.components else "nab-paclitaxel" in regimen.components


def _lookup(values: list[float]) -> FloatArray:
    """One value a regimen, and NaN at the end: where the code -1 of "not known" points."""
    return np.array([*values, np.nan], dtype=np.float64)


_TRAITS: dict[str, FloatArray] = {
    **{
        name: _lookup([_holds(regimen, name) for regimen in REGIMENS])
        for name in ("anthracycline", "platinum", "taxane", "tki", "adc", "mtor_inhibitor")
    },
    "nab_paclitaxel": _lookup([_nab_paclitaxel(regimen) for regimen in REGIMENS]),
    "anti_her2": _lookup([blockade(regimen) != "none" for regimen in REGIMENS]),
    "dual_blockade": _lookup(
        [{"trastuzumab", "pertuzumab"} <= set(regimen.components) for regimen in REGIMENS]
    ),
}
TRAITS: tuple[str, ...] = tuple(_TRAITS)


def has(codes: Codes, trait: str) -> FloatArray:
    """Whether regimens have a trait.

    Parameters
    ----------
    codes : int array of shape (n_patients,)
        Codes into `REGIMEN_NAMES`; -1 not known.
    trait : str
        One of `TRAITS`; `dual_blockade` is trastuzumab with pertuzumab.

    Returns
    -------
    float array of shape (n_patients,)
        1 yes, 0 no, NaN where the regimen is not known or its name leaves it open.

    Examples
    --------
    >>> from neopcr.oncology.regimen_names import REGIMEN_NAMES
    >>> names = ["TCbHP", "EveroHT"]
    >>> codes = np.array([*(REGIMEN_NAMES.index(name) for name in names), -1], dtype=np.int16)
    >>> has(codes, "platinum")
    array([ 1.,  0., nan])
    """
    return _TRAITS[trait][codes]


def regimen_key(text: str) -> str:
    """Strip a name of what does not tell regimens apart: case, spaces, hyphens, plus signs, arrows.

    >>> regimen_key("AC -> TH+P")
    'acthp'
    """
    return _NOISE.sub("", text.casefold())


_KEYS: dict[str, int] = {
    regimen_key(name): code
    for code, regimen in enumerate(REGIMENS)
    for name in (regimen.name, *regimen.synonyms)
}
_AMBIGUOUS_KEYS: dict[str, str] = {regimen_key(token): token for token in AMBIGUOUS}


@dataclass(frozen=True, slots=True)
class MatchedRegimens:
    """Regimens read from text.

    Parameters
    ----------
    codes : int array of shape (n_patients,)
        Codes into `REGIMEN_NAMES`; -1 where the text is missing, unmatched or ambiguous.
    unmatched, ambiguous : int arrays
        0-based rows whose text is not in the vocabulary, and whose text may mean several regimens.
    """

    codes: Codes
    unmatched: IntArray
    ambiguous: IntArray


def match_regimens(texts: NDArray[Any]) -> MatchedRegimens:
    """Read regimens from text; nothing is guessed.

    Parameters
    ----------
    texts : object array of shape (n_patients,)
        Names as written; None missing.

    Examples
    --------
    >>> from neopcr.oncology.regimen_names import REGIMEN_NAMES
    >>> texts = np.array(["tch-p", "PH", "herbs", None], dtype=object)
    >>> matched = match_regimens(texts)
    >>> [REGIMEN_NAMES[code] for code in matched.codes if code >= 0]
    ['TCbHP']
    >>> matched.ambiguous, matched.unmatched
    (array([1]), array([2]))
    """
    keys = ["" if text is None else regimen_key(str(text)) for text in texts]
    codes = np.array([_KEYS.get(key, -1) for key in keys], dtype=np.int16)
    ambiguous = np.array([key in _AMBIGUOUS_KEYS for key in keys], dtype=bool)
    unmatched = (codes < 0) & ~ambiguous & np.array([key != "" for key in keys], dtype=bool)
    return MatchedRegimens(codes, np.flatnonzero(unmatched), np.flatnonzero(ambiguous))


def candidates(text: str) -> tuple[str, ...]:
    """Name what an ambiguous token may mean; empty where it is not ambiguous.

    >>> candidates("p-h")
    ('TH', 'HP')
    """
    return AMBIGUOUS.get(_AMBIGUOUS_KEYS.get(regimen_key(text), ""), ())
