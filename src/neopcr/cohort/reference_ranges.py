"""What values of a column usually are: narrower than what the contract accepts.

Outside its valid range (`neopcr.specs.Column`) a value is refused. Inside it, but outside what is
usual, it is doubtful: often a decimal point or a unit went astray. No reference below was taken
from a source as it stands: all are choices of this project, made wide on purpose, beside the
figures they were set by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from neopcr.specs import Landmark


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What is usual in early breast cancer before and during neoadjuvant therapy.

    Parameters
    ----------
    plausible : tuple of float
        A single patient's value lies in it (in 999 of 1,000 patients).
    typical : tuple of float
        Nine in ten patients lie in it, and the median of any cohort.
    slips : mapping of float to str
        Factor that would mend a common slip, and what the values would then have been.
    zero : bool
        Whether 0 says "none" and is left out of the comparison.
    parts : bool
        Whether a part of the column beyond `typical` is suspicious by itself; not where a value
        spans orders of magnitude between patients.
    reason : str
        What the range was set by.
    """

    plausible: tuple[float, float]
    typical: tuple[float, float]
    slips: Mapping[float, str] = field(default_factory=dict)
    zero: bool = False
    parts: bool = True
    reason: str


_DECIMAL_POINT = {0.1: "values without their decimal point", 0.01: "values in hundredths"}
_FRACTION = {100.0: "fractions"}
_BURDEN = Reference(
    plausible=(0.01, 50_000), typical=(0.05, 500), zero=True, parts=False,
    slips={0.001: "molecules per litre", 1000.0: "molecules per microlitre"},
    reason="Signatera reports from 0.3 MTM/mL on; early breast cancer rarely exceeds hundreds",
)  # fmt: skip
_FRACTION_OF_ALLELES = Reference(
    plausible=(1e-5, 0.6), typical=(5e-5, 0.1), zero=True, parts=False, slips={0.01: "percent"},
    reason="plasma of early breast cancer: mean allele fractions well below a tenth",
)  # fmt: skip
_VOLUME = Reference(
    plausible=(0.01, 1500), typical=(0.02, 300), zero=True, parts=False,
    slips={0.001: "cubic millimetres", 1000.0: "litres"},
    reason="I-SPY: functional volumes of some 10 cc at baseline, below 1 cc before surgery",
)  # fmt: skip
_RATIO = Reference(
    plausible=(0.5, 20), typical=(0.8, 15), slips=_DECIMAL_POINT,
    reason="about 1 without amplification; above 7 is called ultra-high (Gonullu, IJMS 24 (2023) "
    "3590)",
)  # fmt: skip
_COPIES = Reference(
    plausible=(0.5, 60), typical=(1, 40), slips=_DECIMAL_POINT,
    reason="2 without amplification; counts above 40 are clusters that cannot be counted",
)  # fmt: skip
_NUCLEI = Reference(
    plausible=(0, 100), typical=(1, 100), zero=True, slips=_FRACTION,
    reason="below 1 % a receptor is reported as negative (ASCO/CAP 2020), seldom as a number",
)  # fmt: skip

REFERENCES: Mapping[str, Reference] = MappingProxyType(
    {
        "age_years": Reference(
            plausible=(18, 100), typical=(30, 80), slips={1 / 12: "months"},
            reason="adults; medians of trials of this field lie around 50",
        ),
        "tumor_diameter_mm": Reference(
            plausible=(1, 200), typical=(10, 100), zero=True,
            slips={10.0: "centimetres", 0.1: "tenths of a millimetre", 1000.0: "metres"},
            reason="neoadjuvant therapy is given from about 10 mm on; AJCC 8 has T3 from 50 mm on",
        ),
        "her2_ihc_percent": _NUCLEI,
        "er_percent": _NUCLEI,
        "pgr_percent": _NUCLEI,
        "ki67_percent": Reference(
            plausible=(0, 100), typical=(4, 100), zero=True, slips=_FRACTION,
            reason="HER2-positive cancers proliferate: below 5 % is rare",
        ),
        "her2_cep17_ratio": _RATIO,
        "her2_recount_ratio": _RATIO,
        "her2_copies_per_cell": _COPIES,
        "her2_recount_copies_per_cell": _COPIES,
        "cep17_copies_per_cell": Reference(
            plausible=(0.5, 15), typical=(1, 8), slips=_DECIMAL_POINT,
            reason="2 in a normal cell; polysomy of 17 reaches 5 or so",
        ),
        "regimen_planned_cycles": Reference(
            plausible=(2, 20), typical=(3, 16), slips={1 / 3: "weeks of three-weekly cycles"},
            reason="6 to 8 three-weekly cycles; 12 weekly ones and 4 of an anthracycline",
        ),
        **{f"ctdna_mtm_per_ml_{at.name}": _BURDEN for at in Landmark},
        **{f"ctdna_mean_vaf_{at.name}": _FRACTION_OF_ALLELES for at in Landmark},
        **{f"imaging_ftv_cc_{at.name}": _VOLUME for at in Landmark},
    }
)  # fmt: skip

# Columns that hold one value in many a sound cohort: criteria of a trial, or one laboratory's way.
USUALLY_CONSTANT = frozenset(
    {"sex", "her2_status", "her2_ish", "her2_ish_assay", "ctdna_assay", "cm_stage", "histology",
     "regimen_assigned", "regimen_anti_her2", "regimen_taxane", "regimen_planned_cycles",
     "pam_extended_status"}
)  # fmt: skip

# Days between two dates of one patient: from, to (three-weekly cycles; therapies of 3 to 6 months).
INTERVALS: Mapping[tuple[str, str], tuple[int, int]] = MappingProxyType(
    {
        ("first_dose_date", "cycle2_date"): (5, 70),
        ("cycle2_date", "cycle3_date"): (5, 70),
        ("cycle3_date", "cycle4_date"): (5, 70),
        ("cycle4_date", "cycle5_date"): (5, 70),
        ("first_dose_date", "last_dose_date"): (0, 500),
        ("last_dose_date", "surgery_date"): (0, 180),
        ("first_dose_date", "surgery_date"): (14, 540),
    }
)
# Further from the column's median than any study recruits: a default date or a century gone wrong.
FURTHEST_YEARS = 25
