"""NCT07239271: adaptive neoadjuvant therapy of HER2-positive breast cancer guided by ctDNA and PAM.

Every criterion that data can decide, hard and soft. What only the investigator can judge is a
column like any other, and not known where it is not recorded.
"""

from __future__ import annotations

from neopcr.oncology.stage import T_STAGES
from neopcr.trials._shared import (
    Remark,
    Trial,
    days_between,
    every,
    no,
    number,
    one_of,
    recorded,
    yes,
)
from neopcr.trials._shared.of_her2 import IMPOSSIBLE_COUNTS, POSITIVE_BY_ISH_ALONE
from neopcr.trials.nct07239271.columns import COLUMNS
from neopcr.trials.nct07239271.exclusion import EXCLUSION
from neopcr.trials.nct07239271.inclusion import INCLUSION, POSTMENOPAUSAL, RESULTS

TRIAL = Trial(
    name="nct07239271",
    title="Adaptive nab-PHP guided by ctDNA and the PAM pathway, against TCbHP",
    criteria=(*INCLUSION, *EXCLUSION),
    columns=COLUMNS,
    flags=(
        Remark(name="I3:t4_up_to_20_mm", rule=every(
            one_of("ct_stage", T_STAGES, "T4"), number("tumor_diameter_mm", high=20, unit="mm"),
        )),
        Remark(name="I6:her2_positive_by_ish_alone", rule=POSITIVE_BY_ISH_ALONE),
    ),
    contradictions=(
        *IMPOSSIBLE_COUNTS,
        *(
            Remark(
                name="result_of_what_was_not_done", rule=every(no(f"{analyte}_tested"), result),
                column=f"{analyte}_tested",
            )
            for analyte, result in RESULTS.items()
        ),
        *(
            Remark(
                name="date_of_what_was_not", rule=every(no(event), recorded(date)), column=date
            )
            for event, date in (
                ("major_surgery", "major_surgery_date"), ("trial_drug", "trial_drug_last_date"),
            )
        ),
        # Menopause says that she cannot bear children.
        Remark(
            name="childbearing_after_menopause",
            rule=every(yes("childbearing_potential"), POSTMENOPAUSAL),
            column="childbearing_potential",
        ),
        *(
            Remark(
                name="dates_out_of_order", rule=days_between(earlier, later, high=-1), column=later
            )
            for earlier, later in (
                ("enrolment_date", "randomisation_date"), ("randomisation_date", "first_dose_date"),
                ("enrolment_date", "first_dose_date"),
            )
        ),
    ),
)  # fmt: skip
