"""The vocabulary of neoadjuvant regimens: names, synonyms and what they are made of.

Canonical names and synonyms are those of the trial reports; the trial that uses one stands beside
it where the name alone does not tell. New regimens are added at the end: a code keeps its meaning.
"""

from __future__ import annotations

from dataclasses import dataclass

# The report leaves open which taxane is given, or whether paclitaxel is bound to albumin.
ANY_TAXANE = "taxane"
ANY_PACLITAXEL = "paclitaxel or nab-paclitaxel"
# Drugs that a file does not name.
ANY_CHEMOTHERAPY = "chemotherapy"
ENDOCRINE = "endocrine therapy"


@dataclass(frozen=True, slots=True)
class Regimen:
    """A regimen as planned; number of cycles and doses are not part of it.

    Parameters
    ----------
    name : str
        Canonical.
    components : tuple of str
        Drugs, in the order in which they are given.
    synonyms : tuple of str
        Other names; case, spaces, hyphens, plus signs and arrows do not matter.
    blocks : int
        Blocks of cycles given one after another, each with a number of its own.
    """

    name: str
    components: tuple[str, ...]
    synonyms: tuple[str, ...] = ()
    blocks: int = 1


_H, _HP = ("trastuzumab",), ("trastuzumab", "pertuzumab")
_AC = ("doxorubicin", "cyclophosphamide")
_EC = ("epirubicin", "cyclophosphamide")
_FEC = ("fluorouracil", *_EC)


def _then(name: str, first: tuple[str, ...], second: tuple[str, ...], *synonyms: str) -> Regimen:
    """One block of cycles, then another."""
    return Regimen(name, (*first, *second), synonyms, blocks=2)


REGIMENS: tuple[Regimen, ...] = (
    Regimen(
        "TCbHP",
        ("docetaxel", "carboplatin", *_HP),
        ("TCHP", "TCH+P", "TCH-P", "TCbH+P", "DCbHP"),  # TRYPHAENA, KRISTINE
    ),
    Regimen("PCbHP", (ANY_PACLITAXEL, "carboplatin", *_HP), ("PCHP", "wPCbTP")),  # FASCINATE-N
    Regimen("TCH", ("docetaxel", "carboplatin", *_H), ("TCbH",)),
    Regimen("PCH", ("paclitaxel", "carboplatin", *_H), ("PCbH",)),
    Regimen(
        "nab-PHP", ("nab-paclitaxel", *_HP), ("nabPHP", "Nab-P+HP", "nab-paclitaxel+HP")
    ),  # HELEN-006
    Regimen("THP", (ANY_TAXANE, *_HP), ("DHP", "PHT", "wTHP", "P+H+T")),  # NeoSphere arm B
    Regimen("TH", (ANY_TAXANE, *_H), ("DH", "PH(paclitaxel)")),
    Regimen("HP", _HP, ("trastuzumab+pertuzumab", "PH(no chemo)")),  # NeoSphere arm C
    Regimen(
        "PyroHT", ("docetaxel", *_H, "pyrotinib"), ("TH+Py", "Py+TH", "THPy", "Py+H+T")
    ),  # PHEDRA
    Regimen("EveroHT", ("docetaxel", *_H, "everolimus"), ("Eve+H+T",)),
    _then("AC-TH", _AC, (ANY_TAXANE, *_H), "AC-wTH", "AC-DH"),
    _then("AC-THP", _AC, (ANY_TAXANE, *_HP), "AC-wTHP", "AC-DHP"),
    _then("ddAC-THP", _AC, (ANY_TAXANE, *_HP), "ddAC-wTHP", "ddAC-DHP"),  # DESTINY-Breast11
    _then("EC-TH", _EC, (ANY_TAXANE, *_H), "EC-wTH", "EC-DH"),
    _then("EC-THP", _EC, (ANY_TAXANE, *_HP), "EC-wTHP", "EC-DHP"),
    _then("FEC-TH", _FEC, (ANY_TAXANE, *_H), "FEC-wTH", "FEC-DH"),
    _then("FEC-THP", _FEC, (ANY_TAXANE, *_HP), "FEC-wTHP", "FEC-DHP"),  # TRYPHAENA
    Regimen("AC+H", (*_AC, *_H), ("anthracycline+cyclo+H",)),
    _then(
        "FEC-PCbHP", _FEC, ("paclitaxel", "carboplatin", *_HP), "FEC-PCbHP (TRAIN-2)", "FEC-PCHP"
    ),  # TRAIN-2
    Regimen("T-DM1", ("trastuzumab emtansine",), ("Kadcyla", "trastuzumab emtansine")),
    Regimen("T-DM1+P", ("trastuzumab emtansine", "pertuzumab")),  # KRISTINE
    Regimen(
        "T-DXd",
        ("trastuzumab deruxtecan",),
        ("DS-8201", "DS-8201a", "Enhertu", "trastuzumab deruxtecan"),  # DESTINY-Breast11
    ),
    _then(
        "T-DXd-THP", ("trastuzumab deruxtecan",), ("paclitaxel", *_HP), "DS-8201-THP"
    ),  # DESTINY-Breast11
    Regimen("SHR-A1811", ("trastuzumab rezetecan",), ("trastuzumab rezetecan",)),  # FASCINATE-N
    Regimen(
        "SHR-A1811+pyrotinib", ("trastuzumab rezetecan", "pyrotinib"), ("SHR-A1811+Py",)
    ),  # FASCINATE-N
    Regimen("TL", ("paclitaxel", "lapatinib"), ("L",)),  # NeoALTTO
    Regimen("THL", ("paclitaxel", *_H, "lapatinib"), ("LH", "TLH")),  # NeoALTTO
    _then("AC-TL", _AC, ("paclitaxel", "lapatinib"), "AC-L"),  # NSABP B-41
    _then("AC-THL", _AC, ("paclitaxel", *_H, "lapatinib"), "AC-TLH", "AC-LH"),  # NSABP B-41
    _then("EC-TL", _EC, ("docetaxel", "lapatinib")),  # GeparQuinto
    _then("AC-T", _AC, (ANY_TAXANE,), "AC-wT", "AC-D"),
    _then("EC-T", _EC, (ANY_TAXANE,), "EC-wT", "EC-D"),
    _then("FEC-T", _FEC, (ANY_TAXANE,), "FEC-wT", "FEC-D"),
    _then("FEC+HP-THP", (*_FEC, *_HP), (ANY_TAXANE,), "FEC-HP-DHP"),  # TRYPHAENA
    Regimen("docetaxel+pertuzumab", ("docetaxel", "pertuzumab")),  # NeoSphere arm D
    Regimen(
        "PyroH+paclitaxel+cisplatin",
        ("paclitaxel", "cisplatin", *_H, "pyrotinib"),
        ("Py+H+pac-cis", "Py+H+paclitaxel+cisplatin"),  # NeoATP
    ),
    Regimen("H+ET", (*_H, ENDOCRINE)),  # ADAPT HR+
    Regimen("HP+ET", (*_HP, ENDOCRINE)),  # PHERGain
    Regimen("T-DM1+ET", ("trastuzumab emtansine", ENDOCRINE)),  # ADAPT HR+
    Regimen("TCbHP+ET", ("docetaxel", "carboplatin", *_HP, ENDOCRINE), ("TCHP+ET",)),
    Regimen(
        "chemotherapy only", (ANY_CHEMOTHERAPY,), ("chemo only", "chemo", "chemotherapy alone")
    ),  # NOAH
    Regimen("chemotherapy+H", (ANY_CHEMOTHERAPY, *_H), ("chemo+H",)),  # NOAH
)

