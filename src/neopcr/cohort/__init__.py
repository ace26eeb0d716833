"""From the files people have to a validated cohort, and who was left out on the way."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neopcr.cohort.build import build_cohort, read_cohort, require_outcomes
    from neopcr.cohort.contract import CORE_COLUMNS, parse
    from neopcr.cohort.leakage import refuse_names, refuse_separating_features
    from neopcr.cohort.readers import read_batches, read_header, read_table
    from neopcr.cohort.rejects import count_rejected, write_rejects
    from neopcr.cohort.storage import to_arrow, write_cohort
    from neopcr.cohort.stream import Written, write_assembled

__all__ = [
    "CORE_COLUMNS",
    "Written",
    "build_cohort",
    "count_rejected",
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

_HOME = {
    "CORE_COLUMNS": "contract",
    "Written": "stream",
    "build_cohort": "build",
    "count_rejected": "rejects",
    "parse": "contract",
    "read_batches": "readers",
    "read_cohort": "build",
    "read_header": "readers",
    "read_table": "readers",
    "refuse_names": "leakage",
    "refuse_separating_features": "leakage",
    "require_outcomes": "build",
    "to_arrow": "storage",
    "write_assembled": "stream",
    "write_cohort": "storage",
    "write_rejects": "rejects",
}


def __getattr__(name: str) -> object:
    """Import a name when it is first asked for: whoever scores needs neither assembly nor duckdb."""
    if name not in _HOME:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
