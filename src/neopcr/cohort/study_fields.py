"""What studies of cBioPortal call the columns, and the words of their cells."""

from __future__ import annotations

from collections.abc import Mapping

# Column to headers, the first that a study has counts: those of its public studies, TCGA, METABRIC
# and MSK among them (read off their clinical files; the choice is the project's).
FIELDS: Mapping[str, tuple[str, ...]] = {
    "age_years": ("AGE_AT_DIAGNOSIS", "AGE"),
    "sex": ("SEX", "GENDER"),
    "menopausal_status": ("MENOPAUSAL_STATUS", "MENOPAUSE_STATUS", "INFERRED_MENOPAUSAL_STATE"),
    "centre": ("CENTRE", "CENTER", "INSTITUTE"),
    "arm": ("ARM", "TREATMENT_ARM"),
    "ct_stage": ("CLINICAL_T_STAGE", "CLIN_T_STAGE", "CT_STAGE"),
    "cn_stage": ("CLINICAL_N_STAGE", "CLIN_N_STAGE", "CN_STAGE"),
    "cm_stage": ("CLINICAL_M_STAGE", "CLIN_M_STAGE", "CM_STAGE"),
    "tumor_diameter_mm": ("TUMOR_SIZE", "CLINICAL_TUMOR_SIZE"),
    "grade": ("GRADE", "TUMOR_GRADE", "HISTOLOGIC_GRADE", "NOTTINGHAM_GRADE"),
    "histology": ("ONCOTREE_CODE", "HISTOLOGY", "TUMOR_HISTOLOGY"),
    "er_status": ("ER_STATUS_BY_IHC", "ER_STATUS", "ER_IHC"),
    "er_percent": ("ER_PERCENT", "ER_STATUS_IHC_PERCENT_POSITIVE"),
    "pgr_status": ("PR_STATUS_BY_IHC", "PR_STATUS", "PGR_STATUS", "PR_IHC"),
    "pgr_percent": ("PR_PERCENT", "PGR_PERCENT"),
    "hr_status": ("HR_STATUS",),
    "her2_status": ("HER2_STATUS", "IHC_HER2", "HER2_STATUS_BY_IHC"),
    "her2_ihc": ("HER2_IHC_SCORE", "HER2_IHC"),
    "her2_ish": ("HER2_FISH_STATUS", "HER2_ISH_STATUS"),
    "her2_cep17_ratio": ("HER2_CEP17_RATIO", "HER2_FISH_RATIO"),
    "ki67_percent": ("KI67_PERCENT", "KI67", "KI_67"),
    "regimen_assigned": ("REGIMEN", "NEOADJUVANT_REGIMEN"),
}
# Of the sample file; its unit differs by study.
PURITY = "TUMOR_PURITY"
OUTCOMES = ("PCR", "PCR_STATUS", "PATHOLOGIC_COMPLETE_RESPONSE", "PATH_RESPONSE")
REACHED = frozenset({"1", "yes", "pcr", "true", "complete", "complete response"})
RESIDUAL = frozenset(
    {"0", "no", "rd", "false", "non-pcr", "npcr", "residual", "residual disease", "partial"}
)
# Words that studies use and no other table does: METABRIC misspells, OncoTree names histologies.
SYNONYMS: Mapping[str, Mapping[str, str]] = {
    "er_status": {"positve": "positive"},
    "menopausal_status": {"pre": "premenopausal", "post": "postmenopausal"},
    "histology": {"idc": "ductal", "ilc": "lobular", "mdlc": "mixed"},
    "grade": {"g1": "1", "g2": "2", "g3": "3", "i": "1", "ii": "2", "iii": "3"},
}
