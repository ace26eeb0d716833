"""Oestrogen and progesterone receptors, and Ki-67."""

from __future__ import annotations

from functools import partial

from neopcr.modalities._shared import Derived, as_is, derived, modality
from neopcr.oncology.receptor_scores import ALLRED_TOTALS, totals
from neopcr.oncology.receptors import CALLS, hr_positive, receptor_positive, score_positive
from neopcr.specs import Column, FloatArray, Table

_ASCO = "ASCO/CAP 2020: Allison, J Clin Oncol 38 (2020) 1346"
_HARVEY = "Harvey, J Clin Oncol 17 (1999) 1474 (unverified)"
_ER = ("er_percent", "er_status")
_HR = ("er_percent", "pgr_percent", "er_status", "pgr_status", "hr_status")
_INTERVAL = (
    "An interval (20-30%, <1%, >90%) is read as its middle; one on both sides of 1 % or of 10 % "
    "is refused."
)
_TITLES = {"er": "oestrogen", "pgr": "progesterone"}

COLUMNS = (
    Column(
        name="er_percent", kind="number", unit="percent", low=0, high=100, modality="receptors",
        description=f"Invasive tumour nuclei with oestrogen receptor. {_INTERVAL}", source=_ASCO,
    ),
    Column(
        name="pgr_percent", kind="number", unit="percent", low=0, high=100, modality="receptors",
        description=f"Invasive tumour nuclei with progesterone receptor. {_INTERVAL}",
        source=_ASCO,
    ),
    Column(
        name="er_status", kind="category", categories=CALLS, modality="receptors",
        description="Oestrogen receptor as called; used where er_percent is missing.", source=_ASCO,
    ),
    Column(
        name="pgr_status", kind="category", categories=CALLS, modality="receptors",
        description="Progesterone receptor as called; used where pgr_percent is missing.",
        source=_ASCO,
    ),
    Column(
        name="hr_status", kind="category", categories=CALLS, modality="receptors",
        description="Hormone receptors as called; used where ER and PgR leave it open.",
        source=_ASCO,
    ),
    Column(
        name="ki67_percent", kind="number", unit="percent", low=0, high=100, modality="receptors",
        description="Invasive tumour nuclei with Ki-67. An interval is read as its middle.",
        source="IKWG 2021: Nielsen, J Natl Cancer Inst 113 (2021) 808",
    ),
    *(
        Column(
            name=f"{receptor}_allred", kind="category", categories=ALLRED_TOTALS,
            modality="receptors", source=_HARVEY,
            description=f"Allred total of the {title} receptor; 1 is impossible.",
        )
        for receptor, title in _TITLES.items()
    ),
    *(
        Column(
            name=f"{receptor}_h_score", kind="number", low=0, high=300, modality="receptors",
            description=f"H-score of the {title} receptor.", source=_HARVEY,
        )
        for receptor, title in _TITLES.items()
    ),
)  # fmt: skip


def _er_positive(table: Table) -> FloatArray:
    return receptor_positive(table["er_percent"], table["er_status"])


def _hr_positive(table: Table) -> FloatArray:
    pgr = receptor_positive(table["pgr_percent"], table["pgr_status"])
    return hr_positive(_er_positive(table), pgr, table["hr_status"])


def _by_score(receptor: str, table: Table) -> FloatArray:
    """Positive by Allred total or H-score: for cohorts that record no percent."""
    return score_positive(totals(table[f"{receptor}_allred"]), table[f"{receptor}_h_score"])


def _scored(receptor: str) -> Derived:
    return derived(
        f"{receptor}_positive_by_score",
        (f"{receptor}_allred", f"{receptor}_h_score"),
        partial(_by_score, receptor),
    )


MODALITY = modality(
    "receptors",
    "Hormone receptors and Ki-67",
    COLUMNS,
    (
        derived("er_positive", _ER, _er_positive),
        derived("hr_positive", _HR, _hr_positive),
        as_is("er_percent"),
        as_is("pgr_percent"),
        as_is("ki67_percent"),
        *(_scored(receptor) for receptor in _TITLES),
    ),
)
