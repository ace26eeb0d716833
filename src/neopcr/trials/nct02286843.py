"""NCT02286843: HER2-PET in HER2-negative metastatic breast cancer.

Its population is metastatic and HER2-negative: criteria and features only, no cohort for pCR.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr.trials._shared import (
    Criterion,
    Remark,
    Rule,
    Trial,
    days_between,
    either,
    eligibility_column,
    every,
    first_known,
    number,
    of_oncology,
    one_of,
    one_of_numbers,
    pick,
    years_between,
    yes,
)
from neopcr.trials._shared.declared import PREGNANCY_TEST
from neopcr.trials._shared.of_her2 import HER2_NEGATIVE, IMPOSSIBLE_COUNTS

if TYPE_CHECKING:
    from neopcr.specs import Column, FloatArray, Table


def _older_by_age(table: Table) -> FloatArray:
    """Exactly 18 is "18 or older" to the header and not "> 18" to the criteria: not known."""
    age = table["age_years"]
    return np.where(np.isnan(age) | (age == 18), np.nan, (age > 18).astype(np.float64))


_BY_AGE: Rule = of_oncology(
    "age_years > 18, 18 itself left open", _older_by_age, {"age_years": (17.0, 18.0, 19.0)}
)
_FOCI = 5


def _column(name: str, says: str) -> Column:
    return eligibility_column(name, "boolean", says)


TRIAL = Trial(
    name="nct02286843",
    title="HER2-PET for HER2-positive metastases of HER2-negative primary breast cancer",
    criteria=(
        Criterion(id="I1", sentence="Female.", rule=one_of("sex", ("female", "male"), "female")),
        Criterion(
            id="I2",
            sentence="Age above 18 years.",
            rule=first_known(years_between("birth_date", "enrolment_date", 18), _BY_AGE),
            reading="The criteria say > 18, the header >= 18. A recorded age of exactly 18 is not "
            "known, unless date of birth and enrolment decide; on the 18th birthday itself the "
            "criteria govern: not met.",
        ),
        Criterion(
            id="I3",
            sentence="Biopsy-proven HER2-negative primary breast cancer.",
            rule=every(yes("primary_biopsy_proven"), HER2_NEGATIVE),
        ),
        Criterion(
            id="I4",
            sentence="Biopsy-proven metastatic disease.",
            rule=yes("metastasis_biopsy_proven"),
        ),
        Criterion(
            id="I5",
            sentence="At least 5 foci of metastasis on CT, MR or FDG-PET.",
            rule=number("metastatic_foci", _FOCI, unit="foci"),
        ),
        Criterion(
            id="I6",
            sentence="ECOG performance status 0 to 2.",
            rule=one_of_numbers("ecog", 0, 1, 2),
        ),
        Criterion(
            id="E1",
            sentence="Life expectancy below 3 months.",
            rule=number("life_expectancy_months", high=3, unit="months", open_high=True),
            excludes=True,
        ),
        Criterion(
            id="E2",
            sentence="Pregnant or lactating.",
            rule=either(
                one_of("pregnancy_test", PREGNANCY_TEST, "positive"), yes("lactating")
            ),
            excludes=True,
        ),
        Criterion(
            id="E3",
            sentence="Heavier than the scanner bears.",
            rule=yes("weight_above_scanner_limit"),
            excludes=True,
        ),
        Criterion(
            id="E4",
            sentence="Disease of the central nervous system alone.",
            rule=yes("cns_only_disease"),
            excludes=True,
        ),
    ),
    columns=(
        *pick(
            "birth_date", "enrolment_date", "life_expectancy_months", "pregnancy_test", "lactating"
        ),
        _column("primary_biopsy_proven", "A biopsy proved the primary tumour."),
        _column("metastasis_biopsy_proven", "A biopsy proved metastatic disease."),
        eligibility_column(
            "metastatic_foci", "number", "Foci of metastasis on CT, MR or FDG-PET.", unit="foci",
            low=0, high=1000,
        ),
        _column("weight_above_scanner_limit", "Heavier than the scanner bears."),
        _column("cns_only_disease", "Metastases in the central nervous system alone."),
    ),
    contradictions=(
        *IMPOSSIBLE_COUNTS,
        Remark(
            name="dates_out_of_order",
            rule=days_between("birth_date", "enrolment_date", high=0),
            column="enrolment_date",
        ),
    ),
)  # fmt: skip
