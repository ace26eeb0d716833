"""What a regimen adds to the log-odds of pCR."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from neopcr.oncology.regimen import DRUG_CLASSES, blockade
from neopcr.oncology.regimen_names import ANY_CHEMOTHERAPY, REGIMEN_NAMES, REGIMENS

if TYPE_CHECKING:
    from neopcr.simulation.effects import Effects

# Effects of blockade stand against trastuzumab alone.
_BLOCKADE_EFFECTS = {
    "none": "no_anti_her2",
    "single": None,
    "dual_mAb": "dual_mab",
    "TKI": "tki",
    "mAb_TKI": "mab_tki",
}
_TRAIT_EFFECTS = (("anthracycline", "anthracycline"), ("platinum", "platinum"))


@dataclass(frozen=True, slots=True)
class RegimenTerms:
    """Log-odds that a regimen adds: to everyone, in IHC 2+, and with mutated PIK3CA by HR status."""

    everyone: float
    ihc_2: float
    pik3ca_hr_positive: float
    pik3ca_hr_negative: float


def regimen_terms(name: str, cycles: int, effects: Effects) -> RegimenTerms:
    """Return the log-odds of a regimen against six cycles of a taxane with trastuzumab.

    Parameters
    ----------
    name : str
        Canonical, one of `neopcr.oncology.regimen_names.REGIMEN_NAMES`.
    cycles : int
        Planned; fewer than six carry the effect of four.
    effects : mapping of str to float
        From `neopcr.simulation.effects.trial_effects`.

    Returns
    -------
    RegimenTerms

    Examples
    --------
    >>> from neopcr.simulation.effects import trial_effects
    >>> terms = regimen_terms("TCbHP", 6, trial_effects())
    >>> round(terms.everyone, 2)
    0.8
    """
    drugs = frozenset(REGIMENS[REGIMEN_NAMES.index(name)].components)
    kind = blockade(REGIMENS[REGIMEN_NAMES.index(name)])
    present = [effect for trait, effect in _TRAIT_EFFECTS if drugs & DRUG_CLASSES[trait]]
    present += _her2_effects(kind, drugs)
    if "nab-paclitaxel" in drugs:
        present.append("nab_paclitaxel")
    if "everolimus" in drugs:
        present.append("everolimus")
    if cycles < 6:
        present.append("four_cycles")
    if _is_chemotherapy_free(drugs):
        present.append("no_chemotherapy")
    positive, negative = _pik3ca_effects(kind, drugs)
    return RegimenTerms(
        everyone=sum(effects[effect] for effect in present),
        ihc_2=effects["dual_mab_ihc_2"] if kind == "dual_mAb" else 0.0,
        pik3ca_hr_positive=effects[positive],
        pik3ca_hr_negative=effects[negative],
    )


def _is_chemotherapy_free(drugs: frozenset[str]) -> bool:
    """Whether nothing cytotoxic is given, alone or carried by an antibody."""
    cytotoxic = ("taxane", "anthracycline", "platinum", "adc")
    named = any(drugs & DRUG_CLASSES[name] for name in cytotoxic)
    return not named and ANY_CHEMOTHERAPY not in drugs


def _her2_effects(kind: str, drugs: frozenset[str]) -> list[str]:
    if kind != "ADC":
        effect = _BLOCKADE_EFFECTS[kind]
        return [effect] if effect else []
    if "trastuzumab emtansine" in drugs:
        return ["adc_dm1"]
    then_taxane = ["adc_then_taxane"] if drugs & DRUG_CLASSES["taxane"] else []
    return ["adc_topoisomerase", *then_taxane]


def _pik3ca_effects(kind: str, drugs: frozenset[str]) -> tuple[str, str]:
    """Names of the effect of mutated PIK3CA in HR+ and in HR-."""
    if kind == "ADC":
        return "pik3ca_adc", "pik3ca_adc"
    if _is_chemotherapy_free(drugs):
        group = "chemo_free"
    elif {"trastuzumab", "lapatinib"} <= drugs:
        group = "t_l"
    elif kind == "dual_mAb" or "pyrotinib" in drugs:
        return "pik3ca_modern", "pik3ca_modern"
    else:
        group = "older"
    return f"pik3ca_{group}_hr_positive", f"pik3ca_{group}_hr_negative"
