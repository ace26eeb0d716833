"""From the files people have to a validated cohort, and who was left out on the way."""

from __future__ import annotations

from neopcr.cohort.build import build_cohort, read_cohort, require_outcomes
from neopcr.cohort.contract import CORE_COLUMNS, parse
from neopcr.cohort.leakage import refuse_names, refuse_separating_features
from neopcr.cohort.readers import read_batches, read_header, read_table
from neopcr.cohort.rejects import write_rejects
from neopcr.cohort.storage import to_arrow, write_cohort
from neopcr.cohort.stream import Written, write_assembled

__all__ = [
    "CORE_COLUMNS",
    "Written",
    "build_cohort",
    "parse",
    "read_batches",
    "read_cohort",
    "read_header",
    "read_table",
    "refuse_names",
    "refuse_separating_features",
    "require_outcomes",
    "to_arrow",
    "write_assembled",
    "write_cohort",
    "write_rejects",
]
