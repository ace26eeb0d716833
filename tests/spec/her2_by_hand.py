"""HER2 by the guideline's own words, one patient at a time: what the vectorised rule is held to.

Written from ASCO/CAP 2018 (Wolff, J Clin Oncol 36 (2018) 2105) and the project's answers to partial
input, sharing no table and no function with the package. Missing is None.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Patient:
    ihc: int | None = None  # 0, 1, 2, 3
    percent: float | None = None
    zero_plus: bool | None = None
    ratio: float | None = None
    copies: float | None = None
    cep17: float | None = None
    assay: str | None = None  # "dual", "single"
    cells: float | None = None
    recount_ratio: float | None = None
    recount_copies: float | None = None
    ish_call: str | None = None  # "negative", "positive", "equivocal"
    status_call: str | None = None


@dataclass
class Answer:
    status: str = "unknown"
    group: int = 0
    label: str = ""
    ultra_high: bool | None = None
    flags: set[str] = field(default_factory=set)


OPEN = {"equivocal", "indeterminate", "unknown"}


def classify_by_hand(patient: Patient) -> Answer:
    measured = (
        patient.ratio, patient.copies, patient.cep17, patient.recount_ratio, patient.recount_copies
    )  # fmt: skip
    if any(value is not None and not 0 < value < float("inf") for value in measured):
        return Answer(flags={"invalid"})
    ratio, copies = values(patient)
    recount = [patient.recount_ratio, patient.recount_copies].count(None)
    answer = Answer(group=group_of(ratio, copies) if None not in (ratio, copies) else 0)
    numbers = ish_alone(ratio, copies, patient, patient.ihc)
    combined = by_numbers_and_call(numbers, patient, has_numbers=(ratio, copies) != (None, None))
    answer.status = combined
    if combined in OPEN and patient.status_call is not None:
        if patient.status_call != "equivocal" or combined == "unknown":
            answer.status = patient.status_call
        if answer.status != combined:
            answer.flags.add("status_from_call")
    answer.label = label(patient, answer)
    if answer.status == "positive" and ratio is not None:
        answer.ultra_high = ratio > 7.0
    flag_counts(patient, answer, recount)
    flag_disagreement(patient, answer, ratio, copies)
    flag_needs(patient, answer, ratio, copies)
    return answer


def values(patient):
    """Recount if whole, else first count (one value worked out from the other two), else half a recount."""
    if patient.recount_ratio is not None and patient.recount_copies is not None:
        return patient.recount_ratio, patient.recount_copies
    ratio, copies = patient.ratio, patient.copies
    if ratio is None and copies is not None and patient.cep17 is not None:
        return round(copies / patient.cep17, 9), copies
    if copies is None and ratio is not None and patient.cep17 is not None:
        return ratio, round(ratio * patient.cep17, 9)
    if ratio is None and copies is None:
        return patient.recount_ratio, patient.recount_copies
    return ratio, copies


def group_of(ratio, copies):
    if ratio >= 2.0:
        return 1 if copies >= 4.0 else 2
    if copies >= 6.0:
        return 3
    return 4 if copies >= 4.0 else 5


def by_group(group, ihc):
    if ihc == 3 or group == 1:
        return "positive"
    if group == 5:
        return "negative"
    if ihc is None:
        return "indeterminate"
    return "positive" if ihc == 2 and group == 3 else "negative"


def by_single_probe(copies, ihc):
    if copies >= 6.0 or ihc == 3:
        return "positive"
    if copies < 4.0 or ihc in (0, 1):
        return "negative"
    return "indeterminate"


def by_ihc(ihc):
    return {None: "unknown", 0: "negative", 1: "negative", 2: "equivocal", 3: "positive"}[ihc]


def by_dual_copies(copies, ihc):
    """The ratio may be anything: both groups that these copies can belong to."""
    return agreed({by_group(group_of(ratio, copies), ihc) for ratio in (1.0, 3.0)})


def agreed(answers):
    return answers.pop() if len(answers) == 1 else "indeterminate"


def ish_alone(ratio, copies, patient, ihc):
    """Status by IHC and ISH numbers."""
    if ratio is not None and copies is not None:
        return by_group(group_of(ratio, copies), ihc)
    if ratio is not None:
        return agreed({by_group(group_of(ratio, each), ihc) for each in (2.0, 4.5, 7.0)})
    if copies is None:
        return by_ihc(ihc)
    if patient.assay == "dual":
        return by_dual_copies(copies, ihc)
    if patient.assay == "single":
        return by_single_probe(copies, ihc)
    return agreed({by_dual_copies(copies, ihc), by_single_probe(copies, ihc)})


def by_numbers_and_call(numbers, patient, *, has_numbers):
    call, ihc = patient.ish_call, patient.ihc
    if call is None or numbers not in OPEN:
        if not has_numbers and call == "positive":
            return "positive"  # IHC 0/1+ and ISH positive: positive if either is
        return numbers
    if call == "equivocal":
        return "indeterminate" if not has_numbers and ihc is None else numbers
    return call


def label(patient, answer):
    if answer.status == "positive":
        if patient.ihc == 3:
            return "her2_strong_positive"
        if patient.ihc == 2:
            return "her2_moderate_positive"
        called_alone = patient.ihc is None and "status_from_call" in answer.flags
        return "positive_unspecified" if called_alone else "positive_other"
    if answer.status != "negative":
        return ""
    if patient.ihc is None:
        return "negative_unspecified"
    return "low" if patient.ihc else zero_label(patient)


def zero_label(patient):
    if patient.percent is None:
        return {None: "zero_unspecified", True: "ultralow", False: "null"}[patient.zero_plus]
    if patient.percent == 0:
        return "null"
    return "ultralow" if 0 < patient.percent <= 10 else "zero_unspecified"


def flag_counts(patient, answer, missing_of_recount):
    if missing_of_recount < 2:
        answer.flags.add("recount_incomplete" if missing_of_recount else "adjudicated")
    if patient.cells is not None and patient.cells < 20:
        answer.flags.add("too_few_cells")
    if not ratio_fits(patient):
        answer.flags.add("ratio_inconsistent")
    if answer.group in (2, 3, 4):
        flag_grey_groups(patient, answer, missing_of_recount)
    if patient.percent is not None and not percent_fits(patient.ihc, patient.percent):
        answer.flags.add("percent_conflict")


def ratio_fits(patient):
    if None in (patient.ratio, patient.copies, patient.cep17):
        return True
    off = abs(patient.ratio - patient.copies / patient.cep17)
    return off <= max(0.1, 0.05 * patient.ratio) + 1e-9


def flag_grey_groups(patient, answer, missing_of_recount):
    if patient.ihc == 2 and missing_of_recount:
        answer.flags.add("recount_pending")
    if answer.status == "negative":
        answer.flags.add("comment")


def percent_fits(ihc, percent):
    if not 0 <= percent <= 100:
        return False
    return {None: True, 0: percent <= 10, 1: percent > 10, 2: percent > 0, 3: percent > 10}[ihc]


def flag_disagreement(patient, answer, ratio, copies):
    opposite = {"negative": "positive", "positive": "negative"}
    has_numbers = ratio is not None or copies is not None
    if not has_numbers and patient.ish_call is not None:
        answer.flags.add("ish_group_unknown")
    # What ISH says for itself: beside IHC 3+ it is asked as if the score were 2+.
    score = 2 if patient.ihc == 3 else patient.ihc
    numbers = ish_alone(ratio, copies, patient, score) if has_numbers else "unknown"
    if opposite.get(numbers) == (patient.ish_call or "none"):
        answer.flags.add("call_conflict")
    if opposite.get(answer.status) == (patient.status_call or "none"):
        answer.flags.add("call_conflict")
    single = patient.assay == "single" and ratio is None and copies is not None
    positive = answer.group == 1 or (single and copies >= 6.0)
    negative = answer.group == 5 or (single and copies < 4.0)
    negative |= ratio is not None and ratio < 2.0 and copies is None
    if numbers in OPEN:
        positive |= patient.ish_call == "positive"
        negative |= patient.ish_call == "negative"
    if (positive and patient.ihc in (0, 1)) or (negative and patient.ihc == 3):
        answer.flags.add("discordant")


def flag_needs(patient, answer, ratio, copies):
    if answer.status != "indeterminate":
        return
    if patient.ihc is None:
        answer.flags.add("needs_ihc")
    if ratio is not None and copies is None:
        answer.flags.add("needs_copies")
    if ratio is None and copies is not None:
        dual = patient.assay == "dual"
        answer.flags.add("needs_ratio" if dual else "needs_dual_probe")