REGIMEN_NAMES: tuple[str, ...] = tuple(regimen.name for regimen in REGIMENS)

# Which taxane a synonym tells, where the canonical name leaves it open.
TAXANE_TOLD: dict[str, str] = {
    **dict.fromkeys(("DHP", "DH", "FEC-HP-DHP"), "docetaxel"),
    **dict.fromkeys(("wTHP", "PH(paclitaxel)"), "paclitaxel"),
    **{
        f"{first}-{second}": taxane
        for first in ("AC", "EC", "FEC")
        for second, taxane in (
            ("DH", "docetaxel"), ("DHP", "docetaxel"), ("D", "docetaxel"),
            ("wTH", "paclitaxel"), ("wTHP", "paclitaxel"), ("wT", "paclitaxel"),
        )
    },
    "ddAC-DHP": "docetaxel",
    "ddAC-wTHP": "paclitaxel",
}  # fmt: skip

# Names that stand for several things: no context, no answer.
AMBIGUOUS: dict[str, tuple[str, ...]] = {
    "T": ("docetaxel", "paclitaxel", "taxane", "trastuzumab"),
    "P": ("paclitaxel", "pertuzumab", "a platinum"),
    "C": ("carboplatin", "cyclophosphamide"),
    "PH": ("TH", "HP"),
    "ADC": ("T-DM1", "T-DXd", "SHR-A1811"),
    "TP": ("docetaxel+pertuzumab", "a taxane with a platinum"),
    "TC": ("docetaxel with cyclophosphamide", "a taxane with carboplatin"),
    "PHP": ("nab-PHP", "THP"),
    "TRAIN-2": ("FEC-PCbHP", "PCbHP"),
}

# Drugs by the other names that files have for them.
DRUG_NAMES: dict[str, str] = {
    "Herceptin": "trastuzumab",
    "Perjeta": "pertuzumab",
    "Taxotere": "docetaxel",
    "Taxol": "paclitaxel",
    "Abraxane": "nab-paclitaxel",
    "albumin-bound paclitaxel": "nab-paclitaxel",
    "5-FU": "fluorouracil",
    "5-fluorouracil": "fluorouracil",
    "adriamycin": "doxorubicin",
    "T-DM1": "trastuzumab emtansine",
    "T-DXd": "trastuzumab deruxtecan",
}
