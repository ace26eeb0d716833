"""NCT07376174: prognosis of HER2-positive breast cancer with an ultra-high HER2/CEP17 ratio.

A retrospective cohort: whoever lacks the ratio, the regimen or the date of surgery is excluded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr.oncology.regimen import has
from neopcr.oncology.regimen_names import REGIMEN_NAMES
from neopcr.oncology.stage import M_STAGES, N_STAGES, T_STAGES, is_stage, possible_stages
from neopcr.specs import Landmark
from neopcr.trials._shared import (
    Criterion,
    Remark,
    Trial,
    days_between,
    either,
    eligibility_column,
    every,
    first_known,
    no,
    number,
    of_oncology,
    one_of,
    opposite,
    pick,
    recorded,
    yes,
)
from neopcr.trials._shared.of_her2 import IMPOSSIBLE_COUNTS, POSITIVE_BY_FISH, RATIO_KNOWN

if TYPE_CHECKING:
    from neopcr.specs import FloatArray, Table

_KINDS = ("invasive_primary", "in_situ", "occult", "not_primary")
_STEEP = "STEEP 2.0: Tolaney, J Clin Oncol 39 (2021) 2720 (unverified)"
_STAGES = ("IA", "IB", "IIA", "IIB", "IIIA", "IIIB", "IIIC")
# 3 months, as 91 days (our choice).
_FOLLOWUP_DAYS = 91
_EVENTS = {"recurred": "recurrence_date", "died": "death_date"}


def _in_stage(table: Table) -> FloatArray:
    t, n = table["ct_stage"], table["cn_stage"]
    # T and N that have no stage together, such as T0 N0, are none of I to III.
    staged = possible_stages(t, n, np.zeros_like(t)).any(axis=1)
    return np.where(staged, is_stage(_STAGES, t, n, table["cm_stage"]), 0.0)


def _has_dual_blockade(table: Table) -> FloatArray:
    return has(table["regimen_assigned"], "dual_blockade")


_STAGED = of_oncology(
    "anatomic stage I to III",
    _in_stage,
    {
        "ct_stage": range(len(T_STAGES)),
        "cn_stage": range(len(N_STAGES)),
        "cm_stage": range(len(M_STAGES)),
    },
)
_DUAL = of_oncology(
    "regimen_assigned with trastuzumab and pertuzumab",
    _has_dual_blockade,
    {"regimen_assigned": range(len(REGIMEN_NAMES))},
)
_EVENT = either(*(first_known(recorded(date), yes(event)) for event, date in _EVENTS.items()))

TRIAL = Trial(
    name="nct07376174",
    title="Ultra-high HER2/CEP17 ratio and disease-free survival under dual blockade",
    criteria=(
        Criterion(
            id="I1",
            sentence="Female.",
            rule=one_of("sex", ("female", "male"), "female"),
            reading="In the header of the listing, not among its criteria: asked all the same.",
        ),
        Criterion(
            id="I2",
            sentence="Aged 18 years or older.",
            rule=number("age_years", 18, unit="years"),
        ),
        Criterion(id="I3", sentence="Stage I to III (AJCC, 8th edition).", rule=_STAGED),
        Criterion(
            id="I4",
            sentence="HER2-positive, confirmed by FISH with a ratio.",
            rule=POSITIVE_BY_FISH,
            reading="IHC 3+ without FISH is not enough: E3 excludes who has no ratio. IHC 3+ beside a "
            "FISH that is negative by itself is not confirmed.",
        ),
        Criterion(
            id="I5",
            sentence="At least one dose of trastuzumab with pertuzumab, neoadjuvant or adjuvant.",
            rule=either(number("trastuzumab_pertuzumab_doses", 1, unit="doses"), _DUAL),
            reading="A regimen with both that was assigned stands for a dose; one without may have been "
            "followed by both after surgery, so that it leaves doses that are not recorded open.",
        ),
        Criterion(id="I6", sentence="Curative surgery.", rule=yes("surgery_curative")),
        Criterion(
            id="E1",
            sentence="Metastatic or contralateral cancer at diagnosis.",
            rule=either(one_of("cm_stage", M_STAGES, "M1"), yes("breast_cancer_bilateral")),
            excludes=True,
        ),
        Criterion(
            id="E2",
            sentence="Anti-HER2 therapy before the dual blockade.",
            rule=yes("anti_her2_before_dual"),
            excludes=True,
        ),
        Criterion(
            id="E3",
            sentence="Ratio, regimen or date of surgery missing.",
            rule=opposite(
                every(
                    RATIO_KNOWN,
                    either(recorded("trastuzumab_pertuzumab_doses"), recorded("regimen_assigned")),
                    recorded("surgery_date"),
                )
            ),
            excludes=True,
            missing="excluded",
            reading="Missing means excluded here, not unknown.",
        ),
        Criterion(
            id="E4",
            sentence="Carcinoma in situ, occult or not primary breast cancer, or another cancer.",
            rule=either(
                one_of("breast_cancer_kind", _KINDS, "in_situ", "occult", "not_primary"),
                yes("other_malignancy"),
            ),
            excludes=True,
        ),
        Criterion(
            id="E5",
            sentence="Lost to follow-up, or followed for less than 3 months, unless recurrence or death came within it.",
            rule=every(
                either(
                    yes("lost_to_followup"),
                    days_between("surgery_date", "last_followup_date", high=_FOLLOWUP_DAYS - 1),
                ),
                opposite(_EVENT),
            ),
            excludes=True,
            reading="From surgery; 3 months are 91 days (our choice). An event lies within the "
            "follow-up, or the row is rejected.",
        ),
    ),
    columns=(
        *pick("breast_cancer_bilateral", "other_malignancy"),
        eligibility_column(
            "trastuzumab_pertuzumab_doses", "number",
            "Doses of trastuzumab with pertuzumab, neoadjuvant or adjuvant.", unit="doses", low=0,
            high=100, landmark=Landmark.surgery,
        ),
        eligibility_column(
            "surgery_curative", "boolean", "Surgery with curative intent.",
            landmark=Landmark.surgery,
        ),
        eligibility_column(
            "anti_her2_before_dual", "boolean", "Anti-HER2 therapy before the dual blockade."
        ),
        eligibility_column(
            "breast_cancer_kind", "category", "What the breast cancer is.", categories=_KINDS
        ),
        *(
            eligibility_column(
                name, "boolean", says, source=_STEEP, landmark=Landmark.surgery
            )
            for name, says in (
                ("lost_to_followup", "Lost to follow-up."),
                ("recurred", "Any recurrence; a recurrence_date says so too."),
                ("died", "Died of any cause; a death_date says so too."),
            )
        ),
    ),
    contradictions=(
        *IMPOSSIBLE_COUNTS,
        *(
            Remark(
                name="event_before_surgery",
                rule=days_between("surgery_date", date, high=-1),
                column=date,
            )
            for date in (*_EVENTS.values(), "last_followup_date")
        ),
        *(
            Remark(
                name="followup_before_event",
                rule=days_between(date, "last_followup_date", high=-1),
                column="last_followup_date",
            )
            for date in _EVENTS.values()
        ),
        Remark(
            name="recurrence_after_death",
            rule=days_between("recurrence_date", "death_date", high=-1),
            column="recurrence_date",
        ),
        *(
            Remark(name="date_of_what_was_not", rule=every(no(event), recorded(date)), column=date)
            for event, date in _EVENTS.items()
        ),
    ),
)  # fmt: skip
