"""What a regimen is made of, and whether that fits what else is recorded of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from neopcr.oncology.regimen_names import (
    ANY_CHEMOTHERAPY,
    ANY_PACLITAXEL,
    ANY_TAXANE,
    ENDOCRINE,
    REGIMENS,
    Regimen,
)
from neopcr.oncology.regimen_text import (
    TAXANES,
    MatchedRegimens,
    candidates,
    explain_ambiguous,
    match_regimens,
    regimen_key,
)

if TYPE_CHECKING:
    from neopcr.oncology.kleene import Codes
    from neopcr.specs import BoolArray, FloatArray

__all__ = [
    "BLOCKADES",
    "DRUG_CLASSES",
    "TAXANES",
    "TRAITS",
    "MatchedRegimens",
    "blockade",
    "candidates",
    "contradicts",
    "explain_ambiguous",
    "has",
    "match_regimens",
    "regimen_key",
    "taxane_type",
]

DRUG_CLASSES: dict[str, frozenset[str]] = {
    "anthracycline": frozenset({"doxorubicin", "epirubicin"}),
    "platinum": frozenset({"carboplatin", "cisplatin"}),
    "taxane": frozenset({*TAXANES, ANY_TAXANE, ANY_PACLITAXEL}),
    "antibody": frozenset({"trastuzumab", "pertuzumab"}),
    "tki": frozenset({"pyrotinib", "lapatinib"}),
    "adc": frozenset({"trastuzumab emtansine", "trastuzumab deruxtecan", "trastuzumab rezetecan"}),
    "mtor_inhibitor": frozenset({"everolimus"}),
    "endocrine": frozenset({ENDOCRINE}),
}
BLOCKADES = ("none", "single", "dual_mAb", "TKI", "mAb_TKI", "ADC")
# What chemotherapy that is not named may hold.
_CHEMOTHERAPY = frozenset({"anthracycline", "platinum", "taxane"})


def blockade(regimen: Regimen) -> str:
    """How a regimen blocks HER2: one of `BLOCKADES`."""
    antibodies = len(DRUG_CLASSES["antibody"].intersection(regimen.components))
    if _holds(regimen, "adc"):
        return "ADC"
    if _holds(regimen, "tki"):
        return "mAb_TKI" if antibodies else "TKI"
    return ("none", "single", "dual_mAb")[antibodies]


def _holds(regimen: Regimen, drug_class: str) -> float:
    """NaN where the regimen's name leaves open what is given."""
    if drug_class in _CHEMOTHERAPY and ANY_CHEMOTHERAPY in regimen.components:
        return np.nan
    return not DRUG_CLASSES[drug_class].isdisjoint(regimen.components)


_MAY_BE = {
    "docetaxel": {ANY_TAXANE, ANY_CHEMOTHERAPY},
    "paclitaxel": {ANY_TAXANE, ANY_PACLITAXEL, ANY_CHEMOTHERAPY},
    "nab-paclitaxel": {ANY_TAXANE, ANY_PACLITAXEL, ANY_CHEMOTHERAPY},
}


def _gives(regimen: Regimen, taxane: str) -> float:
    if not _MAY_BE[taxane].isdisjoint(regimen.components):
        return np.nan
    return taxane in regimen.components


def _lookup(value: Callable[[Regimen], float]) -> FloatArray:
    """One value a regimen, and NaN at the end: where the code -1 of "not known" points."""
    return np.array([*(value(regimen) for regimen in REGIMENS), np.nan], dtype=np.float64)


def _trait(drug_class: str) -> FloatArray:
    return _lookup(lambda regimen: _holds(regimen, drug_class))


_TRAITS: dict[str, FloatArray] = {
    **{
        name: _trait(name)
        for name in ("anthracycline", "platinum", "taxane", "tki", "adc", "mtor_inhibitor")
    },
    "endocrine": _trait("endocrine"),
    "docetaxel": _lookup(lambda regimen: _gives(regimen, "docetaxel")),
    "nab_paclitaxel": _lookup(lambda regimen: _gives(regimen, "nab-paclitaxel")),
    "anti_her2": _lookup(lambda regimen: blockade(regimen) != "none"),
    "dual_blockade": _lookup(
        lambda regimen: {"trastuzumab", "pertuzumab"} <= set(regimen.components)
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


def taxane_type(codes: Codes) -> Codes:
    """Which taxane regimens give.

    Parameters
    ----------
    codes : int array of shape (n_patients,)
        Codes into `REGIMEN_NAMES`; -1 not known.

    Returns
    -------
    int array of shape (n_patients,)
        Codes into `TAXANES`; -1 where there is none, or it is not known which.

    Examples
    --------
    >>> from neopcr.oncology.regimen_names import REGIMEN_NAMES
    >>> names = ["TCbHP", "THP", "nab-PHP", "HP"]
    >>> codes = np.array([REGIMEN_NAMES.index(name) for name in names], dtype=np.int16)
    >>> [TAXANES[code] if code >= 0 else None for code in taxane_type(codes)]
    ['docetaxel', None, 'nab-paclitaxel', None]
    """
    return _TAXANE_OF[codes]


_TAXANE_OF: Codes = np.array(
    [
        *(
            next((TAXANES.index(drug) for drug in TAXANES if drug in regimen.components), -1)
            for regimen in REGIMENS
        ),
        -1,
    ],
    dtype=np.int16,
)


def contradicts(codes: Codes, components: Mapping[str, FloatArray]) -> dict[str, BoolArray]:
    """Whether components that are recorded by themselves contradict the regimen's name.

    Parameters
    ----------
    codes : int array of shape (n_patients,)
        Codes into `REGIMEN_NAMES`; -1 not known.
    components : mapping of str to float array of shape (n_patients,)
        By trait: 1 yes, 0 no, NaN not known. What is no trait is not looked at.

    Returns
    -------
    dict of str to bool array of shape (n_patients,)
        By trait: True where both are known and differ. Nothing missing contradicts.

    Examples
    --------
    >>> from neopcr.oncology.regimen_names import REGIMEN_NAMES
    >>> codes = np.array([REGIMEN_NAMES.index("TCbHP")] * 3, dtype=np.int16)
    >>> contradicts(codes, {"platinum": np.array([1.0, 0.0, np.nan])})["platinum"]
    array([False,  True, False])
    """
    named = {trait: has(codes, trait) for trait in components if trait in _TRAITS}
    return {
        trait: np.asarray(~np.isnan(by_name) & (components[trait] == 1 - by_name))
        for trait, by_name in named.items()
    }
