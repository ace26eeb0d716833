"""The vocabulary of neoadjuvant regimens: names, synonyms and what they are made of.

Canonical names and synonyms are those of the trial reports; the trial that uses one stands beside
it where the name alone does not tell. `taxane` means that the report leaves open which one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Regimen:
    """A regimen as planned; number of cycles and doses are not part of it."""

    name: str
    components: tuple[str, ...]
    synonyms: tuple[str, ...] = ()


_H, _HP = ("trastuzumab",), ("trastuzumab", "pertuzumab")
_AC = ("doxorubicin", "cyclophosphamide")
_EC = ("epirubicin", "cyclophosphamide")
_FEC = ("fluorouracil", *_EC)

REGIMENS: tuple[Regimen, ...] = (
    Regimen(
        "TCbHP",
        ("docetaxel", "carboplatin", *_HP),
        ("TCHP", "TCH+P", "TCH-P", "TCbH+P", "DCbHP"),  # TRYPHAENA, KRISTINE
    ),
    Regimen("PCbHP", ("taxane", "carboplatin", *_HP), ("PCHP", "wPCbTP")),  # TRAIN-2
    Regimen("TCH", ("docetaxel", "carboplatin", *_H), ("TCbH",)),
    Regimen("PCH", ("paclitaxel", "carboplatin", *_H), ("PCbH",)),
    Regimen(
        "nab-PHP", ("nab-paclitaxel", *_HP), ("nabPHP", "Nab-P+HP", "nab-paclitaxel+HP")
    ),  # HELEN-006
    Regimen("THP", ("taxane", *_HP), ("DHP", "PHT", "wTHP", "P+H+T")),  # NeoSphere arm B
    Regimen("TH", ("taxane", *_H), ("DH", "PH(paclitaxel)")),
    Regimen("HP", _HP, ("trastuzumab+pertuzumab", "PH(no chemo)")),  # NeoSphere arm C
    Regimen("PyroHT", ("docetaxel", *_H, "pyrotinib"), ("TH+Py", "THPy", "Py+H+T")),  # PHEDRA
    Regimen("EveroHT", ("docetaxel", *_H, "everolimus"), ("Eve+H+T",)),
    Regimen("AC-TH", (*_AC, "taxane", *_H)),
    Regimen("AC-THP", (*_AC, "taxane", *_HP)),
    Regimen("ddAC-THP", (*_AC, "taxane", *_HP)),  # DESTINY-Breast11
    Regimen("EC-TH", (*_EC, "taxane", *_H)),
    Regimen("EC-THP", (*_EC, "taxane", *_HP)),
    Regimen("FEC-TH", (*_FEC, "taxane", *_H)),
    Regimen("FEC-THP", (*_FEC, "taxane", *_HP)),  # TRYPHAENA
    Regimen("AC+H", (*_AC, *_H), ("anthracycline+cyclo+H",)),
    Regimen("FEC-PCbHP", (*_FEC, "paclitaxel", "carboplatin", *_HP)),  # TRAIN-2
    Regimen("T-DM1", ("trastuzumab emtansine",), ("Kadcyla", "trastuzumab emtansine")),
    Regimen("T-DM1+P", ("trastuzumab emtansine", "pertuzumab")),  # KRISTINE
    Regimen(
        "T-DXd",
        ("trastuzumab deruxtecan",),
        ("DS-8201", "Enhertu", "trastuzumab deruxtecan"),  # DESTINY-Breast11
    ),
    Regimen("T-DXd-THP", ("trastuzumab deruxtecan", "paclitaxel", *_HP)),  # DESTINY-Breast11
    Regimen("SHR-A1811", ("trastuzumab rezetecan",), ("trastuzumab rezetecan",)),  # FASCINATE-N
    Regimen(
        "SHR-A1811+pyrotinib", ("trastuzumab rezetecan", "pyrotinib"), ("SHR-A1811+Py",)
    ),  # FASCINATE-N
    Regimen("TL", ("paclitaxel", "lapatinib"), ("L",)),  # NeoALTTO
    Regimen("THL", ("paclitaxel", *_H, "lapatinib"), ("LH", "TLH")),  # NeoALTTO
    Regimen("AC-TL", (*_AC, "paclitaxel", "lapatinib")),  # NSABP B-41
    Regimen("AC-THL", (*_AC, "paclitaxel", *_H, "lapatinib")),  # NSABP B-41
    Regimen("EC-TL", (*_EC, "docetaxel", "lapatinib")),  # GeparQuinto
    Regimen("AC-T", (*_AC, "taxane")),
    Regimen("EC-T", (*_EC, "taxane")),
    Regimen("FEC-T", (*_FEC, "taxane")),
)

REGIMEN_NAMES: tuple[str, ...] = tuple(regimen.name for regimen in REGIMENS)

# Letters that stand for several drugs: no context, no answer.
AMBIGUOUS: dict[str, tuple[str, ...]] = {
    "T": ("docetaxel", "paclitaxel", "taxane", "trastuzumab"),
    "P": ("paclitaxel", "pertuzumab", "a platinum"),
    "C": ("carboplatin", "cyclophosphamide"),
    "PH": ("TH", "HP"),
    "ADC": ("T-DM1", "T-DXd", "SHR-A1811"),
}
