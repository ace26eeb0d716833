"""Age, stage, grade and histology at diagnosis."""

from __future__ import annotations

from neopcr.modalities._shared import as_is, derived, modality
from neopcr.oncology.kleene import equals, first_known, ordinal
from neopcr.oncology.stage import M_STAGES, N_STAGES, T_STAGES
from neopcr.specs import Column, Direction, FloatArray, Table

_AJCC = "AJCC Cancer Staging Manual, 8th edition, 2017"
_NODES = ("cn_stage", "nodal_status_positive")

COLUMNS = (
    Column(
        name="age_years", kind="number", unit="years", low=18, high=120, modality="clinical",
        description="Age at diagnosis.", source="neopcr", title="age", decimals=0,
        unknown="not recorded",
    ),
    Column(
        name="sex", kind="category", categories=("female", "male"), modality="clinical",
        description="Sex.", source="neopcr", title="sex", unknown="not recorded",
    ),
    Column(
        name="menopausal_status", kind="category", modality="clinical",
        categories=("premenopausal", "perimenopausal", "postmenopausal"),
        description="Menopausal status at diagnosis.", source="neopcr",
        title="menopausal status", unknown="not recorded",
    ),
    Column(
        name="ecog", kind="number", low=0, high=5, modality="clinical",
        description="ECOG performance status.", source="ECOG: Oken, Am J Clin Oncol 5 (1982) 649",
        title="ECOG performance status", decimals=0, unknown="not recorded",
    ),
    Column(
        name="ct_stage", kind="category", categories=T_STAGES, modality="clinical",
        description="Clinical T category, subcategories joined; p and yp stages are refused.",
        source=_AJCC, title="clinical T category", unknown="not recorded",
    ),
    Column(
        name="cn_stage", kind="category", categories=N_STAGES, modality="clinical",
        description="Clinical N category, subcategories joined; p and yp stages are refused.",
        source=_AJCC, title="clinical N category", unknown="not recorded",
    ),
    Column(
        name="cm_stage", kind="category", categories=M_STAGES, modality="clinical",
        description="Clinical M category; M0(i+) is M0.", source=_AJCC,
        title="clinical M category", unknown="not recorded",
    ),
    Column(
        name="nodal_status_positive", kind="boolean", modality="clinical",
        description="Axillary nodes involved at diagnosis; used where cn_stage is missing.",
        source="neopcr", title="axillary nodes", words=("not involved", "involved"),
        unknown="not recorded",
    ),
    Column(
        name="tumor_diameter_mm", kind="number", unit="mm", low=0, high=300, modality="clinical",
        description="Longest diameter of the primary tumour at diagnosis.", source="neopcr",
        title="tumour diameter", decimals=0,
    ),
    Column(
        name="grade", kind="number", low=1, high=3, modality="clinical",
        description="Histological grade.", title="histological grade", decimals=0,
        unknown="not recorded",
        source="Nottingham: Elston & Ellis, Histopathology 19 (1991) 403",
    ),
    Column(
        name="histology", kind="category", modality="clinical",
        categories=("ductal", "lobular", "mixed", "other"),
        description="Histological type; ductal includes invasive carcinoma of no special type.",
        source="WHO Classification of Breast Tumours, 5th edition, 2019",
        title="histological type", unknown="not recorded",
    ),
)  # fmt: skip


def _t_stage(table: Table) -> FloatArray:
    """0 for T0 and Tis, then the number of the T category."""
    code = ordinal(table["ct_stage"])
    return (code - 1) * (code > 0)


def _node_positive(table: Table) -> FloatArray:
    return first_known(equals(table["cn_stage"], 1, 2, 3, 4), table["nodal_status_positive"])


def _histology_ductal(table: Table) -> FloatArray:
    return equals(table["histology"], 0)


def _postmenopausal(table: Table) -> FloatArray:
    return equals(table["menopausal_status"], 2)


_BY_SIZE = Direction(
    -1, "Int J Breast Cancer 6684629: odds ratio 0.83 (0.73-0.95) a unit, of less residual burden"
)

MODALITY = modality(
    "clinical",
    "Clinical",
    COLUMNS,
    (
        as_is("age_years"),
        as_is("tumor_diameter_mm", _BY_SIZE),
        as_is("grade"),
        derived("t_stage", ("ct_stage",), _t_stage),
        derived("node_positive", _NODES, _node_positive),
        derived("histology_ductal", ("histology",), _histology_ductal),
        derived("postmenopausal", ("menopausal_status",), _postmenopausal),
    ),
)
