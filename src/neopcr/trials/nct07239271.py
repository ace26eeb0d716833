"""NCT07239271: adaptive neoadjuvant therapy of HER2-positive breast cancer guided by ctDNA and PAM.

The criteria that a cohort's table decides today. Consent, organ function, prior treatment and the
investigator's judgement are not in the data contract yet, so "eligible" here means: no criterion
that can be read from the table speaks against it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neopcr.oncology import her2
from neopcr.oncology.kleene import equals
from neopcr.oncology.stage import N_STAGES, T_STAGES
from neopcr.trials._shared import Criterion, Trial, every, is_recorded, is_within

if TYPE_CHECKING:
    from neopcr.specs import FloatArray, Table

_HER2 = (
    "her2_ihc", "her2_cep17_ratio", "her2_copies_per_cell", "cep17_copies_per_cell",
    "her2_ish_assay", "her2_ish_cells", "her2_recount_ratio", "her2_recount_copies_per_cell",
    "her2_ish",
)  # fmt: skip
_IHC_2 = her2.IHC_SCORES.index("2+")
_IHC_3 = her2.IHC_SCORES.index("3+")


def _is_female(table: Table) -> FloatArray:
    return equals(table["sex"], 0)


def _is_ecog_0_or_1(table: Table) -> FloatArray:
    ecog = table["ecog"]
    return np.where(np.isnan(ecog), np.nan, np.isin(ecog, (0, 1)).astype(np.float64))


def _is_t2_to_t4(table: Table) -> FloatArray:
    return equals(table["ct_stage"], *(T_STAGES.index(stage) for stage in ("T2", "T3", "T4")))


def _is_n0_to_n3(table: Table) -> FloatArray:
    return equals(table["cn_stage"], *range(len(N_STAGES)))


def _is_m0(table: Table) -> FloatArray:
    return equals(table["cm_stage"], 0)


def _is_her2_positive(table: Table) -> FloatArray:
    """IHC 3+, or 2+ with ISH positive; without an IHC score it is not known."""
    ihc = table["her2_ihc"]
    # Without the overall call: a status without a score is not what the protocol asks for.
    given = her2.Her2Input.from_table({name: table[name] for name in _HER2})
    status = her2.classify(given).asco_cap_status
    with_ish = np.where(ihc == _IHC_2, her2.is_positive(status), 0.0)
    scored = np.where(ihc == _IHC_3, 1.0, with_ish)
    return np.where(ihc < 0, np.nan, scored)


TRIAL = Trial(
    name="nct07239271",
    title="Adaptive nab-PHP guided by ctDNA and the PAM pathway, against TCbHP",
    criteria=(
        Criterion(
            id="I1",
            sentence="Female patients aged 18 to 70 years, both included.",
            columns=("sex", "age_years"),
            rule=every(_is_female, is_within("age_years", 18, 70)),
        ),
        Criterion(
            id="I2",
            sentence="ECOG performance status 0 or 1.",
            columns=("ecog",),
            rule=_is_ecog_0_or_1,
        ),
        Criterion(
            id="I3",
            sentence="Early or locally advanced invasive cancer, longest diameter above 20 mm.",
            columns=("tumor_diameter_mm",),
            rule=is_within("tumor_diameter_mm", 20, open_low=True),
            reading="A T4 tumour of 20 mm or less passes I5 and fails I3: not met.",
        ),
        Criterion(
            id="I5",
            sentence="Clinical stage T2-T4, N0-N3, M0.",
            columns=("ct_stage", "cn_stage", "cm_stage"),
            rule=every(_is_t2_to_t4, _is_n0_to_n3, _is_m0),
            reading="The list in parentheses governs: T0-T1 N+ is not met, though it is stage II.",
        ),
        Criterion(
            id="I6",
            sentence="HER2-positive: IHC 3+, or IHC 2+ and ISH positive.",
            columns=_HER2,
            rule=_is_her2_positive,
            reading="IHC 0 or 1+ with ISH positive is not met, as written; 2+ without ISH unknown.",
        ),
        Criterion(
            id="I7",
            sentence="ER, PgR and Ki-67 have been determined.",
            columns=("er_percent", "pgr_percent", "ki67_percent"),
            rule=is_recorded("er_percent", "pgr_percent", "ki67_percent"),
        ),
    ),
)
