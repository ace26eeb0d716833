"""What NCT07239271 asks for: I1 to I13."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from neopcr.oncology.stage import M_STAGES, N_STAGES, T_STAGES
from neopcr.trials._shared import (
    Criterion,
    Rule,
    days_between,
    either,
    every,
    first_known,
    no,
    nothing_known,
    number,
    one_of,
    one_of_numbers,
    opposite,
    recorded,
    yes,
)
from neopcr.trials._shared.declared import PREGNANCY_TEST
from neopcr.trials._shared.of_her2 import POSITIVE_BY_SCORE
from neopcr.trials.nct07239271.columns import DIAGNOSES

FEMALE = one_of("sex", ("female", "male"), "female")
M0 = one_of("cm_stage", M_STAGES, "M0")
POSTMENOPAUSAL = one_of(
    "menopausal_status", ("premenopausal", "perimenopausal", "postmenopausal"), "postmenopausal"
)
# Who is not postmenopausal may still be unable to: without a word on it that is not known.
CANNOT_BEAR = first_known(
    no("childbearing_potential"), either(POSTMENOPAUSAL, nothing_known())
)  # fmt: skip
_XULN = "times the upper limit of normal"
_CELLS = "10^9 per litre"


RESULTS: Mapping[str, Rule] = MappingProxyType({
    **{
        receptor: either(
            *(recorded(f"{receptor}_{how}") for how in ("percent", "status", "allred", "h_score"))
        )
        for receptor in ("er", "pgr")
    },
    "ki67": recorded("ki67_percent"),
})  # fmt: skip
"""A result is there, by analyte."""


def _determined(analyte: str) -> Rule:
    """A result is there; an explicit "not done" is no, and a blank is not known."""
    # Tested, without a result, is as open as a blank.
    return first_known(RESULTS[analyte], every(yes(f"{analyte}_tested"), nothing_known()))


INCLUSION = (
    Criterion(
        id="I1",
        sentence="Female patients aged 18 to 70 years, both included.",
        rule=every(FEMALE, number("age_years", 18, 70, unit="years")),
    ),
    Criterion(
        id="I2",
        sentence="ECOG performance status 0 or 1.",
        rule=one_of_numbers("ecog", 0, 1),
    ),
    Criterion(
        id="I3",
        sentence="Histologically confirmed early or locally advanced invasive cancer, longest diameter above 20 mm.",
        rule=every(
            one_of("diagnosis_confirmed_by", DIAGNOSES, "histology"),
            number("tumor_diameter_mm", 20, unit="mm", open_low=True),
        ),
        reading="Histology governs though I4a takes cytology too: cytology alone fails I3. A T4 "
        "tumour of 20 mm or less passes I5 and fails I3: not met. Operable or locally advanced is "
        "what the stages of I5 say, and is not asked twice.",
    ),
    Criterion(
        id="I4a",
        sentence="Primary breast cancer confirmed pathologically or cytologically.",
        rule=one_of("diagnosis_confirmed_by", DIAGNOSES, "histology", "cytology"),
        reading="Wider than I3, which asks for histology; both are asked, so I3 decides.",
    ),
    Criterion(
        id="I4b",
        sentence="Of several foci in one quadrant, all should be confirmed HER2-positive.",
        rule=either(no("tumor_multifocal"), yes("her2_positive_all_foci")),
        hard=False,
        reading="Recommended, not required.",
    ),
    Criterion(
        id="I5",
        sentence="Clinical stage T2-T4, N0-N3, M0.",
        rule=every(
            one_of("ct_stage", T_STAGES, "T2", "T3", "T4"),
            one_of("cn_stage", N_STAGES, *N_STAGES),
            M0,
        ),
        reading="The list in parentheses governs: T0-T1 N+ is not met, though it is stage II. T4 of "
        "20 mm or less is met here and fails I3.",
    ),
    Criterion(
        id="I6",
        sentence="HER2-positive: IHC 3+, or IHC 2+ and ISH positive.",
        rule=POSITIVE_BY_SCORE,
        reading="IHC 0 or 1+ with ISH positive is not met, as written, and flagged. IHC 2+ without "
        "ISH, or no IHC score, is not known.",
    ),
    Criterion(
        id="I7",
        sentence="ER, PgR and Ki-67 have been determined.",
        rule=every(*map(_determined, RESULTS)),
        reading='A percent, score or call will do. Only an explicit "not done" (er_tested no) is '
        "not met; a blank is not known.",
    ),
    Criterion(
        id="I8",
        sentence="Agrees to give tissue and blood samples.",
        rule=yes("consent_samples"),
    ),
    Criterion(
        id="I9.1",
        sentence="Neutrophils >= 1.5, platelets >= 100, white cells >= 2.5 x 10^9/L, haemoglobin >= 90 g/L, no transfusion within 14 days.",
        rule=every(
            number("anc_1e9_per_l", 1.5, unit=_CELLS),
            number("platelets_1e9_per_l", 100, unit=_CELLS),
            number("wbc_1e9_per_l", 2.5, unit=_CELLS),
            number("haemoglobin_g_per_l", 90, unit="g per litre"),
            no("transfusion_within_14_days"),
        ),
        hard=False,
        reading="Recommended, not required.",
    ),
    Criterion(
        id="I9.2",
        sentence="Bilirubin <= 1.5 x ULN (<= 2 with Gilbert's syndrome), ALT and AST <= 2.5 x ULN, creatinine <= 1.5 x ULN.",
        rule=every(
            either(
                number("bilirubin_xuln", high=1.5, unit=_XULN),
                every(yes("gilbert_syndrome"), number("bilirubin_xuln", high=2, unit=_XULN)),
            ),
            number("alt_xuln", high=2.5, unit=_XULN),
            number("ast_xuln", high=2.5, unit=_XULN),
            number("creatinine_xuln", high=1.5, unit=_XULN),
        ),
        hard=False,
        reading="Recommended, not required.",
    ),
    Criterion(
        id="I9.3",
        sentence="PT, APTT and INR <= 1.5 x ULN unless anticoagulated.",
        rule=either(
            yes("anticoagulated"),
            every(
                *(
                    number(name, high=1.5, unit=_XULN)
                    for name in ("pt_xuln", "aptt_xuln", "inr_xuln")
                )
            ),
        ),
        hard=False,
        reading="Recommended, not required.",
    ),
    Criterion(
        id="I9.4",
        sentence="Left ventricular ejection fraction >= 55 %.",
        rule=number("lvef_percent", 55, unit="percent"),
        hard=False,
        reading="Recommended here, and a reason to exclude under E9.2: E9.2 governs.",
    ),
    Criterion(
        id="I10",
        sentence="Likely operable after neoadjuvant therapy, able to undergo surgery and to receive adjuvant therapy.",
        rule=every(yes("operable_expected"), yes("surgery_tolerable"), yes("adjuvant_tolerable")),
        reading="The investigator's judgement: where it is not recorded it is not known.",
    ),
    Criterion(
        id="I11",
        sentence="Not lactating; pregnancy test negative within 7 days before enrolment; contraception until 6 months after.",
        rule=every(
            no("lactating"),
            either(
                CANNOT_BEAR,
                every(
                    one_of("pregnancy_test", PREGNANCY_TEST, "negative"),
                    days_between("pregnancy_test_date", "enrolment_date", 0, 7),
                    yes("contraception_agreed"),
                ),
            ),
        ),
        reading="The text asks the test of all; here it is not asked of women who cannot bear "
        "children (our choice).",
    ),
    Criterion(
        id="I12",
        sentence="Life expectancy above 3 months.",
        rule=number("life_expectancy_months", 3, unit="months", open_low=True),
    ),
    Criterion(
        id="I13",
        sentence="Informed consent and good compliance.",
        rule=every(yes("consent_informed"), yes("compliance_expected")),
    ),
)

_POSITIVE_TEST = one_of("pregnancy_test", PREGNANCY_TEST, "positive")
_CAN_BEAR = opposite(CANNOT_BEAR)
PREGNANT = first_known(_POSITIVE_TEST, every(_CAN_BEAR, nothing_known()))
NO_CONTRACEPTION = every(no("contraception_agreed"), _CAN_BEAR)
