"""The treatment a patient is assigned to, and what was given up to a later landmark.

A component given directly is used where the name of the regimen is missing or leaves it open.
"""

from __future__ import annotations

from functools import partial

from neopcr.modalities._shared import Derived, as_is, derived, modality
from neopcr.oncology.kleene import first_known
from neopcr.oncology.regimen import has
from neopcr.oncology.regimen_names import REGIMEN_NAMES
from neopcr.specs import Column, FloatArray, Landmark, Table

_COMPONENTS: dict[str, str] = {
    "anthracycline": "An anthracycline is planned.",
    "platinum": "A platinum is planned.",
    "taxane": "A taxane is planned.",
    "docetaxel": "The planned taxane is docetaxel.",
    "nab_paclitaxel": "The planned taxane is nab-paclitaxel.",
    "anti_her2": "Anti-HER2 therapy is planned.",
    "dual_blockade": "Trastuzumab with pertuzumab is planned.",
    "tki": "A HER2 tyrosine kinase inhibitor is planned.",
    "adc": "A HER2 antibody-drug conjugate is planned.",
    "mtor_inhibitor": "An mTOR inhibitor is planned.",
    "endocrine": "Endocrine therapy is planned beside the others.",
}
_SEQUENCE: dict[str, str] = {
    "first_taxane": "The plan starts with a taxane.",
    "first_anthracycline": "The plan starts with an anthracycline.",
    "second_taxane": "The plan goes on to a taxane.",
    "second_anthracycline": "The plan goes on to an anthracycline.",
}
_CALLED = {
    "anthracycline": "anthracycline",
    "platinum": "platinum",
    "taxane": "taxane",
    "docetaxel": "docetaxel",
    "nab_paclitaxel": "nab-paclitaxel",
    "anti_her2": "anti-HER2 therapy",
    "dual_blockade": "trastuzumab with pertuzumab",
    "tki": "HER2 tyrosine kinase inhibitor",
    "adc": "HER2 antibody-drug conjugate",
    "mtor_inhibitor": "mTOR inhibitor",
    "endocrine": "endocrine therapy",
    "first_taxane": "plan starts with a taxane:",
    "first_anthracycline": "plan starts with an anthracycline:",
    "second_taxane": "plan goes on to a taxane:",
    "second_anthracycline": "plan goes on to an anthracycline:",
}
# What distinguishes the regimens between which trials switch patients during therapy.
_SWITCHED = ("platinum", "dual_blockade", "tki", "mtor_inhibitor")
_GIVEN = (Landmark.c2, Landmark.c4)
_CYCLE = {Landmark.c2: "cycle 2", Landmark.c4: "cycle 4"}

COLUMNS = (
    Column(
        name="regimen_assigned", kind="category", categories=REGIMEN_NAMES, modality="regimen",
        description="Regimen assigned before the first dose.", source="neopcr",
        title="assigned regimen", unknown="not recorded",
    ),
    *(
        Column(
            name=f"regimen_given_to_{landmark.name}", kind="category", categories=REGIMEN_NAMES,
            modality="regimen", landmark=landmark, source="neopcr",
            description=f"Regimen given in the cycles up to {landmark.name}.",
            title=f"regimen given up to {_CYCLE[landmark]}", unknown="not recorded",
        )
        for landmark in _GIVEN
    ),
    *(
        Column(
            name=f"regimen_{name}", kind="boolean", modality="regimen", source="neopcr",
            description=f"{text} Used where regimen_assigned is missing or leaves it open.",
            title=_CALLED[name], words=("not planned", "planned"), unknown="not recorded",
        )
        for name, text in _COMPONENTS.items()
    ),
    *(
        Column(
            name=f"regimen_{name}", kind="boolean", modality="regimen", description=text,
            source="neopcr", title=_CALLED[name], words=("no", "yes"), unknown="not recorded",
        )
        for name, text in _SEQUENCE.items()
    ),
    Column(
        name="regimen_planned_cycles", kind="number", unit="cycles", low=1, high=24,
        modality="regimen", source="neopcr",
        description="Cycles planned before the first dose, never the cycles given.",
        title="planned treatment", decimals=0, unknown="not recorded",
    ),
)  # fmt: skip


def _planned(trait: str, table: Table) -> FloatArray:
    return first_known(has(table["regimen_assigned"], trait), table[f"regimen_{trait}"])


def _given(trait: str, column: str, table: Table) -> FloatArray:
    return has(table[column], trait)


def _component(trait: str) -> Derived:
    name = f"regimen_{trait}"
    return derived(name, ("regimen_assigned", name), partial(_planned, trait))


def _switched(trait: str, landmark: Landmark) -> Derived:
    column = f"regimen_given_to_{landmark.name}"
    return derived(f"{column}_{trait}", (column,), partial(_given, trait, column))


MODALITY = modality(
    "regimen",
    "Regimen",
    COLUMNS,
    (
        *(_component(trait) for trait in _COMPONENTS),
        *(as_is(f"regimen_{name}") for name in _SEQUENCE),
        as_is("regimen_planned_cycles"),
        *(_switched(trait, landmark) for landmark in _GIVEN for trait in _SWITCHED),
    ),
)
