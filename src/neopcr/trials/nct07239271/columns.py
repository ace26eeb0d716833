"""What NCT07239271 asks for beyond the modalities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from neopcr.trials._shared import eligibility_column, pick

if TYPE_CHECKING:
    from neopcr.specs import Column

DIAGNOSES = ("histology", "cytology", "not_confirmed")
_CTCAE = "NCI CTCAE, version 5.0, 2017"
_NYHA = "New York Heart Association functional classes"
# Multiples of the upper limit of normal of the laboratory that measured.
_ULN = "times the upper limit of normal"


def _yes_no(name: str, description: str) -> Column:
    return eligibility_column(name, "boolean", description)


def _date(name: str, description: str) -> Column:
    return eligibility_column(name, "date", description)


def _xuln(name: str, what: str) -> Column:
    return eligibility_column(name, "number", f"{what}.", unit=_ULN, low=0, high=200)


def _cells(name: str, what: str, high: float) -> Column:
    return eligibility_column(name, "number", f"{what}.", unit="10^9 per litre", low=0, high=high)


def _years(name: str, description: str) -> Column:
    return eligibility_column(name, "number", description, unit="years", low=0, high=120)


def _grade(name: str, what: str) -> Column:
    return eligibility_column(
        name, "number", f"Highest grade of {what}; 0 none.", source=_CTCAE, low=0, high=5
    )


_TUMOUR = (
    eligibility_column(
        "diagnosis_confirmed_by", "category", "What confirmed invasive breast cancer.",
        categories=DIAGNOSES,
    ),
    _yes_no("tumor_multifocal", "Several foci within one quadrant."),
    _yes_no("her2_positive_all_foci", "Every focus is HER2-positive."),
    eligibility_column(
        "quadrants_involved", "number", "Quadrants of the breast with tumour.", unit="quadrants",
        low=1, high=4,
    ),
    *(
        _yes_no(
            f"{name}_tested",
            f"Whether {title} was determined: no where the record says that it was not done. A blank "
            "is not a no.",
        )
        for name, title in (("er", "ER"), ("pgr", "PgR"), ("ki67", "Ki-67"))
    ),
    _yes_no("vessel_invasion_imaging", "CT or MRI shows invasion of major vessels."),
    _yes_no(
        "vessel_invasion_judged",
        "The investigator judges it highly likely that major vessels are invaded and bleed.",
    ),
)  # fmt: skip

_CONSENT = (
    _date("randomisation_date", "Randomisation."),
    _yes_no("consent_informed", "Informed consent was given."),
    _yes_no("consent_samples", "Agrees to give tissue and blood."),
    _yes_no("compliance_expected", "Good compliance is expected."),
    _yes_no("operable_expected", "Likely to be operable after neoadjuvant therapy."),
    _yes_no("surgery_tolerable", "Able to undergo surgery."),
    _yes_no("adjuvant_tolerable", "Able to receive adjuvant therapy."),
    _yes_no("investigator_objection", "The investigator holds the patient unsuitable."),
)

_LABORATORY = (
    _cells("anc_1e9_per_l", "Absolute neutrophil count", 500),
    _cells("platelets_1e9_per_l", "Platelets", 5000),
    _cells("wbc_1e9_per_l", "White blood cells", 1000),
    # From 20: a value in g/dL is refused.
    eligibility_column(
        "haemoglobin_g_per_l", "number", "Haemoglobin.", unit="g per litre", low=20, high=250
    ),
    _yes_no("transfusion_within_14_days", "Transfusion in the 14 days before the blood count."),
    _xuln("bilirubin_xuln", "Total bilirubin"),
    _yes_no("gilbert_syndrome", "Gilbert's syndrome."),
    _xuln("alt_xuln", "Alanine aminotransferase"),
    _xuln("ast_xuln", "Aspartate aminotransferase"),
    _xuln("creatinine_xuln", "Creatinine"),
    _xuln("pt_xuln", "Prothrombin time"),
    _xuln("aptt_xuln", "Activated partial thromboplastin time"),
    _xuln("inr_xuln", "International normalised ratio"),
    _yes_no("anticoagulated", "Under therapeutic anticoagulation."),
    _yes_no("hcv_positive", "Hepatitis C virus antibody positive."),
    _yes_no("hiv_positive", "HIV antibody positive."),
    _yes_no("tp_antibody_positive", "Treponema pallidum antibody positive."),
    _yes_no("hbsag_positive", "Hepatitis B surface antigen positive."),
    _yes_no("hbv_dna_raised", "Hepatitis B virus DNA above normal."),
)

_HEART = (
    # From 5: a fraction is refused.
    eligibility_column(
        "lvef_percent", "number", "Left ventricular ejection fraction.", unit="percent", low=5,
        high=95,
    ),
    eligibility_column(
        "qtc_ms", "number", "Corrected QT interval.", unit="ms", low=200, high=800
    ),
    eligibility_column(
        "systolic_bp_mmhg", "number", "Systolic blood pressure, under treatment where there is any.",
        unit="mmHg", low=40, high=300,
    ),
    eligibility_column(
        "diastolic_bp_mmhg", "number",
        "Diastolic blood pressure, under treatment where there is any.", unit="mmHg", low=20,
        high=200,
    ),
    _yes_no("hypertensive_crisis", "Hypertensive crisis or encephalopathy, ever."),
    _yes_no("heart_failure", "Heart failure or systolic dysfunction, ever."),
    _grade("cardiac_ischaemia_grade", "cardiac ischaemia or infarct"),
    _yes_no("arrhythmia", "Arrhythmia that needs treatment."),
    eligibility_column(
        "nyha_class", "number", "Heart failure by class; 0 none.", source=_NYHA, low=0, high=4
    ),
    _yes_no("angina_on_drugs", "Angina that needs drugs."),
    _yes_no("valve_disease", "Clinically significant disease of a heart valve."),
)  # fmt: skip

_HISTORY = (
    _yes_no("prior_chemotherapy", "Chemotherapy of breast cancer before."),
    _yes_no("prior_endocrine_therapy", "Endocrine therapy of breast cancer before."),
    _yes_no("prior_anti_her2_therapy", "Anti-HER2 therapy before."),
    _yes_no("prior_breast_surgery", "Surgery of breast cancer before, a diagnostic biopsy apart."),
    _years("other_malignancy_years_ago", "Years since the other malignancy."),
    _yes_no("other_malignancy_one_operation", "It was treated by a single operation alone."),
    _years("other_malignancy_free_years", "Years free of the other malignancy."),
    _yes_no(
        "other_malignancy_exempt",
        "It was a cured carcinoma in situ of the cervix, non-melanoma skin cancer, or bladder "
        "cancer Ta, Tis or T1.",
    ),
    _yes_no("other_trial_now", "Treated in another clinical study now; follow-up alone is not."),
    _yes_no("trial_drug", "Ever had an anti-tumour drug in another trial."),
    _date("trial_drug_last_date", "Last dose of an anti-tumour drug in another trial."),
    _yes_no(
        "major_surgery",
        "Major surgery, incisional biopsy or significant trauma; the diagnostic biopsy is none.",
    ),
    _date("major_surgery_date", "The last of these."),
    _yes_no("wound_unhealed", "A wound or fracture that does not heal."),
    _yes_no("substance_or_psychiatric", "Substance abuse or a psychiatric disorder."),
    _yes_no("allergy_study_drugs", "Allergy to a study drug or its components."),
    _yes_no("autoimmune_disease", "Autoimmune disease."),
    _yes_no("autoimmune_therapy", "It was ever treated systemically; replacement is none."),
    _years("autoimmune_therapy_years_ago", "Years since that treatment; 0 ongoing."),
    _yes_no("immunodeficiency", "Immunodeficiency."),
    eligibility_column(
        "prednisone_mg_per_day", "number",
        "Highest daily dose of corticosteroids in the 2 weeks before the first dose, as prednisone.",
        unit="mg per day", low=0, high=2000,
    ),
    _yes_no("lung_disease_severe", "Severe lung disease."),
    _grade("infection_grade", "an infection"),
    _date("pregnancy_test_date", "Day of the last pregnancy test."),
    _yes_no("contraception_agreed", "Contraception until 6 months after the last dose is agreed."),
    _yes_no("childbearing_potential", "Able to bear children."),
)  # fmt: skip

COLUMNS = (
    *pick(
        "enrolment_date", "pregnancy_test", "lactating", "life_expectancy_months",
        "breast_cancer_bilateral", "other_malignancy",
    ),
    *_TUMOUR, *_CONSENT, *_LABORATORY, *_HEART, *_HISTORY,
)  # fmt: skip
