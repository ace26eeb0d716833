"""Codes of an mCODE bundle, and the columns they are read as.

LOINC names as in the value sets of public implementation guides: HL7 mCODE (tumor marker tests,
TNM categories), the German MII oncology and pathology modules, and the Swiss cancer registry.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"

How = Literal["call", "number", "percent", "millimetres", "ihc", "stage", "score", "grade"]


class Read(NamedTuple):
    """A column, how its value is read, and what the code is called.

    `verified` is False where the code was not found in a public value set.
    """

    column: str
    how: How
    name: str
    verified: bool = True


OBSERVATIONS: Mapping[str, tuple[Read, ...]] = {
    "85337-4": (Read("er_status", "call", "ER Ag [Presence] in breast cancer, immune stain"),),
    "16112-5": (Read("er_status", "call", "Estrogen receptor [Interpretation] in tissue"),),
    "40556-3": (Read("er_status", "call", "ER Ag [Presence] in tissue, immune stain"),),
    "85329-1": (Read("er_percent", "percent", "Cells.ER/100 cells in breast cancer"),),
    "14228-1": (Read("er_percent", "percent", "Cells.ER/100 cells in tissue"),),
    "85339-0": (Read("pgr_status", "call", "PR Ag [Presence] in breast cancer, immune stain"),),
    "16113-3": (Read("pgr_status", "call", "Progesterone receptor [Interpretation] in tissue"),),
    "40557-1": (Read("pgr_status", "call", "PR Ag [Presence] in tissue, immune stain"),),
    "85325-9": (Read("pgr_percent", "percent", "Cells.PR/100 cells in breast cancer"),),
    "14230-7": (Read("pgr_percent", "percent", "Cells.PR/100 cells in tissue"),),
    "85330-9": (Read("ki67_percent", "percent", "Cells.Ki-67/100 cells in breast cancer"),),
    "29593-1": (Read("ki67_percent", "percent", "Cells.Ki-67/100 cells in tissue"),),
    "48676-1": (Read("her2_status", "call", "HER2 [Interpretation] in tissue"),),
    "85319-2": (
        Read("her2_ihc", "ihc", "HER2 [Presence] in breast cancer, immune stain"),
        Read("her2_status", "call", "HER2 [Presence] in breast cancer, immune stain"),
    ),
    "18474-7": (
        Read("her2_ihc", "ihc", "HER2 Ag [Presence] in tissue, immune stain"),
        Read("her2_status", "call", "HER2 Ag [Presence] in tissue, immune stain"),
    ),
    "85318-4": (Read("her2_ish", "call", "ERBB2 gene duplication in breast cancer, FISH"),),
    "31150-6": (Read("her2_ish", "call", "ERBB2 gene duplication in tissue, FISH"),),
    "96893-3": (Read("her2_ish", "call", "ERBB2 gene duplication in tumour, FISH"),),
    "49683-6": (Read("her2_cep17_ratio", "number", "ERBB2 copies/chromosome 17 copies, FISH"),),
    "74860-8": (Read("her2_copies_per_cell", "number", "ERBB2 gene copy number/nucleus, FISH"),),
    "74861-6": (Read("cep17_copies_per_cell", "number", "Chromosome 17 copies/nucleus, FISH"),),
    "21905-5": (Read("ct_stage", "stage", "Primary tumor.clinical [Class] Cancer"),),
    "21906-3": (Read("cn_stage", "stage", "Regional lymph nodes.clinical [Class] Cancer"),),
    "21907-1": (Read("cm_stage", "stage", "Distant metastases.clinical [Class] Cancer"),),
    "21889-1": (Read("tumor_diameter_mm", "millimetres", "Size.maximum dimension in Tumor"),),
    "33728-7": (
        Read("tumor_diameter_mm", "millimetres", "Size.maximum dimension", verified=False),
    ),
    "44648-4": (Read("grade", "grade", "Histologic grade (Nottingham)"),),
    "89247-1": (Read("ecog", "score", "ECOG Performance Status score"),),
}
# Answers: SNOMED CT qualifier values and HL7 v3 interpretations; [K] but for the first two, which
# public mCODE examples use: unverified.
CALLS: Mapping[str, str] = {
    "10828004": "positive", "260385009": "negative", "42425007": "equivocal",
    "82334004": "", "LA6576-8": "positive", "LA6577-6": "negative",
    "POS": "positive", "NEG": "negative", "E": "equivocal", "IND": "",
}  # fmt: skip
# LOINC answers of 89247-1; [K], unverified.
ECOG_ANSWERS: Mapping[str, str] = {
    "LA9622-7": "0", "LA9623-5": "1", "LA9624-3": "2", "LA9625-0": "3", "LA9626-8": "4",
}  # fmt: skip
# Ingredient in a medication's name, longest first, and what it says of the regimen (domain: the
# regimen vocabulary). A part of a longer name is not told again: T-DM1 is no trastuzumab.
INGREDIENTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("trastuzumab deruxtecan", ("regimen_adc", "regimen_anti_her2")),
    ("trastuzumab emtansine", ("regimen_adc", "regimen_anti_her2")),
    ("trastuzumab rezetecan", ("regimen_adc", "regimen_anti_her2")),
    ("nab-paclitaxel", ("regimen_taxane", "regimen_nab_paclitaxel")),
    ("paclitaxel protein-bound", ("regimen_taxane", "regimen_nab_paclitaxel")),
    ("cyclophosphamide", ()),
    ("trastuzumab", ("regimen_anti_her2", "trastuzumab")),
    ("pertuzumab", ("regimen_anti_her2", "pertuzumab")),
    ("doxorubicin", ("regimen_anthracycline",)),
    ("epirubicin", ("regimen_anthracycline",)),
    ("carboplatin", ("regimen_platinum",)),
    ("paclitaxel", ("regimen_taxane",)),
    ("everolimus", ("regimen_mtor_inhibitor",)),
    ("docetaxel", ("regimen_taxane",)),
    ("cisplatin", ("regimen_platinum",)),
    ("lapatinib", ("regimen_tki", "regimen_anti_her2")),
    ("pyrotinib", ("regimen_tki", "regimen_anti_her2")),
    ("neratinib", ("regimen_tki", "regimen_anti_her2")),
    ("tucatinib", ("regimen_tki", "regimen_anti_her2")),
)
# Breast cancer as a Condition: ICD-10 and SNOMED CT.
BREAST_CANCER = ("C50", "254837009")
