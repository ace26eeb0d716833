"""Whom NCT07239271 excludes: E1 to E17."""

from __future__ import annotations

from neopcr.oncology.stage import M_STAGES
from neopcr.trials._shared import (
    Criterion,
    Rule,
    days_between,
    either,
    every,
    first_known,
    nothing_known,
    number,
    one_of,
    opposite,
    recorded,
    yes,
)
from neopcr.trials.nct07239271.inclusion import FEMALE, NO_CONTRACEPTION, PREGNANT


def _excluded(
    id: str,  # noqa: A002 - the protocol's word
    sentence: str,
    *any_of: Rule,
    reading: str = "",
) -> Criterion:
    rule = any_of[0] if len(any_of) == 1 else either(*any_of)
    return Criterion(id=id, sentence=sentence, rule=rule, excludes=True, reading=reading)


def _within(event: str, date: str, reference: str, days: int) -> Rule:
    """An event so many days before a reference at most; a date decides, else that there was none."""
    return first_known(days_between(date, reference, 0, days), every(yes(event), nothing_known()))


EXCLUSION = (
    _excluded("E1", "Metastatic disease.", one_of("cm_stage", M_STAGES, "M1")),
    _excluded(
        "E2",
        "Tumour in more than one quadrant, or bilateral.",
        number("quadrants_involved", 1, unit="quadrants", open_low=True),
        yes("breast_cancer_bilateral"),
    ),
    _excluded(
        "E3",
        "Prior chemotherapy, endocrine or anti-HER2 therapy, or surgery of the breast, a diagnostic biopsy apart.",
        yes("prior_chemotherapy"),
        yes("prior_endocrine_therapy"),
        yes("prior_anti_her2_therapy"),
        yes("prior_breast_surgery"),
    ),
    _excluded(
        "E4",
        "Other malignancy within 3 years, except after a single operation with 5 years free of disease, or a cured cervical carcinoma in situ, non-melanoma skin cancer, or bladder Ta, Tis, T1.",
        every(
            yes("other_malignancy"),
            number("other_malignancy_years_ago", high=3, unit="years"),
            opposite(
                either(
                    every(
                        yes("other_malignancy_one_operation"),
                        number("other_malignancy_free_years", 5, unit="years"),
                    ),
                    yes("other_malignancy_exempt"),
                )
            ),
        ),
        reading="Who is free of disease for 5 years had it more than 3 years ago, so the exception "
        "can hardly apply: it is read as widening, never as asking 5 years of all; and only of "
        "cancers treated by a single operation.",
    ),
    _excluded(
        "E5",
        "Under treatment in any other clinical study.",
        yes("other_trial_now"),
        reading="Follow-up of survival alone is no treatment.",
    ),
    _excluded(
        "E6",
        "Major surgery, incisional biopsy or significant trauma within 28 days before study treatment.",
        _within("major_surgery", "major_surgery_date", "first_dose_date", 28),
    ),
    _excluded("E7", "A wound or fracture that does not heal.", yes("wound_unhealed")),
    _excluded("E8", "Substance abuse or a psychiatric disorder.", yes("substance_or_psychiatric")),
    _excluded(
        "E9.1",
        "Hypertensive crisis or encephalopathy, or blood pressure above 150/100 mmHg under treatment.",
        yes("hypertensive_crisis"),
        number("systolic_bp_mmhg", 150, unit="mmHg", open_low=True),
        number("diastolic_bp_mmhg", 100, unit="mmHg", open_low=True),
    ),
    _excluded(
        "E9.2",
        "Heart failure or systolic dysfunction, or left ventricular ejection fraction < 55 %.",
        yes("heart_failure"),
        number("lvef_percent", high=55, unit="percent", open_high=True),
        reading="I9.4 recommends the same bound; here it excludes.",
    ),
    _excluded(
        "E9.3",
        "Cardiac ischaemia or infarct of grade >= 2, arrhythmia or QTc >= 470 ms (women; >= 450 ms in men), NYHA class >= 2.",
        number("cardiac_ischaemia_grade", 2),
        yes("arrhythmia"),
        every(FEMALE, number("qtc_ms", 470, unit="ms")),
        every(opposite(FEMALE), number("qtc_ms", 450, unit="ms")),
        number("nyha_class", 2),
    ),
    _excluded("E9.4", "Angina that needs drugs.", yes("angina_on_drugs")),
    _excluded("E9.5", "Clinically significant disease of a heart valve.", yes("valve_disease")),
    _excluded(
        "E9.6",
        "HCV, HIV or Treponema pallidum antibody positive, or HBsAg positive and HBV DNA above normal.",
        yes("hcv_positive"),
        yes("hiv_positive"),
        yes("tp_antibody_positive"),
        every(yes("hbsag_positive"), yes("hbv_dna_raised")),
        reading='The "and" is read as joining HBsAg and HBV DNA alone, the others each excluding by '
        "itself: the safest reading. HBsAg positive without HBV DNA is not known.",
    ),
    _excluded(
        "E10",
        "CT or MRI shows invasion of major vessels, or the investigator judges it highly likely.",
        yes("vessel_invasion_imaging"),
        yes("vessel_invasion_judged"),
    ),
    _excluded(
        "E11",
        "Autoimmune disease with systemic therapy in the last 2 years, replacement apart.",
        every(
            yes("autoimmune_disease"),
            first_known(yes("autoimmune_therapy"), recorded("autoimmune_therapy_years_ago")),
            number("autoimmune_therapy_years_ago", high=2, unit="years"),
        ),
        reading="Years since it say that there was therapy, unless it is said that there was none.",
    ),
    _excluded(
        "E12",
        "Immunodeficiency, or more than 10 mg prednisone a day within 2 weeks of the first dose.",
        yes("immunodeficiency"),
        number("prednisone_mg_per_day", 10, unit="mg per day", open_low=True),
    ),
    _excluded(
        "E13",
        "Severe lung disease, or an infection of grade >= 2 (CTCAE 5.0).",
        yes("lung_disease_severe"),
        number("infection_grade", 2),
    ),
    _excluded("E14", "Allergy to a study drug or its components.", yes("allergy_study_drugs")),
    _excluded(
        "E15",
        "An anti-tumour drug of another trial within 4 weeks before randomisation.",
        _within("trial_drug", "trial_drug_last_date", "randomisation_date", 28),
        reading="4 weeks are 28 days, the 28th included.",
    ),
    _excluded(
        "E16",
        "Pregnant, breast-feeding, or without contraception.",
        PREGNANT,
        yes("lactating"),
        NO_CONTRACEPTION,
        reading="Contraception is not asked of women who cannot bear children (our choice).",
    ),
    _excluded("E17", "Unsuitable in the investigator's judgement.", yes("investigator_objection")),
)
