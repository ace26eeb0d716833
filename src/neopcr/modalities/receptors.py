"""Oestrogen and progesterone receptors, and Ki-67."""

from __future__ import annotations

from neopcr.modalities._shared import as_is, derived, modality
from neopcr.oncology.receptor_scores import ALLRED_TOTALS, totals
from neopcr.oncology.receptors import CALLS, Evidence, hr_positive, is_positive
from neopcr.specs import Column, Direction, FloatArray, Table

_ASCO = "ASCO/CAP 2020: Allison, J Clin Oncol 38 (2020) 1346"
_HARVEY = "Harvey, J Clin Oncol 17 (1999) 1474 (unverified)"
_ER = ("er_percent", "er_status", "er_allred", "er_h_score")
_HR = (*_ER, "pgr_percent", "pgr_status", "pgr_allred", "pgr_h_score", "hr_status")
_INTERVAL = (
    "An interval (20-30%, <1%, >90%) is read as its middle; one on both sides of 1 % or of 10 % "
    "is refused."
)
_TITLES = {"er": "oestrogen", "pgr": "progesterone"}
_SHORT = {"er": "ER", "pgr": "PgR"}

COLUMNS = (
    Column(
        name="er_percent", kind="number", unit="percent", low=0, high=100, modality="receptors",
        description=f"Invasive tumour nuclei with oestrogen receptor. {_INTERVAL}", source=_ASCO,
        title="ER", decimals=0,
    ),
    Column(
        name="pgr_percent", kind="number", unit="percent", low=0, high=100, modality="receptors",
        description=f"Invasive tumour nuclei with progesterone receptor. {_INTERVAL}",
        source=_ASCO, title="PgR", decimals=0,
    ),
    Column(
        name="er_status", kind="category", categories=CALLS, modality="receptors",
        description="Oestrogen receptor as called; used where percent and scores are missing.",
        source=_ASCO, title="ER as called", unknown="not recorded",
    ),
    Column(
        name="pgr_status", kind="category", categories=CALLS, modality="receptors",
        description="Progesterone receptor as called; used where percent and scores are missing.",
        source=_ASCO, title="PgR as called", unknown="not recorded",
    ),
    Column(
        name="hr_status", kind="category", categories=CALLS, modality="receptors",
        description="Hormone receptors as called; used where ER and PgR leave it open.",
        source=_ASCO, title="hormone receptors as called", unknown="not recorded",
    ),
    Column(
        name="ki67_percent", kind="number", unit="percent", low=0, high=100, modality="receptors",
        description="Invasive tumour nuclei with Ki-67. An interval is read as its middle.",
        source="IKWG 2021: Nielsen, J Natl Cancer Inst 113 (2021) 808", title="Ki-67", decimals=0,
    ),
    *(
        Column(
            name=f"{receptor}_allred", kind="category", categories=ALLRED_TOTALS,
            modality="receptors", source=_HARVEY,
            description=f"Allred total of the {title} receptor; 1 is impossible.",
            title=f"{_SHORT[receptor]} Allred score",
        )
        for receptor, title in _TITLES.items()
    ),
    *(
        Column(
            name=f"{receptor}_h_score", kind="number", low=0, high=300, modality="receptors",
            description=f"H-score of the {title} receptor.", source=_HARVEY,
            title=f"{_SHORT[receptor]} H-score", decimals=0,
        )
        for receptor, title in _TITLES.items()
    ),
)  # fmt: skip


def _evidence(receptor: str, table: Table) -> Evidence:
    return Evidence(
        percent=table[f"{receptor}_percent"],
        allred=totals(table[f"{receptor}_allred"]),
        h_score=table[f"{receptor}_h_score"],
        call=table[f"{receptor}_status"],
    )


def _er_positive(table: Table) -> FloatArray:
    return is_positive(_evidence("er", table))


def _hr_positive(table: Table) -> FloatArray:
    pgr = is_positive(_evidence("pgr", table))
    return hr_positive(_er_positive(table), pgr, table["hr_status"])


_BY_ER = Direction(-1, "Takada 2014: odds ratio 3.42 (2.42-4.86) of ER-negative tumours")
_BY_HR = Direction(
    -1, "Int J Breast Cancer 6684629: 2.83 (1.48-5.39) for HR-negative, of less residual burden"
)
_BY_ER_LEVEL = Direction(-1, "Fujii, Br J Cancer 2017: low ER favours pCR, n = 793")
_BY_KI67 = Direction(1, "A cohort of 88 under PCH: odds ratio 4.13 (1.61-10.6) of high Ki-67")

MODALITY = modality(
    "receptors",
    "Hormone receptors and Ki-67",
    COLUMNS,
    (
        derived("er_positive", _ER, _er_positive, _BY_ER),
        derived("hr_positive", _HR, _hr_positive, _BY_HR),
        as_is("er_percent", _BY_ER_LEVEL),
        as_is("pgr_percent"),
        as_is("ki67_percent", _BY_KI67),
    ),
)
