"""What every trial is made of: rules, criteria, and what explains their answers."""

from __future__ import annotations

from neopcr.trials._shared.criterion import (
    ANSWERS,
    ELIGIBLE,
    Criterion,
    Remark,
    Trial,
    answers,
    complete,
    contradictions,
    missing_cells,
)
from neopcr.trials._shared.declared import SHARED, eligibility_column, pick
from neopcr.trials._shared.logic import (
    NO,
    UNKNOWN,
    YES,
    Rule,
    Truth,
    either,
    every,
    first_known,
    nothing_known,
    opposite,
)
from neopcr.trials._shared.rules import (
    days_between,
    no,
    number,
    of_oncology,
    one_of,
    one_of_numbers,
    recorded,
    years_between,
    yes,
)
from neopcr.trials._shared.settling import NOTHING_SETTLES
from neopcr.trials._shared.why import Explainer, Whys

__all__ = [
    "ANSWERS",
    "ELIGIBLE",
    "NO",
    "NOTHING_SETTLES",
    "SHARED",
    "UNKNOWN",
    "YES",
    "Criterion",
    "Explainer",
    "Remark",
    "Rule",
    "Trial",
    "Truth",
    "Whys",
    "answers",
    "complete",
    "contradictions",
    "days_between",
    "either",
    "eligibility_column",
    "every",
    "first_known",
    "missing_cells",
    "no",
    "nothing_known",
    "number",
    "of_oncology",
    "one_of",
    "one_of_numbers",
    "opposite",
    "pick",
    "recorded",
    "years_between",
    "yes",
]
